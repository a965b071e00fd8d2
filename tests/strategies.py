"""Strategies: events, incidents that can really be reached, whole walks through the process, and policies.

Two sorts of events. `events()` are arbitrary: each is well-formed, and for most incidents nonsense. `likely_events`
are filled in for one incident, as somebody would who knows it, so that most of them are accepted. A *walk* is drawn
from both: it opens an incident and keeps every step that was accepted, and every refusal that came between.
"""

import typing
from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime, time, timedelta, timezone
from enum import Enum
from typing import Any, TypeVar
from zoneinfo import ZoneInfo

from attrs import Attribute, evolve, field, fields, frozen, has
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
    Lifecycle,
    Policy,
    Refusal,
    RoleHolder,
    Stage,
    State,
    Step,
    Strength,
    deadlines,
    events,
)
from incident_fsm import _values as v
from incident_fsm._calendar import Calendar, Span
from incident_fsm.commands import COMMANDS, Command
from incident_fsm.events import EVENTS, Event
from incident_fsm.policy import (
    Cadence,
    Declaration,
    FollowUpRule,
    Impact,
    Security,
    ThirdParty,
    Timeouts,
)
from incident_fsm.policy_files import load_shipped, shipped

T = TypeVar("T")

FIRST = datetime(2000, 1, 1, tzinfo=UTC)
LAST = datetime(2099, 12, 31, 23, 59, 59, 999_999, tzinfo=UTC)
ZONES = (
    UTC,
    timezone(timedelta(hours=14)),
    timezone(timedelta(hours=-12)),
    timezone(timedelta(hours=5, minutes=45)),
    ZoneInfo("Europe/London"),
    ZoneInfo("America/St_Johns"),
    ZoneInfo("Pacific/Apia"),
)

SHIPPED: dict[str, Policy] = {name: load_shipped(name) for name in shipped()}
"""The policies that ship, by name."""

# What no text of ours may hold is refused when an event is made; here are only texts that can be.
_PRINTABLE = st.characters(
    exclude_categories=("Cs", "Cc"),
    exclude_characters="\u2028\u2029\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069",
)
_ODD = (
    "x",
    "é" * 40,
    "\u200ba",
    "🔥" * 20,
    "{title}",
    "{reason}",
    "%s",
    "a:b:c",
    "'; DROP TABLE",
    "<b>&amp;",
    "\u200f\u05e9\u05dc\u05d5\u05dd",
    "x @ y",
)
_KEYS = st.from_regex(r"[a-z][a-z0-9_]{0,39}", fullmatch=True)
_IDS = st.from_regex(r"[A-Za-z0-9][A-Za-z0-9-]{0,63}", fullmatch=True)
_EVENT_IDS = st.from_regex(r"[A-Za-z0-9][A-Za-z0-9._:@/-]{0,199}", fullmatch=True)


def _texts(limit: int, *, empty: bool, lines: bool = False) -> st.SearchStrategy[str]:
    """Texts that say something, of at most `limit` characters; nothing at all where that is allowed."""
    alphabet = st.one_of(_PRINTABLE, st.just("\n")) if lines else _PRINTABLE
    some = st.text(alphabet, min_size=1, max_size=min(limit, 30)).filter(str.strip)
    longest = st.sampled_from(("x" * limit, "🔥" * limit, '"' * limit))
    # The longest are rare: hundreds of them would test the machine's memory, not the process.
    odd = st.sampled_from(tuple(text for text in _ODD if len(text) <= limit))
    rare = st.integers(0, 40).flatmap(lambda roll: longest if roll == 40 else odd)
    return st.one_of(st.just(""), some, rare) if empty else st.one_of(some, rare)


