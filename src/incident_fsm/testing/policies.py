"""Policies: those that ship, and policies of every sort that a lifecycle accepts."""

from collections.abc import Mapping
from datetime import date, time
from functools import cache
from types import MappingProxyType

from attrs import evolve
from hypothesis import strategies as st

from incident_fsm import Policy, Strength
from incident_fsm import _values as v
from incident_fsm._calendar import Calendar, Span
from incident_fsm.policy import Cadence, Declaration, FollowUpRule, Impact, Security, ThirdParty, Timeouts
from incident_fsm.policy_files import load_shipped, shipped
from incident_fsm.testing.arbitrary import BY_VALIDATOR, KEYS


@cache
def default_policy() -> Policy:
    """The policy that everything here falls back to: the one that a desk has by default. Read once."""
    return load_shipped()


@cache
def shipped_by_name() -> Mapping[str, Policy]:
    """The policies that ship, by name; read once."""
    return MappingProxyType({name: load_shipped(name) for name in shipped()})


def shipped_policies() -> st.SearchStrategy[Policy]:
    """One of the policies that ship."""
    return st.sampled_from(tuple(shipped_by_name().values()))


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
        key=draw(KEYS),
        name=draw(BY_VALIDATOR[v.is_name]),
        calendar=draw(calendars()),
        impacts=draw(st.permutations((*impacts, clear)).map(tuple)),
        declaration=Declaration(
            wording=draw(st.sampled_from(("", "{reason}: {impact}", "Because {impact}, I say {reason}.")))
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
