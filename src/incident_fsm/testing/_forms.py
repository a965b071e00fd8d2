"""The representative events as forms to be dated: what each says, under one policy.

The first form of an event is the best-made one; it stands for all where the table has no row.
"""

from collections.abc import Callable, Iterator
from datetime import date, datetime, timedelta
from typing import Any

from incident_fsm import events as e
from incident_fsm._values import NO, Action, Answer, Assessment, ChaseVia, Fix, Kind, RoleHolder, Stage
from incident_fsm.events import Event
from incident_fsm.policy import Impact, Policy
from incident_fsm.testing._abstraction import CASE, rhythm

Fields = dict[str, Any]
Form = tuple[str, Callable[[datetime], Fields]]

LINK = "https://example.org/1"
_YES = Answer(met=True, evidence="the dashboards show it")
_MEETS = Assessment(unplanned=_YES, impacts_users=_YES)
_SOON = timedelta(minutes=30)
_UNKNOWN = "unheard_of"


def forms(policy: Policy, incident_id: str, beginning: datetime) -> dict[type[Event], tuple[Form, ...]]:
    """Write every form, by the kind of event. The incident is noticed half an hour before it is reported."""
    noticed = beginning - _SOON
    said: dict[type[Event], Iterator[tuple[str, Fields | Callable[[datetime], Fields]]]] = {
        e.CandidateReported: _reported(incident_id, noticed),
        e.CandidateConfirmed: _confirmed(),
        e.CandidateDismissed: _dismissed(policy, incident_id),
        e.IncidentDeclared: _declared(policy),
        e.ManagementStarted: _managed(policy),
        e.NoteTaken: iter((("said", {"text": "seen"}), ("from the thread", {"text": "seen", "from_thread": True}))),
        e.RoleAssigned: _roles(policy),
        e.StatusUpdated: _updated(policy),
        e.ServiceRestored: _restored(noticed),
        e.SupportRequested: _support(policy),
        e.SupportChased: _chased(),
        e.SecurityBreachFlagged: iter((("flagged", {}),)),
        e.DetailsAmended: _amended(),
        e.IncidentResolved: _resolved(incident_id, noticed),
        e.IncidentReopened: _reopened(policy),
        e.FollowUpDone: _done(policy),
        e.FollowUpWaived: _waived(policy),
        e.IncidentReviewed: _reviewed(beginning.date()),
        e.DeadlinePassed: iter((("an unknown one", lambda now: {"deadline": _UNKNOWN, "due_at": now}),)),
        e.CommandDone: _receipts(incident_id),
        e.CommandFailed: ((label, {**fields, "error": "timed out"}) for label, fields in _receipts(incident_id)),
    }
    return {
        kind: tuple((f"{kind.__name__}: {label}", _dated(fields)) for label, fields in each)
        for kind, each in said.items()
    }


def _dated(fields: Fields | Callable[[datetime], Fields]) -> Callable[[datetime], Fields]:
    """Make a form of fields that go by no time."""
    return fields if callable(fields) else lambda _now: fields


def _reported(incident_id: str, noticed: datetime) -> Iterator[tuple[str, Fields]]:
    """Every kind of incident, with a breach and without; and one that ended before it began."""
    said = {"incident_id": incident_id, "title": "A title", "detected_at": noticed}
    for kind in Kind:
        yield kind.value, {**said, "kind": kind}
        yield f"{kind.value}, a breach", {**said, "kind": kind, "security_breach": True}
    yield "noticed before the fault", {**said, "fault_at": noticed + _SOON}


def _confirmed() -> Iterator[tuple[str, Fields]]:
    """The criteria of §1: met, with a breach too; and each way to miss them."""
    yield "meets the criteria", {"assessment": _MEETS}
    yield "meets the criteria, a breach", {"assessment": _MEETS, "security_breach": True}
    yield "planned", {"assessment": Assessment(impacts_users=_YES)}
    yield "without an effect", {"assessment": Assessment(unplanned=_YES)}
    yield "without evidence", {"assessment": Assessment(unplanned=_YES, impacts_users=Answer(met=True))}


def _dismissed(policy: Policy, incident_id: str) -> Iterator[tuple[str, Fields]]:
    """Each ground there is, none, and each fault of a route."""
    security, first = policy.security.redirect, policy.redirects[0].key
    yield "by override", {"override_reason": "it was a test"}
    yield "criteria not met", {"assessment": Assessment(unplanned=_YES, increases_risk=NO)}
    yield "a duplicate", {"duplicate_of": "INC-2"}
    yield "by the security route", {"override_reason": "it was a test", "route": security}
    if first != security:
        yield "by another route", {"override_reason": "it was a test", "route": first}
    yield "criteria met", {"assessment": _MEETS}
    yield "without a ground", {}
    yield "a duplicate of itself", {"duplicate_of": incident_id}
    yield "by an unknown route", {"override_reason": "it was a test", "route": _UNKNOWN}


