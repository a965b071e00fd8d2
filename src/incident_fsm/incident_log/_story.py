"""The events that a published incident is made of, in the order of the process."""

import re
from collections.abc import Callable, Iterator
from datetime import datetime
from itertools import count
from typing import TypedDict

from incident_fsm._values import LINK_MAX, LIST_MAX, NO, TEXT_MAX, Action, Answer, Assessment, Fix, Kind
from incident_fsm.events import (
    CandidateConfirmed,
    CandidateReported,
    Event,
    FollowUpDone,
    FollowUpWaived,
    IncidentDeclared,
    IncidentResolved,
    IncidentReviewed,
    ManagementStarted,
    NoteTaken,
    ServiceRestored,
)
from incident_fsm.incident_log._findings import Findings
from incident_fsm.incident_log._published import Published
from incident_fsm.policy import Policy

BY = "incident log"
"""Who says everything: the log does not say who did what, and nobody is invented."""

_LINK = re.compile(r"https?://[^\s<>\"')\]]+")
_ISSUE = re.compile(r"https?://[^\s<>\"')\]]+/issues/[0-9]+")
_TEMPORARY = re.compile(r"\b(temporar|interim)", re.IGNORECASE)
_RUNBOOK = re.compile(r"\brun-?book\b", re.IGNORECASE)
_POST_MORTEM = re.compile(r"\b(post[- ]?mortem|post[- ]incident review)", re.IGNORECASE)
_USERS = re.compile(r"\b(user|customer|caseworker|developer)", re.IGNORECASE)
_RISK = re.compile(r"\b(risk|exposed|exposure)", re.IGNORECASE)
_MARKUP = re.compile(r"\s*(#{1,6}\s|\||[-*_]{3,}\s*$|\*\*[^*]+\*\*:?\s*$)")
"""A heading, a row or ruler of a table, a rule, or a line that is nothing but bold: no action."""


class _Head(TypedDict):
    """The fields that every event has."""

    id: str
    at: datetime
    by: str


def events_of(published: Published, link: str, policy: Policy, findings: Findings) -> Iterator[Event]:
    """Tell an incident as it happened: reported, confirmed, declared, managed, noted, restored, resolved, reviewed.

    What has no credible time is recorded undated, with the reason. `link` leads to the published report.
    """
    numbers = count(1)

    def head(at: datetime) -> _Head:
        return {"id": f"{published.id}/{next(numbers)}", "at": at, "by": BY}

    when = published.credible
    now = published.began
    yield CandidateReported(
        **head(now),
        incident_id=published.id,
        title=published.title,
        summary=published.identified,
        kind=Kind.BACKFILLED,
        fault_at=when("fault"),
        detected_at=when("detected"),
        aware_at=when("aware"),
    )
    yield CandidateConfirmed(**head(now), assessment=_assessment(published))
    now = when("declared") or now
    yield IncidentDeclared(
        **head(now),
        services=policy.services,
        impact=next(impact.name for impact in policy.impacts if not impact.all_clear),
        message=_declaration(published, policy),
        undated="" if when("declared") else published.not_declared or published.undated("declared"),
    )
    yield ManagementStarted(**head(now))
    for note in published.notes:
        now = note.at or now
        yield NoteTaken(**head(now), text=note.text)
    if "repaired" in published.readings:
        now = when("repaired") or now
        yield ServiceRestored(**head(now), how=published.resolution, undated=published.undated("repaired"))
    now = when("resolved") or now
    yield IncidentResolved(
        **head(now),
        users_unaffected=True,
        fix=Fix.TEMPORARY if _temporary(published) else Fix.PERMANENT,
        how=published.resolution or "The log does not say how.",
        undated=published.undated("resolved"),
    )
    yield from _follow_ups(published, link, policy, lambda: head(now), findings)
    yield IncidentReviewed(**head(now), actions=_actions(published, findings))


