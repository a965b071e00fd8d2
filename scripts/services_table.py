"""Which adapter carries out which command: asked of the adapters themselves, for docs/services.md.

Every command comes from made-up incidents that are told through the lifecycle, so the table also knows what brings it.
"""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from attrs import define, evolve, field, frozen

from incident_fsm import Answer, Assessment, ChaseVia, Fix, Incident, Lifecycle, Policy
from incident_fsm import commands as c
from incident_fsm import events as e
from incident_fsm.adapters import Adapter, AdapterSettings
from incident_fsm.adapters.registry import load_adapters
from incident_fsm.cli._usage import _FORMS
from incident_fsm.policy_files import load_shipped
from live.story import SOON, TITLE, WHO, Story

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

MORE: dict[str, tuple[str, Table]] = {
    "github": ("security_repository", {"security_repository": "acme/platform"}),
    "aws_support": ("restricted", {"restricted": True}),
    "email": ("security_team", {"security_team": ["security@example.org"]}),
    "webhook": ("restricted", {"restricted": True}),
}
"""The setting that makes an adapter take more."""


@frozen
class Told:
    """A command, and the event that it follows from."""

    command: c.Command
    event: type[e.Event]


@define
class Telling:
    """Incidents told one after the other, with every command that they give rise to."""

    policy: Policy
    commands: list[Told] = field(factory=list)

    def tell(self, incident: Incident | None, *events: e.Event) -> Incident:
        """Tell an incident further, or (None) from its beginning."""
        lifecycle = Lifecycle(self.policy)
        for event in events:
            step = lifecycle.open(event) if isinstance(event, e.CandidateReported) else None
            step = step or lifecycle.step(_begun(incident), event)
            incident = step.after
            self.commands += [Told(command, type(event)) for command in step.commands]
        return _begun(incident)


def _begun(incident: Incident | None) -> Incident:
    """The incident that the first event opened."""
    if incident is None:
        raise ValueError("an incident begins with CandidateReported")
    return incident


def parts() -> dict[str, str]:
    """The generated parts of docs/services.md, by the names of their marks."""
    return {"commands": _table(told(restricted=False)), "restricted": _table(told(restricted=True))}


def told(*, restricted: bool) -> list[Told]:
    """Every command there is for an incident, open or restricted, with the event behind it."""
    shipped = load_shipped()
    narrow = evolve(shipped.security, narrows_audience=True, channel="security-incidents")
    telling = Telling(evolve(shipped, security=narrow) if restricted else shipped)
    story = Story("INC-1", telling.policy, lambda: NOW, cleared=restricted)
    if not restricted:
        _flag(telling, story)
    telling.tell(
        None,
        story.reported(breach=restricted),
        story.dismissed(telling.policy.security.redirect if restricted else ROUTE),
    )
    _tell_all(telling, story, breach=restricted)
    return telling.commands


def _flag(telling: Telling, story: Story) -> None:
    """A breach that shows at once, when it is confirmed, or by itself."""
    telling.tell(None, story.reported(breach=True))
    yes = Answer(met=True, evidence="keys were found")
    criteria = Assessment(unplanned=yes, increases_risk=yes)
    candidate = telling.tell(None, story.reported())
    telling.tell(candidate, e.CandidateConfirmed(**story.head(), assessment=criteria, security_breach=True))
    telling.tell(candidate, e.SecurityBreachFlagged(**story.head(), details="Keys were found."))


def _tell_all(telling: Telling, story: Story, *, breach: bool) -> None:
    """From the first report to the review. What a breach taught is not told to the public."""
    resolved = telling.tell(
        None,
        *story.begun(breach=breach),
        story.managed(),
        story.noted(),
        e.RoleAssigned(**story.head(), role="communications", person=WHO),
        story.supported("aws", "123456789012"),
        story.chased(),
        story.chased(ChaseVia.CHANNEL),
        story.updated(),
        e.ServiceRestored(**story.head(), how="It was rolled back."),
        e.DeadlinePassed(id="late", at=NOW + SOON, by=WHO, deadline="next_update", due_at=NOW + SOON),
        e.DetailsAmended(**story.head(), title=f"{TITLE}!"),
        story.resolved(Fix.TEMPORARY),
        story.reopened(),
        story.resolved(Fix.TEMPORARY),
    )
    telling.tell(resolved, *story.reviewed(resolved, "" if breach else "We learned something."))


# ── The tables ─────────────────────────────────────────────────────────────────────────────────────────────────────


def _table(commands: Sequence[Told]) -> str:
    """Who carries out what, as Markdown: the commands in the order of the process."""
    least = {name: _made(name, table) for name, table in LEAST.items()}
    more = {name: _made(name, {**LEAST[name], **table}) for name, (_, table) in MORE.items()}
    rows: dict[str, list[Told]] = {}
    for one in sorted(commands, key=lambda one: c.COMMANDS.index(type(one.command))):
        rows.setdefault(_named(one.command), []).append(one)
    head = ["command", "comes of `incident …`", *(f"`{name}`" for name in LEAST)]
    lines = [head, ["---"] * len(head)]
    for name, followed in rows.items():
        verbs = dict.fromkeys(_verb(one.event) for one in followed)
        cells = [_cell(adapter, least, more, [one.command for one in followed]) for adapter in LEAST]
        lines.append([name, ", ".join(verbs), *cells])
    return "".join(f"| {' | '.join(line)} |\n" for line in lines)


def _named(command: c.Command) -> str:
    """A command's type, and what else decides who carries it out."""
    name = f"`{type(command).__name__}`"
    if isinstance(command, c.EscalateSupportCase):
        return f"{name} {'on the case' if command.via is ChaseVia.CASE else 'in the channel'}"
    return name


def _verb(event: type[e.Event]) -> str:
    """What a person types to bring an event; the clock's own is brought by `remind`."""
    return _FORMS[event].split()[0] if event in _FORMS else "remind"


def _cell(name: str, least: Mapping[str, Adapter], more: Mapping[str, Adapter], commands: Sequence[c.Command]) -> str:
    """Whether an adapter takes some commands: with the least settings, with another one, or never."""
    if all(map(least[name].accepts, commands)):
        return "yes"
    if name in more and all(map(more[name].accepts, commands)):
        return f"with `{MORE[name][0]}`"
    return "–"


def _made(name: str, table: Table) -> Adapter:
    """Make an adapter as it would be made from adapters.toml. Nobody is called."""
    settings = AdapterSettings(folder=Path(), environment={})
    return load_adapters((name,), settings, tables={name: table})[0]


if __name__ == "__main__":
    for part, table in parts().items():
        print(f"{part}\n\n{table}")
