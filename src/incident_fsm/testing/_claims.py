"""The invariants of the design (§3.3) as claims about one answer of the machine, each with the sentence it stands for.

`CLAIMS` are asked of every accepted step, whether it led to new facts or not; what is asked of refusals, of a state as
a whole and of the graph stands in `exploration`. A claim answers with what is wrong, or with nothing.
"""

from collections.abc import Callable, Iterator

from attrs import frozen

from incident_fsm import commands as c
from incident_fsm import deadlines
from incident_fsm import events as e
from incident_fsm._incident import Incident
from incident_fsm._results import Step
from incident_fsm._states import State
from incident_fsm._table import ROWS
from incident_fsm._values import Assessment, Audience, Fix, FollowUpState, Kind, Strength
from incident_fsm.commands import command_id
from incident_fsm.events import RECEIPTS
from incident_fsm.policy import Policy
from incident_fsm.testing._abstraction import Heard

_TARGETS = {(row.event, row.source): row.target for row in ROWS}
_SPEAKS = (e.IncidentDeclared, e.StatusUpdated, e.IncidentResolved, e.IncidentReopened)
_UNCONFIRMED = frozenset({State.CANDIDATE, State.DISMISSED})
_TOLD = frozenset({State.DECLARED, State.MANAGING, State.RESOLVED, State.REVIEWED})
_OVER = frozenset({State.RESOLVED, State.REVIEWED})
_OUTWARD = (c.PublishStatus, c.PublishPostMortem, c.OpenThread, c.PostToThread, c.RedirectReporter, c.Remind,
            c.OpenSupportCase, c.EscalateSupportCase, c.ScheduleMeeting, c.CancelMeeting)  # fmt: skip
"""What a backfilled incident never asks for: it would tell people as if it were happening."""

Faults = Iterator[str]


@frozen
class Taken:
    """A step that was taken, under which policy, and what the outside heard up to it."""

    step: Step
    policy: Policy
    heard: Heard

    @property
    def after(self) -> Incident:
        """The incident after the step."""
        return self.step.after


@frozen
class Claim:
    """One invariant: its number in §3.3, its sentence, and what is wrong with a step by it."""

    number: int
    sentence: str
    faults: Callable[[Taken], Faults]


def _along_a_row(taken: Taken) -> Faults:
    before, event, after = taken.step.before, taken.step.event, taken.after
    source = None if before is None else before.state
    revision = 0 if before is None else before.revision
    if _TARGETS.get((type(event), source)) is not after.state:
        yield f"no row leads from {source.value if source else 'nothing'} to {after.state.value}"
    if after.revision != revision + 1:
        yield f"the revision went from {revision} to {after.revision}"
    if before is not None and after.entered_at != (before.entered_at if after.state is source else event.at):
        yield "the time of entering the state is wrong"


def _final_is_final(taken: Taken) -> Faults:
    before = taken.step.before
    if before is not None and before.state.final and not isinstance(taken.step.event, RECEIPTS):
        yield f"{before.state.value} is final"


def _criteria_met(taken: Taken) -> Faults:
    after = taken.after
    if after.state not in _UNCONFIRMED and not (after.assessment and _meets(after.assessment)):
        yield "the recorded assessment does not meet the criteria"
    if after.state in _TOLD and not (after.services and after.impact):
        yield "services or impact are not set"


def _meets(said: Assessment) -> bool:
    """Whether an assessment meets the criteria of §1."""
    return said.unplanned.met and (said.impacts_users.met or said.degrades_services.met or said.increases_risk.met)


def _public_word(taken: Taken) -> Faults:
    after, event = taken.after, taken.step.event
    posts = sum(isinstance(command, c.PublishStatus) for command in taken.step.commands)
    expected = int(isinstance(event, _SPEAKS) and after.kind is not Kind.BACKFILLED)
    if posts != expected:
        yield f"{posts} status posts instead of {expected}"
    if after.kind is Kind.BACKFILLED:
        return
    word = "clear" if after.state in _OVER else "trouble" if after.state in _TOLD else "none"
    if taken.heard.word != word:
        yield f"the public's last word is {taken.heard.word!r} while {after.state.value}"


def _breach_once(taken: Taken) -> Faults:
    if taken.heard.breaches != int(taken.after.breach):
        yield f"{taken.heard.breaches} reports of a breach, which was {'' if taken.after.breach else 'not '}flagged"


