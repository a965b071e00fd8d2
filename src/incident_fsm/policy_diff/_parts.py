"""The differences between two policies, field by field. Nothing is left out, and equal policies differ in nothing."""

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Any

from attrs import NOTHING, Attribute, fields, frozen, has

from incident_fsm._calendar import WEEKDAYS, Span
from incident_fsm.policy import Policy, Role
from incident_fsm.policy_diff._change import Change, Group, Value
from incident_fsm.policy_diff._words import LEAD, WORDS, Words


def policy_changes(old: Policy, new: Policy) -> tuple[Change, ...]:
    """List what differs, in the order of the policy's fields. Empty exactly where the two are equal."""
    return (*_of_part(old, new, _Place()), *_first_redirect(old, new), *_promises(old, new))


@frozen
class _Place:
    """Where in a policy we are: for programs, and for people."""

    path: str = ""
    said: str = ""

    def field(self, name: str, said: str) -> "_Place":
        """Go into a field."""
        return _Place(f"{self.path}.{name}" if self.path else name, ", ".join(filter(None, (self.said, said))))

    def item(self, name: object, *, named: bool) -> "_Place":
        """Go to an item of a list. `named`: what is said of it needs its name, as it is not the value itself."""
        return _Place(f"{self.path}[{name}]", f"{self.said} {str(name)!r}" if named else self.said)


def _of_part(old: Any, new: Any, place: _Place) -> Iterator[Change]:  # noqa: ANN401  one of the policy's parts
    """Yield what differs between two parts of the same kind. One of them may not be there."""
    kind = type(new if old is None else old)
    for attribute in fields(kind):
        if _said(old, attribute) != _said(new, attribute):
            words = _words(kind, attribute.name, place)
            before, after = (getattr(part, attribute.name, None) for part in (old, new))
            yield from _of_field(before, after, place.field(attribute.name, words.what), words)


def _words(kind: type, name: str, place: _Place) -> Words:
    """Find the words for a field."""
    return LEAD if kind is Role and name == "required" and place.path == "roles[lead]" else WORDS[kind][name]


def _said(part: Any, attribute: "Attribute[Any]") -> Any:  # noqa: ANN401  whatever a field holds
    """What a part says of a field. One that is not there says as much as one that leaves the field out."""
    if part is None:
        return None if attribute.default is NOTHING else attribute.default
    return getattr(part, attribute.name)


def _of_field(before: Any, after: Any, place: _Place, words: Words) -> Iterator[Change]:  # noqa: ANN401  likewise
    """Yield what differs in one field."""
    if isinstance(before, tuple):
        yield from _of_list(before, after, place, words)
    elif _is_part(before) or _is_part(after):
        yield from _of_part(before, after, place)
    else:
        yield _change(before, after, place, words)


def _is_part(value: object) -> bool:
    """Whether a value has fields to look into. A length of time is read as a whole."""
    return has(type(value)) and not isinstance(value, Span)


def _change(before: Value, after: Value, place: _Place, words: Words) -> Change:
    """Say that a value is another. An empty text says nothing."""
    return Change(
        group=words.group,
        path=place.path,
        what=place.said,
        before=None if before == "" else before,
        after=None if after == "" else after,
        yes=words.yes,
        no=words.no,
    )


def _of_list(before: Sequence[Any], after: Sequence[Any], place: _Place, words: Words) -> Iterator[Change]:
    """Yield which items of a list came, went or changed, and whether those that stayed stand in another order."""
    old, new = _named(before, place), _named(after, place)
    for name in dict.fromkeys((*old, *new)):
        left, right = old.get(name), new.get(name)
        if left != right:
            named = _is_part(left) or _is_part(right)
            here = place.item(name, named=named)
            yield from _of_part(left, right, here) if named else (_change(left, right, here, words),)
    stayed = [tuple(str(name) for name in one if name in other) for one, other in ((old, new), (new, old))]
    if stayed[0] != stayed[1]:
        yield _change(stayed[0], stayed[1], place.field("order", "order"), _ORDER)


_ORDER = Words(Group.TEXTS, "")
"""In which order things are listed bears on what people read."""


@frozen
class _Name:
    """What an item of a list is called, and the how many-th it is of those that are called so."""

    name: str
    number: int

    def __str__(self) -> str:
        """Write it, the number only where there are several."""
        return self.name if self.number == 1 else f"{self.name} #{self.number}"


def _named(items: Sequence[Any], place: _Place) -> dict[_Name, Any]:
    """The items of a list by what they are called."""
    seen: Counter[str] = Counter()
    found: dict[_Name, Any] = {}
    for item in items:
        value = WEEKDAYS[item] if place.path == "calendar.weekdays" else item
        name = str(_identity(value) if _is_part(value) else value)
        seen[name] += 1
        found[_Name(name, seen[name])] = value
    return found


def _identity(part: Any) -> str:  # noqa: ANN401  one of the policy's parts
    """What a part of a list is found by: its key, or its name where it has none."""
    found: str = getattr(part, "key", None) or part.name
    return found


def _first_redirect(old: Policy, new: Policy) -> Iterator[Change]:
    """Yield that a reporter is sent elsewhere where nobody says where to: the first redirect is used (§1)."""
    before, after = old.redirects[0].key, new.redirects[0].key
    if before != after:
        place = _Place("redirects.first", "redirect (§1) where nobody names one")
        yield _change(before, after, place, Words(Group.TRANSITIONS, ""))


def _promises(old: Policy, new: Policy) -> Iterator[Change]:
    """Yield each impact whose next update has to be said now, or no longer has to: by its cadence it has not (§2)."""
    words = Words(Group.TRANSITIONS, "", "may be left out", "has to be said")
    for impact in old.impacts:
        other = new.impact(impact.name)
        if other is not None and not (impact.all_clear or other.all_clear):
            before, after = impact.update is not None, other.update is not None
            if before != after:
                place = _Place(f"impacts[{impact.name}].update.left_out", f"impact (§2) {impact.name!r}, next update")
                yield _change(before, after, place, words)
