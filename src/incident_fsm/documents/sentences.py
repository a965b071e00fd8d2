"""The timeline as readable sentences: one for every event of the process.

A sentence is a form of ours with slots, the values for them, and the text that somebody said, if any. It is taken apart
like this so that each kind of document can escape the values, which others wrote, and leave the words alone.
"""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from attrs import field, fields, frozen

from incident_fsm import events as e
from incident_fsm._values import AfterFailure, Assessment, ChaseVia, Kind, Milestones
from incident_fsm.documents import times
from incident_fsm.policy import Policy

_MILESTONES = tuple(milestone.name for milestone in fields(Milestones))


@frozen
class Sentence:
    """What one event says: `form` has slots for `values`; `text` is said word for word below it."""

    form: str
    values: dict[str, str] = field(factory=dict)
    text: str = ""

    def __str__(self) -> str:
        """Say all of it as plain text, as others wrote it: not escaped for anything."""
        said = self.form.format_map(self.values)
        return f"{said}: {self.text}" if self.text else said


def sentence(event: e.Event, policy: Policy) -> Sentence:
    """Say what an event means, in the policy's words and time zone."""
    said: Sentence = SENTENCES[type(event)](event, policy)
    return Sentence(said.form, {"by": event.by, **said.values}, said.text)


def criteria_met(assessment: Assessment, policy: Policy) -> list[tuple[str, bool, str]]:
    """List the questions of §1 in the policy's words, each with its answer and evidence."""
    names = ("unplanned", "impacts_users", "degrades_services", "increases_risk")
    answers = [(getattr(policy.criteria, name), getattr(assessment, name)) for name in names]
    return [(question, answer.met, answer.evidence) for question, answer in answers]


# One function per event, in the order of the process. Its form is what it says, so that none needs another sentence.


def _reported(event: e.CandidateReported, _policy: Policy) -> Sentence:
    breach = ", and flagged a security breach" if event.security_breach else ""
    what = {
        Kind.LIVE: "an event that may be an incident",
        Kind.BACKFILLED: "afterwards what may have been an incident",
        Kind.DRILL: "an event for a drill",
    }[event.kind]
    return Sentence(f"{{by}} reported {what}: {{title}}{breach}", {"title": event.title}, event.summary)


def _confirmed(event: e.CandidateConfirmed, policy: Policy) -> Sentence:
    answers = criteria_met(event.assessment, policy)
    met = ", and ".join(question for question, yes, _ in answers if yes)
    evidence = "\n".join(dict.fromkeys(seen for _, _, seen in answers if seen))
    breach = "; it was flagged as a security breach" if event.security_breach else ""
    return Sentence(f"{{by}} confirmed that it is an incident: it {{met}}{breach}", {"met": met}, evidence)


def _dismissed(event: e.CandidateDismissed, policy: Policy) -> Sentence:
    if event.duplicate_of:
        return Sentence("{by} dismissed it: it is part of incident {other}", {"other": event.duplicate_of})
    if event.override_reason or event.assessment is None:
        return Sentence("{by} dismissed it: it is not an incident", {}, event.override_reason)
    unmet = "; ".join(f"not met: {question}" for question, yes, _ in criteria_met(event.assessment, policy) if not yes)
    return Sentence("{by} dismissed it: it does not meet the criteria ({unmet})", {"unmet": unmet})


def _declared(event: e.IncidentDeclared, policy: Policy) -> Sentence:
    values = {"impact": event.impact, "services": _list(event.services)}
    form = "{by} declared the incident: impact {impact} on {services}"
    return _and_next(_undated(Sentence(form, values, event.message), event.undated), event.next_update_at, policy)


def _managed(event: e.ManagementStarted, policy: Policy) -> Sentence:
    form = "{by} took the lead" if event.lead in {event.by, ""} else "{by} opened the thread, and {lead} took the lead"
    others = _list([f"{held.person} ({_role(held.role, policy)})" for held in event.roles])
    form += ", with {others}" if event.roles else ""
    return Sentence(form, {"lead": event.lead, "others": others})


def _noted(event: e.NoteTaken, _policy: Policy) -> Sentence:
    return Sentence("{by} wrote in the thread" if event.from_thread else "{by} noted", {}, event.text)


def _assigned(event: e.RoleAssigned, policy: Policy) -> Sentence:
    values = {"person": event.person, "role": _role(event.role, policy)}
    return Sentence("{person} became {role}" + ("" if event.person == event.by else " (said {by})"), values)


def _updated(event: e.StatusUpdated, policy: Policy) -> Sentence:
    impact = ", now impact {impact}" if event.impact else ""
    services = " on {services}" if event.services else ""
    values = {"impact": event.impact, "services": _list(event.services)}
    form = f"{{by}} told the public{impact}{services} ({event.stage.value})"
    return _and_next(Sentence(form, values, event.message), event.next_update_at, policy)


def _restored(event: e.ServiceRestored, _policy: Policy) -> Sentence:
    return _undated(Sentence("{by} said that service is restored", {}, event.how), event.undated)


def _requested(event: e.SupportRequested, policy: Policy) -> Sentence:
    values = {"party": _party(event.third_party, policy), "account": event.account, "summary": event.summary}
    account = " in account {account}" if event.account else ""
    return Sentence(f"{{by}} asked {{party}} for support{account}: {{summary}}", values, event.details)


def _chased(event: e.SupportChased, _policy: Policy) -> Sentence:
    where = "on the case" if event.via is ChaseVia.CASE else "in the channel"
    return Sentence(f"{{by}} chased support case {{case}} {where}", {"case": event.case}, event.message)


