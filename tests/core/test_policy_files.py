"""Policies as TOML files: those that ship, and those that are wrong."""

import re
from datetime import UTC, date, datetime
from importlib import resources
from pathlib import Path
from typing import Any

import pytest

from incident_fsm import Lifecycle, Policy, Strength
from incident_fsm._calendar import Span
from incident_fsm.errors import PolicyError
from incident_fsm.policy_files import BYTES_MAX, DEFAULT, load_policy, load_shipped, parse_policy, shipped

SHIPPED = ("analytical_platform", "cloud_platform", "gds")


@pytest.fixture(scope="session")
def text(root: Path) -> str:
    """The default policy as it stands in its file."""
    return (root / "src/incident_fsm/policies/analytical_platform.toml").read_text("utf-8")


@pytest.fixture(scope="session")
def process(shared: Path) -> str:
    """The process page itself, on one line so that its line breaks do not matter."""
    return " ".join((shared / "seed" / "incident-process.txt").read_text("utf-8").split())


@pytest.fixture(scope="session")
def policy() -> Policy:
    """The default policy."""
    return load_shipped()


def faults(said: str, source: str = "mine.toml") -> tuple[str, ...]:
    """What is wrong with a policy."""
    with pytest.raises(PolicyError) as caught:
        parse_policy(said, source)
    assert all(fault.startswith(f"{source}: ") for fault in caught.value.faults)
    assert all(fault in str(caught.value) for fault in caught.value.faults)
    return caught.value.faults


# ---- those that ship ----


def test_three_policies_ship_and_one_of_them_is_the_default() -> None:
    """Expect their names in order, the default among them."""
    assert shipped() == SHIPPED
    assert DEFAULT == "analytical_platform"
    assert load_shipped() == load_shipped(DEFAULT)


@pytest.mark.parametrize("name", SHIPPED)
def test_a_policy_that_ships_can_be_used(name: str) -> None:
    """Expect a policy of that key, by its name or as a file, that a lifecycle takes."""
    policy = load_shipped(name)
    assert policy.key == name
    assert Lifecycle(policy).policy is policy
    assert load_policy(name) == policy


def test_a_policy_that_does_not_ship_is_refused_with_those_that_do() -> None:
    """Expect the names, whatever was asked for; a path is no name."""
    for name in ("nobody", "../gds", "gds.toml", "", "\x00", "x" * 10_000):
        with pytest.raises(
            PolicyError, match="is no policy that ships; there are analytical_platform, cloud_platform, gds"
        ):
            load_shipped(name)


# ---- the default holds what the page says ----


def test_section_1_stands_in_the_default(policy: Policy, process: str) -> None:
    """Expect the four criteria in the page's words, the two routes, and the security route."""
    for wording in (policy.criteria.unplanned, policy.criteria.impacts_users, policy.criteria.degrades_services,
                    policy.criteria.increases_risk):  # fmt: skip
        assert f"• {wording}" in process
    assert [(one.key, one.description) for one in policy.redirects] == [
        ("support_issue", "raise a support issue"),
        ("github_ticket", "raise a ticket in our GitHub repository"),
        ("security", "raise it by the security route"),
    ]
    assert "raise an support issue or raise a ticket in our GitHub repository" in process
    assert policy.security.redirect == "security"


def test_section_2_stands_in_the_default(policy: Policy, process: str) -> None:
    """Expect the seven services and three impacts word for word, the tick box, and the two channels."""
    assert policy.services == (
        "Cloud Platform",
        "Modernisation Platform",
        "Analytical Platform Ingestion",
        "Analytical Platform Storage",
        "Analytical Platform Compute",
        "Analytical Platform Networking",
        "Analytical Platform Identity",
    )
    assert " ".join(f"• {service}" for service in policy.services) in process
    assert [impact.name for impact in policy.impacts] == ["Major", "Minor", "All Good"]
    for impact in policy.impacts:
        assert f"{impact.name} {impact.description}" in process
    assert [impact.all_clear for impact in policy.impacts] == [False, False, True]
    assert policy.status_page.notify_subscribers
    assert "Tick the Send update notifications to subscribers box" in process
    assert policy.status_page.notified_channels == ("analytical-platform-support", "ask-data-engineering")
    assert "post the status in the analytical-platform-support and ask-data-engineering channels" in process
    assert policy.next_update_choices[0] == Span(minutes=15)


