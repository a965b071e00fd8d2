"""What each field of a policy bears on, and what it is called. Every field has its entry; a test holds it to that."""

from attrs import frozen

from incident_fsm import policy as p
from incident_fsm.policy_diff._change import Group

_TRANSITIONS, _OBLIGATIONS, _DEADLINES, _TEXTS, _POLICY = Group


@frozen
class Words:
    """What a field bears on, what it is called, and the words for yes and no where it is a truth value."""

    group: Group
    what: str
    yes: str = "yes"
    no: str = "no"


FILLED = ("has to be filled before management starts", "may stay open")
"""Of a role: yes and no."""

WORDS: dict[type, dict[str, Words]] = {
    p.Policy: {
        "key": Words(_POLICY, "key"),
        "name": Words(_POLICY, "name"),
        "page": Words(_POLICY, "page"),
        "calendar": Words(_DEADLINES, "calendar"),
        "criteria": Words(_TRANSITIONS, "criterion (§1)"),
        "redirects": Words(_TRANSITIONS, "redirect (§1)"),
        "security": Words(_TRANSITIONS, "security breach (§1)"),
        "services": Words(_TRANSITIONS, "service (§2)"),
        "impacts": Words(_TRANSITIONS, "impact (§2)"),
        "next_update_choices": Words(_DEADLINES, "offered for the next update (§2)"),
        "status_page": Words(_TEXTS, "status page (§2)"),
        "declaration": Words(_TRANSITIONS, "declaration (§2)"),
        "thread": Words(_TEXTS, "thread (§3)"),
        "roles": Words(_TRANSITIONS, "role (§3)"),
        "third_parties": Words(_TRANSITIONS, "third party (§4)"),
        "follow_ups": Words(_OBLIGATIONS, "follow-up (§5, §6)"),
        "timeouts": Words(_DEADLINES, "reminder"),
    },
    p.Page: {
        "owner": Words(_POLICY, "owner"),
        "source": Words(_POLICY, "source"),
        "last_reviewed": Words(_POLICY, "last reviewed"),
        "next_review": Words(_POLICY, "next review"),
        "notes": Words(_POLICY, "note"),
    },
    p.Calendar: {
        "timezone": Words(_DEADLINES, "time zone"),
        "weekdays": Words(_DEADLINES, "working day"),
        "opens": Words(_DEADLINES, "opens"),
        "closes": Words(_DEADLINES, "closes"),
        "days_off": Words(_DEADLINES, "day off"),
    },
    p.CriteriaWording: {
        "unplanned": Words(_TRANSITIONS, "unplanned"),
        "impacts_users": Words(_TRANSITIONS, "impacts users"),
        "degrades_services": Words(_TRANSITIONS, "degrades services"),
        "increases_risk": Words(_TRANSITIONS, "increases risk"),
    },
    p.Redirect: {
        "key": Words(_TRANSITIONS, ""),
        "description": Words(_TEXTS, "description"),
        "target": Words(_TEXTS, "link"),
    },
    p.Security: {
        "description": Words(_TEXTS, "description"),
        "target": Words(_TEXTS, "link"),
        "redirect": Words(_TRANSITIONS, "a reporter goes by the redirect"),
        "narrows_audience": Words(_TRANSITIONS, "who may read", "few, once it is flagged", "the team, as before it"),
        "channel": Words(_TEXTS, "channel of those who may know"),
    },
    p.Impact: {
        "name": Words(_TRANSITIONS, ""),
        "description": Words(_TEXTS, "description"),
        "all_clear": Words(_TRANSITIONS, "when it is said", "at the end: it is the all-clear", "while it lasts"),
        "service_state": Words(_TEXTS, "services are shown as"),
        "update": Words(_DEADLINES, "next update"),
    },
    p.Cadence: {
        "within": Words(_DEADLINES, "promised within"),
        "repeats": Words(_DEADLINES, "promised", "after every word", "after the first word alone"),
    },
    p.StatusPage: {
        "name": Words(_TEXTS, "name"),
        "form": Words(_TEXTS, "link to its form"),
        "form_name": Words(_TEXTS, "name of its form"),
        "notify_subscribers": Words(_TEXTS, "subscribers", "are told", "are not told"),
        "notified_channels": Words(_TEXTS, "tells the channel by itself"),
        "all_clear_message": Words(_TEXTS, "all-clear"),
    },
    p.Thread: {
        "channel": Words(_TEXTS, "channel"),
        "title": Words(_TEXTS, "title"),
    },
    p.Declaration: {
        "wording": Words(_TRANSITIONS, "has to follow the form"),
    },
    p.Role: {
        "key": Words(_TRANSITIONS, ""),
        "name": Words(_TEXTS, "name"),
        "required": Words(_TRANSITIONS, "", *FILLED),
    },
    p.ThirdParty: {
        "key": Words(_TRANSITIONS, ""),
        "name": Words(_TEXTS, "name"),
        "how": Words(_TEXTS, "how"),
        "how_link": Words(_TEXTS, "link"),
        "account_required": Words(_TRANSITIONS, "account", "has to be named", "may be left out"),
        "chase_on_case": Words(_TRANSITIONS, "chasing on the case", "possible", "refused"),
        "channel": Words(_TRANSITIONS, "chased in the channel"),
        "chase_after": Words(_DEADLINES, "to be chased after"),
    },
    p.FollowUpRule: {
        "key": Words(_OBLIGATIONS, ""),
        "strength": Words(_OBLIGATIONS, ""),
        "description": Words(_TEXTS, "description"),
        "due": Words(_DEADLINES, "due within"),
    },
    p.Timeouts: {
        "decide": Words(_DEADLINES, "undecided (§1, §2) for"),
        "lead": Words(_DEADLINES, "a required role open (§3) for"),
        "publish": Words(_DEADLINES, "a status post not published (§2) for"),
    },
}  # fmt: skip
"""By class and field. What a field is called follows what its part is called; nothing: that says it."""

LEAD = Words(_DEADLINES, "while nobody is", "somebody is reminded", "nobody is reminded")
"""Of the lead, `required` says only whether its absence is reminded of: somebody always has to lead (§3)."""
