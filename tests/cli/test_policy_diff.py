"""`incident policy diff`: two policies, and the open incidents held against both."""

from collections.abc import Callable
from pathlib import Path

import pytest
from tests.cli.terminal import CONFIRM, Terminal

from incident_fsm.policy_files import shipped

DIFF = "incident policy diff analytical_platform cloud_platform"


@pytest.fixture
def own(terminal: Terminal) -> Callable[..., str]:
    """Writes a policy of one's own: the shipped default with some words replaced."""

    def write(*changes: tuple[str, str]) -> str:
        text = (Path(__file__).parents[2] / "src/incident_fsm/policies/analytical_platform.toml").read_text("utf-8")
        for before, after in changes:
            assert before in text
            text = text.replace(before, after)
        (terminal.place / "mine.toml").write_text(text, "utf-8")
        return "incident policy diff analytical_platform mine.toml"

    return write


@pytest.mark.parametrize("name", shipped())
def test_a_policy_differs_from_itself_in_nothing(terminal: Terminal, name: str) -> None:
    """Expect it to be said, and no journal to be made for it."""
    told = terminal.type(f"incident policy diff {name} {name}")
    assert told.code == 0
    assert "  nothing differs\n" in told.out
    assert "there is no journal in" in told.out
    assert terminal.type(f"incident policy diff {name} {name} --json").data["differs"] is False
    assert not terminal.folder.exists()


def test_differences_are_told_in_words_by_what_they_bear_on(terminal: Terminal) -> None:
    """Expect a heading for each group, the items of a list in one line, long texts in lines of their own, and nothing
    of what went with its part.
    """
    out = terminal.type(DIFF).out
    assert out.startswith("Analytical Platform (analytical_platform) → Cloud Platform (cloud_platform)\n")
    headings = [line for line in out.splitlines() if line and not line.startswith(" ")][1:-1]
    assert headings == [
        "What is allowed, refused or required",
        "What is owed after the end",
        "Deadlines and calendar",
        "Texts and channels",
        "The policy itself",
    ]
    for line in (
        "  gone     impact (§2) 'Major'\n",
        "  new      role (§3) 'scribe'\n",
        "  new      role (§3) 'scribe': has to be filled before management starts\n",
        "  changed  follow-up (§5, §6) 'report': should be done → must be done\n",
        "  gone     offered for the next update (§2): 15 minutes, 4 hours, 1 day\n",
        "  changed  calendar, opens: 00:00 → 10:00\n",
        "  changed  status page (§2), subscribers: are told → are not told\n",
        "  changed  follow-up (§5, §6), order\n           was: permanent_fix, report, post_mortem, runbook\n",
        "  new      page, source: 'https://runbooks",
    ):
        assert line in out
    assert "'Major', description" not in out


def test_a_long_list_is_cut_for_people_and_whole_for_programs(terminal: Terminal) -> None:
    """Expect eight days off and a count of the rest; each in JSON."""
    out = terminal.type("incident policy diff cloud_platform gds").out
    assert " more\n" in next(f"{line}\n" for line in out.splitlines() if "day off" in line)
    data = terminal.type("incident policy diff cloud_platform gds --json").data
    days = [one for one in data["changes"] if one["path"].startswith("calendar.days_off")]
    assert len(days) > 8
    assert {one["direction"] for one in days} == {"new"}


def test_json_says_the_same_with_plain_values(terminal: Terminal) -> None:
    """Expect groups, paths and values as a policy file writes them, and null for what is not there."""
    data = terminal.type(f"{DIFF} --json").data
    assert (data["old"]["policy"], data["new"]["policy"], data["journal"]) == (
        "analytical_platform",
        "cloud_platform",
        None,
    )
    found = {one["path"]: one for one in data["changes"]}
    assert found["follow_ups[report].strength"] == {
        "group": "obligations",
        "path": "follow_ups[report].strength",
        "what": "follow-up (§5, §6) 'report'",
        "direction": "changed",
        "before": "should",
        "after": "must",
    }
    assert found["follow_ups[post_mortem].due"]["before"] == "10 working days"
    assert found["follow_ups.order"]["after"] == ["report", "post_mortem", "runbook", "permanent_fix"]
    assert found["roles[scribe].key"]["before"] is None
    assert found["calendar.opens"]["after"] == "10:00:00"


def test_open_incidents_are_held_against_both_policies(managing: Terminal, own: Callable[..., str]) -> None:
    """Expect the incident by name, each thing that would be otherwise in words, and nothing changed by looking."""
    line = own(('  "Analytical Platform Compute",\n', ""), ('name = "Minor"', 'name = "Small"'))
    managing.must("incident report Old --id INC-2", "incident dismiss INC-2 --criteria-not-met")
    before = managing.revision()
    told = managing.type(line)
    assert told.code == 0
    out = told.out.partition("Open incidents: ")[2]
    assert out.startswith(f"1 of 1 would be treated otherwise ({managing.folder}/journal.sqlite3)\n")
    assert "  INC-1  managing  Airflow Autoscaling Incident\n" in out
    assert "now: refused: 'Analytical Platform Compute' is no service of the policy\n" in out
    assert "an update that keeps the impact 'Minor': possible → refused: 'Minor' is no impact of the policy\n" in out
    assert managing.revision() == before
    [one] = managing.type(f"{line} --json").data["incidents"]
    assert one["judged_by"]["policy"] == "analytical_platform"
    assert {change["path"]: change["after"] for change in one["changes"]}["update.impact"] == {
        "possible": False,
        "reasons": ["'Minor' is no impact of the policy"],
    }


