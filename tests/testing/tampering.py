"""Lifecycles that break one invariant each, to show that every check can fail."""

from collections.abc import Callable, Iterable
from itertools import count

from attrs import evolve

from incident_fsm import Audience, Incident, Kind, Lifecycle, Reason, Refusal, State, Step
from incident_fsm import commands as c
from incident_fsm import events as e
from incident_fsm.events import Event
from incident_fsm.lifecycle import _trigger_of

Tampering = Callable[[Step | Refusal], Step | Refusal]


class OneDoor(Lifecycle):
    """A lifecycle that gives each of its answers, alone, in a batch or again, by one method that may be replaced."""

    def answer(self, incident: Incident | None, event: Event, base: int | None) -> Step | Refusal:
        """Answer an event whose revision is held against a base, as the lifecycle does."""
        return _trigger_of(event)(incident, event, self.policy, base)

    def attempt(self, incident: Incident | None, event: Event) -> Step | Refusal:
        """Answer an event."""
        return self.answer(incident, event, None if incident is None else incident.revision)

    def attempt_batch(self, incident: Incident | None, events: Iterable[Event]) -> tuple[Step, ...] | Refusal:
        """Answer several events as one."""
        base, steps = None if incident is None else incident.revision, list[Step]()
        for event in events:
            answer = self.answer(incident, event, base)
            if isinstance(answer, Refusal):
                return answer
            steps.append(answer)
            incident = answer.after
        return tuple(steps)

    def refold(self, incident: Incident | None, event: Event) -> Step | Refusal:
        """Repeat the step of an event."""
        return self.answer(incident, event, event.revision)


def tampered(tamper: Tampering) -> type[Lifecycle]:
    """A lifecycle whose every answer goes through somebody's hands."""

    class Tampered(OneDoor):
        """The process, but for one thing."""

        def answer(self, incident: Incident | None, event: Event, base: int | None) -> Step | Refusal:
            return tamper(super().answer(incident, event, base))

    return Tampered


def of_steps(change: Callable[[Step], Step]) -> type[Lifecycle]:
    """A lifecycle whose steps are changed, and whose refusals are not."""
    return tampered(lambda answer: change(answer) if isinstance(answer, Step) else answer)


def raises_on_a_note(answer: Step | Refusal) -> Step | Refusal:
    """A bug that comes out as an exception."""
    if isinstance(answer.event, e.NoteTaken):
        raise KeyError("text")
    return answer


def forgetful() -> Tampering:
    """Another answer each time."""
    numbers = count()

    def tamper(answer: Step | Refusal) -> Step | Refusal:
        if isinstance(answer, Refusal):
            return answer
        return evolve(answer, after=evolve(answer.after, summary=f"asked {next(numbers)} times"))

    return tamper


def refuses_without_a_word(answer: Step | Refusal) -> Step | Refusal:
    """A no without a reason."""
    return evolve(answer, reasons=()) if isinstance(answer, Refusal) else answer


def skips_a_revision(step: Step) -> Step:
    """Counts notes twice."""
    grows = isinstance(step.event, e.NoteTaken)
    return evolve(step, after=evolve(step.after, revision=step.after.revision + grows))


class TakesNotesAfterTheEnd(OneDoor):
    """Final states that are not final."""

    def answer(self, incident: Incident | None, event: Event, base: int | None) -> Step | Refusal:
        """Answer as the lifecycle does, but for that."""
        if incident is not None and incident.state.final and isinstance(event, e.NoteTaken):
            return Step(incident, event, evolve(incident, revision=incident.revision + 1), ())
        return super().answer(incident, event, base)


class NeverEnds(OneDoor):
    """An incident that cannot be reviewed: something is always missing."""

    def answer(self, incident: Incident | None, event: Event, base: int | None) -> Step | Refusal:
        """Answer as the lifecycle does, but for that."""
        if incident is not None and isinstance(event, e.IncidentReviewed):
            return Refusal(incident.id, incident.state, event, (Reason("never", "something is always missing"),))
        return super().answer(incident, event, base)


