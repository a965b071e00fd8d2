"""Which adapter carries out which command: asked of the adapters themselves, for docs/services.md.

Every command comes from a made-up incident that is told through the lifecycle, so the table also knows what brings it.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from functools import cache
from itertools import chain
from pathlib import Path
from typing import Any

from attrs import evolve, frozen
from live.story import TITLE, WHO, Story

from incident_fsm import Answer, Assessment, ChaseVia, Fix, Incident, Lifecycle, Policy
from incident_fsm import commands as c
from incident_fsm import events as e
from incident_fsm.adapters import Adapter, AdapterSettings
from incident_fsm.adapters.registry import load_adapters
from incident_fsm.cli._usage import _FORMS
from incident_fsm.policy_files import load_shipped

NOW = datetime(2026, 11, 23, 3, 2, tzinfo=UTC)
ROUTE = "github_ticket"
"""The redirect of the default policy that becomes a ticket by default."""

Table = Mapping[str, Any]

LEAST: dict[str, Table] = {
    "pagerduty": {"page": "Analytical Platform"},
    "slack": {},
    "github": {"repository": "acme/incidents"},
    "aws_support": {},
    "email": {"host": "smtp.example.org", "sender": "incidents@example.org"},
    "webhook": {"url": "https://hooks.example.org/incidents"},
    "folder": {},
}
"""The adapters in the order of the columns, each with no more settings than it needs."""

MORE: dict[str, dict[str, Table]] = {
    "github": {"security_repository": {"security_repository": "acme/platform"}},
    "aws_support": {"restricted": {"restricted": True}},
    "email": {"security_team": {"security_team": ["security@example.org"]}},
    "webhook": {"restricted": {"restricted": True}},
}
"""Settings that make an adapter take more."""

_OTHER_WAYS = {e.DeadlinePassed: "remind", e.CandidateReported: "report", e.CandidateConfirmed: "confirm"}


@frozen
class Told:
    """A command, and the event that it follows from."""

    command: c.Command
    event: type[e.Event]


def parts() -> dict[str, str]:
    """The generated parts of docs/services.md, by the names of their marks."""
    return {"commands": _table(told(restricted=False)), "restricted": _table(told(restricted=True))}


def told(*, restricted: bool) -> list[Told]:
    """Every command there is for an incident, open or restricted, with the event behind it."""
    shipped = load_shipped()
    narrow = evolve(shipped.security, narrows_audience=True, channel="security-incidents")
    policy = evolve(shipped, security=narrow) if restricted else shipped
    return list(chain.from_iterable(_follow(policy, events) for events in _stories(policy, restricted=restricted)))


def _stories(policy: Policy, *, restricted: bool) -> Iterator[Iterator[e.Event]]:
    """Stories in which everything happens that asks for something to be done."""
    story = Story("INC-1", policy, lambda: NOW, cleared=restricted)
    yield iter([story.reported(breach=True)])
    if not restricted:
        yield _flagged(story)
    yield iter([story.reported(breach=restricted), story.dismissed(ROUTE)])
    yield _whole(story, breach=restricted)


def _flagged(story: Story) -> Iterator[e.Event]:
    """A breach that shows later: when it is confirmed, or by itself."""
    yes = Answer(met=True, evidence="keys were found")
    yield story.reported()
    confirmed = Assessment(unplanned=yes, increases_risk=yes)
    yield e.CandidateConfirmed(**story.head(), assessment=confirmed, security_breach=True)
    yield story.reported()
    yield e.SecurityBreachFlagged(**story.head(), details="Keys were found.")


def _whole(story: Story, *, breach: bool) -> Iterator[e.Event]:
    """From the first report to the review. What a breach taught is not told to the public."""
    yield from story.begun(breach=breach)
    yield story.managed()
    yield story.noted()
    yield e.RoleAssigned(**story.head(), role="communications", person=WHO)
    yield story.supported("aws", "123456789012")
    yield story.chased()
    yield story.chased(ChaseVia.CHANNEL)
    yield story.updated()
    yield e.ServiceRestored(**story.head(), how="It was rolled back.")
    yield story.late()
    yield e.DetailsAmended(**story.head(), title=f"{TITLE}!")
    yield story.resolved(Fix.TEMPORARY)
    yield story.reopened()
    yield story.resolved(Fix.TEMPORARY)
    yield from story.reviewed(_owing(story), "" if breach else "We learned something.")


@cache
def _owed(policy_key: str) -> tuple[str, ...]:
    """The follow-ups of a policy."""
    raise NotImplementedError(policy_key)


def _owing(story: Story) -> Incident:
    """An incident that owes what a resolved one owes."""
    raise NotImplementedError(story.id)


def _follow(policy: Policy, events: Iterable[e.Event]) -> Iterator[Told]:
    """Tell one incident."""
    lifecycle, incident = Lifecycle(policy), None
    for event in events:
        opens = isinstance(event, e.CandidateReported) or incident is None
        step = lifecycle.open(event) if opens else lifecycle.step(incident, event)
        incident = step.after
        yield from (Told(command, type(event)) for command in step.commands)
