"""What somebody who knows an incident would say in an event of each kind: the fields that `likely_events` fills in."""

from collections.abc import Callable, Sequence
from datetime import date, datetime, timedelta
from typing import Any, TypeVar

from attrs import frozen
from hypothesis import strategies as st

from incident_fsm import (
    Action,
    Answer,
    Assessment,
    Audience,
    Fix,
    FollowUpState,
    Incident,
    Kind,
    Policy,
    RoleHolder,
    Stage,
    Strength,
    deadlines,
    events,
)
from incident_fsm import _values as v
from incident_fsm.commands import Command
from incident_fsm.events import Event
from incident_fsm.testing.arbitrary import FIRST, LAST, one_in

T = TypeVar("T")

PEOPLE = ("ann", "bob", "cleo", "Ünal 🔥")
_WORDS = ("it is down", "it is back", "we look into it", "Airflow Autoscaling Incident", "…\nsecond line", "{title}")
_LINKS = ("", "https://example.org/1", "https://example.org/2")
_YES = Answer(met=True, evidence="seen")


@frozen
class Situation:
    """What somebody knows who is about to say what happened: the incident, its policy, the time, the commands."""

    incident: Incident | None
    policy: Policy
    now: datetime
    number: int
    commands: tuple[Command, ...] = ()

    @property
    def there(self) -> Incident:
        """The incident, once there is one."""
        if self.incident is None:
            raise ValueError("nothing was reported yet, so there is no incident to say something of")
        return self.incident


Fill = Callable[[st.DrawFn, Situation], dict[str, Any]]


def pick(draw: st.DrawFn, choices: Sequence[T]) -> T:
    """Draw one of some choices."""
    return draw(st.sampled_from(choices))


def _reported(draw: st.DrawFn, now: Situation) -> dict[str, Any]:
    """A report, with something known of the beginning."""
    before = timedelta(minutes=draw(st.integers(0, 90)))
    start = max(FIRST, now.now - before)
    return {
        "incident_id": pick(draw, ("INC-1", "2024-07-airflow", "x" * 64)),
        "title": pick(draw, ("Airflow Autoscaling Incident", "Broken {title}", "🔥" * 200)),
        "summary": pick(draw, ("", *_WORDS)),
        "kind": pick(draw, (Kind.LIVE, Kind.LIVE, Kind.BACKFILLED, Kind.DRILL)),
        "security_breach": draw(one_in(4)),
        "fault_at": pick(draw, (None, start)),
        "detected_at": pick(draw, (None, now.now)),
        "aware_at": pick(draw, (None, now.now)),
    }


def _confirmed(draw: st.DrawFn, _now: Situation) -> dict[str, Any]:
    """An assessment that meets the criteria."""
    question = pick(draw, ("impacts_users", "degrades_services", "increases_risk"))
    answers = {"unplanned": _YES, question: _YES}
    return {"assessment": Assessment(**answers), "security_breach": draw(one_in(4))}


def _dismissed(draw: st.DrawFn, now: Situation) -> dict[str, Any]:
    """A ground for dismissal."""
    grounds: tuple[dict[str, Any], ...] = (
        {"assessment": Assessment()},
        {"duplicate_of": "INC-9"},
        {"override_reason": "a person decided so"},
    )
    ground = pick(draw, grounds)
    route = now.policy.security.redirect if now.there.breach else now.policy.redirects[-1].key
    return {**ground, "route": pick(draw, ("", route))}


def _public(draw: st.DrawFn, now: Situation, fixed: bool) -> dict[str, Any]:  # noqa: FBT001  a form or none
    """What the public is told, with a promise."""
    trouble = [impact.name for impact in now.policy.impacts if not impact.all_clear]
    wording = now.policy.declaration.wording if fixed else ""
    said = wording.replace("{reason}", "it broke").replace("{impact}", "users wait") or pick(draw, _WORDS)
    promise = now.now + timedelta(minutes=pick(draw, (1, 30, 60, 3000)))
    impact = pick(draw, trouble)
    cadence = next(choice for choice in now.policy.impacts if choice.name == impact).update
    return {
        "impact": impact,
        "message": said,
        "next_update_at": min(promise, LAST) if cadence is None or draw(st.booleans()) else None,
        "notify_subscribers": pick(draw, (None, True, False)),
        "cleared_for_public": True,
    }


