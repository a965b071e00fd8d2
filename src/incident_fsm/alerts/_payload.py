"""A webhook's payload: read strictly, with every fault and its path, and its texts made fit to be recorded."""

# No `from __future__ import annotations` here: Hypothesis' `st.builds` must be
# able to resolve the annotations of attrs classes.

import hashlib
import re
from collections.abc import Iterator
from datetime import UTC, datetime
from itertools import islice

from attrs import field, frozen

from incident_fsm import _values as v
from incident_fsm import codec
from incident_fsm.errors import CodecError
from incident_fsm.events import CandidateReported, NoteTaken

BYTES_MAX = 256 * 1024
"""No payload longer than this is looked at. PagerDuty drops longer webhooks itself (its "Behavior" page)."""

_FAULTS_MAX = 20
_TIME = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(\.[0-9]{1,9})?(Z|[+-][0-9]{2}:[0-9]{2})")
_PLAIN = re.compile("[A-Za-z_][A-Za-z0-9_-]{0,59}")
_NEVER = datetime(v.FIRST_YEAR, 1, 1, tzinfo=UTC)
_MISSING, _NOWHERE = object(), object()


@frozen(kw_only=True)
class Heard:
    """What an alert says about an incident: the event, and the id of the incident that it opens or belongs to."""

    incident_id: str
    event: CandidateReported | NoteTaken


@frozen
class Part:
    """A part of a payload. What is wrong goes to `faults`, and reading goes on with something harmless.

    So a reader takes what it needs, asks `check` in the end, and only then believes what it took.
    """

    said: object = field(repr=False)
    path: str = "$"
    faults: dict[str, None] = field(factory=dict, repr=False)

    def blame(self, problem: str) -> None:
        """List a fault of this part, once. Below a part that is wrong itself, nothing more is listed."""
        if self.said is not _NOWHERE:
            self.faults[f"{self.path}: {problem}"] = None

    def member(self, key: str) -> "Part":
        """Give the part of that key; the part must be an object. Whether the key must be there, its reader says."""
        found: object = _NOWHERE
        if isinstance(self.said, dict):
            found = self.said.get(key, _MISSING)
        else:
            self.blame(self._instead("an object"))
        name = f".{key}" if _PLAIN.fullmatch(key) else f"[{key!r:.60}]"
        return Part(found, self.path + name, self.faults)

    def items(self) -> Iterator["Part"]:
        """Give the parts of a list."""
        if isinstance(self.said, list):
            yield from (Part(item, f"{self.path}[{number}]", self.faults) for number, item in enumerate(self.said))
        else:
            self.blame(self._instead("a list"))

    @property
    def there(self) -> bool:
        """Whether there is anything: neither missing nor null, nor below a part that is wrong itself."""
        return self.said is not _MISSING and self.said is not _NOWHERE and self.said is not None

    def text(self, *, optional: bool = False) -> str:
        """Read a text as it is. Optional: it may be missing or null, which is an empty one."""
        if isinstance(self.said, str):
            return self.said
        if self.there or not optional:
            self.blame(self._instead("text"))
        return ""

    def one_of(self, *choices: str) -> str:
        """Read a text that is one of some."""
        said = self.text()
        if isinstance(self.said, str) and said not in choices:
            self.blame(f"{said!r:.60} cannot be read here; there are {', '.join(map(repr, choices))}")
        return said

    def texts(self) -> dict[str, str]:
        """Read an object that holds nothing but texts, in the order of its keys."""
        if isinstance(self.said, dict):
            return {key: self.member(key).text() for key in sorted(self.said)}
        self.blame(self._instead("an object"))
        return {}

    def moment(self) -> datetime:
        """Read a time with its zone (RFC 3339), in UTC, to the microsecond; refuse what lies outside 2000 to 2099."""
        said = self.text()
        try:
            moment = datetime.fromisoformat(said).astimezone(UTC) if _TIME.fullmatch(said) else None
        except (ValueError, OverflowError):
            moment = None
        if moment is None:
            if isinstance(self.said, str):
                self.blame(f"{said!r:.60} is not a time with a zone, like 2024-01-31T09:30:00Z")
        elif v.FIRST_YEAR <= moment.year <= v.LAST_YEAR:
            return moment
        else:
            self.blame(f"{said!r:.60} is far off; a time of {v.FIRST_YEAR} to {v.LAST_YEAR} is expected")
        return _NEVER

    def check(self, what: str) -> None:
        """Raise `CodecError` if anything read so far was wrong; of many faults, the first are named."""
        if self.faults:
            left = len(self.faults) - _FAULTS_MAX
            raise CodecError(what, [*islice(self.faults, _FAULTS_MAX), *([f"and {left} more"] if left > 0 else [])])

    def _instead(self, wanted: str) -> str:
        """Say what is there in place of what is wanted."""
        if self.said is _MISSING:
            return f"is missing; {wanted} is expected"
        kinds = {dict: "an object", list: "a list", str: "text", bool: "true or false", type(None): "null"}
        return f"is {kinds.get(type(self.said), 'a number')}, not {wanted}"


def parsed(payload: bytes, what: str) -> Part:
    """Parse a payload within the bounds, or raise `CodecError`."""
    if len(payload) > BYTES_MAX:
        raise CodecError(what, [f"$: {len(payload)} bytes; at most {BYTES_MAX} are read"])
    try:
        said = payload.decode()
    except UnicodeDecodeError as error:
        raise CodecError(what, [f"$: is not UTF-8 at byte {error.start}"]) from None
    return Part(codec.parse_json(said, what))


def one_line(said: str, limit: int = v.LINE_MAX) -> str:
    """Make any text fit for one line: printable, and cut visibly where it is too long. May be empty."""
    return _cut(" ".join(_printable(said).split()), limit)


def many_lines(said: str, limit: int = v.TEXT_MAX) -> str:
    """Make any text fit to be recorded: printable, and cut visibly where it is too long. May be empty."""
    return _cut(_printable(said).strip(), limit)


def _printable(said: str) -> str:
    """Show what cannot be printed, or lies to its reader, as U+FFFD."""
    return v.UNPRINTABLE.sub("\ufffd", said.replace("\r\n", "\n").replace("\r", "\n"))


def _cut(said: str, limit: int) -> str:
    """Cut a text that is too long, and show that it was cut."""
    return said if len(said) <= limit else f"{said[: limit - 1]}…"


def digest(*parts: str) -> str:
    """Make an id of 16 letters and digits of anything: equal for equal parts only, as far as 64 bits go."""
    return hashlib.sha256("\0".join(parts).encode(errors="surrogatepass")).hexdigest()[:16]
