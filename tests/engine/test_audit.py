"""What verifying finds after somebody, or the disk, changed a journal behind the engine's back."""

from collections.abc import Callable
from pathlib import Path

import pytest

from incident_fsm.engine._file import reported
from incident_fsm.engine._rules import chained
from incident_fsm.errors import JournalUnusable
from tests.engine.batches import (
    INCIDENT,
    POLICY,
    batch,
    new_event,
)
from tests.engine.journals import opened, plain, write_three


def tamper(path: Path, statement: str) -> None:
    """Change a journal behind the engine's back, against its own checks if need be."""
    with plain(path) as connection:
        connection.execute("PRAGMA ignore_check_constraints = ON")
        assert connection.execute(statement).rowcount == 1


def faults(path: Path) -> list[tuple[str, str]]:
    """Verify a journal."""
    with opened(path) as engine:
        return [(fault.where, fault.problem) for fault in engine.verify()]


@pytest.mark.parametrize(
    ("statement", "expected"),
    [
        (
            "UPDATE events SET payload = '{}' WHERE revision = 2",
            [("incident INC-1, revision 2", "is not what was stored: its digest is another")],
        ),
        (
            "UPDATE events SET at = '2026-11-23T00:00:00.000000+00:00' WHERE revision = 3",
            [("incident INC-1, revision 3", "is not what was stored: its digest is another")],
        ),
        (
            "UPDATE incidents SET revision = 2",
            [("incident INC-1", "its snapshot is at revision 2, its last event at 3")],
        ),
        (
            "UPDATE incidents SET policy = 'other'",
            [("incident INC-1", "the policy other that it was judged by is not kept")],
        ),
        (
            "UPDATE commands SET receipt = '{}' WHERE revision = 1",
            [("command INC-1:1:0", "has a receipt, but is pending")],
        ),
        (
            "UPDATE commands SET attempts = 2 WHERE revision = 1",
            [("command INC-1:1:0", "counts 2 attempts, the last at None")],
        ),
        (
            "DELETE FROM commands WHERE revision = 1",
            [],
        ),
    ],
)
def test_tampering_with_a_row_is_found(path: Path, statement: str, expected: list[tuple[str, str]]) -> None:
    """Each is one fault that names the place; a command that is gone is for a replay to miss."""
    write_three(path)
    tamper(path, statement)
    assert faults(path) == expected


def test_an_event_that_was_taken_out_is_found(path: Path) -> None:
    """The gap is told, and the command whose event is gone."""
    write_three(path)
    tamper(path, "DELETE FROM events WHERE revision = 2")
    assert faults(path) == [
        ("commands, row 2", "its row in events is missing"),
        ("incident INC-1, revision 3", "follows on revision 1: what was between is missing"),
    ]


def test_an_event_that_was_forged_with_a_digest_of_its_own_is_found(path: Path) -> None:
    """Whoever computes the digest anew breaks the chain at the next event."""
    write_three(path)
    with opened(path) as engine:
        first, second, _third = engine.history(INCIDENT)
    (forged,) = chained(INCIDENT, first.digest, (new_event(2, payload="forged"),))
    with plain(path) as connection:
        statement = "UPDATE events SET payload = ?, digest = ? WHERE revision = 2"
        connection.execute(statement, (forged.payload, forged.digest))
    assert forged.digest != second.digest
    assert faults(path) == [("incident INC-1, revision 3", "is not chained to the event before it")]


def test_the_last_events_cut_off_are_found(path: Path) -> None:
    """Without its last event an incident takes no other, and a history that is gone whole is told as well."""
    write_three(path)
    tamper(path, "DELETE FROM events WHERE revision = 3")
    with opened(path) as engine, pytest.raises(JournalUnusable, match="lacks the event of revision 3"):
        engine.commit(batch(4))
    assert ("incident INC-1", "its snapshot is at revision 3, its last event at 2") in faults(path)
    assert ("command INC-1:3:0", "belongs to revision 3, but the last event has 2") in faults(path)
    tamper(path, "DELETE FROM events WHERE revision = 2")
    tamper(path, "DELETE FROM events WHERE revision = 1")
    assert ("incident INC-1", "its snapshot is at revision 3, its last event at 0") in faults(path)


def test_a_claim_without_a_lease_and_a_lease_without_a_claim_are_found(path: Path) -> None:
    """By SQLite's own check of the row, and in words."""
    write_three(path)
    tamper(path, "UPDATE commands SET status = 'attempted' WHERE revision = 1")
    tamper(path, "UPDATE commands SET lease_until = '2026-11-23T03:05:00.000000+00:00' WHERE revision = 2")
    found = faults(path)
    assert (str(path), "CHECK constraint failed in commands") in found
    assert ("command INC-1:1:0", "is attempted without a lease, so nobody can take it over") in found
    assert ("command INC-1:1:0", "counts 0 attempts, the last at None") in found
    assert ("command INC-1:2:0", "has a lease on nothing") in found


def test_a_value_that_cannot_be_read_is_an_error_and_a_fault(path: Path) -> None:
    """A time that is none: reading is `JournalUnusable`, verifying tells it as the last fault."""
    write_three(path)
    tamper(path, "UPDATE events SET at = 'yesterday' WHERE revision = 2")
    with opened(path) as engine, pytest.raises(JournalUnusable, match="yesterday"):
        list(engine.history(INCIDENT))
    ((where, problem),) = faults(path)
    assert where == str(path)
    assert "yesterday" in problem


def change_events(path: Path, change: Callable[[bytes], bytes]) -> None:
    """Change the one page that holds the table of events, as a failing disk would."""
    with plain(path) as connection:
        (page,) = connection.execute("SELECT rootpage FROM sqlite_schema WHERE name = 'events'").fetchone()
        (size,) = connection.execute("PRAGMA page_size").fetchone()
    with path.open("r+b") as file:
        file.seek((page - 1) * size)
        found = file.read(size)
        file.seek((page - 1) * size)
        file.write(change(found))


def test_a_flipped_bit_is_found_by_sqlite_and_by_the_chain(path: Path) -> None:
    """An event id that is another in the table than in its index, and than in its digest."""
    write_three(path)
    change_events(path, lambda page: page.replace(b"INC-1/2", b"INC-1/3"))
    found = faults(path)
    assert any("missing from index" in problem for where, problem in found if where == str(path)), found
    assert ("incident INC-1, revision 2", "is not what was stored: its digest is another") in found


def test_a_page_that_is_gone_is_a_fault_and_not_a_crash(path: Path) -> None:
    """What cannot be read any more is told, and ends the list."""
    write_three(path)
    change_events(path, lambda page: b"\xff" * len(page))
    assert faults(path)[-1] == (str(path), "is damaged")


def test_a_table_that_is_gone_is_told_in_the_journals_words(path: Path) -> None:
    """What has no words of its own carries SQLite's."""
    write_three(path)
    with plain(path) as connection:
        connection.execute("DROP TABLE policies")
    with opened(path) as engine, pytest.raises(JournalUnusable, match="no such table: policies"):
        engine.policy(POLICY)


def test_an_error_of_the_file_system_is_told_in_the_journals_words(path: Path) -> None:
    """With what the system said, and a remedy."""
    with pytest.raises(JournalUnusable, match="Input/output error"), reported(path):
        raise OSError(5, "Input/output error")