_BY_VALIDATOR: dict[object, st.SearchStrategy[Any]] = {
    v.is_name: _texts(v.NAME_MAX, empty=False),
    v.is_optional_name: _texts(v.NAME_MAX, empty=True),
    v.is_line: _texts(v.LINE_MAX, empty=False),
    v.is_optional_line: _texts(v.LINE_MAX, empty=True),
    v.is_text: _texts(v.TEXT_MAX, empty=False, lines=True),
    v.is_optional_text: _texts(v.TEXT_MAX, empty=True, lines=True),
    v.is_link: _texts(v.LINK_MAX, empty=True),
    v.is_incident_id: _IDS,
    v.is_optional_incident_id: st.just("") | _IDS,
    v.is_event_id: _EVENT_IDS,
    v.is_key: _KEYS | st.sampled_from(("lead", "aws", "case_1", "report", "permanent_fix", "declared")),
    v.is_optional_key: st.just("") | _KEYS | st.just("security"),
    v.is_count: st.integers(0, 9) | st.integers(0, v.COUNT_MAX),
    v.is_optional_count: st.none() | st.integers(0, 9) | st.integers(0, v.COUNT_MAX),
}


def moments(first: datetime = FIRST, last: datetime = LAST) -> st.SearchStrategy[datetime]:
    """Moments that an event may carry, in many zones; often at the very edges, and where clocks change."""
    edges = [first, last, *(moment for moment in _EDGES if first <= moment <= last)]
    inside = st.datetimes(first.replace(tzinfo=None), last.replace(tzinfo=None)).map(
        lambda said: said.replace(tzinfo=UTC)
    )
    return st.builds(_in_zone, st.sampled_from(edges) | inside, st.sampled_from(ZONES))


_EDGES = (
    datetime(2024, 2, 29, 23, 59, 59, tzinfo=UTC),
    datetime(2024, 3, 31, 0, 59, 59, tzinfo=UTC),
    datetime(2024, 3, 31, 1, 0, tzinfo=UTC),
    datetime(2024, 10, 27, 0, 30, tzinfo=UTC),
    datetime(2024, 10, 27, 1, 30, tzinfo=UTC),
    datetime(2024, 12, 31, 23, 59, tzinfo=UTC),
    datetime(2099, 12, 31, 9, 0, tzinfo=UTC),
)


def _in_zone(moment: datetime, zone: Any) -> datetime:
    """Say the same moment in a zone, unless that zone's year would be another than an event may carry."""
    there = moment.astimezone(zone)
    return there if 2000 <= there.year <= 2099 else moment


def computed_moments() -> st.SearchStrategy[datetime]:
    """Moments that are computed, not said: they may lie beyond the years of events."""
    first, last = FIRST.replace(year=2, tzinfo=None), LAST.replace(year=9998, tzinfo=None)
    return st.datetimes(first, last).map(lambda said: said.replace(tzinfo=UTC)) | moments()


_BY_SORT_OF_TIME: dict[object, Callable[[], st.SearchStrategy[Any]]] = {
    v.is_moment: moments,
    v.is_optional_moment: lambda: st.none() | moments(),
    v.is_time: computed_moments,
    v.is_optional_time: lambda: st.none() | computed_moments(),
}


_VALUES: dict[type, st.SearchStrategy[Any]] = {}


def values(kind: type[T]) -> st.SearchStrategy[T]:
    """Every value of one of our attrs classes: whatever its validators let through. Made once a class."""
    if kind not in _VALUES:
        _VALUES[kind] = _values(kind)
    return _VALUES[kind]


def _values(kind: type[Any]) -> st.SearchStrategy[Any]:
    """Make the strategy for a class from those of its fields."""
    hints = typing.get_type_hints(kind)
    return st.builds(kind, **{attribute.name: _of(attribute, hints[attribute.name]) for attribute in fields(kind)})


def _of(attribute: "Attribute[Any]", hint: Any) -> st.SearchStrategy[Any]:
    """Every value that a field may hold: by the validator of a text or count, else by its type."""
    validator: object = attribute.validator
    if validator in _BY_SORT_OF_TIME:
        return _BY_SORT_OF_TIME[validator]()
    return _BY_VALIDATOR[validator] if validator in _BY_VALIDATOR else _typed(hint, attribute)


