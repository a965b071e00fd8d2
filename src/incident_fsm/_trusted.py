"""Values made of parts that were validated before, without validating them again.

Whatever a caller makes is validated. Within a step there is nothing left to find: reactions combine what events and
the policy carry, and both were validated when they were made. Doing it again took most of the time of a step. So a
value is made as the next incident is (`_incident`): its *open twin* has the very slots of its class and takes
assignments, and when every field is set its class is switched. The tests hold that to the class itself: what a step
made is equal, to the last field, to what the validating class makes of the same parts.

Converters are skipped, too: times have to come in UTC.
"""

from collections.abc import Callable
from functools import partial
from typing import Any, TypeVar, cast

from attrs import fields

V = TypeVar("V")


def open_twin(kind: type[V]) -> Callable[[], Any]:
    """Give a maker of blanks: values of a slotted class with no field set, open to change.

    Whoever takes one sets every field and then assigns `__class__`, after which it is a value like any other.
    """
    # Both names share one slot of the type: with only one of them, setting would go through Python for either.
    opened = {"__slots__": (), "__setattr__": object.__setattr__, "__delattr__": object.__delattr__}
    twin = type(f"{kind.__name__}Twin", (kind,), opened)
    return partial(object.__new__, twin)


def trusted(kind: type[V]) -> type[V]:
    """Give a maker of a slotted attrs class that takes every field by name, and takes the caller's word for each.

    It is typed as the class, so that a type checker holds its calls to the fields. A field that is missing raises
    TypeError, one that is unknown AttributeError: there are no defaults.
    """
    blank = open_twin(kind)
    names = frozenset(one.name for one in fields(kind))  # type: ignore[arg-type]  # V is an attrs class
    count = len(names)

    def make(**parts: Any) -> V:  # noqa: ANN401  each part is as its field says
        made = blank()
        for name, part in parts.items():
            setattr(made, name, part)
        if len(parts) != count:
            raise TypeError(f"{kind.__name__} needs {', '.join(sorted(names - parts.keys()))}")
        made.__class__ = kind
        return cast("V", made)

    return cast("type[V]", make)


def changer(kind: type[V]) -> Callable[..., V]:
    """Give a maker of the value that another becomes by some changes: `attrs.evolve`, without validating it anew.

    A change of what is no field raises AttributeError.
    """
    blank = open_twin(kind)
    names = tuple(one.name for one in fields(kind))  # type: ignore[arg-type]  # V is an attrs class

    def change(value: V, /, **changes: Any) -> V:  # noqa: ANN401  each change is as its field says
        made = blank()
        for name in names:
            setattr(made, name, getattr(value, name))
        for name, part in changes.items():
            setattr(made, name, part)
        made.__class__ = kind
        return cast("V", made)

    return change
