"""What belongs to no section: corrections, reminders and receipts."""

from incident_fsm import deadlines
from incident_fsm._guards.amend import amended
from incident_fsm._incident import Draft
from incident_fsm._reactions import making as make
from incident_fsm._reactions.emission import Emission
from incident_fsm._values import Reference, Reminded
from incident_fsm.commands import (
    CreateIssue,
    CreateReport,
    OpenThread,
    PublishReport,
    PublishRunbook,
    PublishStatus,
    RedirectReporter,
    ReportSecurityBreach,
    ScheduleMeeting,
)
from incident_fsm.events import CommandDone, DeadlinePassed, DetailsAmended
from incident_fsm.policy import Policy


def evolve_amended(draft: Draft, event: DetailsAmended, _policy: Policy) -> None:
    """Let what is now known replace what was recorded."""
    draft.title = event.title or draft.title
    draft.services = event.services or draft.services
    draft.milestones = amended(draft.milestones, event)


def evolve_deadline(draft: Draft, event: DeadlinePassed, _policy: Policy) -> None:
    """Remember the reminder, in place of one that a renewed promise made void."""
    kept = tuple(old for old in draft.reminded if old.deadline != event.deadline)
    draft.reminded = (*kept, Reminded(deadline=event.deadline, due=event.due_at))


def emit_reminder(emission: Emission) -> None:
    """Remind whoever should have seen to it."""
    for deadline in deadlines.standing(emission.after, emission.policy):
        if deadline.name == emission.event.deadline:
            text = emission.say(deadline.text)
            emission.commands.append(
                make.Remind(**emission.head(), deadline=deadline.name, due=deadline.due, who=deadline.who, text=text)
            )


def evolve_receipt(draft: Draft, event: CommandDone, _policy: Policy) -> None:
    """Keep the reference that a command brought back; one that brought nothing leaves what is known."""
    if event.command_id == draft.status_command:
        draft.status_published = True
    if not (event.reference or event.link):
        return
    place = _PLACES.get(event.command)
    reference = make.Reference(reference=event.reference, link=event.link)
    if place is not None and not (place == "status_post" and _is_known(draft.references.status_post)):
        draft.references = make.changed_references(draft.references, **{place: reference})
    draft.cases = tuple(
        make.changed_case(case, reference=event.reference, link=event.link)
        if case.command_id == event.command_id
        else case
        for case in draft.cases
    )


def _is_known(post: Reference | None) -> bool:
    """Whether the incident's one post on the status page is known: what an update brings back must not replace it."""
    return post is not None and bool(post.reference)


_PLACES: dict[str, str] = {
    PublishStatus.__name__: "status_post",
    OpenThread.__name__: "thread",
    ReportSecurityBreach.__name__: "security_report",
    RedirectReporter.__name__: "redirect",
    CreateIssue.__name__: "permanent_fix",
    CreateReport.__name__: "report",
    PublishReport.__name__: "report",
    ScheduleMeeting.__name__: "post_mortem",
    PublishRunbook.__name__: "runbook",
}
"""Which command's result is kept where."""