def _impacts(policy: Policy) -> dict[str, Impact]:
    """One impact for each way to promise the next update, save the all-clear."""
    return {rhythm(impact): impact for impact in reversed(policy.impacts) if not impact.all_clear}


def _worst(policy: Policy) -> str:
    """The first impact that says that something is wrong."""
    return next(impact.name for impact in policy.impacts if not impact.all_clear)


def _words(policy: Policy, form: Fields) -> Iterator[tuple[str, Fields | Callable[[datetime], Fields]]]:
    """What the public may be told: each impact with and without a promise, and each fault of the form."""
    for how, impact in _impacts(policy).items():
        yield f"an impact that {how}", _promise({**form, "impact": impact.name})
        yield f"an impact that {how}, no promise", {**form, "impact": impact.name, "cleared_for_public": True}
    worst = {**form, "impact": _worst(policy)}
    yield "not cleared", lambda now: {**worst, "next_update_at": now + _SOON}
    yield "a promise in the past", lambda now: {**worst, "next_update_at": now, "cleared_for_public": True}
    yield "all clear", _promise({**form, "impact": policy.all_clear.name})
    yield "an unknown impact", _promise({**form, "impact": _UNKNOWN})


def _promise(fields: Fields) -> Callable[[datetime], Fields]:
    """Add a promise, and the clearance that a restricted incident needs."""
    return lambda now: {**fields, "next_update_at": now + _SOON, "cleared_for_public": True}


def _declared(policy: Policy) -> Iterator[tuple[str, Fields | Callable[[datetime], Fields]]]:
    """The form of §2, and its faults."""
    wording = policy.declaration.wording
    message = wording.replace("{reason}", "it broke").replace("{impact}", "users wait") or "We look into it."
    form = {"services": policy.services[:1], "message": message}
    yield from _words(policy, form)
    worst = {**form, "impact": _worst(policy)}
    yield "undated", _promise({**worst, "undated": "nobody wrote it down"})
    yield "no service", _promise({**worst, "services": ()})
    yield "an unknown service", _promise({**worst, "services": (_UNKNOWN,)})
    yield "a service twice", _promise({**worst, "services": policy.services[:1] * 2})
    if wording:
        yield "in other words", _promise({**worst, "message": "It is down."})


def _updated(policy: Policy) -> Iterator[tuple[str, Fields | Callable[[datetime], Fields]]]:
    """An update, with the impact as it was or another, and its faults."""
    form: Fields = {"message": "We are on it."}
    yield "as it was", _promise(form)
    yield "as it was, no promise", {**form, "cleared_for_public": True}
    yield from _words(policy, form)
    yield "resolved", _promise({**form, "stage": Stage.RESOLVED})
    yield "an unknown service", _promise({**form, "services": (_UNKNOWN,)})


def _reopened(policy: Policy) -> Iterator[tuple[str, Fields | Callable[[datetime], Fields]]]:
    """Reopening, and its faults."""
    yield from _words(policy, {"reason": "it is back", "message": "It is back."})


def _managed(policy: Policy) -> Iterator[tuple[str, Fields]]:
    """With every required role, with the lead alone, with nobody, with a role that is unknown."""
    needed = [role.key for role in policy.roles if role.required and role.key != "lead"]
    everybody = tuple(RoleHolder(role=key, person=f"the {key}") for key in needed)
    yield "with everybody", {"lead": "lea", "roles": everybody}
    if everybody:
        yield "with a lead alone", {"lead": "lea"}
    yield "with nobody", {}
    yield "with an unknown role", {"lead": "lea", "roles": (*everybody, RoleHolder(role=_UNKNOWN, person="una"))}


def _roles(policy: Policy) -> Iterator[tuple[str, Fields]]:
    """Each role that somebody must hold, and one that is unknown."""
    for role in policy.roles:
        if role.required or role.key == "lead":
            yield role.key, {"role": role.key, "person": f"the {role.key}"}
    yield "an unknown role", {"role": _UNKNOWN, "person": "una"}


def _restored(noticed: datetime) -> Iterator[tuple[str, Fields]]:
    """Now, at a time that nobody knows, and before it was noticed."""
    yield "now", {"how": "restarted"}
    yield "undated", {"undated": "nobody wrote it down"}
    yield "before it was noticed", {"at": noticed - _SOON}


