"""What can be looked at beforehand: secret, endpoint, and what happens after a lost answer. Nothing is posted."""

from collections.abc import Callable, Iterator
from http import HTTPStatus

from incident_fsm._secrets import scrub
from incident_fsm.adapters import Absent, Check, Finding
from incident_fsm.adapters.webhook._sending import Answer, Pool, Question, ask
from incident_fsm.adapters.webhook._settings import Settings
from incident_fsm.errors import AdapterError

SHORTEST = 32
"""A secret of fewer characters could be guessed by trying."""

NOBODY = "incident-fsm-check:0:0"
"""The id of no command: an endpoint that is asked for it says that it never saw it."""

_NEW = "make a new one, for example with `openssl rand -hex 32`, and give it to the endpoint too"


def look(
    settings: Settings, secret: Callable[[], str], lookup: Callable[[str], Finding], pool: Pool, timeout: float
) -> Iterator[Check]:
    """Look at everything. Without a secret there is nothing to sign a lookup with."""
    known = _secret(secret)
    yield known
    yield _endpoint(settings, pool, timeout)
    if settings.lookup_url and not known.problem:
        yield _lookup(settings, lookup)
    elif not settings.lookup_url:
        then = "it is sent again, as idempotent = true" if settings.idempotent else "a person is asked"
        yield Check(what=f"after a lost answer: {then}")


def _secret(secret: Callable[[], str]) -> Check:
    """Whether there is a secret that is one."""
    what = "secret WEBHOOK_SECRET"
    try:
        length = len(secret())
    except AdapterError as error:
        return Check(what=what, problem=error.problem, remedy=f"{error.remedy}; {_NEW}")
    if length < SHORTEST:
        return Check(what=what, problem=f"is shorter than {SHORTEST} characters", remedy=_NEW)
    return Check(what=what)


def _endpoint(settings: Settings, pool: Pool, timeout: float) -> Check:
    """Whether somebody answers there. HEAD changes nothing (RFC 9110 §9.2.1); an endpoint need not know it."""
    what = f"endpoint {settings.url}"
    answer = ask(pool, Question(method="HEAD", url=settings.url, headers={"User-Agent": "incident_fsm"}), timeout)
    if not isinstance(answer, Answer):
        return Check(what=what, problem=scrub(answer.why), remedy="check `url` in adapters.toml, and the network")
    if HTTPStatus.MULTIPLE_CHOICES <= answer.status < HTTPStatus.BAD_REQUEST:
        where = answer.header("location")
        return Check(what=what, problem=f"redirects to {where!r:.200}", remedy="set `url` to the address it moved to")
    if answer.status >= HTTPStatus.INTERNAL_SERVER_ERROR and answer.status != HTTPStatus.NOT_IMPLEMENTED:
        return Check(what=what, problem=f"answers {answer.status}", remedy="look into the endpoint's own log")
    return Check(what=what)


def _lookup(settings: Settings, lookup: Callable[[str], Finding]) -> Check:
    """Whether the endpoint says of an unknown command that it is unknown."""
    what = f"lookup {settings.lookup_url}"
    found = lookup(NOBODY)
    if isinstance(found, Absent):
        return Check(what=what)
    why = getattr(found, "why", f"it says that it knows {NOBODY}, which no command is called")
    return Check(what=what, problem=scrub(why), remedy='answer 404 with {"id": …} in JSON for an id that you never saw')
