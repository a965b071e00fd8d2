"""Values made of parts that were validated before, without validating them again.

Whatever a caller makes is validated. Within a step there is nothing left to find: reactions combine what events and
the policy carry, and both were validated when they were made. Doing it again took most of the time of a step. So a
maker fills the slots of a value directly, as a copy or a pickle of it does. The tests hold each maker to the class
itself: what a step made by one is equal, to the last field, to what the validating class makes of the same parts.

Converters are skipped, too: times have to come in UTC.
"""

from collections.abc import Callable
from typing import Any, TypeVar, cast

from attrs import fields

V = TypeVar("V")


def trusted(kind: type[V]) -> type[V]:
    """Give a maker of a slotted attrs class that takes every field by name, and takes the caller's word for each.

    It is typed as the class, so that a type checker holds its calls to the fields. A field that is missing or unknown
    raises KeyError or TypeError: there are no defaults.
    """
    new = cast("Callable[[type[V]], V]", object.__new__)
    slots = tuple((one.name, getattr(kind, one.name).__set__) for one in fields(kind))  # type: ignore[arg-type]  # V is an attrs class
    count = len(slots)

    def make(**parts: Any) -> V:  # noqa: ANN401  each part is as its field says
        made = new(kind)
        for name, put in slots:
            put(made, parts[name])
        if len(parts) != count:
            unknown = ", ".join(sorted(parts.keys() - {name for name, _ in slots}))
            raise TypeError(f"{kind.__name__} has no field {unknown}")
        return made

    return cast("type[V]", make)


def changer(kind: type[V]) -> Callable[..., V]:
    """Give a maker of the value that another becomes by some changes: `attrs.evolve`, without validating it anew."""
    new = cast("Callable[[type[V]], V]", object.__new__)
    names = tuple(one.name for one in fields(kind))  # type: ignore[arg-type]  # V is an attrs class
    slots = tuple((name, getattr(kind, name).__get__, getattr(kind, name).__set__) for name in names)

    def change(value: V, /, **changes: Any) -> V:  # noqa: ANN401  each change is as its field says
        made = new(kind)
        for name, get, put in slots:
            put(made, changes.pop(name) if name in changes else get(value))
        if changes:
            raise TypeError(f"{kind.__name__} has no field {', '.join(sorted(changes))}")
        return made

    return change
