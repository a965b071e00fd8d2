"""An adapter of one's own."""

from tests.examples.runs import LINES_MAX, lines_of, printed


def test_a_reply_is_sent_once_though_the_server_fails_twice() -> None:
    """Busy, then sent without an answer, then found; and nothing more after that."""
    lines = printed("custom_adapter").splitlines()
    assert [line for line in lines if "mail to" in line] == [
        "         mail to ana [INC-1:2:0]: How do I get an account?: raise a support issue"
    ]
    assert [line.partition("(")[0] for line in lines if "minutes:" in line] == [
        "0 minutes: NotDone",
        "2 minutes: Unknown",
        "4 minutes: Receipt",
        "6 minutes: nothing is left to do",
    ]
    assert lines[-1] == "INC-1:2:0 is done; mails sent: 1, for 2 calls"


def test_the_example_fits_on_a_page() -> None:
    """At most eighty lines."""
    assert lines_of("custom_adapter") <= LINES_MAX
