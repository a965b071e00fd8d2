"""What a verb is given: before it, after it, or by the environment; times; repeats; and who speaks."""

import pytest
from tests.cli.terminal import CONFIRM, DECLARE, Terminal


def test_shared_options_may_stand_before_the_verb_or_after_it(terminal: Terminal) -> None:
    """Both work, also for verbs within a verb, and what stands after it wins."""
    terminal.must(
        "incident --folder x --by kim report Slow --id INC-1", "incident --by kim note INC-1 hello --by lee -C x"
    )
    told = terminal.type("incident --json --folder x timeline INC-1").data
    assert [entry["by"] for entry in told] == ["kim", "lee"]
    assert terminal.type("incident -C x --dry-run note INC-1 again --json").data["dry_run"] is True
    assert terminal.type("incident --policy gds policy show --json").data["key"] == "gds"
    assert terminal.type("incident --adapter nobody list -C x").code == 5


def test_an_option_wins_over_the_environment(terminal: Terminal) -> None:
    """Before the verb and after it alike."""
    terminal.environment |= {"INCIDENT_FOLDER": "one", "INCIDENT_POLICY": "gds", "INCIDENT_BY": "kim"}
    for number, options in enumerate(("--folder two --by lee", "")):
        terminal.must(f"incident {options} report Slow --id INC-{number}")
    terminal.must("incident report Slow --id INC-3 --folder three --policy cloud_platform")
    assert terminal.type("incident list -C two --json").data[0]["reporter"] == "lee"
    assert terminal.type("incident list --json").data[0]["reporter"] == "kim"
    assert [folder.name for folder in sorted(terminal.place.iterdir())] == ["one", "three", "two"]


def test_without_a_name_the_login_name_speaks(terminal: Terminal) -> None:
    """As the system knows it, or as LOGNAME says."""
    del terminal.environment["INCIDENT_BY"]
    terminal.environment["LOGNAME"] = "robin"
    terminal.must("incident report Slow --id INC-1")
    assert terminal.type("incident show INC-1 --json").data["reporter"] == "robin"


def test_an_id_is_found_for_whoever_gives_none(terminal: Terminal) -> None:
    """By the day in the policy's zone: half past midnight in a British summer is still the day before in UTC."""
    line = "incident report Slow --at 2026-07-02T00:30 --json"
    assert [terminal.type(line).data["id"] for _ in range(2)] == ["INC-20260702-1", "INC-20260702-2"]


def test_the_same_event_id_again_changes_nothing(managing: Terminal) -> None:
    """A script that is run twice does no harm, without saying the time again; another content is bad input."""
    line = "incident note INC-1 hello --event-id n-1 --json"
    first, second = managing.type(line).data, managing.type(line).data
    assert (first["repeated"], second["repeated"]) == (False, True)
    assert first["revision"] == second["revision"]
    assert "nothing changed" in managing.type("incident note INC-1 hello --event-id n-1").out
    assert managing.type(line.replace("hello", "goodbye")).code == 2
    report = "incident report Slow --event-id r-1 --json"
    assert managing.type(report).data["id"] == managing.type(report).data["id"]


def test_a_stale_event_is_refused_and_sent_to_look_again(managing: Terminal) -> None:
    """Somebody looked at revision 2."""
    answer = managing.type("incident note INC-1 hello --revision 2 --json")
    assert (answer.code, answer.data["reasons"][0]["code"]) == (3, "stale")
    assert answer.data["reasons"][0]["command"] == "incident show INC-1"


def test_times_without_a_zone_are_the_policys(managing: Terminal) -> None:
    """In July, half past three in London is half past two in UTC; a zone that is named counts."""
    for said in ("2026-07-01T03:30", "2026-07-01T03:30+00:00", "2026-07-01T03:30Z"):
        managing.must(f"incident note INC-1 hello --at {said}")
    times = [entry["at"] for entry in managing.type("incident timeline INC-1 --json").data[-3:]]
    assert times == ["2026-07-01T02:30:00Z", "2026-07-01T03:30:00Z", "2026-07-01T03:30:00Z"]
    assert "without a zone, in the policy's" in " ".join(managing.type("incident note --help").out.split())


@pytest.mark.parametrize(("said", "due"), [("90 minutes", "T04:30"), ("2h", "T05:00"), ("2026-11-23T07:15", "T07:15")])
def test_the_next_update_is_a_length_of_time_or_a_time(terminal: Terminal, said: str, due: str) -> None:
    """Counted from the time of the event, not from when it is typed."""
    terminal.reach("confirmed")
    terminal.must(DECLARE.replace("30 minutes", said) + " --at 2026-11-23T03:00 --no-deliver")
    assert terminal.type("incident show INC-1 --json").data["next_update_at"] == f"2026-11-23{due}:00Z"


def test_deliver_by_default_and_not_where_told_so(terminal: Terminal) -> None:
    """By an option or by the environment; the option wins."""
    terminal.must("incident report Slow --id INC-1", CONFIRM)
    assert terminal.type(f"{DECLARE} --no-deliver --json").data["commands"][0]["status"] == "pending"
    terminal.environment["INCIDENT_DELIVER"] = "0"
    assert terminal.type("incident manage INC-1 --lead jo --json").data["commands"][0]["status"] == "pending"
    assert terminal.type("incident note INC-1 hello --json --deliver").data["commands"][0]["status"] == "done"
    assert terminal.type("incident outbox --waiting").out == "nothing waits\n"


def test_what_an_adapter_prints_does_not_mix_with_the_document(managing: Terminal) -> None:
    """The console adapter talks: on standard output for people, on standard error beside JSON."""
    told = managing.type("incident note INC-1 hello --adapter console --deliver --json")
    assert told.data["commands"][0]["adapter"] == "console"
    assert "would post to the thread" in told.err
    assert "would post to the thread" in managing.type("incident note INC-1 hello --adapter console --deliver").out
    managing.must("incident note INC-1 hello")
    assert managing.type("incident deliver --adapter console --json").data[0]["outcome"] == "Receipt"


def test_a_dry_run_needs_no_journal_and_says_what_each_command_would_do(terminal: Terminal) -> None:
    """As the console adapter does; a dry run in a folder that is not there makes none."""
    assert "INC-1 would be candidate" in terminal.type("incident report Slow --id INC-1 --dry-run").out
    assert not terminal.folder.exists()
    terminal.reach("declared")
    told = terminal.type("incident manage INC-1 --lead jo --dry-run").out
    assert "would open a thread in analytical-platform" in told
    assert terminal.type("incident show INC-1 --json").data["state"] == "declared"


@pytest.mark.parametrize("kind", ["live", "drill", "backfilled"])
def test_the_kind_of_an_incident_is_chosen_when_it_is_reported(terminal: Terminal, kind: str) -> None:
    """And is shown wherever it is not the ordinary one."""
    terminal.must(f"incident report Slow --id INC-1 --kind {kind}")
    assert terminal.type("incident show INC-1 --json").data["kind"] == kind
    assert (kind in terminal.type("incident list").out) is (kind != "live")
