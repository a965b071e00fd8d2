"""Small frozen values and the checks they share.

Bounds (all in characters, or items): a name 100, a line 200, a text 10,000, a link 2,000, a list 100.
They are wide enough for every published report we know and keep an incident's size bounded.
"""

# No `from __future__ import annotations` here: Hypothesis' `st.builds` must be
# able to resolve the annotations of attrs classes.

import re
from collections.abc import Callable
from datetime import MAXYEAR, MINYEAR, UTC, date, datetime
from enum import Enum
from typing import Any

from attrs import Attribute, field, frozen

from incident_fsm.errors import InvalidValue

NAME_MAX = 100
LINE_MAX = 200
TEXT_MAX = 10_000
LINK_MAX = 2_000
LIST_MAX = 100
COUNT_MAX = 2**53 - 1

FIRST_YEAR, LAST_YEAR = 2000, 2099

# Control characters, bidirectional overrides and isolates, and lone surrogates:
# none of them can be typed on purpose, and each makes a text lie to its reader.
UNPRINTABLE = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff]")
_NEWLINES = re.compile("[\t\n\u2028\u2029]")
_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9-]{0,63}")
_EVENT_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9._:@/-]{0,199}")
_KEY = re.compile(r"[a-z][a-z0-9_]{0,39}")

Validator = Callable[[Any, "Attribute[Any]", Any], None]


def _text(limit: int, *, empty: bool, lines: bool) -> Validator:
    """Make a validator for text of at most `limit` characters."""

    def check(instance: object, attribute: "Attribute[Any]", value: object) -> None:
        where = f"{type(instance).__name__}.{attribute.name}"
        if not isinstance(value, str):
            raise InvalidValue(where, f"is {type(value).__name__}, not text", "give a string")
        if not (value.strip() or (empty and not value)):
            raise InvalidValue(where, "is empty", "say something" if not empty else "say something, or leave it out")
        if len(value) > limit:
            raise InvalidValue(where, f"has {len(value)} characters", f"use at most {limit}")
        if found := UNPRINTABLE.search(value):
            raise InvalidValue(where, f"holds the unprintable character {found[0]!r}", "remove it")
        if not lines and _NEWLINES.search(value):
            raise InvalidValue(where, "spans more than one line", "use a single line")

    return check


is_name = _text(NAME_MAX, empty=False, lines=False)
is_optional_name = _text(NAME_MAX, empty=True, lines=False)
is_line = _text(LINE_MAX, empty=False, lines=False)
is_optional_line = _text(LINE_MAX, empty=True, lines=False)
is_text = _text(TEXT_MAX, empty=False, lines=True)
is_optional_text = _text(TEXT_MAX, empty=True, lines=True)
is_link = _text(LINK_MAX, empty=True, lines=False)


def _matching(pattern: re.Pattern[str], description: str, *, empty: bool = False) -> Validator:
    """Make a validator for identifiers."""

    def check(instance: object, attribute: "Attribute[Any]", value: object) -> None:
        if isinstance(value, str) and (pattern.fullmatch(value) or (empty and not value)):
            return
        where = f"{type(instance).__name__}.{attribute.name}"
        raise InvalidValue(where, f"{value!r:.120} is not an identifier", f"use {description}")

    return check


_ID_RULE = "1 to 64 letters, digits and hyphens, starting with a letter or digit"
is_incident_id = _matching(_ID, _ID_RULE)
is_optional_incident_id = _matching(_ID, _ID_RULE, empty=True)
is_event_id = _matching(_EVENT_ID, "1 to 200 letters, digits and any of . _ : @ / -")
is_key = _matching(_KEY, "1 to 40 lower-case letters, digits and underscores, starting with a letter")
is_optional_key = _matching(_KEY, "1 to 40 lower-case letters, digits and underscores, or nothing", empty=True)


def of(kind: type | tuple[type, ...], *, optional: bool = False) -> Validator:
    """Make a validator for one exact kind of value. A bool is not an int here."""
    wanted = kind.__name__ if isinstance(kind, type) else " or ".join(k.__name__ for k in kind)

    def check(instance: object, attribute: "Attribute[Any]", value: object) -> None:
        if optional and value is None:
            return
        if not isinstance(value, kind) or (isinstance(value, bool) and kind is int):
            where = f"{type(instance).__name__}.{attribute.name}"
            raise InvalidValue(where, f"is {type(value).__name__}", f"give {wanted}")

    return check


def each(check_one: Validator, *, limit: int = LIST_MAX) -> Validator:
    """Make a validator for a tuple of at most `limit` items, each held to `check_one`."""

    def check(instance: object, attribute: "Attribute[Any]", value: object) -> None:
        where = f"{type(instance).__name__}.{attribute.name}"
        if not isinstance(value, tuple):
            raise InvalidValue(where, f"is {type(value).__name__}", "give a tuple")
        if len(value) > limit:
            raise InvalidValue(where, f"has {len(value)} items", f"use at most {limit}")
        for item in value:
            check_one(instance, attribute, item)

    return check