def _services(draw: st.DrawFn, now: Situation) -> tuple[str, ...]:
    """One or two services of the policy."""
    first, second = pick(draw, now.policy.services), pick(draw, now.policy.services)
    return (first,) if first == second else (first, second)


def _undated(draw: st.DrawFn, now: Situation) -> dict[str, Any]:
    """Sometimes a time that is not known, for a backfilled incident."""
    rare = now.there.kind is Kind.BACKFILLED and draw(st.booleans())
    return {"undated": "never declared, agreed later"} if rare else {}


def _declared(draw: st.DrawFn, now: Situation) -> dict[str, Any]:
    """The form of the status page."""
    return {**_public(draw, now, fixed=True), "services": _services(draw, now), **_undated(draw, now)}


def _updated(draw: st.DrawFn, now: Situation) -> dict[str, Any]:
    """An update of the status page."""
    said = _public(draw, now, fixed=False)
    if draw(st.booleans()):
        said["services"] = _services(draw, now)
    return {**said, "stage": pick(draw, (Stage.INVESTIGATING, Stage.DETECTED))}


def _managing(draw: st.DrawFn, now: Situation) -> dict[str, Any]:
    """A lead, and whoever else is required."""
    required = [role.key for role in now.policy.roles if role.key != "lead" and (role.required or draw(st.booleans()))]
    others = tuple(RoleHolder(role=key, person=pick(draw, PEOPLE)) for key in required)
    return {"lead": pick(draw, PEOPLE), "roles": others}


def _noted(draw: st.DrawFn, _now: Situation) -> dict[str, Any]:
    """A note."""
    return {"text": pick(draw, _WORDS), "from_thread": draw(st.booleans())}


def _role(draw: st.DrawFn, now: Situation) -> dict[str, Any]:
    """A role of the policy."""
    return {"role": pick(draw, now.policy.roles).key, "person": pick(draw, PEOPLE)}


def _restored(draw: st.DrawFn, now: Situation) -> dict[str, Any]:
    """Service is back."""
    return {"how": pick(draw, ("", *_WORDS)), **_undated(draw, now)}


def _support(draw: st.DrawFn, now: Situation) -> dict[str, Any]:
    """A ticket, with the policy's third party where there is one."""
    parties = [party.key for party in now.policy.third_parties] or ["nobody"]
    details = pick(draw, ("", *_WORDS))
    return {"third_party": pick(draw, parties), "account": "prod", "summary": "help", "details": details}


def _chased(draw: st.DrawFn, now: Situation) -> dict[str, Any]:
    """A case that exists."""
    cases = [case.key for case in now.there.cases] or ["case_1"]
    return {"case": pick(draw, cases), "message": pick(draw, _WORDS), "via": draw(st.sampled_from(v.ChaseVia))}


def _flagged(draw: st.DrawFn, _now: Situation) -> dict[str, Any]:
    """A breach."""
    return {"details": pick(draw, ("", *_WORDS))}


def _amended(draw: st.DrawFn, now: Situation) -> dict[str, Any]:
    """A correction of the title, the services or a milestone."""
    what = pick(draw, ("title", "services", "fault_at", "detected_at", "repaired_at", "forget"))
    if what == "title":
        return {"title": pick(draw, ("Airflow was slow", "Airflow Autoscaling Incident"))}
    if what == "services":
        return {"services": _services(draw, now)}
    if what == "forget":
        return {"forget": (pick(draw, ("fault", "detected", "aware", "repaired")),)}
    return {what: max(FIRST, now.now - timedelta(minutes=draw(st.integers(0, 90))))}


def _resolved(draw: st.DrawFn, now: Situation) -> dict[str, Any]:
    """The end, for users."""
    fix = draw(st.sampled_from(Fix))
    return {
        "users_unaffected": True,
        "fix": fix,
        "how": pick(draw, _WORDS),
        "message": pick(draw, ("", "all is well")),
        "duplicate_of": "INC-9" if fix is Fix.DUPLICATE else "",
        "notify_subscribers": pick(draw, (None, True, False)),
        "cleared_for_public": True,
        **_undated(draw, now),
    }


