"""The way to the mail server: connected, encrypted, logged in; and what it means if that fails."""

import smtplib
import ssl
from collections.abc import Callable

from attrs import frozen

from incident_fsm._secrets import Secret
from incident_fsm.adapters import NotDone, Rejected
from incident_fsm.adapters.email._settings import Security, Settings
from incident_fsm.documents.text import one_line
from incident_fsm.errors import AdapterError

Connect = Callable[[], smtplib.SMTP]
"""Gives a connection that is ready to send: encrypted and logged in, as far as it shall be. The caller closes it."""

TIMEOUT = 10.0
"""How long, in seconds, each answer of the server is waited for."""

_SAID_MAX = 160
_PERMANENT = 500
"""From this code on a server says that repeating will not help (RFC 5321 §4.2.1)."""


@frozen(kw_only=True)
class Trouble:
    """Why nothing was sent. `lasting`: it will not go away by itself."""

    what: str
    remedy: str = ""
    lasting: bool = False

    @property
    def outcome(self) -> NotDone | Rejected:
        """What that means for a command."""
        why = f"{self.what}; {self.remedy}" if self.remedy else self.what
        return Rejected(why=why) if self.lasting else NotDone(why=why)


@frozen(kw_only=True)
class Login:
    """The two secrets of a login. Where neither is set, there is no login."""

    username: Secret
    password: Secret

    def reveal(self, settings: Settings) -> tuple[str, str] | None:
        """Give both, or None. Raises `AdapterError` where only one is set, or where others could read them."""
        if not self.username.is_set and not self.password.is_set:
            return None
        username, password = self.username.reveal(), self.password.reveal()
        if not settings.private:
            problem = f'would send {self.password.variable} to {settings.host} in the clear (security = "none")'
            raise AdapterError(self.password.adapter, problem, 'set security = "starttls" or "tls"')
        if not (username + password).isascii():
            problem = f"cannot log in: {self.username.variable} or {self.password.variable} is not ASCII"
            raise AdapterError(self.password.adapter, problem, "choose ones of plain letters, digits and signs")
        return username, password


def dial(
    settings: Settings, login: Login, *, timeout: float = TIMEOUT, context: ssl.SSLContext | None = None
) -> smtplib.SMTP:
    """Connect, encrypt, log in. Raises what smtplib raises, with everything closed; `context` replaces the usual trust.

    Secrets are looked at first: where they are amiss, nobody is called.
    """
    revealed = login.reveal(settings)
    encrypted = settings.security is not Security.NONE
    trust = context or (ssl.create_default_context() if encrypted else None)
    host, port = settings.address
    if settings.security is Security.TLS:
        connection: smtplib.SMTP = smtplib.SMTP_SSL(host, port, timeout=timeout, context=trust)
    else:
        connection = smtplib.SMTP(host, port, timeout=timeout)
    try:
        if settings.security is Security.STARTTLS:
            connection.starttls(context=trust)
        if revealed is not None:
            connection.login(*revealed)
    except BaseException:
        connection.close()
        raise
    return connection


def trouble(error: OSError) -> Trouble:
    """Say why a connection was not had. Nothing was sent by then, whatever went wrong."""
    match error:
        case smtplib.SMTPAuthenticationError(smtp_code=code):
            return _login_refused(code)
        case smtplib.SMTPNotSupportedError():
            remedy = 'if it has no login, unset SMTP_USERNAME and SMTP_PASSWORD; if no STARTTLS, try security = "tls"'
            return Trouble(what=f"the mail server cannot do that: {error}", remedy=remedy, lasting=True)
        case smtplib.SMTPResponseException(smtp_code=code, smtp_error=said):
            return Trouble(what=f"the mail server is not ready: {quote(code, said)}")
        case smtplib.SMTPServerDisconnected():
            return Trouble(what=f"the mail server broke the connection: {error}")
        case smtplib.SMTPException():
            return Trouble(what=f"the mail server knows no login that we know: {error}", lasting=True)
        case _:
            return _not_reached(error)


def _login_refused(code: int) -> Trouble:
    """Not in the server's own words: some repeat what was sent to them, which was the password."""
    lasting = code >= _PERMANENT
    remedy = "check SMTP_USERNAME and SMTP_PASSWORD" if lasting else ""
    return Trouble(what=f"the mail server refused the login ({code})", remedy=remedy, lasting=lasting)


def _not_reached(error: OSError) -> Trouble:
    """The network, or the encryption."""
    if isinstance(error, ssl.SSLCertVerificationError):
        remedy = "check `host`, and that this machine trusts the server's certificate"
        return Trouble(what=f"the mail server shows no certificate to trust: {error.verify_message}", remedy=remedy)
    what = f"the mail server cannot be reached: {type(error).__name__}: {error.strerror or error}"
    return Trouble(what=what, remedy="check `host`, `port` and `security`, and the network")


def quote(code: int, said: bytes | str) -> str:
    """A server's answer on one line, not too long. Whoever stores or shows it takes the secrets out."""
    words = one_line(said.decode("utf-8", "replace") if isinstance(said, bytes) else said)
    return f"{code} {words[: _SAID_MAX - 1]}…" if len(words) > _SAID_MAX else f"{code} {words}".rstrip()