def is_count(instance: object, attribute: "Attribute[Any]", value: object) -> None:
    """Validate a number of things: an int (not a bool) of zero or more, and of no more digits than JSON can carry."""
    if not isinstance(value, int) or isinstance(value, bool) or not 0 <= value <= COUNT_MAX:
        where = f"{type(instance).__name__}.{attribute.name}"
        raise InvalidValue(where, f"{value!r:.60} is not a count", "give an int of 0 or more")


def is_optional_count(instance: object, attribute: "Attribute[Any]", value: object) -> None:
    """Validate a count, or nothing."""
    if value is not None:
        is_count(instance, attribute, value)


def to_utc(value: datetime) -> datetime:
    """Carry a moment in UTC; what is no moment is left for the validator to refuse, which knows the field.

    UTC, because times in a zone with a repeated hour do not equal the same moment in another zone.
    """
    said: object = value
    if isinstance(said, datetime) and said.utcoffset() is not None and MINYEAR < said.year < MAXYEAR:
        return said.astimezone(UTC)
    return value


def to_optional_utc(value: datetime | None) -> datetime | None:
    """As `to_utc`, or nothing."""
    return None if value is None else to_utc(value)


def is_moment(instance: object, attribute: "Attribute[Any]", value: object) -> None:
    """Refuse what is not a time, has no zone, or lies outside 2000 to 2099."""
    where = f"{type(instance).__name__}.{attribute.name}"
    if not isinstance(value, datetime):
        raise InvalidValue(where, f"is {type(value).__name__}, not a time", "give a datetime with a time zone")
    if value.utcoffset() is None:
        raise InvalidValue(where, f"{value} has no time zone", "say which zone, for example +00:00")
    if not FIRST_YEAR <= value.year <= LAST_YEAR:
        raise InvalidValue(where, f"the year {value.year} is far off", "check for a mistyped year (2000 to 2099)")


def is_time(instance: object, attribute: "Attribute[Any]", value: object) -> None:
    """Refuse what is not a time with a zone. For computed times, which may lie past the years of `is_moment`,
    though not in the first or last year there is, which UTC may not reach.
    """
    if not isinstance(value, datetime) or value.utcoffset() is None or not MINYEAR < value.year < MAXYEAR:
        where = f"{type(instance).__name__}.{attribute.name}"
        raise InvalidValue(where, f"{value!r:.60} is no time with a zone", "give a datetime with a time zone")


def is_optional_time(instance: object, attribute: "Attribute[Any]", value: object) -> None:
    """As `is_time`, or nothing."""
    if value is not None:
        is_time(instance, attribute, value)


def is_optional_moment(instance: object, attribute: "Attribute[Any]", value: object) -> None:
    """As `is_moment`, or nothing."""
    if value is not None:
        is_moment(instance, attribute, value)


def is_date(instance: object, attribute: "Attribute[Any]", value: object) -> None:
    """Refuse what is not a calendar date of 2000 to 2099."""
    where = f"{type(instance).__name__}.{attribute.name}"
    if not isinstance(value, date) or isinstance(value, datetime):
        raise InvalidValue(where, f"is {type(value).__name__}", "give a date without a time")
    if not FIRST_YEAR <= value.year <= LAST_YEAR:
        raise InvalidValue(where, f"the year {value.year} is far off", "check for a mistyped year (2000 to 2099)")


def is_optional_date(instance: object, attribute: "Attribute[Any]", value: object) -> None:
    """As `is_date`, or nothing."""
    if value is not None:
        is_date(instance, attribute, value)


class Kind(Enum):
    """What kind of incident it is; fixed when it is opened."""

    LIVE = "live"
    """It is happening."""
    BACKFILLED = "backfilled"
    """It is recorded afterwards: no status post and no thread, but the follow-ups are owed."""
    DRILL = "drill"
    """An exercise on the same machine: no live adapter sees it, and every text says DRILL."""


class Audience(Enum):
    """Who may read a command, from the narrowest to the widest."""

    RESTRICTED = 1
    """Those who handle a security breach."""
    TEAM = 2
    """The organisation's own channels and repositories."""
    PUBLIC = 3
    """Anyone: the external status page."""

    def within(self, other: "Audience") -> bool:
        """Whether this audience is no wider than the other."""
        return bool(self._value_ <= other._value_)  # `.value` is a call of Python's, and this is asked of each command


class Stage(Enum):
    """What the status page calls the progress of an incident (PagerDuty: status of a post update)."""

    INVESTIGATING = "investigating"
    DETECTED = "detected"
    RESOLVED = "resolved"


class Fix(Enum):
    """How the incident was ended (§5)."""

    PERMANENT = "permanent"
    TEMPORARY = "temporary"
    """A permanent fix is still owed: an issue is created for it."""
    FALSE_ALARM = "false_alarm"
    DUPLICATE = "duplicate"


class Strength(Enum):
    """How strongly the policy asks for a follow-up."""

    MUST = "must"
    """Cannot be waived."""
    SHOULD = "should"
    """Can be waived with a reason."""
    MAY = "may"
    """Can be waived without one; nothing is set in motion for it."""