def _reopened(draw: st.DrawFn, now: Situation) -> dict[str, Any]:
    """The trouble is back."""
    return {"reason": pick(draw, _WORDS), **_public(draw, now, fixed=False)}


def _open_ones(now: Situation, *strengths: Strength) -> list[str]:
    """The follow-ups that are still owed; one of any sort where there is none."""
    owed = now.there.follow_ups
    found = [one.key for one in owed if one.state is FollowUpState.OPEN and one.strength in strengths]
    return found or ["report"]


def _done(draw: st.DrawFn, now: Situation) -> dict[str, Any]:
    """A follow-up is done."""
    key = pick(draw, _open_ones(now, *Strength))
    return {"follow_up": key, "link": "https://example.org/1" if key == "permanent_fix" else pick(draw, _LINKS)}


def _waived(draw: st.DrawFn, now: Situation) -> dict[str, Any]:
    """A follow-up that is no must is waived."""
    return {"follow_up": pick(draw, _open_ones(now, Strength.SHOULD, Strength.MAY)), "reason": "not worth it"}


def _reviewed(draw: st.DrawFn, now: Situation) -> dict[str, Any]:
    """Lessons and actions, and a word for the public where there may be one."""
    action = Action(text="alert earlier", owner="ann", due=date(2026, 1, 1), link=pick(draw, _LINKS))
    lessons, actions = pick(draw, (("watch the quota",), ("one", "two"))), pick(draw, ((), (action,)))
    hidden = now.there.audience is Audience.RESTRICTED or now.there.kind is Kind.BACKFILLED
    public_text = "" if hidden else pick(draw, ("", "We watch the quota now."))
    return {"lessons": lessons, "actions": actions, "public_text": public_text}


def _deadline(draw: st.DrawFn, now: Situation) -> dict[str, Any]:
    """A deadline that stands. Its time is made to have come."""
    found = deadlines.unreminded(now.there, now.policy)
    if not found:
        return {"deadline": "decide", "due_at": now.now}
    passed = pick(draw, found)
    return {"deadline": passed.name, "due_at": passed.due, "at": min(max(now.now, passed.due), LAST)}


def _receipt(draw: st.DrawFn, now: Situation) -> dict[str, Any]:
    """What came of a command that was asked for; of any, where none was."""
    if not now.commands:
        return {"command_id": f"{now.there.id}:1:0", "command": "PublishStatus"}
    command = pick(draw, now.commands)
    return {"command_id": command.id, "command": type(command).__name__, "adapter": "console"}


def _carried_out(draw: st.DrawFn, now: Situation) -> dict[str, Any]:
    """A command was carried out."""
    reference, link = pick(draw, ("", "R-1")), pick(draw, _LINKS)
    return {**_receipt(draw, now), "reference": reference, "link": link, "by_hand": draw(st.booleans())}


def _failed(draw: st.DrawFn, now: Situation) -> dict[str, Any]:
    """A command failed."""
    return {**_receipt(draw, now), "error": "timed out", "then": draw(st.sampled_from(v.AfterFailure))}


FILL: dict[type[Event], Fill] = {
    events.CandidateReported: _reported,
    events.CandidateConfirmed: _confirmed,
    events.CandidateDismissed: _dismissed,
    events.IncidentDeclared: _declared,
    events.ManagementStarted: _managing,
    events.NoteTaken: _noted,
    events.RoleAssigned: _role,
    events.StatusUpdated: _updated,
    events.ServiceRestored: _restored,
    events.SupportRequested: _support,
    events.SupportChased: _chased,
    events.SecurityBreachFlagged: _flagged,
    events.DetailsAmended: _amended,
    events.IncidentResolved: _resolved,
    events.IncidentReopened: _reopened,
    events.FollowUpDone: _done,
    events.FollowUpWaived: _waived,
    events.IncidentReviewed: _reviewed,
    events.DeadlinePassed: _deadline,
    events.CommandDone: _carried_out,
    events.CommandFailed: _failed,
}
"""How each kind of event is filled in."""
