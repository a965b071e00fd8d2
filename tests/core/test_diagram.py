"""The table as pictures."""

from incident_fsm import State
from incident_fsm._table import ROWS, Row
from incident_fsm.diagram import grid, mermaid
from incident_fsm.events import EVENTS, CandidateConfirmed, CandidateReported, NoteTaken


def test_the_diagram_draws_every_move_and_no_loop() -> None:
    """Expect the way in, each change of state, and the two ways out."""
    lines = mermaid().splitlines()
    assert lines[0] == "stateDiagram-v2"
    assert "    [*] --> candidate : CandidateReported" in lines
    assert "    resolved --> managing : IncidentReopened" in lines
    assert [line for line in lines if line.endswith("--> [*]")] == ["    reviewed --> [*]", "    dismissed --> [*]"]
    moves = [row for row in ROWS if row.source is not row.target]
    assert len([line for line in lines if " : " in line]) == len(moves)
    assert mermaid(rows=[Row(NoteTaken, State.MANAGING, State.MANAGING)]).count("NoteTaken") == 0


def test_one_state_can_be_marked() -> None:
    """Expect that state, and no other, to be drawn as here."""
    assert mermaid(State.MANAGING).endswith("    class managing here\n")
    assert "class" not in mermaid()


def test_the_path_that_was_taken_is_ticked_and_the_rest_dashed() -> None:
    """Expect a tick at each way that was gone, and every state that was never reached drawn as ahead."""
    taken = {(CandidateReported, None), (CandidateConfirmed, State.CANDIDATE)}
    drawn = mermaid(State.CONFIRMED, taken=taken)
    assert [line.split(" : ")[1] for line in drawn.splitlines() if "✓" in line] == [
        "✓ CandidateReported",
        "✓ CandidateConfirmed",
    ]
    assert drawn.endswith("    class declared,managing,resolved,reviewed,dismissed ahead\n")
    assert "    class confirmed here\n" in drawn


def test_the_grid_has_a_cell_for_every_event_and_state() -> None:
    """Expect a line an event and a column a place, with where it leads, that it stays, or nothing."""
    header, _, *lines = grid().splitlines()
    assert header.count("|") == 10
    assert len(lines) == len(EVENTS)
    assert all(line.count("|") == 10 for line in lines)
    opening = next(line for line in lines if "`CandidateReported`" in line)
    assert opening.split("|")[2].strip() == "→ candidate"
    note = next(line for line in lines if "`NoteTaken`" in line)
    assert [cell.strip() for cell in note.split("|")[2:-1]] == ["", *["stays"] * 5, "", ""]