def loses_the_assessment(step: Step) -> Step:
    """Confirmed, and nobody knows why."""
    lost = isinstance(step.event, e.CandidateConfirmed)
    return evolve(step, after=evolve(step.after, assessment=None)) if lost else step


def loses_the_all_clear(step: Step) -> Step:
    """Resolved, and the public still waits."""
    if not isinstance(step.event, e.IncidentResolved):
        return step
    return evolve(step, commands=tuple(one for one in step.commands if not isinstance(one, c.PublishStatus)))


def doubles_the_post(step: Step) -> Step:
    """Tells the public twice; the ids are as they should be."""
    posts = [one for one in step.commands if isinstance(one, c.PublishStatus)]
    doubled = tuple(evolve(one, id=f"{step.after.id}:{step.after.revision}:{len(step.commands)}") for one in posts)
    return evolve(step, commands=step.commands + doubled)


def reports_again(step: Step) -> Step:
    """Reports the breach once more with every note."""
    if not (isinstance(step.event, e.NoteTaken) and step.after.breach):
        return step
    again = c.ReportSecurityBreach(
        id=c.command_id(step.after.id, step.after.revision, len(step.commands)), incident_id=step.after.id,
        kind=step.after.kind, audience=Audience.RESTRICTED, requested_at=step.event.at,
        title="DRILL: again" if step.after.kind is Kind.DRILL else "again", details="", reported_by="ann", route="r",
        target="",
    )  # fmt: skip
    return evolve(step, commands=(*step.commands, again))


def forgets_the_issue(step: Step) -> Step:
    """A temporary fix, and no issue for the permanent one."""
    return evolve(step, commands=tuple(one for one in step.commands if not isinstance(one, c.CreateIssue)))


def waives_a_must(step: Step) -> Step:
    """The permanent fix is waived with the review."""
    if step.after.state is not State.REVIEWED:
        return step
    owed = tuple(evolve(one, link="") if one.key == "permanent_fix" else one for one in step.after.follow_ups)
    return evolve(step, after=evolve(step.after, follow_ups=owed))


def doubles_a_command(step: Step) -> Step:
    """Asks for the thread twice, under one id."""
    return evolve(step, commands=(*step.commands, *(one for one in step.commands if isinstance(one, c.OpenThread))))


def keeps_what_comes_back_otherwise(step: Step) -> Step:
    """Reminders in a list: what is read back is a tuple."""
    return evolve(step, after=evolve(step.after, reminded=list(step.after.reminded)))  # type: ignore[arg-type]  # the fault


def shows_replies_to_everybody(step: Step) -> Step:
    """What is said in the thread is public."""
    shown = (evolve(one, audience=Audience.PUBLIC) if isinstance(one, c.PostToThread) else one for one in step.commands)
    return evolve(step, commands=tuple(shown))


def takes_a_drill_for_real(step: Step) -> Step:
    """A drill's thread does not say so."""
    real = (evolve(one, title="Real!") if isinstance(one, c.OpenThread) else one for one in step.commands)
    return evolve(step, commands=tuple(real))


class DoesNotLookAtRevisions(OneDoor):
    """A stale button works."""

    def answer(self, incident: Incident | None, event: Event, base: int | None) -> Step | Refusal:  # noqa: ARG002  that is the fault
        """Answer as the lifecycle does, but for that."""
        answer = super().answer(incident, evolve(event, revision=None), None)
        return evolve(answer, event=event)


def forgets_that_it_reminded(step: Step) -> Step:
    """Reminds again and again."""
    return evolve(step, after=evolve(step.after, reminded=()))


def keeps_every_note(step: Step) -> Step:
    """An incident that grows with what is said."""
    if not isinstance(step.event, e.NoteTaken):
        return step
    return evolve(step, after=evolve(step.after, how=f"{step.after.how}\n{step.event.text}"))
