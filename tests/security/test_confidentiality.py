"""Of a restricted incident nothing reaches anybody but those who may know, whatever happens in whatever order."""

import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from attrs import evolve, field, fields, frozen
from hypothesis import given, settings
from hypothesis import strategies as st

from incident_fsm import Audience, Kind, Policy, Refusal
from incident_fsm import _values as v
from incident_fsm import commands as c
from incident_fsm._delivery import HELD_BACK, leaks
from incident_fsm.adapters import Absent, Context, Finding, Outcome, Receipt
from incident_fsm.adapters.console import ConsoleAdapter, lines
from incident_fsm.adapters.folder import FolderAdapter
from incident_fsm.cli._watch import sentence
from incident_fsm.codec import decode_command
from incident_fsm.desk import Desk
from incident_fsm.engine import CommandStatus
from incident_fsm.engine.memory import MemoryEngine
from incident_fsm.events import CandidateReported, DetailsAmended, Event
from incident_fsm.testing import Walk, walks
from incident_fsm.testing.arbitrary import values
from incident_fsm.testing.policies import shipped_by_name
from tests.security.canaries import real_adapters

THREAT = pytest.mark.threat(
    "private (security) incident leaks to a public channel",
    rule="the audience is derived in the core; what is wider than its incident is refused before rendering",
)

WORD = "Kestrel"
"""What is known of the incident: in every title, note, summary, reason and piece of evidence."""

NARROWING: tuple[Policy, ...] = tuple(
    evolve(policy, security=evolve(policy.security, narrows_audience=True, channel="sec-only"))
    for policy in shipped_by_name().values()
)
"""The policies that ship, each with a security route that narrows the audience."""

_TOLD = {v.is_line, v.is_optional_line, v.is_text, v.is_optional_text}
_OF_THE_PUBLIC = {"message", "public_text", "undated", "deadline", "command_id", "reference"}
"""What is written for the public, or is no text about the incident."""


def secretive(event: Event) -> Event:
    """The same event, with everything that it says about the incident made secret."""
    changed: dict[str, Any] = {}
    for attribute in fields(type(event)):
        said = getattr(event, attribute.name)
        if attribute.validator in _TOLD and attribute.name not in _OF_THE_PUBLIC and said:
            changed[attribute.name] = f"{WORD}: {said}"[:190]
    if isinstance(event, CandidateReported | DetailsAmended) and event.title:
        changed["title"] = f"{WORD} keys leaked"
    if hasattr(event, "assessment") and event.assessment is not None:
        answers = {one.name: evolve(getattr(event.assessment, one.name), evidence=WORD) for one in fields(v.Assessment)}
        changed["assessment"] = evolve(event.assessment, **answers)
    return evolve(event, **changed)


@frozen
class Seen:
    """A command that reached an adapter, and how the incident was just then."""

    command: c.Command
    audience: Audience
    narrowed_at: int | None


@frozen
class Ear:
    """An adapter that hears what is meant for an audience, and remembers it with the incident's state."""

    name: str
    hears: Audience
    heard: list[Seen] = field(factory=list)
    narrowed: list[int] = field(factory=list)

    live = False

    def accepts(self, command: c.Command) -> bool:
        """As a real one: nothing narrower than the place it writes to."""
        return command.audience.value >= self.hears.value

    def deliver(self, command: c.Command, context: Context) -> Outcome:
        """Hear it."""
        self.heard.append(Seen(command, context.incident.audience, next(iter(self.narrowed), None)))
        return Receipt(reference=command.id)

    def find(self, command: c.Command, context: Context) -> Finding:  # noqa: ARG002  the port's signature
        """Nothing was left."""
        return Absent()


@frozen
class Told:
    """A walk as it was told to a desk: who heard what, and what the terminal showed."""

    desk: Desk
    ears: tuple[Ear, ...]
    shown: tuple[str, ...]


