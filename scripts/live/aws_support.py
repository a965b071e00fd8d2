"""AWS Support: dry runs, which open nothing; and, only if asked for, one real case of the lowest severity."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from attrs import evolve, frozen
from botocore.exceptions import ClientError

from incident_fsm import Policy
from incident_fsm.adapters import AdapterSettings, Receipt
from incident_fsm.adapters._settings import read_settings
from incident_fsm.adapters.aws_support import Settings, _texts, from_settings
from incident_fsm.adapters.aws_support._accounts import AccountClients
from incident_fsm.adapters.aws_support._answers import code_of, said
from incident_fsm.adapters.aws_support._search import PAGE
from incident_fsm.commands import EscalateSupportCase, OpenSupportCase
from incident_fsm.policy import ThirdParty
from live.points import Verdict
from live.smoke import Access, Options, Plan, Smoke, Table, Vendor
from live.trial import Trial

NAME = "aws_support"
TAME = "low"
"""General guidance: nobody at AWS is called for it."""

_VALID = "DryRunOperationException"
_SUBJECTS = (_texts.SUBJECT_MAX, _texts.SUBJECT_MAX + 1, 500, 1_000)
_OTHER_LANGUAGE = "ja"


class AwsSupport(Vendor):
    """The account that --account names; without it, that of the desk's own credentials."""

    name = NAME
    patience = 600

    @staticmethod
    def connect(settings: AdapterSettings) -> Access:
        """Make both; credentials are boto3's own business."""
        own = read_settings(NAME, settings, Settings)
        clients = AccountClients(own.accounts, own.default_profile, environment=settings.environment)
        return Access(from_settings(settings), clients)

    def table(self, options: Options, table: Table) -> Table:
        """A real case is of the lowest severity, and nobody is copied. Only the account in question is looked at."""
        accounts = {options.account: table.get("accounts", {}).get(options.account, "")} if options.account else {}
        party = {"third_parties": [NAME], "accounts": accounts, "cc_email_addresses": []}
        return {**table, **party, **({"severity_code": TAME} if options.real_case else {})}

    def policy(self, options: Options, policy: Policy) -> Policy:  # noqa: ARG002  the base's signature
        """One third party, which is AWS."""
        return evolve(policy, third_parties=(ThirdParty(key=NAME, name="AWS", how="a test"),))

    def plan(self, options: Options, table: Table) -> Plan:  # noqa: ARG002  the base's signature
        """Dry runs leave nothing; a real case is read by people."""
        where = f"the account {options.account}" if options.account else "the account of your credentials"
        dry = f"have AWS judge cases in {where} without opening them (dryRun), and list cases"
        if not options.real_case:
            return Plan(does=(dry,), leaves="nothing; a real case is only opened with --real-case")
        real = f"open one REAL case of severity {TAME!r} in {where} (--real-case), add to it, and resolve it"
        return Plan(does=(dry, real), leaves="the resolved case, which AWS keeps for two years, and its mails")

    def examine(self, smoke: Smoke) -> None:
        """Do it."""
        own = read_settings(NAME, smoke.settings, Settings)
        desk = _Centre(smoke, smoke.access.client(smoke.options.account), own)
        _dry_runs(smoke, desk)
        if smoke.options.real_case:
            trial = smoke.trial()
            smoke.tidying.later(
                f"cases of {smoke.run_id}",
                lambda: desk.resolve([one.reference for one in trial.receipts]),
                "resolve them in Support Center",
            )
            _real_case(smoke, desk, trial)


