"""Secrets that cannot be printed by accident, and a last line of defence for texts that came from outside.

A `Secret` is an object and not a text: it cannot be formatted, joined, pickled or put into JSON. Whoever needs its
value says so with `reveal`, at the moment of the call. What an outside system or its client says in an error may hold
a secret all the same, so every such text goes through `scrub` before it is stored or shown.
"""

import json
import re
import threading
from collections.abc import Iterator, Mapping
from typing import NoReturn
from urllib.parse import quote, quote_plus
from weakref import WeakSet

from incident_fsm.errors import AdapterError

_SHORTEST = 6
"""Values shorter than this are not looked for in texts: they would be found everywhere."""

_known: "WeakSet[Secret]" = WeakSet()
_making = threading.Lock()


class Secret:
    """A secret of an adapter, read from the environment when it is needed."""

    __slots__ = ("__weakref__", "_environment", "adapter", "variable")

    def __init__(self, adapter: str, variable: str, environment: Mapping[str, str]) -> None:
        self.adapter = adapter
        self.variable = variable
        self._environment = environment
        with _making:
            _known.add(self)

    def __repr__(self) -> str:
        """Name where it comes from, never what it is."""
        return f"Secret({self.variable})"

    def __reduce__(self) -> NoReturn:
        """Refuse to be copied out of the process."""
        raise TypeError(f"{self!r} cannot be pickled: it stays in this process")

    @property
    def is_set(self) -> bool:
        """Whether there is one."""
        return bool(self._environment.get(self.variable))

    def reveal(self) -> str:
        """Give the value, to be handed to a client at once. Raises `AdapterError` where there is none."""
        value = self._environment.get(self.variable)
        if not value:
            raise AdapterError(self.adapter, f"needs {self.variable}, which is not set", "set it in the environment")
        return value


def scrub(text: str) -> str:
    """Take the values of all known secrets out of a text, in every form that errors show them in."""
    with _making:
        known = list(_known)
    values = {secret._environment.get(secret.variable, "") for secret in known}  # noqa: SLF001  our own
    shown = {form for value in values if len(value) >= _SHORTEST for form in _forms(value)}
    if not shown:
        return text
    return re.sub("|".join(map(re.escape, sorted(shown, key=len, reverse=True))), "***", text)


def _forms(value: str) -> Iterator[str]:
    """A value as it is, as an exception's argument, as JSON, and in an address."""
    yield value
    yield repr(value)[1:-1]
    yield json.dumps(value)[1:-1]
    yield json.dumps(value, ensure_ascii=False)[1:-1]
    yield quote(value, safe="")
    yield quote(value)
    yield quote_plus(value)