def _nothing_owed(taken: Taken) -> Faults:
    after = taken.after
    if taken.heard.issues > 1:
        yield "two issues were asked for"
    if after.state in _OVER and after.fix is Fix.TEMPORARY and not taken.heard.issues:
        yield "a temporary fix has no issue for the permanent one"
    for owed in after.follow_ups:
        if owed.state is FollowUpState.WAIVED and owed.strength is Strength.MUST:
            yield f"{owed.key} was waived, and is a must"
        if after.state is State.REVIEWED and owed.state is FollowUpState.OPEN:
            yield f"{owed.key} is open after the review"
    fix = after.follow_up("permanent_fix")
    if after.state is State.REVIEWED and after.fix is Fix.TEMPORARY and not (fix and fix.link):
        yield "nobody knows where the issue for the permanent fix is"


def _derived_ids(taken: Taken) -> Faults:
    after = taken.after
    for position, command in enumerate(taken.step.commands):
        if command.id != command_id(after.id, after.revision, position):
            yield f"{type(command).__name__} has the id {command.id}"


def _no_wider(taken: Taken) -> Faults:
    after = taken.after
    for command in taken.step.commands:
        name = type(command).__name__
        if command.kind is not after.kind:
            yield f"{name} is marked {command.kind.value}"
        if isinstance(command, c.PublishStatus):
            if after.audience is Audience.RESTRICTED and not command.cleared:
                yield "wording that nobody cleared would be published"
        elif not command.audience.within(after.audience):
            yield f"{name} is for {command.audience.name}"
        if after.kind is Kind.BACKFILLED and isinstance(command, _OUTWARD):
            yield f"{name} for a backfilled incident"


def _not_stale(taken: Taken) -> Faults:
    before, event = taken.step.before, taken.step.event
    if before is not None and event.revision not in {None, before.revision}:
        yield "an event made for an older revision was accepted"


def _due_and_undue(taken: Taken) -> Faults:
    after, event, policy = taken.after, taken.step.event, taken.policy
    if (after.state.final or after.kind is Kind.BACKFILLED) and deadlines.standing(after, policy):
        yield "something is due after the end"
    if isinstance(event, e.IncidentReopened):
        standing, fresh = deadlines.standing(after, policy), deadlines.unreminded(after, policy)
        if standing != fresh:
            yield "reopening does not arm every deadline again"
    if isinstance(event, e.DeadlinePassed):
        reminders = [command for command in taken.step.commands if isinstance(command, c.Remind)]
        if [reminder.deadline for reminder in reminders] != [event.deadline]:
            yield f"{len(reminders)} reminders of {event.deadline}"


CLAIMS: tuple[Claim, ...] = (
    Claim(2, "A step grows the revision by exactly one, along a row of the table", _along_a_row),
    Claim(3, "Final states accept only receipts", _final_is_final),
    Claim(4, "Past `candidate`, the assessment meets the criteria; past `declared`, services and impact are set",
          _criteria_met),
    Claim(5, "The public hears exactly once per declaration, update, resolution and reopening; the last word is the "
             "all-clear if and only if the state is resolved or reviewed", _public_word),
    Claim(6, "A security breach is reported exactly once, whichever path flagged it", _breach_once),
    Claim(7, "`reviewed` implies every must follow-up is done; a temporary fix has its permanent-fix issue",
          _nothing_owed),
    Claim(8, "Command ids derive from incident id, revision and position only", _derived_ids),
    Claim(10, "No command is wider than its incident's audience; a drill's are marked; a backfilled incident emits "
              "nothing public", _no_wider),
    Claim(11, "An event made for an older revision is refused as stale", _not_stale),
    Claim(12, "No deadline is due after the end; reopening re-arms; a deadline that passes is reminded of once",
          _due_and_undue),
)  # fmt: skip
"""What is asked of every step."""

ASKED_OTHERWISE: dict[int, str] = {
    1: "`attempt` is total: a step or a refusal, never another exception; inputs are not modified; same inputs, same "
       "answer (asked of the step that led to each abstract state); what is blocked is refused whatever the event says",
    2: "A refusal has at least one reason",
    3: "Every state is reachable, and from every abstract state a final one can be reached",
    9: "`replay(journal) == incident` (each abstract state's incident again from the one before it)",
    12: "Being late never loses one: each deadline that stands can be reminded of",
}  # fmt: skip
"""What is asked of refusals, of a state as a whole, or of the whole graph."""

NOT_ASKED: dict[int, str] = {
    9: "decode(encode(x)) == x: a property of the codec",
    11: "the same event id twice is one step: the journal's business",
    13: "cost and size: nothing that one step shows",
}
"""What enumeration cannot say, and which property tests and benchmarks do."""
