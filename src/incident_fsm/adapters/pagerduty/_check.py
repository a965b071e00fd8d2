"""What `incident doctor` is told about the status page. Everything here reads; nobody is told of anything."""

from collections.abc import Callable, Iterable, Iterator

from incident_fsm._secrets import scrub
from incident_fsm._values import Stage
from incident_fsm.adapters import Check
from incident_fsm.adapters.pagerduty._names import KINDS, Directory, Wanted
from incident_fsm.adapters.pagerduty._settings import NAME, Settings
from incident_fsm.adapters.pagerduty._wire import Trouble, Wire
from incident_fsm.errors import AdapterError
from incident_fsm.policy import Policy

_WHOLE_PAGE = {"status_page", "status_page_service"}
"""What a subscription must be for to hear of an incident from its first word."""


def look(read: Callable[[], Directory], wire: Wire, settings: Settings, policy: Policy) -> Iterator[Check]:
    """Look at the token and the page, then at every word of the policy's, then at who is told. Raises nothing."""
    try:
        directory = read()
    except Exception as error:  # noqa: BLE001  a check never raises, whatever is wrong with the client
        yield _failed(f"the status page {settings.page!r}", error)
        return
    yield Check(what=f"the status page {directory.page.name!r} ({directory.page.id})")
    words = words_of(policy)
    for kind in KINDS:
        yield from _words(directory, kind, words[kind])
    if settings.slack_subscription and policy.status_page.notified_channels:
        try:
            yield _slack(directory, wire, policy)
        except Exception as error:  # noqa: BLE001  likewise
            yield _failed("the page's Slack subscriptions", error)


def words_of(policy: Policy) -> dict[str, tuple[str, ...]]:
    """Every word of a policy that must be on the page."""
    return {
        "services": policy.services,
        "severities": tuple(impact.name for impact in policy.impacts),
        "impacts": tuple(dict.fromkeys(impact.service_state for impact in policy.impacts)),
        "statuses": tuple(stage.value for stage in Stage),
    }


def _failed(what: str, error: Exception) -> Check:
    """Say that something could not be looked at, and why, without any secret."""
    if isinstance(error, AdapterError):
        return Check(what=what, problem=error.problem, remedy=error.remedy)
    if isinstance(error, Trouble):
        problem, _, remedy = scrub(str(error)).partition("; ")
        return Check(what=what, problem=problem, remedy=remedy or "try again")
    return Check(what=what, problem=f"{type(error).__name__}: {scrub(str(error))}", remedy="see to the client")


def _words(directory: Directory, kind: str, words: Iterable[str]) -> Iterator[Check]:
    """Look for each word of one list, and for settings that no word of the policy uses."""
    wanted: list[Wanted] = [(kind, word) for word in words]
    what = f"the policy's words for {kind}"
    try:
        directory.ids(wanted)
    except AdapterError as error:
        yield Check(what=what, problem=error.problem, remedy=error.remedy)
    else:
        yield Check(what=f"{what}: {len(wanted)}, all on the page")
    idle = sorted(set(directory.maps[kind]) - {word for _, word in wanted})
    if idle:
        said = ", ".join(map(repr, idle))
        yield Check(
            what=f"[{NAME}.{kind}] of adapters.toml",
            problem=f"names {said}, which the policy does not know",
            remedy="spell it as the policy does, or take it out",
            grave=False,
        )


def _slack(directory: Directory, wire: Wire, policy: Policy) -> Check:
    """See whether the page tells Slack by itself: nobody else may, so without it those channels hear nothing (§2)."""
    path = f"/status_pages/{directory.page.id}/subscriptions"
    found = [
        item
        for item in wire.every(path, "subscriptions", channel="slack", status="active")
        if (item.get("channel"), item.get("status")) == ("slack", "active") and _subscribed(item) in _WHOLE_PAGE
    ]
    channels = ", ".join(policy.status_page.notified_channels)
    what = f"the page's active Slack subscriptions: {len(found)}"
    if found:
        return Check(what=what)
    problem = f"PagerDuty posts to no Slack channel, though the policy says it tells {channels}"
    remedy = "subscribe the channels on the page, or set slack_subscription = false"
    return Check(what=what, problem=problem, remedy=remedy)


def _subscribed(item: dict[str, object]) -> object:
    """What a subscription is for."""
    target = item.get("subscribable_object")
    return target.get("type") if isinstance(target, dict) else None