def test_section_3_stands_in_the_default(policy: Policy, process: str) -> None:
    """Expect the main team channel, and a starting message with the thread emoji as in the page's example."""
    assert f"a single Slack thread in the main {policy.thread.channel} team channel" in process
    example = policy.thread.title.replace("{title}", "Airflow Autoscaling Incident")
    assert example == "Airflow Autoscaling Incident :thread:"
    assert f"“{example}”" in process
    lead = policy.role("lead")
    assert lead is not None
    assert lead.required


def test_section_4_stands_in_the_default(policy: Policy, process: str) -> None:
    """Expect AWS with its support case, in the account affected, on the case or in #ext-aws."""
    [aws] = policy.third_parties
    assert (aws.key, aws.name, aws.channel) == ("aws", "AWS", "ext-aws")
    assert aws.how.startswith("Creating a support case")
    assert aws.account_required
    assert aws.chase_on_case
    assert "AWS Creating a support case On the case, or post in #ext-aws" in process
    assert "log a call in the AWS account affected" in process


def test_sections_5_and_6_stand_in_the_default(policy: Policy, process: str) -> None:
    """Expect the issue as a must, and report, post-mortem and runbook as the "should" that the page says."""
    assert {rule.key: rule.strength for rule in policy.follow_ups} == {
        "permanent_fix": Strength.MUST,
        "report": Strength.SHOULD,
        "post_mortem": Strength.SHOULD,
        "runbook": Strength.SHOULD,
    }
    assert all(rule.due is not None for rule in policy.follow_ups)
    for words in (
        "an issue should be created to put a permanent fix in place",
        "A new incident report should be created",
        "A blameless post mortem meeting should be scheduled to identify any processes that need to be improved",
        "A runbook for how to fix this issue should be published",
    ):
        assert words in process
    descriptions = " ".join(rule.description for rule in policy.follow_ups)
    for words in (
        "put a permanent fix in place",
        "incident report",
        "blameless post-mortem",
        "identify any processes that need to be improved",
        "runbook for how to fix this issue",
    ):
        assert words in descriptions


def test_the_page_itself_stands_in_the_default(policy: Policy, process: str) -> None:
    """Expect its owner, its two dates, and what it says of who it is for."""
    assert (policy.page.owner, policy.page.last_reviewed, policy.page.next_review) == (
        "#analytical-platform", date(2024, 11, 12), date(2025, 2, 12),
    )  # fmt: skip
    assert "last reviewed on 12 November 2024. It needs to be reviewed again on 12 February 2025" in process
    assert f"by the page owner {policy.page.owner}" in process
    notes = " ".join(policy.page.notes)
    for words in (
        "network, operations and security issues",
        "PagerDuty account",
        "whole team to be involved",
        "single incident thread",
    ):
        assert words in notes
        assert words in process


# ---- files ----


def test_a_policy_is_loaded_from_a_file(tmp_path: Path, text: str, policy: Policy) -> None:
    """Expect the same policy from a path or its text, with either sort of line ending."""
    file = tmp_path / "mine.toml"
    file.write_text(text, "utf-8")
    assert load_policy(file) == load_policy(str(file)) == policy
    file.write_bytes(text.replace("\n", "\r\n").encode())
    assert load_policy(file) == policy
    bare = tmp_path / "mine"
    bare.write_text(text, "utf-8")
    assert load_policy(bare) == policy


@pytest.mark.parametrize("name", ["missing.toml", "folder/missing.toml", "a\x00b.toml", "x" * 300 + ".toml"])
def test_a_file_that_cannot_be_read_is_named(tmp_path: Path, name: str) -> None:
    """Expect the path, why, and what else could be named; whatever is wrong with the path itself."""
    with pytest.raises(PolicyError, match="name a TOML file, or one of analytical_platform, cloud_platform, gds"):
        load_policy(tmp_path / name)


