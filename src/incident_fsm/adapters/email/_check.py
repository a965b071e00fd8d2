"""What can be looked at beforehand: the server, the login, the sender, and who has an address. No mail is sent."""

from collections.abc import Iterator

from incident_fsm._secrets import scrub
from incident_fsm.adapters import Check
from incident_fsm.adapters.email._connection import Connect, quote, trouble
from incident_fsm.adapters.email._sending import leave
from incident_fsm.adapters.email._settings import Settings
from incident_fsm.errors import AdapterError
from incident_fsm.policy import Policy

_TAKEN = 2


def look(connect: Connect, settings: Settings, policy: Policy) -> Iterator[Check]:
    """Look at everything."""
    yield _server(connect, settings)
    if settings.meetings:
        yield from _people(settings, policy)
    yield _security(settings)


def _server(connect: Connect, settings: Settings) -> Check:
    """Connect, encrypt and log in as for a mail, then ask whether the sender would do, and take that back."""
    host, port = settings.address
    what = f"mail server {host}:{port} ({settings.security.value})"
    try:
        connection = connect()
        try:
            connection.ehlo_or_helo_if_needed()
            code, said = connection.mail(settings.sender)
            connection.rset()
        finally:
            leave(connection)
    except AdapterError as error:
        return Check(what=what, problem=error.problem, remedy=error.remedy)
    except OSError as error:
        found = trouble(error)
        remedy = found.remedy or "try again later; if it stays so, ask whoever runs the mail server"
        return Check(what=what, problem=scrub(found.what), remedy=remedy)
    if code // 100 != _TAKEN:
        problem = scrub(f"the sender {settings.sender} was refused: {quote(code, said)}")
        return Check(what=what, problem=problem, remedy="check `sender`, or set SMTP_USERNAME and SMTP_PASSWORD")
    return Check(what=what)


def _people(settings: Settings, policy: Policy) -> Iterator[Check]:
    """Say who could not be written to, as far as names are known before there is an incident."""
    what = f"addresses of people ({len(settings.people)} known)"
    remedy = 'add them to [email.people] in adapters.toml, like "Ada Lovelace" = "ada@example.org"'
    yield Check(what=what) if settings.people else Check(what=what, problem="nobody could be invited", remedy=remedy)
    owner = policy.page.owner
    answers = settings.address_of(owner) or f"{settings.sender}, as {owner} has no address"
    yield Check(what=f"invitations to the post-mortem of an incident that nobody leads: answers go to {answers}")


def _security(settings: Settings) -> Check:
    """Say who hears of a breach."""
    team = ", ".join(settings.security_team)
    return Check(what=f"security breaches: told to {team}" if team else "security breaches: not told by mail")
