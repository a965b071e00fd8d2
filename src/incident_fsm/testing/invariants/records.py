"""What is written down, and what comes back: invariants 8, 9, 13 and the first half of 11."""

from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any, cast

from attrs import evolve, fields, has

from incident_fsm import Incident, Lifecycle, Policy, Refusal, codec, replay
from incident_fsm import commands as c
from incident_fsm import events as e
from incident_fsm._guards.support import CASES_MAX
from incident_fsm.desk import Desk, Handled
from incident_fsm.errors import CodecError, TransitionRefused
from incident_fsm.testing.invariants.sentences import InvariantBroken, at, demand
from incident_fsm.testing.walks import Walk


def ids_say_where_they_come_from(walk: Walk) -> None:
    """Invariant 8, first half: each id is made of incident, revision and position, so none comes twice."""
    for step in walk.steps:
        for position, command in enumerate(step.commands):
            wanted = c.command_id(step.after.id, step.after.revision, position)
            demand(8, command.id == wanted, f"{at(step)}: expected {wanted}, found {command.id}")
            demand(8, command.incident_id == step.after.id, f"{at(step)}: {command.id} is {command.incident_id}'s")
            late = f"{at(step)}: {command.id} has another time than its event"
            demand(8, command.requested_at == step.event.at, late)
    counted = Counter(command.id for command in walk.commands)
    demand(8, not [one for one, times in counted.items() if times > 1], f"ids that came twice: {counted}")


def commands_are_the_same_again(walk: Walk) -> None:
    """Invariant 8, second half: each step, made again, asks for the very same commands."""
    for lifecycle, step in walk.history:
        again = lifecycle.attempt(step.before, evolve(step.event, revision=None))
        if isinstance(again, Refusal):
            raise InvariantBroken(8, f"{at(step)}: it was refused on replay: {again.sentence}")
        demand(8, again.commands == step.commands, f"{at(step)}: another replay asked for other commands")


def journal_of(walk: Walk) -> list[tuple[e.Event, Lifecycle]]:
    """Invariant 9: the events as they come back from what is stored of them, each equal to what it was."""
    journal = []
    for lifecycle, step in walk.history:
        with _readable(type(step.event).__name__):
            event = codec.decode_event(codec.encode_event(step.event))
        demand(9, event == step.event, f"{at(step)}: the event comes back otherwise than it was written")
        journal.append((event, lifecycle))
    return journal


def replay_gives_the_incident(journal: Sequence[tuple[e.Event, Lifecycle]], incident: Incident) -> None:
    """Invariant 9: what is stored of the events leads to the same incident again."""
    try:
        again = replay(journal)
    except TransitionRefused as refused:
        raise InvariantBroken(9, f"the journal cannot be replayed: {refused}") from refused
    demand(9, again == incident, f"a replay gives {again!r:.300}, not {incident!r:.300}")


def steps_can_be_written_down(walk: Walk) -> None:
    """Invariant 9: each incident and each command on the way comes back as it was written."""
    for step in walk.steps:
        with _readable(at(step)):
            kept = codec.decode_incident(codec.encode_incident(step.after))
            commands = [codec.decode_command(codec.encode_command(command)) for command in step.commands]
        demand(9, kept == step.after, f"{at(step)}: the incident comes back otherwise than it was written")
        demand(9, tuple(commands) == step.commands, f"{at(step)}: a command comes back otherwise than it was written")


def policy_can_be_written_down(policy: Policy) -> None:
    """Invariant 9: the policy comes back as it was written."""
    with _readable(f"the policy {policy.key}"):
        kept = codec.decode_policy(codec.encode_policy(policy))
    demand(9, kept == policy, f"the policy {policy.key} comes back otherwise than it was written")


@contextmanager
def _readable(what: str) -> Iterator[None]:
    """What we wrote, we can read."""
    try:
        yield
    except CodecError as error:
        raise InvariantBroken(9, f"{what}: what was written cannot be read: {error}") from error


def the_same_again_is_one_step(desk: Desk, incident_id: str, event: e.Event) -> None:
    """Invariant 11, first half: hand an accepted event to a desk, and again, as a stale button or an echo would."""
    first = desk.handle(incident_id, event)
    if isinstance(first, Refusal):
        raise InvariantBroken(11, f"the desk refused what the lifecycle accepted: {first.sentence}")
    again = desk.handle(incident_id, event)
    repeated = isinstance(again, Handled) and again.repeated
    demand(11, repeated, f"{type(event).__name__} {event.id} came twice and was handled twice")
    here = desk.incident(incident_id)
    demand(11, here == first.incident, f"{type(event).__name__} {event.id} came twice, and the incident changed")


def size_does_not_grow(walk: Walk) -> None:
    """Invariant 13: each list has a bound that no event can pass, and a note leaves no trace but in the journal.

    Measured by what there is, not by time: a step sees the incident and the event, so its cost follows their size.
    """
    incident, policy = walk.incident, walk.lifecycle.policy
    lists = {
        "roles": (incident.roles, len(policy.roles)),
        "cases": (incident.cases, CASES_MAX),
        "follow_ups": (incident.follow_ups, len(policy.follow_ups)),
        # decide, lead and publish or the next update; then one each for whatever can be late
        "reminded": (incident.reminded, 3 + len(policy.roles) + len(incident.cases) + len(policy.follow_ups)),
    }
    for name, (held, most) in lists.items():
        demand(13, len(held) <= most, f"{len(held)} {name}, where {most} is the most")
    newest = walk.steps[-1]
    if isinstance(newest.event, e.NoteTaken) and newest.before is not None:
        before, after = _made_of(newest.before), _made_of(newest.after)
        demand(13, before == after, f"{at(newest)}: a note made the incident larger: {after - before}")
        texts = _length(newest.before), _length(newest.after)
        demand(13, texts[0] == texts[1], f"{at(newest)}: the texts were {texts[0]} characters, and are {texts[1]} now")


def parts(value: object) -> Iterator[object]:
    """Every object that a value is made of."""
    yield value
    inner: Any = ()
    if isinstance(value, tuple):
        inner = value
    elif has(type(value)):
        inner = [getattr(value, attribute.name) for attribute in fields(cast("type[Any]", type(value)))]
    for one in inner:
        yield from parts(one)


def _made_of(incident: Incident) -> Counter[str]:
    """How many objects of each type an incident is made of."""
    return Counter(type(part).__name__ for part in parts(incident))


def _length(incident: Incident) -> int:
    """How long all the texts of an incident are together."""
    return sum(len(part) for part in parts(incident) if isinstance(part, str))
