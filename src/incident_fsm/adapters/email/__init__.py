"""Mail: the invitation to the post-mortem (§6), that it is called off (§5), and the report of a breach (§1).

    [email]
    host = "smtp.example.org"
    sender = "incidents@example.org"
    security_team = ["security@example.org"]

    [email.people]
    "Ada Lovelace" = "ada@example.org"

Secrets, from the environment: `SMTP_USERNAME` and `SMTP_PASSWORD`; without them there is no login. The client is the
standard library's `smtplib`, so the extra `email` only brings what writes documents.
"""

from collections.abc import Iterable
from functools import partial
from pathlib import Path

from incident_fsm._secrets import Secret
from incident_fsm._values import Kind
from incident_fsm.adapters import Absent, Adapter, AdapterSettings, Check, Context, Finding, Outcome, Rejected
from incident_fsm.adapters._settings import read_settings
from incident_fsm.adapters.email import _check
from incident_fsm.adapters.email._connection import Connect, Login, dial
from incident_fsm.adapters.email._messages import meeting_mail, security_mail
from incident_fsm.adapters.email._sending import Mail, send
from incident_fsm.adapters.email._settings import Security, Settings
from incident_fsm.commands import CancelMeeting, Command, ReportSecurityBreach, ScheduleMeeting
from incident_fsm.errors import InvalidValue
from incident_fsm.policy import Policy


class EmailAdapter:
    """Sends mail through one server. `connect` gives a connection that is ready to send, a new one each time.

    `templates` names a folder of templates of one's own for the report of a breach.
    """

    name = "email"
    live = True

    def __init__(self, connect: Connect, settings: Settings, *, templates: Path | None = None) -> None:
        self._connect = connect
        self._settings = settings
        self._templates = templates

    def accepts(self, command: Command) -> bool:
        """Meetings, if the settings say so; a breach, if they name those who are told of it. No drill."""
        if command.kind is Kind.DRILL:
            return False
        match command:
            case ScheduleMeeting() | CancelMeeting():
                return self._settings.meetings
            case ReportSecurityBreach():
                return bool(self._settings.security_team)
            case _:
                return False

    def deliver(self, command: Command, context: Context) -> Outcome:
        """Send the command's mail to all of its recipients, or to none. The reference is its Message-ID."""
        mail = self._mail(command, context)
        return send(self._connect, mail) if isinstance(mail, Mail) else mail

    def find(self, command: Command, context: Context) -> Finding:  # noqa: ARG002  the port's signature
        """Say that nothing is there, although nobody can look into the recipients' mailboxes.

        What the caller needs to know is whether sending it again does harm, and it does none. The copy has the same
        Message-ID, by which a mailbox keeps one of the two. An invitation has the same UID and SEQUENCE besides, so
        every calendar holds one meeting (RFC 5546 §2.1.4). A report of a breach that is read twice tells the same
        thing twice; one that never came is the worst that could happen.
        """
        return Absent()

    def check(self, policy: Policy) -> Iterable[Check]:
        """Look at the server, the login, the sender, and who has an address. No mail is sent."""
        return tuple(_check.look(self._connect, self._settings, policy))

    def _mail(self, command: Command, context: Context) -> Mail | Rejected:
        """Write the command's mail."""
        if isinstance(command, ReportSecurityBreach):
            try:
                return security_mail(command, context, self._settings, self._templates)
            except InvalidValue as error:
                return Rejected(why=f"{error}; nothing was sent, so retry when it is mended")
        if isinstance(command, ScheduleMeeting | CancelMeeting):
            return meeting_mail(command, context, self._settings)
        return Rejected(why=f"{type(command).__name__} is nothing that is done by mail; nothing was sent")


def from_settings(settings: AdapterSettings) -> Adapter:
    """Make one from `[email]` in `adapters.toml`, for the entry point `email`. Nobody is called yet."""
    said = read_settings("email", settings, Settings)
    environment = settings.environment
    login = Login(
        username=Secret("email", "SMTP_USERNAME", environment), password=Secret("email", "SMTP_PASSWORD", environment)
    )
    return EmailAdapter(partial(dial, said, login), said, templates=settings.templates)


__all__ = ["Connect", "EmailAdapter", "Security", "Settings", "from_settings"]
