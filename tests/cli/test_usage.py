"""What the command tells people to type is accepted when they type it."""

import re
import shutil
from pathlib import Path

import pytest
from tests.cli.terminal import CONFIRM, WAY, Terminal, filled

from incident_fsm import events, policy_files
from incident_fsm._results import Reason
from incident_fsm.cli._usage import Guide

STATES = (*WAY, "dismissed")


def hints(told: str) -> list[str]:
    """The command lines in a text, without what is said before or after."""
    return [found.strip() for found in re.findall(r"(?:^\s+|: )(incident .*?)(?:  →.*)?$", told, flags=re.MULTILINE)]


def elsewhere(terminal: Terminal, place: Path) -> Terminal:
    """The same journal, for trying something out."""
    shutil.copytree(terminal.folder, place / "incidents", dirs_exist_ok=True)
    copy = Terminal(place)
    copy.environment["INCIDENT_DELIVER"] = "0"
    return copy


@pytest.mark.parametrize("state", STATES)
def test_what_next_offers_is_accepted_once_it_is_filled_in(terminal: Terminal, state: str, tmp_path: Path) -> None:
    """Each in a copy of the journal: the words in capitals replaced, and the rest as it is printed."""
    terminal.reach(state)
    options = terminal.type("incident next INC-1 --json").data["options"]
    for number, option in enumerate(options):
        copy = elsewhere(terminal, tmp_path / str(number))
        answer = copy.type(f"{filled(option['command'])} --json")
        if option["blocked_by"]:
            assert answer.code in {2, 3}, option
        else:
            assert (answer.code, answer.data.get("state")) == (0, option["target"]), (option, answer)
    assert bool(options) is (state not in {"reviewed", "dismissed"})


@pytest.mark.parametrize("state", ["declared", "managing", "resolved"])
def test_what_next_says_about_a_block_takes_it_away(terminal: Terminal, state: str, tmp_path: Path) -> None:
    """Every hint beside what blocks an option is accepted too."""
    terminal.reach(state)
    blocked = [option for option in terminal.type("incident next INC-1 --json").data["options"] if option["blocked_by"]]
    assert blocked
    for number, reason in enumerate(reason for option in blocked for reason in option["blocked_by"]):
        copy = elsewhere(terminal, tmp_path / str(number))
        copy.must(filled(reason["command"]))


REFUSED = [
    ("candidate", ["incident declare INC-1 --impact Minor --message x"]),
    ("candidate", ["incident dismiss INC-1 --unplanned a --impacts-users b"]),
    ("confirmed", ["incident dismiss INC-1 --unplanned a --impacts-users b"]),
    ("declared", ["incident manage INC-1"]),
    ("declared", ["incident update INC-1 --message x --impact 'All Good' --next-update 1h"]),
    ("managing", ["incident update INC-1 --message x --stage resolved --next-update 1h"]),
    ("managing", ["incident chase INC-1 case_1 hello", "incident note INC-1 hello --revision 2"]),
    ("managing", ["incident resolve INC-1 --fix permanent --how x --users-affected"]),
    ("resolved", ["incident waive INC-1 permanent_fix --reason x"]),
    ("resolved", ["incident review INC-1 --lesson x"]),
    ("reviewed", ["incident done INC-1 report"]),
]
"""From each state, what is refused with a word about what to type instead."""


@pytest.mark.parametrize(("state", "lines"), REFUSED)
def test_what_a_refusal_tells_to_type_is_accepted(terminal: Terminal, state: str, lines: list[str]) -> None:
    """Every line that is printed beneath a reason, parsed back as a shell would."""
    terminal.reach(state)
    for line in lines:
        refused = terminal.type(line)
        assert refused.code == 3
        told = hints(refused.err)
        if "chase" not in line:
            assert told, refused
        terminal.must(*(filled(hint) for hint in told))


def test_after_the_follow_ups_are_done_as_told_the_review_is_accepted(terminal: Terminal) -> None:
    """The hints of a refusal lead to the yes."""
    terminal.reach("resolved")
    refused = terminal.type("incident review INC-1 --lesson x")
    keys = ("permanent_fix", "report", "post_mortem", "runbook")
    assert hints(refused.err) == [f"incident done INC-1 {key} --link URL" for key in keys]
    terminal.must(*(filled(hint) for hint in hints(refused.err)), "incident review INC-1 --lesson x")


def test_milestones_out_of_order_are_put_in_order_by_the_line_that_is_told(terminal: Terminal) -> None:
    """Where a milestone is wrong that the refused event does not set, that one is to be amended."""
    terminal.reach("declared")
    terminal.must("incident manage INC-1 --lead jo --no-deliver", "incident restored INC-1 --at 2098-01-01T00:00")
    resolve = "incident resolve INC-1 --fix permanent --how x --users-unaffected"
    told = hints(terminal.type(resolve).err)
    assert told == ["incident amend INC-1 --repaired-at TIME"]
    now = terminal.type("incident show INC-1 --json").data["milestones"]["declared"]
    terminal.must(filled(told[0], TIME=now), resolve)


def test_a_report_that_contradicts_itself_gets_no_hint_about_an_incident_that_is_not_there(terminal: Terminal) -> None:
    """There is nothing to amend yet: the times are to be typed anew."""
    refused = terminal.type("incident report x --fault-at 2026-11-23T04:00 --detected-at 2026-11-23T03:00")
    assert (refused.code, hints(refused.err)) == (3, [])


def test_a_restricted_incident_is_told_to_clear_its_wording(terminal: Terminal) -> None:
    """Under a policy that narrows the audience, each line for the public asks for it; roles it requires are named."""
    terminal.environment["INCIDENT_POLICY"] = "gds"
    terminal.must("incident report Leak --id INC-1 --breach", CONFIRM)
    commands = {
        option["event"]: option["command"] for option in terminal.type("incident next INC-1 --json").data["options"]
    }
    assert commands["IncidentDeclared"].endswith(" --cleared")
    terminal.must(filled(commands["IncidentDeclared"], SERVICE="Forms", IMPACT="P2"))
    offered = terminal.type("incident next INC-1").out
    assert "incident manage INC-1 --lead NAME --role communications=NAME" in offered
    terminal.must("incident manage INC-1 --lead jo --role communications=sam")


def test_choices_of_the_policy_stand_beneath_the_line_that_needs_them(terminal: Terminal) -> None:
    """Quoted, ready to be typed; the all-clear is none of them."""
    terminal.reach("confirmed")
    told = terminal.type("incident next INC-1").out
    assert "IMPACT: Major, Minor\n" in told
    assert "'Analytical Platform Compute'" in told


def test_every_event_that_a_person_brings_has_its_line() -> None:
    """All but receipts and the clock's."""
    guide = Guide("INC-1", None, policy_files.load_shipped())
    without = {event for event in events.EVENTS if not guide.usage(event)}
    assert without == {events.DeadlinePassed, events.CommandDone, events.CommandFailed}
    assert guide.usage(events.SupportChased) == "incident chase INC-1 CASE TEXT"
    assert guide.remedy(Reason("no_case", "there is no case", "§4", "", events.SupportRequested)) == ""


def test_a_policy_without_third_parties_leaves_the_word_to_be_replaced(terminal: Terminal) -> None:
    """Nobody can be asked, and `next` says so."""
    terminal.environment["INCIDENT_POLICY"] = "gds"
    terminal.must(
        "incident report x --id INC-1", CONFIRM, "incident declare INC-1 --service Forms --impact P1 --message x"
    )
    told = terminal.type("incident next INC-1").out
    assert "incident support INC-1 PARTY --summary TEXT" in told
    assert "the policy names no third party" in told