class FollowUpState(Enum):
    """What has become of a follow-up."""

    OPEN = "open"
    DONE = "done"
    WAIVED = "waived"


class ChaseVia(Enum):
    """Where a support case is escalated (§4)."""

    CASE = "case"
    CHANNEL = "channel"


class AfterFailure(Enum):
    """What happens next to a command that failed."""

    WAIT = "wait"
    """It waits for a person."""
    SKIP = "skip"
    """A person gave it up, with a reason."""
    RETRY = "retry"
    """A person ordered another attempt."""


@frozen(kw_only=True)
class Answer:
    """One answer of the criteria check (§1), with its evidence."""

    met: bool = field(validator=of(bool))
    evidence: str = field(default="", validator=is_optional_text)


NO = Answer(met=False)


@frozen(kw_only=True)
class Assessment:
    """The four answers of §1. All are kept, met or not, each with its evidence."""

    unplanned: Answer = field(default=NO, validator=of(Answer))
    impacts_users: Answer = field(default=NO, validator=of(Answer))
    degrades_services: Answer = field(default=NO, validator=of(Answer))
    increases_risk: Answer = field(default=NO, validator=of(Answer))


@frozen(kw_only=True)
class Milestones:
    """When the turning points happened, in UTC; None where unknown or not reached.

    `fault`: it broke. `detected`: first noticed by anyone or anything. `aware`: the team knew, where that
    is recorded apart. `declared`, `repaired` (users are served again) and `resolved` (the official end).
    """

    fault: datetime | None = field(default=None, converter=to_optional_utc, validator=is_optional_time)
    detected: datetime | None = field(default=None, converter=to_optional_utc, validator=is_optional_time)
    aware: datetime | None = field(default=None, converter=to_optional_utc, validator=is_optional_time)
    declared: datetime | None = field(default=None, converter=to_optional_utc, validator=is_optional_time)
    repaired: datetime | None = field(default=None, converter=to_optional_utc, validator=is_optional_time)
    resolved: datetime | None = field(default=None, converter=to_optional_utc, validator=is_optional_time)


@frozen(kw_only=True)
class RoleHolder:
    """Who holds a role of the policy."""

    role: str = field(validator=is_key)
    person: str = field(validator=is_name)


@frozen(kw_only=True)
class SupportCase:
    """A support ticket with a third party (§4). `reference` and `link` arrive with the receipt."""

    key: str = field(validator=is_key)
    third_party: str = field(validator=is_key)
    account: str = field(default="", validator=is_optional_name)
    summary: str = field(validator=is_line)
    requested_at: datetime = field(converter=to_utc, validator=is_time)
    chased_at: datetime | None = field(default=None, converter=to_optional_utc, validator=is_optional_time)
    command_id: str = field(default="", validator=is_optional_line)
    reference: str = field(default="", validator=is_optional_line)
    link: str = field(default="", validator=is_link)


@frozen(kw_only=True)
class FollowUp:
    """Something owed after resolution (§5, §6). `due` is UTC; None = no date is promised."""

    key: str = field(validator=is_key)
    strength: Strength = field(validator=of(Strength))
    state: FollowUpState = field(default=FollowUpState.OPEN, validator=of(FollowUpState))
    due: datetime | None = field(default=None, converter=to_optional_utc, validator=is_optional_time)
    link: str = field(default="", validator=is_link)
    reason: str = field(default="", validator=is_optional_text)


@frozen(kw_only=True)
class Reference:
    """Where a delivered command's result is found."""

    reference: str = field(default="", validator=is_optional_line)
    link: str = field(default="", validator=is_link)


@frozen(kw_only=True)
class References:
    """The results that later commands and people need. Bounded: one of each, the newest wins."""

    status_post: Reference | None = field(default=None, validator=of(Reference, optional=True))
    thread: Reference | None = field(default=None, validator=of(Reference, optional=True))
    security_report: Reference | None = field(default=None, validator=of(Reference, optional=True))
    redirect: Reference | None = field(default=None, validator=of(Reference, optional=True))
    permanent_fix: Reference | None = field(default=None, validator=of(Reference, optional=True))
    report: Reference | None = field(default=None, validator=of(Reference, optional=True))
    post_mortem: Reference | None = field(default=None, validator=of(Reference, optional=True))
    runbook: Reference | None = field(default=None, validator=of(Reference, optional=True))


@frozen(kw_only=True)
class Reminded:
    """A deadline that was reminded of, and the moment it was due then: a renewed promise is a new one."""

    deadline: str = field(validator=is_line)
    due: datetime = field(converter=to_utc, validator=is_time)


@frozen(kw_only=True)
class Action:
    """Something to do that the review decided on (§6). `due` is a calendar date in the policy's zone."""

    text: str = field(validator=is_text)
    owner: str = field(default="", validator=is_optional_name)
    due: date | None = field(default=None, validator=is_optional_date)
    link: str = field(default="", validator=is_link)


@frozen(kw_only=True)
class AffectedService:
    """A service as the status page shows it: its name and its own state there (PagerDuty: impact)."""

    service: str = field(validator=is_name)
    state: str = field(validator=is_name)