def _typed(hint: Any, attribute: "Attribute[Any]") -> st.SearchStrategy[Any]:
    """Every value of a type."""
    arguments = typing.get_args(hint)
    if type(None) in arguments:
        return st.none() | _typed(next(one for one in arguments if one is not type(None)), attribute)
    if typing.get_origin(hint) is tuple:
        return st.lists(_typed(arguments[0], attribute), max_size=3).map(tuple)
    if hint is str:
        keys = attribute.name == "forget"
        return _BY_VALIDATOR[v.is_key] if keys else _BY_VALIDATOR[v.is_name]
    if hint in _BY_TYPE:
        return _BY_TYPE[hint]
    if isinstance(hint, type) and issubclass(hint, Enum):
        return st.sampled_from(hint)
    assert has(hint), f"no strategy for {hint}"
    return values(hint)


_BY_TYPE: dict[object, st.SearchStrategy[Any]] = {
    bool: st.booleans(),
    int: st.integers(0, v.COUNT_MAX),
    datetime: moments().map(
        lambda moment: moment.astimezone(UTC)
    ),  # nobody converts these: they are in UTC by contract
    date: st.dates(date(2000, 1, 1), date(2099, 12, 31)),
}


def events_of(kind: type[Event]) -> st.SearchStrategy[Event]:
    """Arbitrary events of one kind: well-formed, and for most incidents nonsense."""
    return values(kind)


def arbitrary_events() -> st.SearchStrategy[Event]:
    """Arbitrary events of every kind."""
    return st.sampled_from(EVENTS).flatmap(events_of)


def arbitrary_commands() -> st.SearchStrategy[Command]:
    """Arbitrary commands of every kind, most of which no incident would ask for."""
    return st.sampled_from(COMMANDS).flatmap(values)


def arbitrary_incidents() -> st.SearchStrategy[Incident]:
    """Incidents of any content, most of which no history leads to."""
    return values(Incident)


# ---- policies ----


def shipped_policies() -> st.SearchStrategy[Policy]:
    """One of the policies that ship."""
    return st.sampled_from(tuple(SHIPPED.values()))


def spans() -> st.SearchStrategy[Span]:
    """Every length of time that a policy may name."""
    clock = st.one_of(st.integers(1, 600), st.integers(1, 366 * 24 * 60)).map(lambda minutes: Span(minutes=minutes))
    return clock | st.integers(1, 366).map(lambda days: Span(working_days=days))


def calendars() -> st.SearchStrategy[Calendar]:
    """Every calendar: any zone of ours, any working week, any hours."""
    hours = st.tuples(st.integers(0, 22), st.integers(0, 59)).flatmap(
        lambda opens: st.tuples(
            st.just(time(*opens)),
            st.just(time(0, 0)) | st.integers(opens[0] + 1, 23).map(time),
        )
    )
    weeks = st.sets(st.integers(0, 6), min_size=1).map(lambda days: tuple(sorted(days)))
    off = st.sets(st.dates(date(2024, 1, 1), date(2024, 2, 29)), max_size=5).map(lambda days: tuple(sorted(days)))
    zones = st.sampled_from(("UTC", "Europe/London", "America/St_Johns", "Pacific/Apia", "Asia/Kathmandu"))
    return st.builds(
        lambda zone, week, clock, free: Calendar(
            timezone=zone, weekdays=week, opens=clock[0], closes=clock[1], days_off=free
        ),
        zones, weeks, hours, off,
    )  # fmt: skip