def _support(policy: Policy) -> Iterator[tuple[str, Fields]]:
    """With the first third party, without the account that it needs, with one that is unknown."""
    party = policy.third_parties[0] if policy.third_parties else None
    said = {"third_party": party.key if party else "nobody", "account": "prod", "summary": "help"}
    yield "a case", said
    if party is not None and party.account_required:
        yield "without the account", {**said, "account": ""}
    if party is not None:
        yield "an unknown party", {**said, "third_party": _UNKNOWN}


def _chased() -> Iterator[tuple[str, Fields]]:
    """On the case, in the channel, and a case that is unknown."""
    yield "on the case", {"case": CASE, "message": "any news?"}
    yield "in the channel", {"case": CASE, "message": "any news?", "via": ChaseVia.CHANNEL}
    yield "an unknown case", {"case": _UNKNOWN, "message": "any news?"}


def _amended() -> Iterator[tuple[str, Fields | Callable[[datetime], Fields]]]:
    """What may be corrected when; and corrections that contradict themselves or correct nothing."""
    yield "nothing", {}
    yield "declared now", lambda now: {"declared_at": now}
    yield "resolved now", lambda now: {"resolved_at": now}
    yield "a fault after it was noticed", lambda now: {"fault_at": now}
    yield "an unknown milestone", {"forget": (_UNKNOWN,)}
    yield "given and forgotten", lambda now: {"aware_at": now, "forget": ("aware",)}
    yield "an unknown service", {"services": (_UNKNOWN,)}


def _resolved(incident_id: str, noticed: datetime) -> Iterator[tuple[str, Fields]]:
    """Each way in which an incident ends, and each reason why it is not over."""
    over = {"users_unaffected": True, "fix": Fix.PERMANENT, "how": "more nodes"}
    yield "permanent fix", over
    yield "temporary fix", {**over, "fix": Fix.TEMPORARY}
    yield "a duplicate", {**over, "fix": Fix.DUPLICATE, "duplicate_of": "INC-2"}
    yield "in words that are cleared", {**over, "message": "All is well.", "cleared_for_public": True}
    yield "in words that are not cleared", {**over, "message": "All is well."}
    yield "undated", {**over, "undated": "nobody wrote it down"}
    yield "at a time before any repair", {**over, "at": noticed + timedelta(minutes=1)}
    yield "before it was noticed", {**over, "at": noticed - _SOON}
    yield "users are affected", {**over, "users_unaffected": False}
    yield "a duplicate of nothing", {**over, "fix": Fix.DUPLICATE}
    yield "a duplicate of itself", {**over, "fix": Fix.DUPLICATE, "duplicate_of": incident_id}


def _done(policy: Policy) -> Iterator[tuple[str, Fields]]:
    """Each follow-up of the policy, with a link and without, and one that is unknown."""
    for rule in policy.follow_ups:
        yield f"{rule.key}, with a link", {"follow_up": rule.key, "link": LINK}
    yield "permanent_fix, without a link", {"follow_up": "permanent_fix"}
    yield "an unknown one", {"follow_up": _UNKNOWN}


def _waived(policy: Policy) -> Iterator[tuple[str, Fields]]:
    """Each follow-up of the policy, with a reason and without, and one that is unknown."""
    for rule in policy.follow_ups:
        yield f"{rule.key}, with a reason", {"follow_up": rule.key, "reason": "there is one"}
        yield f"{rule.key}, without a reason", {"follow_up": rule.key}
    yield "an unknown one", {"follow_up": _UNKNOWN, "reason": "there is one"}


def _reviewed(day: date) -> Iterator[tuple[str, Fields]]:
    """A whole review, one with a text for the public, and each thing that it may lack."""
    action = Action(text="alert on it", owner="sam", due=day)
    whole = {"lessons": ("watch the quota",), "actions": (action,)}
    yield "complete", whole
    yield "with a text for the public", {**whole, "public_text": "We learned to watch the quota."}
    yield "without a lesson", {"actions": (action,)}
    yield "an action without an owner", {**whole, "actions": (Action(text="alert on it", due=day),)}
    yield "an action without a date", {**whole, "actions": (Action(text="alert on it", owner="sam"),)}


def _receipts(incident_id: str) -> Iterator[tuple[str, Fields]]:
    """Of a command of this incident, and of another's."""
    yield "of its own", {"command_id": f"{incident_id}:1:0", "command": "Remind"}
    yield "of another incident", {"command_id": "INC-2:1:0", "command": "Remind"}
