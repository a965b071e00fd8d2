"""Every document there is, made of the stories in `airflow`: what the tests of all documents go through."""

from collections.abc import Callable
from datetime import date
from functools import cache

from attrs import evolve, frozen

from incident_fsm import Kind, Policy, documents
from incident_fsm._results import TimelineEntry
from incident_fsm.documents import PlainData, Story
from incident_fsm.engine import CommandRecord, CommandStatus
from incident_fsm.policy_files import load_shipped
from tests.documents.airflow import COMPUTE, ID, Told, airflow, at, beginning, ending, middle, tell, whole

DAY = 24 * 60


@frozen
class Paper:
    """A document: how it is written, and what it says."""

    render: Callable[..., str]
    data: PlainData

    @property
    def pages(self) -> tuple[str, str]:
        """The document as Markdown and as HTML."""
        return self.render(self.data), self.render(self.data, "html")


def narrow() -> Policy:
    """A policy by which a security breach narrows who may read about the incident."""
    policy = load_shipped()
    return evolve(policy, security=evolve(policy.security, narrows_audience=True, channel="sec-only"))


@cache
def draft() -> Told:
    """Resolved, and not yet reviewed."""
    return tell([*beginning(), *middle(), *ending()[:1]])


@cache
def underway() -> Told:
    """Managed, with a support case, and the next update due at 10:40."""
    return tell([*beginning(), *middle()[:6]])


@cache
def restricted() -> Told:
    """A security breach that only those may read about who handle it."""
    return tell(beginning(title="Keys leaked", summary="They were in a log.", breach=True), narrow())


def story(told: Told, incident_id: str = ID) -> Story:
    """A story for the digest, under an id of its own."""
    return Story(evolve(told.incident, id=incident_id), told.timeline)


def stuck(number: int, status: CommandStatus, error: str = "") -> CommandRecord:
    """A command of the outbox."""
    return CommandRecord(
        incident_id=ID, command_id=f"{ID}:{number}:0", revision=number, position=0, type="PublishStatus",
        lane="status_page", gives="", needs="", audience="public", kind="live", payload="{}", status=status,
        attempts=3, attempted_at=None, not_before=None, lease_until=None, in_doubt=False, error=error, receipt="",
    )  # fmt: skip


def report(told: Told, minutes: int = 200) -> Paper:
    """The report of a story."""
    data = documents.report_data(told.incident, told.policy, told.timeline, at(minutes))
    return Paper(documents.render_report, data)


def timeline(told: Told) -> Paper:
    """The timeline of a story."""
    days = documents.timeline_data(told.timeline, told.incident, told.policy)
    return Paper(documents.render_timeline, documents.incident_data(told.incident, told.policy) | {"days": days})


def runbook(told: Told) -> Paper:
    """The runbook of a story."""
    data = documents.runbook_data(told.incident, told.policy, at(0), services=(COMPUTE,), how=told.incident.how)
    return Paper(documents.render_runbook, data)


def agenda(told: Told, timeline: tuple[TimelineEntry, ...] | None = None) -> Paper:
    """The agenda of a story's post-mortem."""
    entries = told.timeline if timeline is None else timeline
    data = documents.agenda_data(told.incident, told.policy, entries, at(200))
    return Paper(documents.render_agenda, data)


def handover(told: Told, minutes: int = 110, *outbox: CommandRecord) -> Paper:
    """The hand-over note of a story."""
    data = documents.handover_data(
        told.incident,
        told.policy,
        told.timeline,
        at(minutes),
        outbox=outbox,
        usage=lambda event: f"incident {event.__name__.lower()} {ID} | tee `x`",
    )
    return Paper(documents.render_handover, data)


def digest(*stories: Story, since: int = -DAY, until: int = 6 * DAY) -> Paper:
    """The digest of some stories, for the week around the incident."""
    return Paper(documents.render_digest, documents.digest_data(stories, narrow(), at(since), at(until)))


def guide(policy: Policy, today: date = date(2024, 12, 24)) -> Paper:
    """The guide of a policy, with something in the place of the picture."""
    data = documents.guide_data(
        policy,
        today,
        usage=lambda event: f'incident {event.__name__.lower()} ID "A|B"',
        picture='<svg viewBox="0 0 1 1"></svg>',
    )
    return Paper(documents.render_guide, data)


def a_week() -> tuple[Story, ...]:
    """One of everything that can be in a digest."""
    return (
        story(whole(), "INC-1"),
        story(underway(), "INC-2"),
        story(restricted(), "SEC-3"),
        story(tell(beginning(title="Notebooks are slow")[:1]), "INC-4"),
        story(draft(), "INC-5"),
        story(tell(beginning(kind=Kind.DRILL)), "DRILL-6"),
        story(tell(beginning(kind=Kind.BACKFILLED)), "INC-7"),
    )


@cache
def papers() -> dict[str, Paper]:
    """One of each, and the forms of it that differ."""
    trouble = (stuck(7, CommandStatus.FAILED, "403"), stuck(8, CommandStatus.PENDING))
    return {
        "report": report(airflow()),
        "draft": report(draft()),
        "timeline": timeline(whole()),
        "runbook": runbook(draft()),
        "agenda": agenda(draft()),
        "handover": handover(underway(), 110, *trouble),
        "digest": digest(*a_week()),
        "guide": guide(load_shipped()),
        "guide of another": guide(load_shipped("gds")),
    }
