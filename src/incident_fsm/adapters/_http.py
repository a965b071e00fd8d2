"""What an HTTP status means for a command, the same for every vendor (docs/design.md, "Delivery").

A vendor's module decides what is its own: which 4xx says "exists already", and which error its client raises when a
connection could not be made at all (`NotDone`) or broke in the middle (`Unknown`).
"""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from http import HTTPStatus

from incident_fsm.adapters import NotDone, Outcome, Rejected, Unknown

_LONGEST = timedelta(hours=1)
"""Nobody is taken at their word for longer than this."""

_WORDS = {status.value: status.phrase for status in HTTPStatus}

_MAY_PASS = {HTTPStatus.REQUEST_TIMEOUT, HTTPStatus.TOO_EARLY}


def refusal(status: int, why: str, headers: Mapping[str, str], now: datetime | None = None) -> Outcome:
    """Sort an answer that is no success: a rate limit is `NotDone`, 5xx and odd ones `Unknown`, a 4xx `Rejected`.

    `why` is what the other side said; where it said nothing, the status is put into words.
    """
    said = f"{status} {why or _WORDS.get(status, '')}".strip()
    if status == HTTPStatus.TOO_MANY_REQUESTS:
        return NotDone(why=said, wait=retry_after(headers, now))
    if HTTPStatus.BAD_REQUEST <= status < HTTPStatus.INTERNAL_SERVER_ERROR and status not in _MAY_PASS:
        return Rejected(why=said)
    return Unknown(why=said)


def retry_after(headers: Mapping[str, str], now: datetime | None = None) -> timedelta | None:
    """How long an answer asks to wait, from Retry-After as seconds or as an HTTP date; None where it does not say.

    At least nothing and an hour at most. A date is counted from `now`, or from the answer's own Date header.
    """
    folded = {name.lower(): value for name, value in headers.items()}
    said = folded.get("retry-after", "").strip()
    if not said:
        return None
    try:
        wait = timedelta(seconds=min(float(said), _LONGEST.total_seconds()))
    except (ValueError, OverflowError):
        until, since = _date(said), now or _date(folded.get("date", "")) or datetime.now(UTC)
        if until is None:
            return None
        wait = until - since
    return min(max(wait, timedelta()), _LONGEST)


def _date(said: str) -> datetime | None:
    """Read an HTTP date."""
    try:
        moment = parsedate_to_datetime(said)
    except (ValueError, OverflowError):
        return None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