@frozen
class _Centre:
    """Support Center, by the official client."""

    smoke: Smoke
    client: Any
    settings: Settings

    def listed(self, since: datetime, language: str) -> list[dict[str, Any]]:
        """Cases of this run."""
        asked = {"includeResolvedCases": True, "includeCommunications": False, "language": language}
        after = f"{since - timedelta(hours=1):%Y-%m-%dT%H:%M:%SZ}"
        pages = self.client.get_paginator("describe_cases").paginate(
            afterTime=after, **asked, PaginationConfig={"PageSize": PAGE}
        )
        return [case for page in pages for case in page["cases"] if f"[{self.smoke.run_id}:" in case["subject"]]

    def resolve(self, known: list[str]) -> str:
        """Resolve every case of this run: what is known, then what is found."""
        resolved = dict.fromkeys(known)  # a chase's receipt names its case, so the same may be there several times
        for case_id in resolved:
            self.client.resolve_case(caseId=case_id)
        for case in self.listed(self.smoke.clock(), self.settings.language):
            if case["status"] != "resolved":
                self.client.resolve_case(caseId=case["caseId"])
                resolved[str(case["caseId"])] = None
        return f"resolved {', '.join(resolved)}" if resolved else "none is listed (yet): look in Support Center"

    def judged(self, **more: str) -> str:
        """Have a case judged; empty where it would be opened, else what AWS says."""
        asked = {
            "subject": "Self-check (dry run)",
            "communicationBody": "This request is only validated; no case is opened.",
            "serviceCode": self.settings.service_code,
            "categoryCode": self.settings.category_code,
            "severityCode": self.settings.severity_code,
            "issueType": self.settings.issue_type,
            "language": self.settings.language,
            **more,
        }
        return _refusal(lambda: self.client.create_case(**asked, dryRun=True))


def _refusal(act: Callable[[], Any]) -> str:
    """What AWS has against a dry run; empty where nothing."""
    try:
        opened = act()
    except ClientError as error:
        return "" if code_of(error) == _VALID else said(error)
    return f"it was carried out in spite of dryRun: {opened.get('caseId')}"


def _dry_runs(smoke: Smoke, desk: _Centre) -> None:
    """What can be seen without opening a case."""
    service = f"{desk.settings.service_code}/{desk.settings.category_code}"
    why = desk.judged(severityCode="high")
    smoke.report.judge(f"{service} is accepted at severity 'high' (dry run)", why or "accepted", holds=not why)
    longest, refused = 0, ""
    for length in _SUBJECTS:
        refused = desk.judged(subject="x" * length)
        if refused:
            break
        longest = length
    seen = f"accepted up to {longest} characters" + (f", then: {refused}" if refused else "")
    assumed = f"a subject may have {_texts.SUBJECT_MAX} characters (dry run)"
    smoke.report.judge(assumed, seen, holds=longest >= _texts.SUBJECT_MAX)


def _real_case(smoke: Smoke, desk: _Centre, trial: Trial) -> None:
    """Open a case, add to it, and see what AWS keeps of both."""
    story, began = trial.story, smoke.clock()
    trial.tell(*story.begun(), story.managed())
    opened = trial.tell(story.supported(NAME, smoke.options.account))
    if not trial.receipts:
        return
    case_id = trial.receipts[0].reference
    chased = trial.tell(story.chased())
    smoke.count("case", len(desk.listed(began, desk.settings.language)))
    other = desk.listed(began, _OTHER_LANGUAGE)
    smoke.report.add(
        "`language` narrows the list of cases",
        Verdict.SEEN,
        f"asked for {_OTHER_LANGUAGE!r}, {len(other)} of ours listed: it {'does not' if other else 'does'}",
    )
    told = desk.client.get_paginator("describe_communications").paginate(caseId=case_id)
    bodies = {str(one.get("body")) for page in told for one in page["communications"]}
    for carried in (*opened, *chased):
        command = carried.command
        if not isinstance(command, OpenSupportCase | EscalateSupportCase):
            raise TypeError(f"{type(command).__name__} is none of OpenSupportCase, EscalateSupportCase")
        is_opening = isinstance(command, OpenSupportCase)
        sent = _texts.case_body(command) if is_opening else _texts.chase_body(command)  # type: ignore[arg-type]  # as it says
        there = any(_texts.holds_token(body, command) for body in bodies)
        how = "the same to the letter" if sent in bodies else "with its token" if there else "without its token"
        smoke.report.judge(f"the body of {type(command).__name__} comes back with its token", how, holds=there)
    found = smoke.access.adapter.find(opened[0].command, trial.context)
    link = found.link if isinstance(found, Receipt) else trial.receipts[0].link
    smoke.report.answered("the link leads to the case", smoke.terminal.sees(f"Open {link}: is it this case?"))
