"""Who hears of an incident, and how often: invariants 5, 6 and 10."""

from incident_fsm import Audience, Kind, Stage, State, Step
from incident_fsm import commands as c
from incident_fsm import events as e
from incident_fsm.testing.invariants.sentences import at, demand
from incident_fsm.testing.invariants.states import UNTOLD
from incident_fsm.testing.walks import Walk

_TELLING = (e.IncidentDeclared, e.StatusUpdated, e.IncidentResolved, e.IncidentReopened)
_OVER = (State.RESOLVED, State.REVIEWED)

LOUD = (
    c.PublishStatus,
    c.PublishPostMortem,
    c.OpenThread,
    c.PostToThread,
    c.RedirectReporter,
    c.Remind,
    c.OpenSupportCase,
    c.ScheduleMeeting,
    c.CancelMeeting,
)
"""What somebody outside would hear of: a backfilled incident has none of it."""

SAID: dict[type[c.Command], tuple[str, ...]] = {
    c.ReportSecurityBreach: ("title", "details"),
    c.RedirectReporter: ("title", "reason"),
    c.PublishStatus: ("title", "message"),
    c.OpenThread: ("title", "text"),
    c.PostToThread: ("text",),
    c.OpenSupportCase: ("summary", "details"),
    c.EscalateSupportCase: ("message",),
    c.CreateIssue: ("title", "body"),
    c.CreateReport: ("title",),
    c.ScheduleMeeting: ("title", "agenda"),
    c.CancelMeeting: ("title", "reason"),
    c.PublishRunbook: ("title", "how"),
    c.PublishReport: ("title",),
    c.PublishPostMortem: ("text",),
    c.Remind: ("text",),
}
"""Which fields of a command are texts for people to read, as against names, keys, places and times."""


def hears_once(walk: Walk) -> None:
    """Invariant 5: one post for each telling event, and the right last word after every step."""
    if walk.incident.kind is Kind.BACKFILLED:
        return  # it has no public: see `nobody_hears_too_much`
    words: list[c.PublishStatus] = []
    for step in walk.steps:
        said = [command for command in step.commands if isinstance(command, c.PublishStatus)]
        wanted = int(isinstance(step.event, _TELLING))
        demand(5, len(said) == wanted, f"{at(step)}: {len(said)} posts where {wanted} was to be made")
        words += said
        _last_word(step, words)
    numbers = [word.update for word in words]
    demand(5, numbers == list(range(1, len(words) + 1)), f"the posts are numbered {numbers}")
    opening = [word.opens for word in words]
    demand(5, opening == [True, *[False] * (len(words) - 1)][: len(words)], f"posts that open the incident: {opening}")
    demand(5, walk.incident.updates == len(words), f"{walk.incident.updates} posts are counted, {len(words)} were made")


def _last_word(step: Step, words: list[c.PublishStatus]) -> None:
    """What the public was told last, in a state."""
    after = step.after
    demand(5, bool(words) == (after.state not in UNTOLD), f"{at(step)}: {len(words)} posts so far")
    if not words:
        return
    last, clear = words[-1], after.state in _OVER
    word = "the all-clear" if last.all_clear else "no all-clear"
    demand(5, last.all_clear is clear, f"{at(step)}: the last word is {word}")
    demand(5, (last.stage is Stage.RESOLVED) is clear, f"{at(step)}: the last word's stage is {last.stage.value}")
    demand(5, last.id == after.status_command, f"{at(step)}: {after.status_command} is held to be the last word")


def breach_is_reported_once(walk: Walk) -> None:
    """Invariant 6: one report if it was flagged, none if not; and only for those who may know."""
    reports = [command for command in walk.commands if isinstance(command, c.ReportSecurityBreach)]
    flagged = any(
        isinstance(step.event, e.SecurityBreachFlagged) or getattr(step.event, "security_breach", False)
        for step in walk.steps
    )
    demand(6, len(reports) == flagged, f"{len(reports)} reports, and it was {'' if flagged else 'never '}flagged")
    demand(6, walk.incident.breach is flagged, f"the incident says that a breach is {walk.incident.breach}")
    demand(6, all(one.audience is Audience.RESTRICTED for one in reports), "a report that anybody may read")


def nobody_hears_too_much(walk: Walk) -> None:
    """Invariant 10, of each command by itself and of a backfilled incident as a whole."""
    kind = walk.incident.kind
    for step in walk.steps:
        for command in step.commands:
            name = f"{at(step)}: {type(command).__name__} {command.id}"
            demand(10, command.kind is kind, f"{name} says {command.kind.value}, the incident is {kind.value}")
            _is_narrow_enough(step, command, name)
            _says_drill(command, name)
            quiet = kind is not Kind.BACKFILLED or not isinstance(command, LOUD)
            demand(10, quiet, f"{name}, of a backfilled incident")
    if kind is Kind.BACKFILLED:
        demand(10, not walk.incident.has_thread, "a backfilled incident has a thread")


def _is_narrow_enough(step: Step, command: c.Command, name: str) -> None:
    """Who may read a command.

    A status post is public by its nature, so a restricted incident's carries cleared wording only, and no title. What
    was learned is public where its wording was written for the public, and nothing else ever is.
    """
    restricted = step.after.audience is Audience.RESTRICTED
    public = command.audience is Audience.PUBLIC
    if isinstance(command, c.PublishStatus):
        demand(10, public, f"{name} is not for the public")
        demand(10, command.cleared or not restricted, f"{name} is in words that nobody cleared")
        neutral = command.title.endswith(f"Incident {step.after.id}")
        demand(10, neutral or not restricted, f"{name} gives the title of a restricted incident away")
        return
    wide = f"{name} is {command.audience.name.lower()}, the incident {step.after.audience.name.lower()}"
    demand(10, command.audience.within(step.after.audience), wide)
    demand(10, public is isinstance(command, c.PublishPostMortem), f"{name} is {command.audience.name.lower()}")
    demand(10, not restricted or not isinstance(command, c.PublishPostMortem), f"{name}, of a restricted incident")


def _says_drill(command: c.Command, name: str) -> None:
    """Every text of a drill says so, and nobody takes what is real for an exercise."""
    for field in SAID[type(command)]:
        text: str = getattr(command, field)
        drill = text.startswith("DRILL: ")
        wanted = command.kind is Kind.DRILL
        demand(10, not text or drill is wanted, f"{name}: {field} {text!r:.60}, of a {command.kind.value} incident")
