"""The service that imports the core alone."""

from tests.examples.runs import LINES_MAX, lines_of, printed


def test_the_service_refuses_with_every_reason_and_then_accepts() -> None:
    """409 with both faults of the declaration, then 200 with what is to be done."""
    lines = printed("core_only_service").splitlines()
    assert [line for line in lines if line[:3].isdigit()] == [
        "200 CandidateReported",
        "200 CandidateConfirmed",
        "409 IncidentDeclared",
        "200 IncidentDeclared",
        "200 ManagementStarted",
    ]
    assert [line.split()[0] for line in lines[3:5]] == ["unknown_service:", "all_clear:"]
    assert "      PublishStatus TILL-1:3:0" in lines
    assert lines[-2] == "state: managing"


def test_nothing_but_the_core_is_loaded() -> None:
    """Neither cattrs nor sqlite3 comes along."""
    assert printed("core_only_service").splitlines()[-1] == "loaded besides the core: nothing"


def test_the_example_fits_on_a_page() -> None:
    """At most eighty lines."""
    assert lines_of("core_only_service") <= LINES_MAX