def tell(walk: Walk, rounds: Sequence[bool]) -> Told:
    """Tell a walk to a desk, each event made secret; deliver after those events that `rounds` says, and at the end."""
    narrowed: list[int] = []
    ears = tuple(Ear(a.name, a, narrowed=narrowed) for a in (Audience.PUBLIC, Audience.TEAM, Audience.RESTRICTED))
    now = [walk.steps[0].event.at]
    desk = Desk(MemoryEngine(), walk.lifecycle.policy, ears, now=lambda: now[0])
    shown: list[str] = []
    incident_id = walk.incident.id
    for number, step in enumerate(walk.steps):
        now[0] = max(now[0], step.event.at)
        if type(step.event).__name__ in {"CommandDone", "CommandFailed"}:
            continue  # the desk makes its own
        answer = desk.handle(incident_id, secretive(evolve(step.event, revision=None)))
        if not isinstance(answer, Refusal) and answer.incident.audience is Audience.RESTRICTED and not narrowed:
            narrowed.append(answer.incident.revision)
        if not isinstance(answer, Refusal) and rounds[number % len(rounds)]:
            shown += [sentence(delivery) for delivery in desk.deliver()]
    shown += [sentence(delivery) for delivery in desk.deliver()]
    return Told(desk, ears, tuple(shown))


_WALKS = walks(policy=st.sampled_from(NARROWING), kinds=(Kind.LIVE,), nonsense=False, longest=24)


@THREAT
@settings(max_examples=80)
@given(walk=_WALKS, rounds=st.lists(st.booleans(), min_size=1, max_size=5))
def test_nothing_of_a_restricted_incident_reaches_a_wider_place(walk: Walk, rounds: list[bool]) -> None:
    """For all sequences of events, and deliveries in between: from the moment that the incident is restricted, a
    wider place hears only posts whose wording was cleared, and those say nothing but that wording.
    """
    told = tell(walk, rounds)
    for ear in told.ears[:2]:
        for seen in ear.heard:
            if seen.audience is not Audience.RESTRICTED:
                continue
            post = seen.command
            assert isinstance(post, c.PublishStatus), f"{ear.name} heard {type(post).__name__}"
            assert post.cleared
            assert WORD not in str(evolve(post, id="x:1:0"))


@THREAT
@settings(max_examples=60)
@given(walk=_WALKS, rounds=st.lists(st.booleans(), min_size=1, max_size=5))
def test_what_waits_when_an_incident_is_restricted_is_left_to_a_person(walk: Walk, rounds: list[bool]) -> None:
    """It is neither sent nor lost: it fails, and says what to do; what is shown of it holds no word of it."""
    told = tell(walk, rounds)
    incident = told.desk.incident(walk.incident.id)
    for record in told.desk.outbox():
        command = decode_command(record.payload)
        if record.status is CommandStatus.FAILED:
            assert record.error == HELD_BACK
            assert leaks(command, incident)
        elif record.status is CommandStatus.PENDING and leaks(command, incident):
            assert record.needs, "it waits for what failed, and is looked at again before it is ever sent"
    if incident.audience is Audience.RESTRICTED:
        assert not any(WORD in line for line in told.shown)


@THREAT
@settings(max_examples=40)
@given(walk=_WALKS)
def test_files_and_terminal_show_nothing_of_a_restricted_incident(walk: Walk) -> None:
    """Of an incident that was restricted all along: files of mode 0600 but for the status page, which holds no word of
    it; no file's name holds any, nor does an invitation, nor what the console prints.
    """
    told = tell(walk, [False])
    incident = told.desk.incident(walk.incident.id)
    if incident.audience is not Audience.RESTRICTED or told.ears[0].narrowed != [1]:
        return
    context = Context(incident=incident, policy=told.desk.policy, timeline=lambda: told.desk.timeline(incident.id))
    with tempfile.TemporaryDirectory() as place:
        printed: list[str] = []
        folder, console = FolderAdapter(Path(place) / "root"), ConsoleAdapter(printed.append)
        for seen in told.ears[0].heard + told.ears[1].heard + told.ears[2].heard:
            folder.deliver(seen.command, context)
            console.deliver(seen.command, context)
        for path in Path(place).rglob("*"):
            assert WORD.lower() not in path.name.lower()
            if path.suffix == ".ics" or (path.is_file() and path.stat().st_mode & 0o077):
                assert WORD.encode() not in path.read_bytes(), path.name
        assert not [line for line in printed if WORD in line]


