"""How one open incident would be treated otherwise under another policy, from its next event on."""

from collections.abc import Iterator
from datetime import datetime

from incident_fsm import deadlines
from incident_fsm._incident import Incident
from incident_fsm._states import State
from incident_fsm._values import Audience, Kind
from incident_fsm.lifecycle import Lifecycle
from incident_fsm.policy import FOLLOW_UPS, Policy
from incident_fsm.policy_diff._asking import Pair, asked
from incident_fsm.policy_diff._change import Change, Group, Value

_BEFORE_DECLARING = (State.CANDIDATE, State.CONFIRMED)
_TOLD = (State.DECLARED, State.MANAGING)


def incident_changes(incident: Incident, old: Lifecycle, new: Lifecycle, at: datetime) -> tuple[Change, ...]:
    """List how an incident would be treated otherwise from its next event, at `at`, on. One that is over: not at all.

    What was recorded stays whatever the policy, so it is no difference: a promise that was made, who may read, and what
    a resolved incident owes.
    """
    if incident.state.final:
        return ()
    pair = Pair(incident, old, new, at)
    found = (*asked(pair), *_wording(pair), *_owed(pair), *_deadlines(pair), *_cadence(pair), *_channel(pair))
    return tuple(change for change in found if change.before != change.after)


def _change(group: Group, path: str, what: str, before: Value, after: Value) -> Change:
    """Put how it was and how it would be together."""
    return Change(group=group, path=path, what=what, before=before, after=after)


def _wording(pair: Pair) -> Iterator[Change]:
    """The form that a declaration has to follow, while one lies ahead (§2)."""
    if pair.incident.state in _BEFORE_DECLARING:
        before, after = (one.policy.declaration.wording or None for one in (pair.old, pair.new))
        yield _change(Group.TRANSITIONS, "declare.message", "declaring it: has to follow the form", before, after)


def _owed(pair: Pair) -> Iterator[Change]:
    """What resolving it will open, while that lies ahead (§5, §6). What was opened already stays as it is."""
    if pair.incident.state is State.RESOLVED:
        return
    for key in FOLLOW_UPS:
        before, after = (one.policy.follow_up(key) for one in (pair.old, pair.new))
        what = f"once it is resolved: follow-up {key!r}"
        strengths = (None if rule is None else rule.strength for rule in (before, after))
        yield _change(Group.OBLIGATIONS, f"owes[{key}]", what, *strengths)
        if before is not None and after is not None and pair.incident.kind is not Kind.BACKFILLED:
            yield _change(Group.DEADLINES, f"owes[{key}].due", f"{what}, due within", before.due, after.due)


def _deadlines(pair: Pair) -> Iterator[Change]:
    """What stands now, deadline by deadline."""
    before, after = (
        {one.name: one.due for one in deadlines.standing(pair.incident, lifecycle.policy)}
        for lifecycle in (pair.old, pair.new)
    )
    reminded = {one.deadline for one in pair.incident.reminded}
    for name in dict.fromkeys((*before, *after)):
        again = ", reminded of before" if name in reminded else ""
        yield _change(Group.DEADLINES, f"deadlines[{name}]", f"{_due(name)}{again}", before.get(name), after.get(name))


def _due(name: str) -> str:
    """Say what a deadline is about."""
    sort, _, subject = name.partition(":")
    return _DUE[sort].format(repr(subject))


_DUE = {
    "decide": "to be decided by",
    "next_update": "the public's next update by",
    "publish": "its status post to be on the page by",
    "role": "the role {} to be filled by",
    "support": "the support case {} to be chased by",
    "follow_up": "the follow-up {} to be settled by",
}
"""By the sort of a deadline."""


def _cadence(pair: Pair) -> Iterator[Change]:
    """What an update promises by itself from now on. The promise that stands was made, and stays (§2)."""
    if pair.incident.state in _TOLD and pair.incident.kind is not Kind.BACKFILLED:
        what = "an update that names no time promises the next within"
        before, after = (_promised(one.policy, pair.incident.impact) for one in (pair.old, pair.new))
        yield _change(Group.DEADLINES, "update.cadence", what, before, after)


def _promised(policy: Policy, name: str) -> Value:
    """What an update that names no time promises at an impact."""
    impact = policy.impact(name)
    return impact.update.within if impact is not None and impact.update is not None and impact.update.repeats else None


def _channel(pair: Pair) -> Iterator[Change]:
    """Where it is talked about, and reminded of while nobody leads it (§3)."""
    incident = pair.incident
    if incident.kind is not Kind.BACKFILLED:
        restricted = incident.audience is Audience.RESTRICTED
        before, after = (
            (one.policy.security.channel if restricted else one.policy.thread.channel) or None
            for one in (pair.old, pair.new)
        )
        yield _change(Group.TEXTS, "channel", _OPENED if incident.has_thread else _NOT_OPENED, before, after)


_NOT_OPENED = "its thread and reminders go to the channel"
_OPENED = "its thread stays where it is, and what is posted to it is for the channel"
"""An adapter may refuse a post whose channel is not that of the thread (Slack's does): a person settles it then."""
