"""Stop, store, resume."""

from tests.examples.runs import LINES_MAX, lines_of, printed


def test_what_was_stored_is_delivered_once_after_the_resumption() -> None:
    """Nothing before the stop, both commands after it, and nothing when the events are heard again."""
    lines = printed("stop_store_resume").splitlines()
    assert lines[0].startswith("stored: INC-1 is managing.")
    assert lines[1] == "resumed: managing, 2 commands wait"
    assert [line for line in lines if "delivered Pub" in line or "delivered Open" in line] == [
        "  delivered PublishStatus INC-1:3:0",
        "  delivered OpenThread INC-1:4:0",
    ]
    assert "heard again: repeated=True, delivered again: 0" in lines
    assert lines[-1] == "  03:02 CommandDone"


def test_the_example_fits_on_a_page() -> None:
    """At most eighty lines."""
    assert lines_of("stop_store_resume") <= LINES_MAX
