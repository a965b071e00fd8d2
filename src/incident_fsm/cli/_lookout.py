"""`incident watch`: the open incidents as a live view at a terminal, elsewhere as text or JSON that grows."""

import json
import signal
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from typing import TYPE_CHECKING, Annotated, Any

import typer
from attrs import evolve

from incident_fsm._states import State
from incident_fsm._stop_sign import StopSign
from incident_fsm.cli import _trouble
from incident_fsm.cli._options import reading
from incident_fsm.cli._output import as_json, clean, say, table
from incident_fsm.cli._session import Session

if TYPE_CHECKING:
    from rich.console import RenderableType

    from incident_fsm.desk import Desk
    from incident_fsm.documents import PlainData

_REFRESH = 1.0
_SHOWN = 30
"""So many incidents fit on a screen."""

_HEADERS = ("incident", "state", "impact", "lead", "next update", "what is wrong", "title")

Restricted = Annotated[
    bool, typer.Option("--restricted", help="Show restricted incidents too; without it they are only counted.")
]


@reading
def watch(
    session: Session,
    *,
    once: Annotated[bool, typer.Option("--once", help="Show it once, and leave.")] = False,
    restricted: Restricted = False,
) -> int:
    """Watch the open incidents: a live view at a terminal, elsewhere the list anew whenever it changes.

    With --json, each is a document on a line of its own.
    """
    live = sys.stdout.isatty() and not session.json and not once
    with evolve(session, dry_run=True).desk() as desk, told_to_stop() as stop:
        if live:
            _show(desk, stop, restricted=restricted)
            return _trouble.DONE
        before: list[PlainData] | None = None
        while True:
            found, hidden = look(desk, restricted=restricted)
            if found != before:
                _tell(session, desk, found, hidden, document=once)
            before = found
            if once or stop.wait(_REFRESH):
                return _trouble.DONE


def look(desk: "Desk", *, restricted: bool) -> "tuple[list[PlainData], int]":
    """What stands out of every open incident, the most urgent first, and how many are hidden. Nothing in it ticks."""
    cards, hidden = _cards(desk, restricted=restricted)
    return [_data(card) for card in cards], hidden


def _cards(desk: "Desk", *, restricted: bool) -> "tuple[list[PlainData], int]":
    """The cards of the open incidents, and how many are not shown."""
    from incident_fsm.board import outbox  # noqa: PLC0415  costs jinja2
    from incident_fsm.board.cards import card, is_restricted, urgency  # noqa: PLC0415  likewise

    now = desk.now()
    incidents = list(desk.find(*(state for state in State if not state.final)))
    shown = [one for one in incidents if restricted or not is_restricted(one)]
    waiting = outbox.by_incident(desk.outbox(None, *outbox.UNSETTLED))
    cards = [card(one, desk.policy, waiting.get(one.id, ()), now) for one in shown]
    return sorted(cards, key=urgency), len(incidents) - len(shown)


def _data(card: "PlainData") -> dict[str, Any]:
    """A card as plain data for scripts; times in UTC, as everywhere in JSON."""
    promise = card["next_update"]
    return {
        "id": card["id"],
        "state": card["state"],
        "impact": card["impact"],
        "lead": card["lead"],
        "title": card["title"],
        "next_update_at": "" if promise is None else _utc(promise["at"]),
        "overdue": [duty["name"] for duty in card["late"]],
        "outbox": [{"id": each["id"], "trouble": each["word"].lower()} for each in card["troubles"]],
    }


def _utc(moment: Any) -> str:  # noqa: ANN401  a time of plain data
    """Write a time for programs."""
    from incident_fsm.documents.times import machine  # noqa: PLC0415  costs jinja2

    return machine(moment)


def _tell(session: Session, desk: "Desk", found: "Sequence[PlainData]", hidden: int, *, document: bool) -> None:
    """Print what was found: once as a document, or again and again as a part of a stream."""
    if session.json:
        data = {"incidents": list(found), "restricted": hidden}
        if document:
            as_json(data)
        else:
            json_line(data)
        return
    say(f"{desk.now().astimezone(desk.policy.calendar.zone):%Y-%m-%d %H:%M:%S %Z}  {_counted(len(found), hidden)}")
    if found:
        table(_HEADERS, [_row(each, _local(each["next_update_at"], desk)) for each in found])
    sys.stdout.flush()


def _local(moment: str, desk: "Desk") -> str:
    """Write a time of a document as people here read it."""
    return f"{datetime.fromisoformat(moment).astimezone(desk.policy.calendar.zone):%Y-%m-%d %H:%M %Z}" if moment else ""


def _row(data: "PlainData", promise: str) -> tuple[str, ...]:
    """An incident as a row of text."""
    wrong = [f"OVERDUE {name}" for name in data["overdue"]]
    wrong += [f"{each['trouble'].upper()} {each['id']}" for each in data["outbox"]]
    return data["id"], data["state"], data["impact"], data["lead"], promise, "; ".join(wrong), data["title"]


def _counted(shown: int, hidden: int) -> str:
    """How many there are."""
    return f"{shown} open incident(s)" + (f", {hidden} restricted not shown (--restricted)" if hidden else "")


def _show(desk: "Desk", stop: StopSign, *, restricted: bool) -> None:
    """Show the open incidents, anew every second, until told to stop."""
    from rich.live import Live  # noqa: PLC0415  only where a terminal is there

    with Live(view(desk, restricted=restricted), auto_refresh=False, screen=False) as live:
        while not stop.wait(_REFRESH):
            live.update(view(desk, restricted=restricted), refresh=True)


def view(desk: "Desk", *, restricted: bool) -> "RenderableType":
    """Draw one picture of the open incidents."""
    from rich.table import Table  # noqa: PLC0415  only where a terminal is there
    from rich.text import Text  # noqa: PLC0415  likewise

    cards, hidden = _cards(desk, restricted=restricted)
    now = desk.now().astimezone(desk.policy.calendar.zone)
    drawn = Table(title=f"{_counted(len(cards), hidden)} · {now:%H:%M:%S %Z} · Ctrl-C stops", header_style="bold")
    for header in _HEADERS:
        drawn.add_column(header, overflow="fold", no_wrap=header == "incident")
    for card in cards[:_SHOWN]:
        data = _data(card)
        promise = card["next_update"]
        left = "" if promise is None else promise["countdown"]
        style = "bold red" if data["overdue"] else "yellow" if data["outbox"] else ""
        row = dict(zip(_HEADERS, _row(data, left), strict=True)) | {"state": f"{data['state']} {card['lasted']}"}
        drawn.add_row(*(Text(clean(cell), style=style) for cell in row.values()))
    if len(cards) > _SHOWN:
        drawn.caption = f"and {len(cards) - _SHOWN} more: incident list"
    return drawn


@contextmanager
def told_to_stop() -> Iterator[StopSign]:
    """Give a sign that SIGTERM and Ctrl-C set, and both their old meaning back afterwards."""
    sign = StopSign()
    old = {number: signal.signal(number, lambda *_: sign.set()) for number in (signal.SIGTERM, signal.SIGINT)}
    try:
        yield sign
    finally:
        for number, handler in old.items():
            signal.signal(number, handler)


def json_line(data: dict[str, Any]) -> None:
    """Print one document on one line, at once."""
    print(json.dumps(data, ensure_ascii=False), flush=True)  # noqa: T201  the answer