@st.composite
def policies(draw: st.DrawFn) -> Policy:
    """Policies of every sort that a lifecycle accepts: one that ships, with any part of it decided otherwise."""
    policy = draw(shipped_policies())
    if draw(st.booleans()):
        return policy
    maybe_span = st.none() | spans()
    impacts = tuple(
        Impact(
            name=f"Impact {number}",
            description="It is broken",
            service_state="down",
            update=draw(st.none() | st.builds(Cadence, within=spans(), repeats=st.booleans())),
        )
        for number in range(draw(st.integers(1, 3)))
    )
    clear = Impact(name="Clear", description="It is over", service_state="up", all_clear=True)
    strengths = st.sampled_from(Strength)
    owed = tuple(
        FollowUpRule(key=key, strength=draw(strengths), description=f"do the {key}", due=draw(maybe_span))
        for key in draw(st.lists(st.sampled_from(("report", "post_mortem", "runbook")), unique=True, max_size=3))
    )
    fix = FollowUpRule(key="permanent_fix", strength=Strength.MUST, description="fix it", due=draw(maybe_span))
    return evolve(
        policy,
        key=draw(_KEYS),
        name=draw(_BY_VALIDATOR[v.is_name]),
        calendar=draw(calendars()),
        impacts=draw(st.permutations((*impacts, clear)).map(tuple)),
        declaration=Declaration(
            wording=draw(st.sampled_from(("", "{reason}: {impact}", "Because {impact}, I say {reason}")))
        ),
        roles=tuple(evolve(role, required=draw(st.booleans())) for role in policy.roles),
        third_parties=tuple(
            ThirdParty(
                key=f"party_{number}",
                name=f"Party {number}",
                how="ask",
                account_required=draw(st.booleans()),
                chase_on_case=draw(st.booleans()),
                channel="ext",
                chase_after=draw(maybe_span),
            )
            for number in range(draw(st.integers(0, 2)))
        ),
        security=draw(_securities(policy)),
        follow_ups=draw(st.permutations((*owed, fix)).map(tuple)),
        timeouts=draw(st.builds(Timeouts, decide=maybe_span, lead=maybe_span, publish=maybe_span)),
    )


def _securities(policy: Policy) -> st.SearchStrategy[Security]:
    """Where a breach goes, and whether it narrows the audience."""
    return st.booleans().map(
        lambda narrows: evolve(policy.security, narrows_audience=narrows, channel="narrow" if narrows else "")
    )


# ---- events that are likely to be accepted ----

_PEOPLE = ("ann", "bob", "cleo", "Ünal 🔥")
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
        assert self.incident is not None
        return self.incident


Fill = Callable[[st.DrawFn, Situation], dict[str, Any]]


def _pick(draw: st.DrawFn, choices: Sequence[T]) -> T:
    """Draw one of some choices."""
    return draw(st.sampled_from(choices))


def _reported(draw: st.DrawFn, now: Situation) -> dict[str, Any]:
    """A report, with something known of the beginning."""
    before = timedelta(minutes=draw(st.integers(0, 90)))
    start = max(FIRST, now.now - before)
    return {
        "incident_id": _pick(draw, ("INC-1", "2024-07-airflow", "x" * 64)),
        "title": _pick(draw, ("Airflow Autoscaling Incident", "Broken {title}", "🔥" * 200)),
        "summary": _pick(draw, ("", *_WORDS)),
        "kind": _pick(draw, (Kind.LIVE, Kind.LIVE, Kind.BACKFILLED, Kind.DRILL)),
        "security_breach": draw(st.integers(0, 3)) == 3,
        "fault_at": _pick(draw, (None, start)),
        "detected_at": _pick(draw, (None, now.now)),
        "aware_at": _pick(draw, (None, now.now)),
    }


def _confirmed(draw: st.DrawFn, _now: Situation) -> dict[str, Any]:
    """An assessment that meets the criteria."""
    question = _pick(draw, ("impacts_users", "degrades_services", "increases_risk"))
    answers = {"unplanned": _YES, question: _YES}
    return {"assessment": Assessment(**answers), "security_breach": draw(st.integers(0, 3)) == 3}


def _dismissed(draw: st.DrawFn, now: Situation) -> dict[str, Any]:
    """A ground for dismissal."""
    grounds: tuple[dict[str, Any], ...] = (
        {"assessment": Assessment()},
        {"duplicate_of": "INC-9"},
        {"override_reason": "a person decided so"},
    )
    ground = _pick(draw, grounds)
    route = now.policy.security.redirect if now.there.breach else now.policy.redirects[-1].key
    return {**ground, "route": _pick(draw, ("", route))}