@THREAT
@settings(max_examples=80)
@given(st.sampled_from(c.COMMANDS).flatmap(values), st.booleans())
def test_a_command_is_never_sent_wider_than_its_incident(command: c.Command, cleared: bool) -> None:  # noqa: FBT001  drawn
    """`leaks`, for every type and audience: only a status post that somebody cleared may pass."""
    if isinstance(command, c.PublishStatus):
        command = evolve(command, cleared=cleared)
    for audience in Audience:
        wider = command.audience.value > audience.value
        excused = isinstance(command, c.PublishStatus) and command.cleared
        assert leaks(command, _Incident(audience)) == (wider and not excused)  # type: ignore[arg-type]  # all it looks at


@frozen
class _Incident:
    """As much of an incident as decides who may know."""

    audience: Audience


@THREAT
@settings(max_examples=60)
@given(st.sampled_from(c.COMMANDS).flatmap(values))
def test_the_console_shows_no_word_of_what_is_restricted(command: c.Command) -> None:
    """What is printed ends up in build logs: the type and the incident's id, and that it is not shown."""
    said = lines(evolve(command, audience=Audience.RESTRICTED, incident_id="INC-1"))
    assert len(said) == 1
    assert said[0].endswith(f"would {type(command).__name__} (restricted: not shown here)")


RESTRICTED_TO: dict[str, set[type[c.Command]]] = {
    "pagerduty": set(),
    "slack": {c.OpenThread, c.PostToThread, c.Remind, c.EscalateSupportCase},
    "github": {c.ReportSecurityBreach},
    "aws_support": set(),
    "email": {c.ReportSecurityBreach, c.ScheduleMeeting, c.CancelMeeting},
    "webhook": set(),
}
"""What each adapter takes of a restricted incident where nobody said that its readers may know. GitHub and e-mail have
a place of their own for breaches; an invitation to a restricted post-mortem names its id and nothing else; Slack posts
in the policy's security channel, and rejects what is for any other."""


@THREAT
@settings(max_examples=150)
@given(st.sampled_from(c.COMMANDS).flatmap(values))
def test_an_adapter_takes_what_is_restricted_only_where_such_people_read(command: c.Command) -> None:
    """By default deny: every type of command, at every adapter that ships."""
    restricted = evolve(command, audience=Audience.RESTRICTED, kind=Kind.LIVE)
    taken = {adapter.name for adapter in _ADAPTERS if adapter.accepts(restricted)}
    assert taken <= {name for name, kinds in RESTRICTED_TO.items() if type(command) in kinds}


@settings(max_examples=60)
@given(st.sampled_from(c.COMMANDS).flatmap(values))
def test_no_live_adapter_takes_a_drills_command(command: c.Command) -> None:
    """An exercise alarms nobody, whatever its audience."""
    assert not [adapter.name for adapter in _ADAPTERS if adapter.accepts(evolve(command, kind=Kind.DRILL))]


_ADAPTERS = real_adapters(Path())


def test_the_walks_go_where_it_matters() -> None:
    """The properties above would hold for walks without a breach, too: enough of these have one, early and late."""
    found: dict[str, int] = {"restricted": 0, "late": 0}

    @settings(max_examples=120, database=None)
    @given(_WALKS)
    def look(walk: Walk) -> None:
        """Count."""
        audiences = [step.after.audience for step in walk.steps]
        found["restricted"] += audiences[-1] is Audience.RESTRICTED
        found["late"] += audiences[0] is not Audience.RESTRICTED and audiences[-1] is Audience.RESTRICTED

    look()
    assert found["restricted"] >= 12
    assert found["late"] >= 5
