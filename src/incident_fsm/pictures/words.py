"""Short words for lengths of time, as pictures, boards and terminals have room for. The board's script says the same.

"4 min 05 s", "12 min", "1 h 05 min", "2 days 3 h": the finer, the sooner.
"""

from datetime import datetime, timedelta, tzinfo

from incident_fsm.documents import times

_COARSE_MINUTES = 10
"""From so many minutes on, seconds are left out."""


def span(length: timedelta) -> str:
    """Say how long; a negative length as if it were positive."""
    seconds = int(abs(length.total_seconds()))
    days, hours, minutes = seconds // 86_400, seconds // 3_600 % 24, seconds // 60 % 60
    if days:
        return f"{days} {'day' if days == 1 else 'days'} {hours} h"
    if hours:
        return f"{hours} h {minutes:02} min"
    if minutes >= _COARSE_MINUTES:
        return f"{minutes} min"
    return f"{minutes} min {seconds % 60:02} s"


def countdown(due: datetime, now: datetime) -> str:
    """Say how long there is left, or by how much that is over. What is due now is overdue."""
    return f"in {span(due - now)}" if due > now else f"OVERDUE by {span(now - due)}"


def hours(length: timedelta) -> str:
    """A measured length as hours and minutes, like "26 h 05 min"."""
    minutes = round(length.total_seconds() / 60)
    return f"{minutes // 60} h {minutes % 60:02} min"


def moment(at: datetime, zone: tzinfo, *, date: bool) -> str:
    """A moment, with its date where that matters: "09:12", "10 Jun 09:12"."""
    local = at.astimezone(zone)
    clock = f"{local:%H:%M}"
    return f"{local.day} {times.MONTHS[local.month - 1][:3]} {clock}" if date else clock
