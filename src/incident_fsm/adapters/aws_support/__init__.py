"""Support cases at AWS, with boto3: opened in the account affected, and chased on the case (§4).

    [aws_support]                       # in adapters.toml; everything has a default
    severity_code = "high"              # production impaired; "urgent" = production down
    cc_email_addresses = ["oncall@example.org"]

    [aws_support.accounts]              # account: a role to assume, a profile, or "" for the desk's own credentials
    123456789012 = "arn:aws:iam::123456789012:role/incident-support"
    234567890123 = "production"

Credentials come from boto3's own chain, never from settings. The roles need `support:CreateCase`,
`AddCommunicationToCase`, `DescribeCases`, `DescribeCommunications` and `DescribeSeverityLevels`.

The API has no idempotency key of any kind (API reference, 2013-04-15), so the command's token ends the subject of a
case and the body of a communication, and is looked for before anything is repeated. How long AWS takes until a new case
is listed is not documented; `settle_seconds` is how long to wait for that.
"""

from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from incident_fsm._values import Audience, ChaseVia, Kind, SupportCase
from incident_fsm.adapters import (
    Absent,
    Adapter,
    AdapterSettings,
    Check,
    Context,
    Finding,
    Outcome,
    Receipt,
    Rejected,
    Unknown,
)
from incident_fsm.adapters._settings import read_settings
from incident_fsm.adapters.aws_support import _answers as answers
from incident_fsm.adapters.aws_support import _search as search
from incident_fsm.adapters.aws_support import _texts as texts
from incident_fsm.adapters.aws_support._accounts import AccountClients
from incident_fsm.adapters.aws_support._check import check_account, check_policy
from incident_fsm.adapters.aws_support._settings import Settings
from incident_fsm.commands import Command, EscalateSupportCase, OpenSupportCase
from incident_fsm.errors import AdapterError
from incident_fsm.policy import Policy

if TYPE_CHECKING:
    from mypy_boto3_support import SupportClient

__all__ = ["AwsSupportAdapter", "Settings", "from_settings"]

_CREATE, _LOOK = "support:CreateCase", "support:DescribeCases"
_CHASE, _READ = "support:AddCommunicationToCase", "support:DescribeCommunications"
_ENTER = "sts:AssumeRole"