def test_a_name_that_is_no_file_is_looked_for_among_those_that_ship(tmp_path: Path) -> None:
    """Expect a word without an ending to be a name; one that is too long for a file is refused all the same."""
    with pytest.raises(PolicyError, match="'nobody' is no policy that ships"):
        load_policy("nobody")
    with pytest.raises(PolicyError, match="name a TOML file, or one of"):
        load_policy("x" * 5000)
    with pytest.raises(PolicyError, match="name a TOML file"):
        load_policy(tmp_path)


def test_a_file_that_is_no_text_or_no_page_is_refused(tmp_path: Path) -> None:
    """Expect the byte where UTF-8 ends, and the bound on the length."""
    file = tmp_path / "mine.toml"
    file.write_bytes(b'key = "\xff"')
    with pytest.raises(PolicyError, match=r"mine\.toml: not UTF-8 at byte 7; save it as UTF-8"):
        load_policy(file)
    file.write_bytes(b"#" * (BYTES_MAX + 1))
    with pytest.raises(PolicyError, match=r"mine\.toml: longer than 262144 bytes"):
        load_policy(file)
    file.write_bytes(b"#" * BYTES_MAX)
    with pytest.raises(PolicyError, match="is missing"):
        load_policy(file)


# ---- wrong ones ----


@pytest.mark.parametrize(
    ("said", "problem"),
    [
        ("key = ", r"Invalid value \(at end of document\); mend the TOML"),
        ("key = 1\nkey = 2", "Cannot overwrite a value .*; mend the TOML"),
        ("a = " + "9" * 5000, "digits; use sys|Exceeds the limit"),
        ("a = " + "[" * 10_000, "mend the TOML"),
        ("a = 2024-13-45", "mend the TOML"),
    ],
)
def test_what_is_no_toml_is_said_with_its_place(said: str, problem: str) -> None:
    """Expect one fault, and never another error, whatever the text."""
    [found] = faults(said)
    assert re.search(problem, found)


@pytest.mark.parametrize(
    ("old", "new", "path", "problem"),
    [
        ('key = "analytical_platform"', "key = 5", "$.key", "5 is int, not str"),
        ('name = "Analytical Platform"', "", "$.name", "'name' is missing; add it"),
        ("notify_subscribers = true", 'notify_subscribers = "yes"', "$.status_page.notify_subscribers", "not bool"),
        ("notify_subscribers = true", "notify_subscribers = 1", "$.status_page.notify_subscribers", "not bool"),
        (
            "notify_subscribers = true",
            "notify_subscriber = true",
            "$.status_page",
            "unknown: 'notify_subscriber'; there are",
        ),
        ('strength = "must"', 'strength = "shall"', "$.follow_ups[0].strength", "there are must, should, may"),
        ('due = "5 working days"', 'due = "next week"', "$.follow_ups[0].due", "no length of time; say '30 minutes'"),
        ("last_reviewed = 2024-11-12", "last_reviewed = 12", "$.page.last_reviewed", "not a date like"),
        (
            "last_reviewed = 2024-11-12",
            "last_reviewed = 2024-11-12T09:00:00Z",
            "$.page.last_reviewed",
            "not a date like",
        ),
        ("last_reviewed = 2024-11-12", 'last_reviewed = "2024-11-12x"', "$.page.last_reviewed", "not a date like"),
        ("last_reviewed = 2024-11-12", "last_reviewed = 1924-11-12", "$.page", "the year 1924 is far off"),
        ('"monday", ', '"mon", ', "$.calendar", "'mon' is no day of the week"),
        ('timezone = "Europe/London"', 'timezone = "Europe/Slough"', "$.calendar", "no time zone; use a name like"),
        ('timezone = "Europe/London"', 'timezone = "Europe/London"\nopens = 09:00:30', "$.calendar", "whole minutes"),
        (
            'timezone = "Europe/London"',
            'timezone = "Europe/London"\nopens = "9"',
            "$.calendar.opens",
            "a time of day like 09:30",
        ),
        ("[page]", "[pages]", "$", "unknown: 'pages'"),
        ('title = "{title} :thread:"', 'title = "Incident"', "$.thread.title", "is no title form; use {title} once"),
        ('redirect = "security"', 'redirect = "post"', "$.security.redirect", "use the key of one in"),
    ],
)
def test_a_fault_has_its_file_its_path_and_its_remedy(text: str, old: str, new: str, path: str, problem: str) -> None:
    """Expect each mistake to be found where it is, in words that say what to write instead."""
    assert old in text
    found = [fault for fault in faults(text.replace(old, new, 1)) if fault.startswith(f"mine.toml: {path}: ")]
    assert found
    assert any(problem in fault for fault in found)