def _public(draw: st.DrawFn, now: Situation, fixed: bool) -> dict[str, Any]:  # noqa: FBT001  a form or none
    """What the public is told, with a promise."""
    trouble = [impact.name for impact in now.policy.impacts if not impact.all_clear]
    wording = now.policy.declaration.wording if fixed else ""
    said = wording.replace("{reason}", "it broke").replace("{impact}", "users wait") or _pick(draw, _WORDS)
    promise = now.now + timedelta(minutes=_pick(draw, (1, 30, 60, 3000)))
    impact = _pick(draw, trouble)
    cadence = next(choice for choice in now.policy.impacts if choice.name == impact).update
    return {
        "impact": impact,
        "message": said,
        "next_update_at": min(promise, LAST) if cadence is None or draw(st.booleans()) else None,
        "notify_subscribers": _pick(draw, (None, True, False)),
        "cleared_for_public": True,
    }


def _services(draw: st.DrawFn, now: Situation) -> tuple[str, ...]:
    """One or two services of the policy."""
    first, second = _pick(draw, now.policy.services), _pick(draw, now.policy.services)
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
    return {**said, "stage": _pick(draw, (Stage.INVESTIGATING, Stage.DETECTED))}


def _managing(draw: st.DrawFn, now: Situation) -> dict[str, Any]:
    """A lead, and whoever else is required."""
    required = [role.key for role in now.policy.roles if role.key != "lead" and (role.required or draw(st.booleans()))]
    others = tuple(RoleHolder(role=key, person=_pick(draw, _PEOPLE)) for key in required)
    return {"lead": _pick(draw, _PEOPLE), "roles": others}


def _noted(draw: st.DrawFn, _now: Situation) -> dict[str, Any]:
    """A note."""
    return {"text": _pick(draw, _WORDS), "from_thread": draw(st.booleans())}


def _role(draw: st.DrawFn, now: Situation) -> dict[str, Any]:
    """A role of the policy."""
    return {"role": _pick(draw, now.policy.roles).key, "person": _pick(draw, _PEOPLE)}


def _restored(draw: st.DrawFn, now: Situation) -> dict[str, Any]:
    """Service is back."""
    return {"how": _pick(draw, ("", *_WORDS)), **_undated(draw, now)}


def _support(draw: st.DrawFn, now: Situation) -> dict[str, Any]:
    """A ticket, with the policy's third party where there is one."""
    parties = [party.key for party in now.policy.third_parties] or ["nobody"]
    details = _pick(draw, ("", *_WORDS))
    return {"third_party": _pick(draw, parties), "account": "prod", "summary": "help", "details": details}


def _chased(draw: st.DrawFn, now: Situation) -> dict[str, Any]:
    """A case that exists."""
    cases = [case.key for case in now.there.cases] or ["case_1"]
    return {"case": _pick(draw, cases), "message": _pick(draw, _WORDS), "via": draw(st.sampled_from(v.ChaseVia))}


def _flagged(draw: st.DrawFn, _now: Situation) -> dict[str, Any]:
    """A breach."""
    return {"details": _pick(draw, ("", *_WORDS))}


def _amended(draw: st.DrawFn, now: Situation) -> dict[str, Any]:
    """A correction of the title, the services or a milestone."""
    what = _pick(draw, ("title", "services", "fault_at", "detected_at", "repaired_at", "forget"))
    if what == "title":
        return {"title": _pick(draw, ("Airflow was slow", "Airflow Autoscaling Incident"))}
    if what == "services":
        return {"services": _services(draw, now)}
    if what == "forget":
        return {"forget": (_pick(draw, ("fault", "detected", "aware", "repaired")),)}
    return {what: max(FIRST, now.now - timedelta(minutes=draw(st.integers(0, 90))))}