class AwsSupportAdapter:
    """Opens and chases support cases at AWS. Live: people at AWS read them.

    `client_for` gives the client for an account (the empty text: for a case that names none). Its credentials choose
    the account that the case is opened in, and its own retries must be off. `identity_for` says whose account the
    credentials for an account really belong to; without it, that is not checked.
    """

    name = "aws_support"
    live = True

    def __init__(
        self,
        client_for: "Callable[[str], SupportClient]",
        settings: Settings | None = None,
        *,
        identity_for: Callable[[str], str] | None = None,
    ) -> None:
        self.settings: Settings = settings or Settings()
        self._client_for = client_for
        self._identity_for = identity_for

    @property
    def settle(self) -> timedelta:
        """How long to wait after a doubtful attempt, until a case that was opened is listed."""
        return self.settings.settle

    def accepts(self, command: Command) -> bool:
        """Cases with AWS, and chases on them; of a restricted incident only if the settings say who reads there."""
        if not isinstance(command, OpenSupportCase | EscalateSupportCase) or command.kind is Kind.DRILL:
            return False
        if isinstance(command, EscalateSupportCase) and command.via is not ChaseVia.CASE:
            return False
        known = command.audience is not Audience.RESTRICTED or self.settings.restricted
        return known and command.third_party in self.settings.third_parties

    def deliver(self, command: Command, context: Context) -> Outcome:
        """Open a case or add to one, once."""
        if not isinstance(command, OpenSupportCase | EscalateSupportCase) or not self.accepts(command):
            return Rejected(why=f"{self.name} does not carry out {command.id}; nothing was sent")
        try:
            client = self._client_for(command.account)
        except AdapterError:
            raise
        except Exception as error:  # noqa: BLE001  a client of anybody's; nothing was sent to AWS Support
            return answers.before(error, _ENTER, command.account)
        if isinstance(command, OpenSupportCase):
            return self._open(client, command)
        return self._chase(client, command, context)

    def find(self, command: Command, context: Context) -> Finding:
        """Look for the command's token."""
        if not isinstance(command, OpenSupportCase | EscalateSupportCase):
            return Absent()
        try:
            client = self._client_for(command.account)
        except AdapterError:
            raise
        except Exception as error:  # noqa: BLE001  a client of anybody's
            return answers.looking(error, _ENTER, command.account)
        if isinstance(command, EscalateSupportCase):
            return self._find_chase(client, command, context)
        try:
            return search.find_case(client, command, context, self.settings.language)
        except Exception as error:  # noqa: BLE001  whatever the client lets out, it is no "absent"
            return answers.looking(error, _LOOK, command.account)

    def check(self, policy: Policy) -> Iterator[Check]:
        """Look at third parties and accounts, and have AWS judge a case without opening it."""
        yield from check_policy(self.settings, policy)
        accounts = sorted(self.settings.accounts)
        if self.settings.default_profile or not accounts:
            accounts = ["", *accounts]
        for account in accounts:
            yield from check_account(account, self.settings, self._client_for, self._identity_for)

    # ── Cases ──────────────────────────────────────────────────────────────────────────────────────────────────────

    def _open(self, client: "SupportClient", command: OpenSupportCase) -> Outcome:
        """Open a case."""
        settings = self.settings
        try:
            answer = client.create_case(
                subject=texts.subject(command),
                communicationBody=texts.case_body(command),
                serviceCode=settings.service_code,
                categoryCode=settings.category_code,
                severityCode=settings.severity_code,
                issueType=settings.issue_type,
                language=settings.language,
                **self._copied(command),
            )
        except Exception as error:  # noqa: BLE001  whatever the client lets out, it is sorted
            return answers.sort(error, _CREATE, command.account)
        case_id = answer.get("caseId")
        if not case_id:
            return Unknown(why=f"{_CREATE} answered without an id")
        return Receipt(reference=case_id, link=texts.link(self._display_id(client, case_id)))

    def _display_id(self, client: "SupportClient", case_id: str) -> str:
        """Ask for the number in a case's link. Without it the receipt is as good, and its link leads to the list."""
        try:
            return search.display_id_of(client, case_id, self.settings.language)
        except Exception:  # noqa: BLE001  the case is open, and no failure to look at it may make that doubtful
            return ""

    def _copied(self, command: Command) -> Any:  # noqa: ANN401  the stubs' types of arguments do not exist at run time
        """Who is copied: nobody, where the incident is restricted."""
        return {} if command.audience is Audience.RESTRICTED else self.settings.copied

    # ── Chases ─────────────────────────────────────────────────────────────────────────────────────────────────────

    def _chase(self, client: "SupportClient", command: EscalateSupportCase, context: Context) -> Outcome:
        """Add a communication to the case."""
        try:
            case_id = self._case_id(client, command, context)
        except Exception as error:  # noqa: BLE001  nothing but a look at the case was sent
            return answers.before(error, _LOOK, command.account)
        if not case_id:
            return Rejected(why=_unnamed(command))
        try:
            answer = client.add_communication_to_case(
                caseId=case_id, communicationBody=texts.chase_body(command), **self._copied(command)
            )
        except Exception as error:  # noqa: BLE001  whatever the client lets out, it is sorted
            return answers.sort(error, _CHASE, command.account)
        if answer.get("result") is not True:
            return Unknown(why=f"{_CHASE} answered without a result")
        return _chased(case_id, command, context)

    def _find_chase(self, client: "SupportClient", command: EscalateSupportCase, context: Context) -> Finding:
        """Look for the communication on the case."""
        action = _LOOK
        try:
            case_id = self._case_id(client, command, context)
            if not case_id:
                return Unknown(why=_unnamed(command), ask_person=True)
            action = _READ
            there = search.has_chase(client, command, case_id)
        except Exception as error:  # noqa: BLE001  whatever the client lets out, it is no "absent"
            return answers.looking(error, action, command.account)
        return _chased(case_id, command, context) if there else Absent()

    def _case_id(self, client: "SupportClient", command: EscalateSupportCase, context: Context) -> str:
        """Which case is meant, by its receipt or by what a person gave for it; empty where that does not tell."""
        case = context.incident.case(command.case)
        known = (case.reference, case.link) if case is not None else ()
        named = texts.named_case(*known, command.reference)
        if named is None or named.case_id:
            return named.case_id if named else ""
        return search.case_of(client, named.display_id, self.settings.language)


def _chased(case_id: str, command: EscalateSupportCase, context: Context) -> Receipt:
    """Give the receipt of a chase: the case, and where it is."""
    case: SupportCase | None = context.incident.case(command.case)
    known = case is not None and case.link.startswith("https://")
    return Receipt(reference=case_id, link=case.link if case is not None and known else texts.CASES)


def _unnamed(command: EscalateSupportCase) -> str:
    """Say that nobody can tell which case to chase."""
    return (
        f"neither reference nor link of {command.case} names a case at AWS; chase it in Support Center, then finish "
        "this command by hand"
    )


def from_settings(settings: AdapterSettings) -> Adapter:
    """Make one from its table and boto3's own credentials, for the entry point `aws_support`. Asks AWS nothing yet."""
    read = read_settings(AwsSupportAdapter.name, settings, Settings)
    clients = AccountClients(read.accounts, read.default_profile, environment=settings.environment)
    return AwsSupportAdapter(clients, read, identity_for=clients.identity)
