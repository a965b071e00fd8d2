"""What an organisation decides, and what its parts can make wrong together."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from attrs import evolve

from incident_fsm import Policy, Strength
from incident_fsm._calendar import Span
from incident_fsm.errors import InvalidValue
from incident_fsm.policy import Cadence, Impact, Role, contradictions
from incident_fsm.testing.policies import shipped_by_name
from incident_fsm.testing.story import NINE
from tests.core.stories import CLOUD, DEFAULT, GDS, changed


def problems(policy: Policy) -> list[tuple[str, str]]:
    """What contradicts itself in a policy: path and problem; a remedy must always be there."""
    found = contradictions(policy)
    assert all(remedy for _, _, remedy in found)
    return [(path, problem) for path, problem, _ in found]


@pytest.mark.parametrize("policy", shipped_by_name().values(), ids=shipped_by_name())
def test_a_policy_that_ships_does_not_contradict_itself(policy: Policy) -> None:
    """Expect nothing to be found."""
    assert not contradictions(policy)


def test_each_part_is_found_by_its_key_and_what_is_not_there_is_none() -> None:
    """Expect the look-ups to find what the policy names, and to say None rather than raise."""
    assert DEFAULT.impact("Major") is DEFAULT.impacts[0]
    assert DEFAULT.redirect("security") is DEFAULT.redirects[2]
    assert DEFAULT.role("lead") is DEFAULT.roles[0]
    assert DEFAULT.third_party("aws") is DEFAULT.third_parties[0]
    assert DEFAULT.follow_up("report") is DEFAULT.follow_ups[1]
    for look_up in (DEFAULT.impact, DEFAULT.redirect, DEFAULT.role, DEFAULT.third_party, DEFAULT.follow_up):
        assert look_up("nothing of the kind") is None
    assert DEFAULT.all_clear.name == "All Good"


def test_the_next_update_follows_the_impact_s_cadence() -> None:
    """Expect an hour for P1, two working days for P3, and nothing where no cadence or no such impact is set."""
    assert GDS.next_update("P1", NINE) == NINE + timedelta(hours=1)
    assert GDS.next_update("P3", NINE) == NINE + timedelta(days=2)
    assert GDS.next_update("Resolved", NINE) is None
    assert GDS.next_update("P9", NINE) is None


def test_a_page_is_past_its_review_only_after_that_day() -> None:
    """Expect the day itself to be in time."""
    assert not DEFAULT.past_review(date(2025, 2, 12))
    assert DEFAULT.past_review(date(2025, 2, 13))


ONE_ROLE = (Role(key="scribe", name="Scribe"),)
CLEAR = DEFAULT.all_clear
TROUBLE = DEFAULT.impacts[0]
AWS = DEFAULT.third_parties[0]
RULES = DEFAULT.follow_ups

WRONG: list[tuple[dict[str, Any], list[tuple[str, str]]]] = [
    ({"services": ("A", "B", "A", "A")}, [("services", "'A' is there twice")] * 2),
    ({"impacts": (TROUBLE, TROUBLE, CLEAR)}, [("impacts.name", "'Major' is there twice")]),
    (
        {"redirects": DEFAULT.redirects * 2},
        [("redirects.key", f"{one.key!r} is there twice") for one in DEFAULT.redirects],
    ),
    ({"roles": DEFAULT.roles[:1] * 2}, [("roles.key", "'lead' is there twice")]),
    ({"third_parties": (AWS, AWS)}, [("third_parties.key", "'aws' is there twice")]),
    ({"follow_ups": (*RULES, RULES[1])}, [("follow_ups.key", "'report' is there twice")]),
    ({"impacts": (TROUBLE,)}, [("impacts", "0 of them have all_clear = true")]),
    (
        {"impacts": (CLEAR, evolve(CLEAR, name="Fine"))},
        [("impacts", "2 of them have all_clear = true"), ("impacts", "none of them says that something is wrong")],
    ),
    ({"impacts": (CLEAR,)}, [("impacts", "none of them says that something is wrong")]),
    ({"thread": {"channel": "ask-data-engineering"}}, [("thread.channel", "the status page posts there by itself")]),
    (
        {"third_parties": (evolve(AWS, chase_on_case=False, channel=""),)},
        [("third_parties[0]", "there is no way to escalate")],
    ),
    (
        {"third_parties": (evolve(AWS, channel="ask-data-engineering"),)},
        [("third_parties[0].channel", "the status page posts there by itself")],
    ),
    ({"security": {"redirect": "nowhere"}}, [("security.redirect", "'nowhere' is no redirect")]),
    ({"security": {"narrows_audience": True}}, [("security.channel", "is missing though narrows_audience = true")]),
    (
        {"security": {"narrows_audience": True, "channel": "ask-data-engineering"}},
        [("security.channel", "the status page posts there by itself")],
    ),
    ({"roles": ONE_ROLE}, [("roles", "there is no role 'lead'")]),
    (
        {"follow_ups": (*RULES, evolve(RULES[1], key="party"))},
        [("follow_ups[4].key", "'party' is unknown")],
    ),
    ({"follow_ups": RULES[1:]}, [("follow_ups", "there is no 'permanent_fix'")]),
    (
        {"follow_ups": (evolve(RULES[0], strength=Strength.SHOULD),)},
        [("follow_ups", "'permanent_fix' is not a must")],
    ),
    ({"page": {"next_review": date(2024, 1, 1)}}, [("page.next_review", "is before last_reviewed")]),
    *(
        ({"thread": {"title": title}}, [("thread.title", f"{title!r} is no title form")])
        for title in ("Incident", "{title} {title}", "{title} {x}", "{title} {", "{title} }", "{{title}}", "{}")
    ),
    *(
        ({"declaration": {"wording": wording}}, [("declaration.wording", "does not leave {reason} and {impact} open")])
        for wording in (
            "always the same",
            "{reason}",
            "{reason} {reason} {impact}",
            "{reason} {impact} {x}",
            "{ {reason}",
        )
    ),
    (
        {"declaration": {"wording": "{reason}{impact}"}},
        [("declaration.wording", "nothing stands between its slots")],
    ),
]


@pytest.mark.parametrize(("parts", "expected"), WRONG, ids=lambda one: str(one)[:60])
def test_a_contradiction_is_found_with_its_path(parts: dict[str, Any], expected: list[tuple[str, str]]) -> None:
    """Expect exactly these faults, each with path, problem and remedy."""
    assert problems(changed(DEFAULT, **parts)) == expected


def test_every_contradiction_is_found_at_once() -> None:
    """Expect faults of different parts in one list: nobody should have to mend a policy fault by fault."""
    parts: dict[str, Any] = {}
    for one in ({"services": ("A", "A")}, {"roles": ONE_ROLE}, {"page": {"next_review": date(2024, 1, 1)}}):
        parts |= one
    assert [path for path, _ in problems(changed(DEFAULT, **parts))] == ["services", "roles", "page.next_review"]


@pytest.mark.parametrize(
    ("part", "value"),
    [
        ("services", ()),
        ("services", ["A"]),
        ("services", ("",)),
        ("redirects", ()),
        ("impacts", ()),
        ("next_update_choices", ()),
        ("roles", ()),
        ("follow_ups", ()),
        ("key", "Upper"),
        ("name", ""),
        ("page", None),
        ("timeouts", "soon"),
    ],
)
def test_a_part_that_cannot_be_is_refused_when_the_policy_is_made(part: str, value: object) -> None:
    """Expect an error that names the field, at once and not when the first incident needs it."""
    parts: dict[str, Any] = {part: value}
    with pytest.raises(InvalidValue, match=f"Policy.{part}"):
        evolve(DEFAULT, **parts)


def test_a_page_s_dates_are_dates() -> None:
    """Expect a time in place of a date to be refused: comparing the two once raised where contradictions are listed."""
    with pytest.raises(InvalidValue, match=r"Page\.last_reviewed"):
        changed(DEFAULT, page={"last_reviewed": datetime(2024, 1, 1, tzinfo=UTC)})


def test_a_policy_is_a_value() -> None:
    """Expect equal policies to be equal and to hash alike, and nobody to change one."""
    assert changed(DEFAULT) == DEFAULT
    assert hash(changed(CLOUD)) == hash(CLOUD)
    with pytest.raises(AttributeError):
        DEFAULT.name = "x"  # type: ignore[misc]


def test_a_cadence_repeats_unless_it_says_otherwise() -> None:
    """Expect a rhythm by default, and one update where that is said."""
    assert Cadence(within=Span(minutes=60)).repeats
    p3 = GDS.impact("P3")
    assert isinstance(p3, Impact)
    assert p3.update == Cadence(within=Span(working_days=2), repeats=False)
