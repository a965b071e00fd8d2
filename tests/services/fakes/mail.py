"""A mail server on loopback (aiosmtpd, so real SMTP), with mailboxes that do what mailboxes do with a second copy.

It has the same faults as the fakes of HTTP services, in the words of SMTP (RFC 5321); each mail meets the next one. A
mailbox keeps one mail of a Message-ID.
"""

import asyncio
import ssl
from collections import Counter
from collections.abc import Callable, Mapping
from contextlib import suppress
from datetime import datetime
from functools import partial
from types import MappingProxyType, TracebackType
from typing import Any, Self

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

from incident_fsm import Audience, Kind
from incident_fsm._secrets import Secret
from incident_fsm.adapters.email import EmailAdapter, Security, Settings
from incident_fsm.adapters.email._connection import Login, dial
from incident_fsm.commands import CancelMeeting, Command, ReportSecurityBreach, ScheduleMeeting
from incident_fsm.testing import Fault
from incident_fsm.testing.faults import Faulty
from tests.documents.airflow import ID, at, whole
from tests.services.fakes.mailbox import Delivered, conforms, is_from
from tests.services.fakes.server import PATIENCE

Verdict = Callable[[str], str]
"""What is answered to a recipient."""


class FakeMail(Faulty):
    """A mail server with the mailboxes of everybody. `options` are for aiosmtpd's controller: TLS, login, limits."""

    def __init__(self, now: Callable[[], datetime], **options: Any) -> None:
        super().__init__(now)
        self.mails: list[Delivered] = []
        """Every mail that was taken over, copies too."""
        self.watch: Callable[[Delivered], object] = conforms
        self.complaints: list[str] = []
        """What `watch` found wrong with any of them."""
        self.verdict: Verdict = lambda _: "250 OK"
        self.spoken: list[str] = []
        """What each conversation came to: "MAIL", "RCPT ada@example.org", "DATA"."""
        self._controller = _Anywhere(_Handler(self), hostname="127.0.0.1", port=0, enable_SMTPUTF8=False, **options)

    def count(self, command: Command) -> int:
        """How many mails of a command lie in the fullest mailbox. One is one to everybody, however often it came."""
        return max(Counter(box for box, mail in self.boxes() if is_from(command, mail)).values(), default=0)

    def boxes(self) -> list[tuple[str, Delivered]]:
        """What each mailbox holds: the first of each Message-ID."""
        kept = {
            (recipient, mail.message["Message-ID"]): (recipient, mail)
            for mail in reversed(self.mails)
            for recipient in mail.recipients
        }
        return list(reversed(kept.values()))

    @property
    def address(self) -> tuple[str, int]:
        """Where it listens."""
        return "127.0.0.1", self._controller.port

    def __enter__(self) -> Self:
        """Listen on loopback, on any free port."""
        self._controller.start()
        return self

    def __exit__(
        self, _kind: type[BaseException] | None, _error: BaseException | None, _at: TracebackType | None
    ) -> None:
        """Stop listening."""
        self._controller.stop()

    def keep(self, mail: Delivered) -> None:
        """Take a mail over, and look it through."""
        with self.lock:
            self.mails.append(mail)
            try:
                self.watch(mail)
            except Exception as error:  # noqa: BLE001  any complaint is kept for the test to look at
                self.complaints.append(f"{type(error).__name__}: {error}")


class _Anywhere(Controller):
    """A controller that takes any free port, and says which."""

    def _trigger_server(self) -> None:
        assert self.server is not None
        self.port = self.server.sockets[0].getsockname()[1]  # type: ignore[attr-defined]  # asyncio.Server has it
        super()._trigger_server()  # type: ignore[no-untyped-call]  # aiosmtpd's own


