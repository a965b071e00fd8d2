"""What `incident doctor` asks AWS: credentials, account, plan, severity, the right to look, and a dry run of a case.

Nothing is stored and nobody is told: `dryRun=True` has AWS judge a request without doing it, and say
`DryRunOperationException` where it was valid (API reference, CreateCase, `dryRun`).
"""

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

from incident_fsm.adapters import Check
from incident_fsm.adapters.aws_support import _answers as answers
from incident_fsm.adapters.aws_support._settings import Settings
from incident_fsm.errors import AdapterError
from incident_fsm.policy import Policy

if TYPE_CHECKING:
    from mypy_boto3_support import SupportClient

_VALID = "DryRunOperationException"
_SUBJECT = "Self-check of the incident process (dry run)"
_BODY = "This request is only validated; no case is opened."


def check_policy(settings: Settings, policy: Policy) -> Iterator[Check]:
    """Look whether settings and policy speak of the same third parties, and whether their accounts are known."""
    for key in settings.third_parties:
        party = policy.third_party(key)
        if party is None:
            known = ", ".join(one.key for one in policy.third_parties) or "none"
            problem = f"is no third party of the policy; there are {known}"
            yield Check(what=f"third party {key}", problem=problem, remedy="mend third_parties in [aws_support]")
        elif party.account_required and not settings.accounts:
            problem = "needs the account affected, and no account is configured"
            remedy = 'add [aws_support.accounts] to adapters.toml: 123456789012 = "arn:aws:iam::123456789012:role/NAME"'
            yield Check(what=f"third party {key}", problem=problem, remedy=remedy)
        else:
            yield Check(what=f"third party {key}")


def check_account(
    account: str,
    settings: Settings,
    client_for: "Callable[[str], SupportClient]",
    identity_for: Callable[[str], str] | None,
) -> Iterator[Check]:
    """Look at everything that a case in one account needs, as far as one gets."""
    where = f"account {account}" if account else "the desk's own account"
    try:
        client = client_for(account)
        belongs_to = identity_for(account) if identity_for else account
    except AdapterError as error:
        yield Check(what=f"{where}: credentials", problem=error.problem, remedy=error.remedy)
        return
    except Exception as error:  # noqa: BLE001  a client of anybody's, and a check never raises
        yield _failed(f"{where}: credentials", error, "sts:AssumeRole", account)
        return
    if account.isdigit() and belongs_to != account:
        remedy = f"name a role or profile of {account} in [aws_support.accounts]"
        yield Check(what=f"{where}: credentials", problem=f"they belong to the account {belongs_to}", remedy=remedy)
        return
    yield Check(what=f"{where}: credentials")
    yield from _check_severity(where, client, settings, account)
    yield from _check_dry_runs(where, client, settings, account)


def _check_severity(where: str, client: "SupportClient", settings: Settings, account: str) -> Iterator[Check]:
    """Ask which severities the account's plan has. This is also where a plan without an API shows."""
    what = f"{where}: severity {settings.severity_code}"
    try:
        levels = client.describe_severity_levels(language=settings.language).get("severityLevels", [])
    except Exception as error:  # noqa: BLE001  a check never raises
        yield _failed(what, error, "support:DescribeSeverityLevels", account)
        return
    codes = [level.get("code", "") for level in levels]
    if settings.severity_code in codes:
        yield Check(what=what)
    else:
        problem = f"the account's plan has {', '.join(codes) or 'none'}"
        yield Check(what=what, problem=problem, remedy="set severity_code in [aws_support] to one of these")


def _check_dry_runs(where: str, client: "SupportClient", settings: Settings, account: str) -> Iterator[Check]:
    """Have AWS judge a case, and the search for one, without doing either."""
    copied: Any = settings.copied  # the stubs' types of arguments do not exist at run time
    yield _dry_run(
        f"{where}: the right to find cases",
        lambda: client.describe_cases(language=settings.language, includeCommunications=False, dryRun=True),
        "support:DescribeCases",
        account,
    )
    yield _dry_run(
        f"{where}: a case (dry run)",
        lambda: client.create_case(
            subject=_SUBJECT,
            communicationBody=_BODY,
            serviceCode=settings.service_code,
            categoryCode=settings.category_code,
            severityCode=settings.severity_code,
            issueType=settings.issue_type,
            language=settings.language,
            dryRun=True,
            **copied,
        ),
        "support:CreateCase",
        account,
    )


def _dry_run(what: str, call: Callable[[], object], action: str, account: str) -> Check:
    """Make one call that AWS must not carry out."""
    try:
        answer = call()
    except Exception as error:  # noqa: BLE001  a check never raises
        return Check(what=what) if answers.code_of(error) == _VALID else _failed(what, error, action, account)
    case_id = answer.get("caseId") if isinstance(answer, dict) else ""
    if case_id:
        return Check(
            what=what, problem=f"AWS opened {case_id} in spite of dryRun", remedy="resolve it in Support Center"
        )
    return Check(what=what)


def _failed(what: str, error: Exception, action: str, account: str) -> Check:
    """Say what an error means for a check."""
    fault = answers.fault(error, action, account)
    if fault is not None:
        return Check(what=what, problem=fault.problem, remedy=fault.remedy)
    problem = f"{action} in {answers.place(account)}: {answers.said(error)}"
    return Check(what=what, problem=problem, remedy="check again later; see whether AWS can be reached from here")