def test_every_fault_is_said_at_once(text: str) -> None:
    """Expect the faults of all parts in one error, with what the readable ones make wrong together."""
    wrong: Any = text
    for old, new in (
        ('key = "analytical_platform"', "key = 5"),
        ("notify_subscribers = true", 'notify_subscribers = "yes"'),
        ('strength = "must"', 'strength = "shall"'),
        ("next_review = 2025-02-12", 'next_review = "soon"'),
        ('decide = "1 hour"', 'decide = "1 fortnight"'),
    ):
        wrong = wrong.replace(old, new, 1)
    assert {fault.split(": ")[1] for fault in faults(wrong)} == {
        "$.key",
        "$.status_page.notify_subscribers",
        "$.follow_ups[0].strength",
        "$.page.next_review",
        "$.timeouts.decide",
    }
    together = text.replace('"Modernisation Platform"', '"Cloud Platform"').replace(
        'redirect = "security"', 'redirect = "x"'
    )
    assert [fault.split(": ")[1] for fault in faults(together)] == ["$.services", "$.security.redirect"]
    both = together.replace('key = "analytical_platform"', "key = 5")
    assert [fault.split(": ")[1] for fault in faults(both)] == ["$.key", "$.services", "$.security.redirect"]
    unreadable = both.replace('description = "raise a support issue"', "")
    assert [fault.split(": ")[1] for fault in faults(unreadable)] == [
        "$.key",
        "$.redirects[0].description",
        "$.services",
    ]


def test_public_holidays_are_days_off_beside_those_that_are_listed() -> None:
    """Expect England's holidays of many years and the listed day, each once; a working day skips them."""
    listed = 'public_holidays = "GB-ENG"\ndays_off = [2026-12-24, 2026-12-25]'
    text = shipped_text("gds").replace('public_holidays = "GB-ENG"', listed)
    calendar = parse_policy(text).calendar
    assert calendar.days_off[:2] == (date(2026, 12, 24), date(2026, 12, 25))
    assert len(set(calendar.days_off)) == len(calendar.days_off)
    assert {date(2026, 12, 28), date(2015, 4, 3), date(2045, 12, 25)} <= set(calendar.days_off)
    after = calendar.add(datetime(2026, 12, 23, 12, tzinfo=UTC), Span(working_days=1))
    assert after == datetime(2026, 12, 29, 12, tzinfo=UTC)


@pytest.mark.parametrize("place", ["XX", "GB-NOWHERE", "England", 7])
def test_a_place_that_has_no_holidays_is_refused(place: object) -> None:
    """Expect the path, what is wrong and how to write it."""
    text = shipped_text("gds").replace('"GB-ENG"', repr(place).replace("'", '"'))
    with pytest.raises(PolicyError) as caught:
        parse_policy(text, "mine.toml")
    assert "mine.toml: $.calendar.public_holidays" in str(caught.value)
    assert "ISO 3166" in str(caught.value)


def shipped_text(name: str) -> str:
    """The text of a policy that ships."""
    return (resources.files("incident_fsm") / "policies" / f"{name}.toml").read_text("utf-8")
