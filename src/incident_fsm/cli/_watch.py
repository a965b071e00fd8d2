"""`incident deliver --watch`: workers that stay, and a live view of what is pending, running, waiting and stuck."""

import json
import signal
import sys
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime, timedelta, tzinfo
from typing import TYPE_CHECKING, Any

from incident_fsm.cli import _trouble
from incident_fsm.cli._output import clean, say
from incident_fsm.cli._session import Session

if TYPE_CHECKING:
    from rich.console import RenderableType

    from incident_fsm._delivery import Delivery
    from incident_fsm.desk import Desk
    from incident_fsm.engine import CommandRecord
    from incident_fsm.workers import Trouble, Workers

_REFRESH = timedelta(seconds=1)
_SHOWN_WAITING, _SHOWN_NEWS = 25, 8
"""How many lines of each kind fit on a screen."""

Row = tuple[str, str, str, str]
"""Command, type, how it stands, and why."""

_STYLES = {"stuck": "red", "running": "cyan", "waits": "yellow", "pending": ""}
"""What the words of `standing` begin with, the most urgent first, and how each is shown."""


_OUTCOMES = {
    "Receipt": ("done", "by"),
    "NotDone": ("not done yet, and tried again", "by"),
    "Rejected": ("refused: a person must look", "by"),
    "Unknown": ("in doubt", "at"),
}
"""What became of a command, in words, and how these go on to the adapter's name."""


def watch(session: Session, workers: int) -> int:
    """Deliver until told to stop (Ctrl-C, SIGTERM); each worker finishes the command that it is at."""
    from incident_fsm.workers import Workers  # noqa: PLC0415  only where needed

    with session.desk():
        pass  # what is wrong with folder, policy or adapters is said before anything is started
    live = sys.stdout.isatty() and not session.json
    news: deque[str] = deque(maxlen=_SHOWN_NEWS)
    tell: Callable[[Delivery | Trouble], None] = _keeper(news) if live else _teller(as_json=session.json)
    with Workers(session.open_desk, count=workers, tell=tell) as crew, _stopping(crew):
        if live:
            _show(session, crew, news)
        else:
            while not crew.wait(_REFRESH):
                pass
    return _trouble.DONE


@contextmanager
def _stopping(crew: "Workers") -> Iterator[None]:
    """Stop the workers on SIGTERM and Ctrl-C, and give both their old meaning back afterwards."""

    def stop(_signal: int, _frame: object) -> None:
        crew.stop()

    old = {number: signal.signal(number, stop) for number in (signal.SIGTERM, signal.SIGINT)}
    try:
        yield
    finally:
        for number, handler in old.items():
            signal.signal(number, handler)


def _teller(*, as_json: bool) -> "Callable[[Delivery | Trouble], None]":
    """Make a function that prints what happens, a line each, for logs and scripts."""

    def tell(what: "Delivery | Trouble") -> None:
        if as_json:
            print(json.dumps(happened(what), ensure_ascii=False), flush=True)  # noqa: T201  the answer
        else:
            say(sentence(what))
            sys.stdout.flush()

    return tell


def _keeper(news: deque[str]) -> "Callable[[Delivery | Trouble], None]":
    """Make a function that keeps the newest of what happens, for the live view."""
    return lambda what: news.append(sentence(what))


def happened(what: "Delivery | Trouble") -> dict[str, Any]:
    """What happened, as plain data. Texts of commands are left out: they may be restricted."""
    from incident_fsm.workers import Trouble  # noqa: PLC0415  only where needed

    if isinstance(what, Trouble):
        return {"trouble": what.problem, "at": f"{what.at:%Y-%m-%dT%H:%M:%SZ}"}
    outcome: Any = what.outcome
    detail = getattr(outcome, "why", "") or getattr(outcome, "link", "") or getattr(outcome, "reference", "")
    return {
        "id": what.command.id,
        "type": type(what.command).__name__,
        "adapter": what.adapter,
        "outcome": type(outcome).__name__,
        "detail": detail,
        "counted": what.counted,
    }


def sentence(what: "Delivery | Trouble") -> str:
    """What happened, in one line."""
    said = happened(what)
    if "trouble" in said:
        return f"{said['at']} trouble: {said['trouble']}"
    became, joined = _OUTCOMES.get(said["outcome"], (said["outcome"], "by"))
    who = f" ({joined} {said['adapter']})" if said["adapter"] else ""
    late = "" if said["counted"] else "; it was settled meanwhile, so this does not count"
    return f"{said['id']} {said['type']}: {became}{who}{late}: {said['detail']}".removesuffix(": ")


def rows(records: "Sequence[CommandRecord]", now: datetime, zone: tzinfo) -> list[Row]:
    """How every command stands that is not settled: what needs a person first, then what runs, then what waits."""
    found = [(record.command_id, record.type, standing(record, now, zone), record.error) for record in records]
    return sorted(found, key=lambda row: list(_STYLES).index(_kind(row)))


def _kind(row: Row) -> str:
    """Which of the four ways a command stands."""
    return next(kind for kind in _STYLES if row[2].startswith(kind))


def standing(record: "CommandRecord", now: datetime, zone: tzinfo) -> str:
    """How one command stands, in words that begin with stuck, running, waits or pending; times in a zone."""
    status = record.status.value
    if status == "failed":
        return "stuck until a person sees to it: retry, by-hand or skip"
    if status == "attempted":
        since = "" if record.attempted_at is None else f" since {record.attempted_at.astimezone(zone):%H:%M:%S}"
        return f"running{since}, attempt {record.attempts}"
    if record.not_before is not None and record.not_before > now:
        seconds = int((record.not_before - now).total_seconds()) + 1
        doubt = ", then its marker is looked for" if record.in_doubt else ""
        return f"waits until {record.not_before.astimezone(zone):%H:%M:%S %Z} ({seconds} s){doubt}"
    return f"pending{f', after {record.needs}' if record.needs else ''}"


def _show(session: Session, crew: "Workers", news: Sequence[str]) -> None:
    """Show how things stand, anew every second, until the workers are stopped."""
    from rich.live import Live  # noqa: PLC0415  only where a terminal is there

    with session.desk() as desk, Live(view(desk, news), auto_refresh=False, screen=False) as live:
        while not crew.wait(_REFRESH):
            live.update(view(desk, news), refresh=True)


def view(desk: "Desk", news: Sequence[str]) -> "RenderableType":
    """Draw one picture of the outbox."""
    from rich.console import Group  # noqa: PLC0415  only where a terminal is there
    from rich.table import Table  # noqa: PLC0415  likewise
    from rich.text import Text  # noqa: PLC0415  likewise

    from incident_fsm.cli._outbox import waiting  # noqa: PLC0415  it imports this module

    now, zone = desk.now(), desk.policy.calendar.zone
    standing_now = rows(waiting(desk), now, zone)
    title = f"not settled: {len(standing_now)} · {now.astimezone(zone):%H:%M:%S %Z} · Ctrl-C stops"
    drawn = Table(title=title, header_style="bold")
    for header in ("command", "type", "how it stands", "why"):
        drawn.add_column(header, overflow="fold", no_wrap=header == "command")
    for row in standing_now[:_SHOWN_WAITING]:
        style = _STYLES[_kind(row)]
        drawn.add_row(*(Text(clean(cell), style=style) for cell in row))
    if hidden := len(standing_now) - _SHOWN_WAITING:
        drawn.caption = f"and {hidden} more: incident outbox --waiting" if hidden > 0 else None
    return Group(drawn, *(Text(clean(line), overflow="ellipsis", no_wrap=True) for line in news))