def _flagged(_event: e.SecurityBreachFlagged, _policy: Policy) -> Sentence:
    # The details are only for those on the security route (§1), and a timeline may be read by others.
    return Sentence("{by} flagged a security breach; the details went by the security route")


def _amended(event: e.DetailsAmended, policy: Policy) -> Sentence:
    moments = {name: getattr(event, f"{name}_at") for name in _MILESTONES}
    changes = [f"title: {event.title}"] if event.title else []
    changes += [f"services: {_list(event.services)}"] if event.services else []
    changes += [f"{name}: {_when(moment, policy)}" for name, moment in moments.items() if moment]
    changes += [f"{name}: not known after all" for name in event.forget]
    return Sentence("{by} corrected the record: {changes}", {"changes": "; ".join(changes)}, event.reason)


def _resolved(event: e.IncidentResolved, _policy: Policy) -> Sentence:
    values = {"fix": event.fix.value.replace("_", " "), "other": event.duplicate_of}
    other = ", part of incident {other}" if event.duplicate_of else ""
    return _undated(Sentence(f"{{by}} resolved the incident ({{fix}}{other})", values, event.how), event.undated)


def _reopened(event: e.IncidentReopened, policy: Policy) -> Sentence:
    text = f"{event.reason}\n\nThe public was told: {event.message}"
    said = Sentence("{by} reopened the incident, with impact {impact}", {"impact": event.impact}, text)
    return _and_next(said, event.next_update_at, policy)


def _followed_up(event: e.FollowUpDone, policy: Policy) -> Sentence:
    link = " ({link})" if event.link else ""
    return Sentence(f"{{by}} finished: {{owed}}{link}", {"owed": _owed(event.follow_up, policy), "link": event.link})


def _waived(event: e.FollowUpWaived, policy: Policy) -> Sentence:
    return Sentence("{by} waived: {owed}", {"owed": _owed(event.follow_up, policy)}, event.reason)


def _reviewed(event: e.IncidentReviewed, _policy: Policy) -> Sentence:
    values = {"lessons": _count(len(event.lessons), "lesson"), "actions": _count(len(event.actions), "action")}
    return Sentence("{by} closed the review, with {lessons} and {actions}", values)


def _passed(event: e.DeadlinePassed, policy: Policy) -> Sentence:
    values = {"deadline": event.deadline.replace("_", " ").replace(":", ": "), "due": _when(event.due_at, policy)}
    return Sentence("A deadline passed: {deadline}, due {due}", values)


def _done(event: e.CommandDone, _policy: Policy) -> Sentence:
    how = "by hand" if event.by_hand else "by {adapter}"
    found = " ({reference})" if event.reference else ""
    values = {"command": event.command, "adapter": event.adapter or event.by, "reference": event.reference}
    return Sentence(f"{{command}} was carried out {how}{found}", values)


def _failed(event: e.CommandFailed, _policy: Policy) -> Sentence:
    then = {
        AfterFailure.WAIT: "failed and waits for a person",
        AfterFailure.SKIP: "was given up by {by}",
        AfterFailure.RETRY: "is tried again, ordered by {by}",
    }[event.then]
    return Sentence(f"{{command}} {then}", {"command": event.command}, event.error)


SENTENCES: dict[type[e.Event], Callable[[Any, Policy], Sentence]] = {
    e.CandidateReported: _reported,
    e.CandidateConfirmed: _confirmed,
    e.CandidateDismissed: _dismissed,
    e.IncidentDeclared: _declared,
    e.ManagementStarted: _managed,
    e.NoteTaken: _noted,
    e.RoleAssigned: _assigned,
    e.StatusUpdated: _updated,
    e.ServiceRestored: _restored,
    e.SupportRequested: _requested,
    e.SupportChased: _chased,
    e.SecurityBreachFlagged: _flagged,
    e.DetailsAmended: _amended,
    e.IncidentResolved: _resolved,
    e.IncidentReopened: _reopened,
    e.FollowUpDone: _followed_up,
    e.FollowUpWaived: _waived,
    e.IncidentReviewed: _reviewed,
    e.DeadlinePassed: _passed,
    e.CommandDone: _done,
    e.CommandFailed: _failed,
}
"""How each event is told."""


def _undated(said: Sentence, why: str) -> Sentence:
    """Say why the time of a fact is not known, where it is not."""
    return Sentence(said.form + "; when is not known: {why}", {**said.values, "why": why}, said.text) if why else said


def _and_next(said: Sentence, at: datetime | None, policy: Policy) -> Sentence:
    """Say when the next update was promised for, where somebody said so."""
    if at is None:
        return said
    return Sentence(said.form + "; next update by {next}", {**said.values, "next": _when(at, policy)}, said.text)


def _when(at: datetime, policy: Policy) -> str:
    """A time as people here read it."""
    return times.when(at.astimezone(policy.calendar.zone))


def _role(key: str, policy: Policy) -> str:
    """A role's name."""
    role = policy.role(key)
    return role.name if role else key


def _party(key: str, policy: Policy) -> str:
    """A third party's name."""
    party = policy.third_party(key)
    return party.name if party else key


def _owed(key: str, policy: Policy) -> str:
    """What a follow-up is about."""
    rule = policy.follow_up(key)
    return rule.description if rule else key.replace("_", " ")


def _list(items: list[str] | tuple[str, ...]) -> str:
    """Name several things."""
    return ", ".join(items) or "nothing"


def _count(number: int, what: str) -> str:
    """Count things."""
    return f"{number} {what}{'' if number == 1 else 's'}"