def _assessment(published: Published) -> Assessment:
    """Hold the incident against §1. That it is in the log says that the team found it unplanned; which of the other
    criteria it met is read from the words for its impact, which are kept as the evidence.
    """
    why = published.identified or f"published in the incident log: {published.title}"
    effect = Answer(met=True, evidence=published.impact or why)
    users, risk = _USERS.search(published.impact), _RISK.search(published.impact)
    return Assessment(
        unplanned=Answer(met=True, evidence=why),
        impacts_users=effect if users else NO,
        increases_risk=effect if risk else NO,
        degrades_services=NO if users or risk else effect,
    )


def _declaration(published: Published, policy: Policy) -> str:
    """Fill in the policy's fixed wording with what is published. Nothing is cut that the report does not hold too."""
    form = policy.declaration.wording or "{reason} {impact}"
    room = (TEXT_MAX - len(form)) // 2
    reason = (published.identified or "it is in the incident log").strip().rstrip(".")
    impact = (published.impact or "none is published").strip().rstrip(".")
    return form.format(reason=reason[:room] or "…", impact=impact[:room] or "…")


def _temporary(published: Published) -> bool:
    """Whether the published words say that the fix was a temporary one (§5)."""
    return bool(_TEMPORARY.search(published.resolution))


def _follow_ups(
    published: Published, link: str, policy: Policy, head: Callable[[], _Head], findings: Findings
) -> Iterator[Event]:
    """Settle what the policy asks for. What the log names is done, with the link it names; else it is waived."""
    said = (published.identified, published.impact, published.resolution, *published.review_actions)
    named = {
        "runbook": _naming(_RUNBOOK, published.review_actions),
        "post_mortem": _naming(_POST_MORTEM, (*said, *(note.text for note in published.notes))),
    }
    for rule in policy.follow_ups:
        if rule.key == "report":
            yield FollowUpDone(**head(), follow_up=rule.key, link=link)
        elif rule.key == "permanent_fix":
            if _temporary(published):
                yield FollowUpDone(**head(), follow_up=rule.key, link=_issue(published, link, findings))
        elif found := named[rule.key]:
            yield FollowUpDone(**head(), follow_up=rule.key, link=_first_link(_LINK, found))
        else:
            yield FollowUpWaived(**head(), follow_up=rule.key, reason="the incident log names none")


def _naming(word: re.Pattern[str], texts: tuple[str, ...]) -> str:
    """Find the text that names something, one with a link if there is one."""
    found = [text for text in texts if word.search(text)]
    return next((text for text in found if _LINK.search(text)), found[0] if found else "")


def _issue(published: Published, link: str, findings: Findings) -> str:
    """Find the issue for the permanent fix: the first that is named. Without one, only the report speaks of it."""
    words = "\n".join((published.resolution, *published.review_actions))
    issues: list[str] = list(dict.fromkeys(found for found in _ISSUE.findall(words) if len(found) <= LINK_MAX))
    if not issues:
        why = "no issue for a permanent one is named; the report itself is linked"
    elif len(issues) > 1:
        why = f"{len(issues)} issues are named without saying which is for a permanent one; the first is linked"
    else:
        return issues[0]
    findings.add("resolution", published.resolution, f"the fix is temporary, and {why}")
    return issues[0] if issues else link


def _first_link(pattern: re.Pattern[str], text: str) -> str:
    """Find the first link that can be recorded."""
    return next((found[0] for found in pattern.finditer(text) if len(found[0]) <= LINK_MAX), "")


def _actions(published: Published, findings: Findings) -> tuple[Action, ...]:
    """Make the review's entries actions, each as published. Headings and tables are none."""
    markup = [text for text in published.review_actions if _MARKUP.match(text)]
    actions = [text for text in published.review_actions if not _MARKUP.match(text)]
    if markup:
        share = f"{len(markup)} of {len(published.review_actions)} entries"
        findings.add("review_actions", markup, f"{share} are headings, or rows of a table, and no actions")
    if actions[LIST_MAX:]:
        findings.add("review_actions", actions[LIST_MAX:], f"only {LIST_MAX} actions can be recorded")
    return tuple(Action(text=text, link=_first_link(_LINK, text)) for text in actions[:LIST_MAX])