def _resolved(draw: st.DrawFn, now: Situation) -> dict[str, Any]:
    """The end, for users."""
    fix = draw(st.sampled_from(Fix))
    return {
        "users_unaffected": True,
        "fix": fix,
        "how": _pick(draw, _WORDS),
        "message": _pick(draw, ("", "all is well")),
        "duplicate_of": "INC-9" if fix is Fix.DUPLICATE else "",
        "notify_subscribers": _pick(draw, (None, True, False)),
        "cleared_for_public": True,
        **_undated(draw, now),
    }


def _reopened(draw: st.DrawFn, now: Situation) -> dict[str, Any]:
    """The trouble is back."""
    return {"reason": _pick(draw, _WORDS), **_public(draw, now, fixed=False)}


def _open_ones(now: Situation, *strengths: Strength) -> list[str]:
    """The follow-ups that are still owed; one of any sort where there is none."""
    owed = now.there.follow_ups
    found = [one.key for one in owed if one.state is FollowUpState.OPEN and one.strength in strengths]
    return found or ["report"]


def _done(draw: st.DrawFn, now: Situation) -> dict[str, Any]:
    """A follow-up is done."""
    key = _pick(draw, _open_ones(now, *Strength))
    return {"follow_up": key, "link": "https://example.org/1" if key == "permanent_fix" else _pick(draw, _LINKS)}


def _waived(draw: st.DrawFn, now: Situation) -> dict[str, Any]:
    """A follow-up that is no must is waived."""
    return {"follow_up": _pick(draw, _open_ones(now, Strength.SHOULD, Strength.MAY)), "reason": "not worth it"}


def _reviewed(draw: st.DrawFn, now: Situation) -> dict[str, Any]:
    """Lessons and actions, and a word for the public where there may be one."""
    action = Action(text="alert earlier", owner="ann", due=date(2026, 1, 1), link=_pick(draw, _LINKS))
    lessons, actions = _pick(draw, (("watch the quota",), ("one", "two"))), _pick(draw, ((), (action,)))
    hidden = now.there.audience is Audience.RESTRICTED or now.there.kind is Kind.BACKFILLED
    public_text = "" if hidden else _pick(draw, ("", "We watch the quota now."))
    return {"lessons": lessons, "actions": actions, "public_text": public_text}


def _deadline(draw: st.DrawFn, now: Situation) -> dict[str, Any]:
    """A deadline that stands. Its time is made to have come."""
    found = deadlines.unreminded(now.there, now.policy)
    if not found:
        return {"deadline": "decide", "due_at": now.now}
    passed = _pick(draw, found)
    return {"deadline": passed.name, "due_at": passed.due, "at": min(max(now.now, passed.due), LAST)}


def _receipt(draw: st.DrawFn, now: Situation) -> dict[str, Any]:
    """What came of a command that was asked for; of any, where none was."""
    if not now.commands:
        return {"command_id": f"{now.there.id}:1:0", "command": "PublishStatus"}
    command = _pick(draw, now.commands)
    return {"command_id": command.id, "command": type(command).__name__, "adapter": "console"}


def _carried_out(draw: st.DrawFn, now: Situation) -> dict[str, Any]:
    """A command was carried out."""
    reference, link = _pick(draw, ("", "R-1")), _pick(draw, _LINKS)
    return {**_receipt(draw, now), "reference": reference, "link": link, "by_hand": draw(st.booleans())}


def _failed(draw: st.DrawFn, now: Situation) -> dict[str, Any]:
    """A command failed."""
    return {**_receipt(draw, now), "error": "timed out", "then": draw(st.sampled_from(v.AfterFailure))}


