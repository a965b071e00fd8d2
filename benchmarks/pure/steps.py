"""Accepted and refused steps beside the dict table, plain use of `transitions`, and the peers."""

from collections.abc import Callable

from benchmarks.figures import Row, at_most
from benchmarks.pure.contest import SHARED, Contestant, check, run
from benchmarks.pure.ours import DICT_TABLE, OURS
from benchmarks.pure.peers.automat import AUTOMAT
from benchmarks.pure.peers.django_fsm import DJANGO_FSM
from benchmarks.pure.peers.eventsourcing import EVENTSOURCING
from benchmarks.pure.peers.plain_transitions import PLAIN, PLAIN_SEALING
from benchmarks.pure.peers.sismic import SISMIC
from benchmarks.pure.peers.statemachine import STATEMACHINE
from benchmarks.pure.story import BEGINNING, GUARDED, NO_ROW, NOTE, WHOLE
from benchmarks.timing import Prepare, Taken, interleaved

from incident_fsm.events import Event

PEERS = (AUTOMAT, DJANGO_FSM, EVENTSOURCING, SISMIC, STATEMACHINE)
EVERYBODY = (OURS, DICT_TABLE, PLAIN, PLAIN_SEALING, *PEERS)

ROUNDS = 41
QUICK, SLOW = 400, 60
"""How many steps are timed in a go, of those who take microseconds and of the others."""

LIVES = 5
"""How many incidents are told in a go."""

_TABLE = "the table makes its answer by the class, we by an open twin (`_trusted`); all else is the same"
_WHOLE_LIFE = (
    "guards and reactions, which both call alike, are most of an average step here: what can be won is bounded by what"
    " stands around them"
)


def _many(one: Contestant, event: Event, count: int) -> Prepare:
    """The same event, many times, while an incident is managed."""

    def prepare() -> Callable[[], object]:
        handle = run(one.begin, BEGINNING)[0].handle

        def call() -> None:
            for _ in range(count):
                handle(event)

        return call

    return prepare


def _lives(one: Contestant) -> Prepare:
    """Incidents from report to review. That they begin is not timed."""

    def prepare() -> Callable[[], object]:
        handles = [one.begin().handle for _ in range(LIVES)]

        def call() -> None:
            for handle in handles:
                for event in WHOLE:
                    handle(event)

        return call

    return prepare


def _count(one: Contestant) -> int:
    """How many steps of a contestant are timed in a go."""
    return QUICK if one in (OURS, DICT_TABLE) else SLOW


def _time(event: Event, contestants: tuple[Contestant, ...]) -> dict[str, Taken]:
    """Time an event with each contestant."""
    return interleaved(
        {one.name: _many(one, event, _count(one)) for one in contestants},
        rounds=ROUNDS,
        calls={one.name: _count(one) for one in contestants},
    )


def measure() -> tuple[list[Row], dict[str, dict[str, Taken]]]:
    """Time everything; give the rows, and what each took."""
    check(EVERYBODY, (NO_ROW, GUARDED), BEGINNING)
    taken = {
        "a note": _time(NOTE, EVERYBODY),
        "a whole life": interleaved(
            {one.name: _lives(one) for one in EVERYBODY},
            rounds=ROUNDS,
            calls=dict.fromkeys((one.name for one in EVERYBODY), LIVES * len(WHOLE)),
        ),
        "refused, no row": _time(NO_ROW, (OURS, DICT_TABLE)),
        "refused by a guard": _time(GUARDED, (OURS, DICT_TABLE)),
    }
    rows = [
        _row(taken, "a note", DICT_TABLE, 1.25, note=_TABLE),
        _row(taken, "a whole life", DICT_TABLE, 1.25),
        _row(taken, "a note", PLAIN, 0.15, note=SHARED),
        _row(taken, "a whole life", PLAIN, 0.15, note=_WHOLE_LIFE),
        _row(taken, "a note", PLAIN_SEALING, None, note="what the machine alone costs, without `attrs.evolve`"),
        *(_row(taken, "a note", peer, 1, note=_ahead(taken["a note"], peer)) for peer in PEERS),
        *(_row(taken, "a whole life", peer, 1, note=_ahead(taken["a whole life"], peer)) for peer in PEERS),
        _row(taken, "refused, no row", DICT_TABLE, 1.25),
        _row(taken, "refused by a guard", DICT_TABLE, 1.75),
    ]
    return rows, taken


def _row(
    taken: dict[str, dict[str, Taken]], what: str, other: Contestant, goal: float | None, *, note: str = ""
) -> Row:
    """The row of one comparison."""
    of = taken[what]
    kind = what if what.startswith("refused") else f"accepted, {what}"
    return at_most(goal, f"step {kind} ÷ {other.name}", (of[OURS.name].median, of[other.name].median), "µs", note=note)


def _ahead(of: dict[str, Taken], peer: Contestant) -> str:
    """Say by how much we are ahead."""
    return f"{of[peer.name].median / of[OURS.name].median:.1f} times as quick"
