"""What was found odd about a published incident, and the texts that were made fit to be recorded."""

import re

from attrs import Factory, define, frozen

from incident_fsm._values import LINE_MAX, TEXT_MAX

_UNPRINTABLE = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff]")
_NEWLINES = re.compile("[\t\n\u2028\u2029]+")


@frozen
class Diagnostic:
    """Something published that contradicts itself, is missing, or could not be recorded as it stands.

    `field` is the path within the published incident, `value` what is published there, as it stands.
    """

    field: str
    value: object
    reason: str


@define
class Findings:
    """The diagnostics of one incident, in the order in which they were found."""

    diagnostics: list[Diagnostic] = Factory(list)

    def add(self, field: str, value: object, reason: str) -> None:
        """List something."""
        self.diagnostics.append(Diagnostic(field, value, reason))

    def unknown_keys(self, path: str, said: dict[str, object], known: frozenset[str]) -> None:
        """List each key that the format does not have: nothing published is lost in silence."""
        for key, value in said.items():
            if key not in known:
                self.add(f"{path}{key}", value, "is no field of this format, and is not recorded")

    def items(self, field: str, said: object) -> list[object]:
        """Read a list; nothing at all is an empty one."""
        if said is None:
            return []
        if isinstance(said, list):
            return said
        self.add(field, said, "is no list, and nothing of it is recorded")
        return []

    def text(self, field: str, said: object) -> str:
        """Read a text that may be missing (empty then) and may be longer than can be recorded."""
        if said is None:
            return ""
        if not isinstance(said, str):
            self.add(field, said, "is no text, and is not recorded")
            return ""
        return self._clipped(field, said, self._printable(field, said), TEXT_MAX)

    def line(self, field: str, said: object) -> str:
        """Read a text of one line."""
        text = self.text(field, said)
        joined = _NEWLINES.sub(" ", text)
        if joined != text:
            self.add(field, said, "spans more than one line; it is recorded as one")
        return self._clipped(field, said, joined, LINE_MAX)

    def _printable(self, field: str, said: str) -> str:
        """Replace what cannot be printed, or lies to its reader."""
        text = _UNPRINTABLE.sub("\ufffd", said.replace("\r\n", "\n"))
        if "\ufffd" in text and "\ufffd" not in said:
            self.add(field, said, "holds unprintable characters; they are recorded as U+FFFD")
        return text if text.strip() else ""

    def _clipped(self, field: str, said: object, text: str, limit: int) -> str:
        """Cut what is longer than can be recorded."""
        if len(text) > limit:
            self.add(field, said, f"has {len(text)} characters; the first {limit} are recorded")
        return text[:limit]