_FILL: dict[type[Event], Fill] = {
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

_FORWARD: dict[State, tuple[type[Event], ...]] = {
    State.CANDIDATE: (events.CandidateConfirmed,),
    State.CONFIRMED: (events.IncidentDeclared,),
    State.DECLARED: (events.ManagementStarted,),
    State.MANAGING: (events.IncidentResolved,),
    State.RESOLVED: (events.FollowUpDone, events.FollowUpDone, events.FollowUpWaived),
    State.REVIEWED: (events.CommandDone,),
    State.DISMISSED: (events.CommandDone,),
}
"""What leads on from each state. Candidates go on, seldom aside: most of the process lies behind them."""


@st.composite
def likely_events(draw: st.DrawFn, now: Situation, kind: type[Event] | None = None) -> Event:
    """Draw an event, of any kind that the table allows or of one kind, as somebody would say it of this incident."""
    chosen = kind if kind is not None else draw(_kinds(now))
    revision = now.incident.revision if now.incident is not None and draw(st.booleans()) else None
    head: dict[str, Any] = {"id": f"e-{now.number}", "at": now.now, "by": _pick(draw, _PEOPLE), "revision": revision}
    return chosen(**{**head, **_FILL[chosen](draw, now)})


def _kinds(now: Situation) -> st.SearchStrategy[type[Event]]:
    """Kinds of event to come next: a third of the time what leads on, else whatever the table allows."""
    if now.incident is None:
        return st.just(events.CandidateReported)
    allowed = [option.event for option in Lifecycle(now.policy).options(now.incident) if not option.blocked_by]
    rare = [kind for kind in (events.SupportRequested, events.SupportChased) if kind in allowed]
    owed = now.incident.state is State.RESOLVED and events.FollowUpDone not in allowed
    forward = (events.IncidentReviewed,) if owed else _FORWARD[now.incident.state]
    return st.one_of(st.sampled_from(forward), st.sampled_from(allowed), st.sampled_from([*allowed, *rare]))


# ---- walks ----

STARTS = (
    datetime(2024, 5, 1, 9, 0, tzinfo=UTC),
    datetime(2024, 3, 30, 23, 30, tzinfo=UTC),
    datetime(2024, 10, 26, 23, 30, tzinfo=UTC),
    FIRST,
    datetime(2099, 12, 30, 12, 0, tzinfo=UTC),
)


@frozen
class Walk:
    """A way through the process: each accepted step with the lifecycle it was judged by, and each refusal met."""

    history: tuple[tuple[Lifecycle, Step], ...]
    refusals: tuple[tuple[Incident | None, Lifecycle, Refusal], ...] = field(repr=False)

    @property
    def steps(self) -> tuple[Step, ...]:
        """The accepted steps."""
        return tuple(step for _, step in self.history)

    @property
    def incident(self) -> Incident:
        """The incident at the end."""
        return self.history[-1][1].after

    @property
    def lifecycle(self) -> Lifecycle:
        """The lifecycle of the last step."""
        return self.history[-1][0]

    @property
    def commands(self) -> tuple[Command, ...]:
        """Every command that was asked for, in order."""
        return tuple(command for step in self.steps for command in step.commands)

    @property
    def passed(self) -> set[tuple[str, State | None, State]]:
        """The rows of the table that the walk went along."""
        return {
            (type(step.event).__name__, None if step.before is None else step.before.state, step.after.state)
            for step in self.steps
        }


@st.composite
def walks(  # noqa: PLR0913  every knob is a sort of walk that some property needs
    draw: st.DrawFn,
    *,
    policy: st.SearchStrategy[Policy] | None = None,
    kinds: Sequence[Kind] = tuple(Kind),
    longest: int = 32,
    changing: bool = False,
    nonsense: bool = True,
) -> Walk:
    """Draw a way through the process. `changing`: the policy may change on the way, as an organisation's does."""
    choices = policy if policy is not None else shipped_policies()
    lifecycle = Lifecycle(draw(choices))
    now = _pick(draw, STARTS)
    first = draw(likely_events(Situation(None, lifecycle.policy, now, 0)))
    assert isinstance(first, events.CandidateReported)
    if first.kind not in kinds:
        first = evolve(first, kind=_pick(draw, kinds))
    history: list[tuple[Lifecycle, Step]] = [(lifecycle, lifecycle.open(first))]
    refusals: list[tuple[Incident | None, Lifecycle, Refusal]] = []
    commands: tuple[Command, ...] = history[0][1].commands
    for number in range(1, draw(st.integers(0, longest)) + 1):
        incident = history[-1][1].after
        now = min(LAST, max(FIRST, now + timedelta(minutes=draw(st.integers(-20, 90)))))
        if changing and draw(st.integers(0, 9)) == 9:
            lifecycle = Lifecycle(draw(choices))
        situation = Situation(incident, lifecycle.policy, now, number, commands[-6:])
        wild = nonsense and draw(st.integers(0, 11)) == 11
        event = draw(arbitrary_events()) if wild else draw(likely_events(situation))
        answer = lifecycle.attempt(incident, event)
        if isinstance(answer, Refusal):
            refusals.append((incident, lifecycle, answer))
        else:
            history.append((lifecycle, answer))
            commands = (*commands, *answer.commands)
    return Walk(tuple(history), tuple(refusals))


def incidents(**how: Any) -> st.SearchStrategy[tuple[Lifecycle, Incident]]:
    """Draw an incident that can really be reached, with the lifecycle that it was last judged by."""
    return walks(**how).map(lambda walk: (walk.lifecycle, walk.incident))


@st.composite
def lives(
    draw: st.DrawFn, *, policy: st.SearchStrategy[Policy] | None = None, kinds: Sequence[Kind] = tuple(Kind)
) -> Walk:
    """Draw a whole life: an incident from its report to its review, with this and that happening on the way."""
    lifecycle = Lifecycle(draw(policy if policy is not None else shipped_policies()))
    now = _pick(draw, STARTS[:3])
    history: list[tuple[Lifecycle, Step]] = []
    incident: Incident | None = None
    reopenings = draw(st.integers(0, 2))
    while incident is None or incident.state is not State.REVIEWED:
        now += timedelta(minutes=draw(st.integers(1, 90)))
        commands = tuple(command for _, step in history[-6:] for command in step.commands)
        situation = Situation(incident, lifecycle.policy, now, len(history), commands)
        kind = _next_in_life(incident, reopenings)
        if incident is not None and draw(st.integers(0, 2)) == 0:
            kind = draw(_kinds(situation).filter(lambda one: one not in _MOVES))
        event = draw(likely_events(situation, kind))
        if isinstance(event, events.CandidateReported) and event.kind not in kinds:
            event = evolve(event, kind=_pick(draw, kinds))
        answer = lifecycle.attempt(incident, event)
        if isinstance(answer, Step):
            reopenings -= kind is events.IncidentReopened
            history.append((lifecycle, answer))
            incident = answer.after
        elif kind is events.IncidentResolved:  # a milestone is out of order: correct what was said
            forget = tuple(name for name in ("fault", "detected", "aware", "repaired"))
            amend = events.DetailsAmended(id=f"a-{len(history)}", at=now, by="ann", forget=forget)
            step = lifecycle.step(situation.there, amend)
            history.append((lifecycle, step))
            incident = step.after
    return Walk(tuple(history), ())


_MOVES = (
    events.CandidateDismissed,
    events.IncidentReopened,
    events.IncidentReviewed,
    events.DetailsAmended,
    events.ServiceRestored,
)


def _next_in_life(incident: Incident | None, reopenings: int) -> type[Event]:
    """The event that leads on in a whole life."""
    if incident is None:
        return events.CandidateReported
    if incident.state is not State.RESOLVED:
        return _FORWARD[incident.state][0]
    if reopenings > 0:
        return events.IncidentReopened
    owed = any(one.state is FollowUpState.OPEN for one in incident.follow_ups)
    return events.FollowUpDone if owed else events.IncidentReviewed


def restricted(walk: Walk) -> bool:
    """Whether a walk led to an incident that not everybody may read about."""
    return walk.incident.audience is Audience.RESTRICTED