class _Handler:
    """What aiosmtpd asks at each step of a conversation."""

    def __init__(self, mail: FakeMail) -> None:
        self.mail = mail
        self.fault = Fault.NONE

    async def handle_MAIL(  # noqa: N802  what aiosmtpd calls
        self, server: SMTP, _session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        """Each mail takes its fault here."""
        self.fault = self.mail.next_fault()
        self.mail.spoken.append("MAIL")
        if self.fault is Fault.UNREACHED:
            _hang_up(server)
        envelope.mail_from = address
        envelope.mail_options.extend(options)
        return "250 OK"

    async def handle_RCPT(  # noqa: N802  what aiosmtpd calls
        self, _server: SMTP, _session: Session, envelope: Envelope, address: str, _options: list[str]
    ) -> str:
        """A limit, a missing permission, and mailboxes that are none show here."""
        self.mail.spoken.append(f"RCPT {address}")
        match self.fault:
            case Fault.RATE_LIMITED:
                return "450 4.7.1 too many mails, try later"
            case Fault.FORBIDDEN:
                return "550 5.7.1 relaying denied"
        verdict = self.mail.verdict(address)
        if verdict.startswith("2"):
            envelope.rcpt_tos.append(address)
        return verdict

    async def handle_DATA(self, server: SMTP, _session: Session, envelope: Envelope) -> str:  # noqa: N802  likewise
        """Everything that can go wrong around the moment in which the server takes the mail over."""
        assert isinstance(envelope.content, bytes)
        taken = Delivered(
            sender=envelope.mail_from or "", recipients=tuple(envelope.rcpt_tos), content=envelope.content
        )
        self.mail.spoken.append("DATA")
        match self.fault:
            case Fault.UNAVAILABLE:
                return "451 4.3.0 local error, try later"
            case Fault.LATE:
                self.mail.postpone(lambda: self.mail.keep(taken))
                _hang_up(server)
        self.mail.keep(taken)
        match self.fault:
            case Fault.DROPPED:
                _hang_up(server)
            case Fault.HALF:
                server.transport.write(b"25")  # type: ignore[union-attr]  # there is one while it talks
                server.transport.close()  # type: ignore[union-attr]  # likewise; close, so that the half goes out
                raise asyncio.CancelledError
            case Fault.SLOW:
                await asyncio.sleep(PATIENCE * 2)
            case Fault.BROKEN:
                return "<html>Bad gateway</html>"
        return "250 2.0.0 taken"

    async def handle_exception(self, error: Exception) -> str:
        """Say what went wrong in here, so that a test sees it."""
        self.mail.complaints.append(f"the fake failed: {type(error).__name__}: {error}")
        return "451 4.3.0 the fake failed"


def _hang_up(server: SMTP) -> None:
    """Break the connection without a word."""
    with suppress(AttributeError):  # the client was faster
        server.transport.abort()  # type: ignore[union-attr]  # hence the line above
    raise asyncio.CancelledError


PEOPLE = {
    "Ada Lovelace": "ada@example.org",
    "Katherine Johnson": "katherine@example.org",
    "Grace Hopper": "grace@example.org",
}
"""The people of the story."""


def settings_for(address: tuple[str, int], **more: Any) -> Settings:
    """Settings for a server on loopback."""
    usual: dict[str, Any] = {
        "host": address[0],
        "port": address[1],
        "sender": "incidents@example.org",
        "security": Security.NONE,
        "people": PEOPLE,
        "security_team": ("security@example.org",),
    }
    return Settings(**{**usual, **more})


def adapter_for(
    settings: Settings, environment: Mapping[str, str] = MappingProxyType({}), context: ssl.SSLContext | None = None
) -> EmailAdapter:
    """An adapter that does not wait long."""
    login = Login(
        username=Secret("email", "SMTP_USERNAME", environment), password=Secret("email", "SMTP_PASSWORD", environment)
    )
    return EmailAdapter(partial(dial, settings, login, timeout=PATIENCE, context=context), settings)


CONTEXT = whole().context
MEETING = next(command for command in whole().commands if isinstance(command, ScheduleMeeting))
CALLED_OFF = next(command for command in whole().commands if isinstance(command, CancelMeeting))
BREACH = ReportSecurityBreach(
    id=f"{ID}:2:0",
    incident_id=ID,
    kind=Kind.LIVE,
    audience=Audience.RESTRICTED,
    requested_at=at(9),
    title="Leaked keys",
    details="A key is in a public repository.\n.\n.hidden",
    reported_by="Grace Hopper",
    route="tell the security team",
    target="https://example.org/breach",
)