def test_a_deadline_that_moves_is_told_with_both_times(terminal: Terminal, own: Callable[..., str]) -> None:
    """Expect the old moment and the new one in the policy's zone."""
    terminal.must("incident report Slow --id INC-1 --at 2024-11-23T03:05")
    line = own(('decide = "1 hour"', 'decide = "30 minutes"'))
    out = terminal.type(line).out
    times = "2024-11-23 04:05 GMT (passed) → 2024-11-23 03:35 GMT (passed)"
    assert f"    changed  to be decided by: {times}\n" in out
    [one] = terminal.type(f"{line} --json").data["incidents"]
    assert one["changes"][0]["after"] == "2024-11-23T03:35:00+00:00"


def test_an_incident_says_which_policy_its_last_event_was_judged_by(terminal: Terminal) -> None:
    """Expect a word where it was the newer one already, and where it was neither of the two."""
    terminal.must("incident --policy cloud_platform report Slow --id INC-1")
    assert "it goes on under the new policy already" in terminal.type(DIFF).out
    neither = "its last event was judged by neither of the two, but by a policy 'cloud_platform'"
    assert neither in terminal.type("incident policy diff analytical_platform gds").out
    same = terminal.type("incident policy diff cloud_platform gds").out
    assert "its last event" not in same


def test_what_a_resolved_incident_owes_is_said_to_stay(terminal: Terminal) -> None:
    """Expect no obligation of it among what would be otherwise, and the sentence that says why."""
    terminal.reach("resolved")
    told = terminal.type(DIFF).out.partition("Open incidents: ")[2]
    assert "What a resolved incident owes stays as it was when it was resolved" in told
    assert "follow-up" not in told


def test_a_restricted_incident_is_named_without_its_title(terminal: Terminal) -> None:
    """Expect its id and state, for people and programs, and its title nowhere."""
    terminal.must("incident --policy gds report 'A leak' --id INC-1 --breach")
    line = "incident policy diff gds analytical_platform"
    told = terminal.type(line).out
    assert "  INC-1  candidate  (restricted)\n" in told
    data = terminal.type(f"{line} --json")
    assert (data.data["incidents"][0]["title"], data.data["incidents"][0]["restricted"]) == ("", True)
    assert "A leak" not in told + data.out


def test_where_nobody_is_concerned_it_says_so(terminal: Terminal, own: Callable[..., str]) -> None:
    """Expect the count of open incidents, or that there are none."""
    line = own(('description = "raise a support issue"', 'description = "ask support"'))
    terminal.must("incident report Slow --id INC-1")
    assert "Open incidents: 0 of 1 would be treated otherwise" in terminal.type(line).out
    terminal.must("incident dismiss INC-1 --criteria-not-met --no-deliver")
    assert "Open incidents: there are none" in terminal.type(line).out


def test_a_journal_may_be_named_and_must_be_one(managing: Terminal) -> None:
    """Expect the file that is named to win over the folder's, and one that is missing to be an error and not made."""
    copy = managing.place / "copy.sqlite3"
    copy.write_bytes((managing.folder / "journal.sqlite3").read_bytes())
    data = managing.type(f"{DIFF} --journal {copy} --json").data
    assert (data["journal"], data["open"]) == (str(copy), 1)
    missing = managing.type(f"{DIFF} --journal nowhere/journal.sqlite3")
    assert (missing.code, missing.out) == (5, "")
    assert "there is no journal" in missing.err
    assert not (managing.place / "nowhere").exists()
    assert managing.type(f"{DIFF} --journal {managing.folder}").code == 5


def test_a_wrong_policy_is_refused_with_every_fault_of_both(terminal: Terminal) -> None:
    """Expect both names, each with its faults; as data too."""
    (terminal.place / "mine.toml").write_text("key = 5\n", "utf-8")
    told = terminal.type("incident policy diff mine.toml nope")
    assert (told.code, told.out) == (2, "")
    assert "$.key: it is 5, not text" in told.err or "$.key" in told.err
    assert "'nope' is no policy that ships" in told.err
    data = terminal.type("incident policy diff mine.toml nope --json")
    assert (data.code, [one["policy"] for one in data.data]) == (2, ["mine.toml", "nope"])
    assert all(one["faults"] for one in data.data)


def test_a_role_that_becomes_required_is_told_of_a_confirmed_incident(
    terminal: Terminal, own: Callable[..., str]
) -> None:
    """Expect it before management starts, where it still matters."""
    line = own(('name = "Communications Lead"', 'name = "Communications Lead"\nrequired = true'))
    terminal.must("incident report Slow --id INC-1 --no-deliver", CONFIRM)
    assert (
        "the role 'communications': may stay open → has to be filled before management starts"
        in terminal.type(line).out
    )
