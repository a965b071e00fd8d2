"""Differences, for people and as plain data."""

from collections.abc import Sequence
from datetime import date, datetime, time, tzinfo
from itertools import groupby
from typing import Any

from attrs import frozen

from incident_fsm._calendar import Span
from incident_fsm._values import Strength
from incident_fsm.cli._output import hanging, say
from incident_fsm.policy_diff import Change, Direction, Group, Value, Verdict

_TITLES = {
    Group.TRANSITIONS: "What is allowed, refused or required",
    Group.OBLIGATIONS: "What is owed after the end",
    Group.DEADLINES: "Deadlines and calendar",
    Group.TEXTS: "Texts and channels",
    Group.POLICY: "The policy itself",
}
_STYLES = {Direction.NEW: "green", Direction.GONE: "red", Direction.CHANGED: "yellow"}
_STRENGTHS = {
    Strength.MUST: "must be done",
    Strength.SHOULD: "should be done",
    Strength.MAY: "may be done",
}
_LISTED = 8
"""So many items of a list are named; --json has all."""
_WIDE = 100
"""What is wider than this is told in lines of its own."""
_SHORT = 40
"""An item of a list that is longer than this has a line of its own."""
_COLUMN = 9
"""So wide is the word in front."""


def moment_data(moment: datetime) -> str:
    """Write a moment for programs, in UTC."""
    return moment.isoformat()


def change_data(change: Change) -> dict[str, Any]:
    """A difference as plain data."""
    return {
        "group": change.group.value,
        "path": change.path,
        "what": change.what,
        "direction": change.direction.value,
        "before": _plain(change.before),
        "after": _plain(change.after),
    }


def _plain(value: Value) -> Any:  # noqa: ANN401  whatever can be JSON
    """A value as plain data, as a policy file writes it."""
    match value:
        case Strength():
            return value.value
        case Span():
            return str(value)
        case date() | time():
            return value.isoformat()
        case Verdict():
            return {"possible": not value.reasons, "reasons": list(value.reasons)}
        case tuple():
            return [_plain(each) for each in value]
        case _:
            return value


@frozen
class Printer:
    """Prints differences for people, with times in their zone."""

    zone: tzinfo
    now: datetime

    def groups(self, changes: Sequence[Change]) -> None:
        """Print differences by what they bear on. What a part said that is gone goes with it, and is not told apart."""
        gone = tuple(one.path.rpartition(".")[0] for one in changes if _came_or_went(one) and one.after is None)
        told = [one for one in changes if _came_or_went(one) or not one.path.startswith(gone)] if gone else changes
        for group, title in _TITLES.items():
            if of_it := [one for one in told if one.group is group]:
                say(f"\n{title}", style="bold")
                self.lines(of_it)

    def lines(self, changes: Sequence[Change], indent: int = 2) -> None:
        """Print differences, those of one list in one line."""
        for _, alike in groupby(changes, key=_line):
            several = list(alike)
            text, direction = self._said(several, indent), several[0].direction
            say(f"{' ' * indent}{direction.value:8} {hanging(text, indent + _COLUMN)}", style=_STYLES[direction])

    def _said(self, alike: list[Change], indent: int) -> str:
        """Say what differs."""
        first = alike[0]
        if _came_or_went(first):
            return first.what
        if first.direction is Direction.CHANGED:
            before, after = (self.word(value, first) for value in (first.before, first.after))
            text = f"{first.what}: {before} → {after}"
            return text if len(text) + indent < _WIDE else f"{first.what}\nwas: {before}\nnow: {after}"
        values = [self.word(one.before if one.after is None else one.after, one) for one in alike]
        more = f" and {len(values) - _LISTED} more" if len(values) > _LISTED else ""
        return f"{first.what}: {', '.join(values[:_LISTED])}{more}"

    def word(self, value: Value, change: Change | None = None) -> str:
        """Say a value."""
        match value:
            case bool():
                return (change.yes if value else change.no) if change else str(value)
            case Strength():
                return _STRENGTHS[value]
            case datetime():
                passed = " (passed)" if value <= self.now else ""
                return f"{value.astimezone(self.zone):%Y-%m-%d %H:%M %Z}{passed}"
            case tuple():
                return ", ".join(map(str, value))
            case str():
                return f"'{value}'"
            case _:
                return f"{value:%H:%M}" if isinstance(value, time) else str(value)


def _line(change: Change) -> tuple[object, ...]:
    """What stands in one line: items of one list, unless they are as long as a line."""
    value = change.before if change.after is None else change.after
    own = isinstance(value, str) and len(value) > _SHORT
    return change.what, change.direction, _came_or_went(change), value if own else None


def _came_or_went(change: Change) -> bool:
    """Whether a part itself came or went: then its name is all there is to say."""
    value = change.before if change.after is None else change.after
    return change.direction is not Direction.CHANGED and change.what.endswith(f" {value!r}")
