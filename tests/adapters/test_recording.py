"""Tests of `incident_fsm.adapters.recording`."""

from incident_fsm.adapters import Absent, Adapter, NotDone, Outcome, Receipt, Rejected, Unknown
from incident_fsm.adapters.recording import RecordingAdapter
from incident_fsm.commands import OpenThread, PostToThread, PublishStatus
from tests.documents.airflow import airflow

CONTEXT = airflow().context
FIRST, SECOND = airflow().commands[:2]


def test_it_is_an_adapter_that_accepts_everything_until_told_otherwise() -> None:
    """It can stand in for a live one, and for one that does only some things."""
    assert isinstance(RecordingAdapter(), Adapter)
    assert all(RecordingAdapter().accepts(command) for command in airflow().commands)
    chat = RecordingAdapter(name="chat", live=True, only=[OpenThread, PostToThread])
    assert (chat.name, chat.live) == ("chat", True)
    assert {type(command) for command in airflow().commands if chat.accepts(command)} == {OpenThread, PostToThread}
    assert PublishStatus not in chat.only


def test_it_remembers_what_it_was_asked_to_do_in_order() -> None:
    """Twice the same is there twice, so that a test sees a command that was carried out twice."""
    adapter = RecordingAdapter()
    answers = [adapter.deliver(command, CONTEXT) for command in (FIRST, SECOND, FIRST)]
    assert adapter.commands == [FIRST, SECOND, FIRST]
    assert (
        answers[0]
        == answers[2]
        == Receipt(reference=f"recording:{FIRST.id}", link=f"https://recording.invalid/{FIRST.id}")
    )


def test_it_answers_as_it_was_told_and_then_with_receipts() -> None:
    """The script is used up in order."""
    script: list[Outcome] = [NotDone(why="full"), Unknown(why="lost"), Rejected(why="no"), Receipt(reference="7")]
    adapter = RecordingAdapter(outcomes=script)
    assert [adapter.deliver(FIRST, CONTEXT) for _ in script] == script
    assert isinstance(adapter.deliver(SECOND, CONTEXT), Receipt)


def test_it_finds_what_it_gave_a_receipt_for() -> None:
    """A doubtful attempt is absent unless a test says that it did happen."""
    adapter = RecordingAdapter(outcomes=[Unknown(why="lost")])
    adapter.deliver(FIRST, CONTEXT)
    assert adapter.find(FIRST, CONTEXT) == Absent()
    adapter.done[FIRST.id] = Receipt(reference="it did happen")
    assert adapter.find(FIRST, CONTEXT) == Receipt(reference="it did happen")
    receipt = adapter.deliver(SECOND, CONTEXT)
    assert adapter.find(SECOND, CONTEXT) == receipt
    assert adapter.sought == [FIRST, FIRST, SECOND]
