"""An incident's post on the page: what is sent, and how what is there is known again.

PagerDuty has no key and no hidden field for a command's id (vendor's document, all of /status_pages). A post is known
by the incident's reference at the end of its title. An update is known by its time (`reported_at` is the command's own,
to the second) together with its status, its severity and its text.
"""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from incident_fsm._values import Reference
from incident_fsm.adapters import Context
from incident_fsm.adapters.pagerduty import _texts
from incident_fsm.adapters.pagerduty._names import Wanted
from incident_fsm.adapters.pagerduty._wire import Items
from incident_fsm.commands import PublishPostMortem, PublishStatus
from incident_fsm.events import IncidentDeclared, IncidentReopened, IncidentResolved, StatusUpdated

Ids = Mapping[Wanted, str]
Body = dict[str, Any]

_ID = re.compile(r"[A-Z0-9]{5,64}")
_ID_IN_LINK = re.compile(r"/posts/(?:details/)?([A-Z0-9]{5,64})(?:[/?#]|$)")

_MILLISECOND = timedelta(milliseconds=1)

_TELLING = (IncidentDeclared, StatusUpdated, IncidentReopened, IncidentResolved)
"""The events that put an update on the page."""


def wanted(command: PublishStatus) -> Iterator[Wanted]:
    """What a command names that PagerDuty wants ids of."""
    yield "statuses", command.stage.value
    yield "severities", command.impact
    for affected in command.services:
        yield "services", affected.service
        yield "impacts", affected.state


def update(command: PublishStatus, ids: Ids, post: str | None) -> Body:
    """An update (StatusPagePostUpdateRequest). `post` is None where it comes with its post, which has no id yet."""
    frequency = (command.next_update_at - command.requested_at) // _MILLISECOND if command.next_update_at else 0
    return {
        "type": "status_page_post_update",
        "post": None if post is None else _to("post", post),
        "message": _texts.message(command.message),
        "status": _to("status", ids["statuses", command.stage.value]),
        "severity": _to("severity", ids["severities", command.impact]),
        "impacted_services": [
            {
                "service": _to("service", ids["services", affected.service]),
                "impact": _to("impact", ids["impacts", affected.state]),
            }
            for affected in command.services
        ],
        # Always there, null where nothing is promised: the key is required, though it may be null.
        "update_frequency_ms": frequency if frequency > 0 else None,
        "notify_subscribers": command.notify_subscribers,
        "reported_at": _moment(command.requested_at),
    }


def post(command: PublishStatus, ids: Ids, page: str) -> Body:
    """A post with its first update (StatusPagePostPostRequest). Its times are for maintenance, but must be named."""
    return {
        "type": "status_page_post",
        "post_type": "incident",
        "title": _texts.title(command.title, command.incident_id),
        "starts_at": None,
        "ends_at": None,
        "status_page": {"id": page, "type": "status_page"},
        "updates": [update(command, ids, None)],
    }


def post_mortem(command: PublishPostMortem, post: str, *, notify: bool) -> Body:
    """A post-mortem (StatusPagePostmortemRequest)."""
    return {
        "type": "status_page_post_postmortem",
        "post": _to("post", post),
        "message": _post_mortem_message(command),
        "notify_subscribers": notify,
    }


def post_mortem_text(command: PublishPostMortem) -> str:
    """What a reader will see of a post-mortem."""
    return _texts.plain(_post_mortem_message(command))


def _post_mortem_message(command: PublishPostMortem) -> str:
    """A post-mortem as rich text."""
    return _texts.message(command.text, _texts.POST_MORTEM_MAX)


def _to(kind: str, identifier: str) -> Body:
    """Refer to something by its id."""
    return {"id": identifier, "type": f"status_page_{kind}"}


def _moment(at: datetime) -> str:
    """Write a time in UTC, to the second."""
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _second(said: object) -> datetime | None:
    """Read a time, to the second; None where it is none, or has no zone and so could be any."""
    try:
        moment = datetime.fromisoformat(str(said))
        return _floor(moment) if moment.tzinfo else None
    except (ValueError, OverflowError):
        return None


def _floor(at: datetime) -> datetime:
    """A time in UTC without its fractions of a second."""
    return at.astimezone(UTC).replace(microsecond=0)


def id_in(known: Reference | None) -> str:
    """Read a post's id off what is kept of it: our own receipt's reference, or a link that a person gave."""
    if known is None:
        return ""
    if _ID.fullmatch(known.reference):
        return known.reference
    links = (_ID_IN_LINK.search(said) for said in (known.reference, known.link))
    return next((link[1] for link in links if link is not None), "")


def of_incident(posts: Iterable[Body], incident_id: str) -> list[Body]:
    """The posts whose title carries an incident's reference."""
    return [post for post in posts if _texts.belongs(post.get("title"), incident_id)]


def known_again(command: PublishStatus, ids: Ids, updates: Items, context: Context) -> bool | str:
    """Whether a command's update is among those of its post, or, as a text, why that cannot be told.

    An incident may tell the same twice in one second; then one such update on the page could be either's. And if one
    says just the same at a time that nobody told anything, then a person wrote it, or the page did not keep our time.
    """
    same = [_second(update.get("reported_at")) for update in updates if _says(update, command, ids)]
    told = _told(command, context)
    ours = _floor(command.requested_at)
    here, asked = same.count(ours), max(told[ours], 1)
    if here >= asked:
        return True
    if here:
        return f"the post has {here} of {asked} equal updates of the same second"
    strange = [moment for moment in same if moment is None or moment not in told]
    if strange:
        when = ", ".join("no time" if moment is None else f"{moment:%Y-%m-%d %H:%M:%S} UTC" for moment in strange)
        return f"the post has an update that says the same, but at another time ({when})"
    return False


def _says(update: Body, command: PublishStatus, ids: Ids) -> bool:
    """Whether an update says what a command says, whenever that was."""
    return (
        _id_of(update.get("status")) == ids["statuses", command.stage.value]
        and _id_of(update.get("severity")) == ids["severities", command.impact]
        and _texts.plain(update.get("message")) == _texts.plain(_texts.message(command.message))
    )


def _id_of(said: object) -> object:
    """The id that something refers to."""
    return said.get("id") if isinstance(said, dict) else None


def _told(command: PublishStatus, context: Context) -> "Counter[datetime]":
    """How often this very text was told at each second. An all-clear without words of its own had the policy's."""
    events: Sequence[Any] = [entry.event for entry in context.timeline() if isinstance(entry.event, _TELLING)]
    return Counter(_floor(event.at) for event in events if not event.message or _same(event.message, command.message))


def _same(one: str, other: str) -> bool:
    """Whether two texts look the same on the page."""
    return _texts.plain(_texts.message(one)) == _texts.plain(_texts.message(other))
