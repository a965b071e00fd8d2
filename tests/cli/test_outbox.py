"""Commands: what could not be delivered is said, and a person finishes it."""

from tests.cli.terminal import Terminal


def test_what_could_not_be_delivered_is_said_and_a_person_finishes_it(managing: Terminal) -> None:
    """Exit code 6; then by hand and skip, after which nothing waits."""
    managing.block_delivery()
    assert managing.type("incident deliver").code == 6
    waiting = managing.type("incident outbox --waiting --json").data
    assert [record["type"] for record in waiting] == ["PublishStatus", "OpenThread"]
    assert all(record["error"] for record in waiting)
    assert "outbox:" in managing.type("incident show INC-1").out
    assert "2 not settled; see: incident outbox --waiting" in managing.type("incident deliver").out
    status, thread = (record["id"] for record in waiting)
    managing.must(f"incident by-hand {status} --link https://example.org/post")
    managing.must(f"incident skip {thread} --reason 'we met in a room'")
    assert managing.type("incident outbox --waiting").out == "nothing waits\n"
    managing.must("incident verify")
    assert "https://example.org/post" in managing.type("incident show INC-1").out


def test_an_event_whose_command_fails_is_accepted_with_exit_code_6(managing: Terminal) -> None:
    """The new state, why it failed, and the id to go on with."""
    managing.block_delivery()
    answer = managing.type("incident update INC-1 --message x --next-update 1h --deliver")
    assert answer.code == 6
    assert "INC-1 is managing" in answer.out
    assert "[INC-1:5:0]" in answer.out
    assert managing.type("incident note INC-1 hello --deliver --json").data["commands"][0]["status"] == "pending"


def test_a_retry_is_made_at_once_and_so_is_what_waited_for_it(managing: Terminal) -> None:
    """After what was in the way is gone; a note waits for its thread, and nothing else."""
    managing.must("incident note INC-1 hello")
    managing.block_delivery()
    managing.type("incident deliver")
    assert managing.type("incident retry INC-1:4:0 --deliver").code == 6
    (managing.folder / "INC-1").unlink()
    told = managing.type("incident retry INC-1:4:0 --deliver")
    assert (told.code, told.out) == (0, "INC-1:4:0 OpenThread is done\n")
    status = {record["type"]: record["status"] for record in managing.type("incident outbox --json").data}
    assert status == {"PublishStatus": "failed", "OpenThread": "done", "PostToThread": "done"}


def test_what_is_done_cannot_be_done_by_hand(managing: Terminal) -> None:
    """Refused, with where to look."""
    managing.must("incident deliver")
    answer = managing.type("incident by-hand INC-1:3:0")
    assert (answer.code, "incident outbox" in answer.err) == (3, True)


def test_old_commands_that_are_delivered_along_the_way_are_counted(managing: Terminal) -> None:
    """So nobody wonders where a post came from."""
    told = managing.type("incident note INC-1 hello --deliver").out
    assert "and 2 command(s) that had waited were tried" in told


def test_a_dry_run_says_what_would_be_delivered(managing: Terminal) -> None:
    """And leaves it where it is."""
    told = managing.type("incident deliver --dry-run").out
    assert "2 command(s) would be tried; nothing was changed" in told
    assert "would open a post on the status page" in told
    managing.must("incident deliver")
    assert managing.type("incident deliver").out == "nothing can run now\n"


def test_restricted_texts_do_not_leave_the_journal_by_the_outbox(managing: Terminal) -> None:
    """Neither for people nor for scripts, nor in a dry run."""
    managing.must("incident breach INC-1 --details 'the key is hunter2'")
    for line in ("incident outbox", "incident outbox --json", "incident deliver --dry-run"):
        told = managing.type(line).out
        assert "ReportSecurityBreach" in told
        assert "hunter2" not in told
