"""Files that are not what was exported: each is refused with the line that is wrong, and nothing of it is stored."""

import hashlib
import io
import json
from collections.abc import Callable
from typing import Any

import pytest

from incident_fsm.engine import GENESIS
from incident_fsm.engine.memory import MemoryEngine
from incident_fsm.transfer import Source, TransferRefused, examine, import_journal
from incident_fsm.transfer._source import LINE_MAX
from tests.transfer.journals import HOLD, NAME, File, everything, exported, fill, imported, source_of


@pytest.fixture(scope="module")
def whole() -> bytes:
    """A file that is as it should be."""
    engine = MemoryEngine()
    fill(engine)
    return exported(engine)


def payload(file: File, number: int, **changes: Any) -> str:
    """The payload of a line, changed."""
    said = json.loads(file.lines[number - 1]["payload"])
    return json.dumps({**said, **changes}, ensure_ascii=False, separators=(",", ":"))


def other_policy(file: File, **changes: Any) -> File:
    """Another policy, with the digest that it has."""
    said = payload(file, 2, **changes)
    return file.change(2, payload=said, digest=hashlib.sha256(said.encode()).hexdigest())


def lost_confirmation(file: File) -> File:
    """Leave the second event out and count on without it, as somebody would who knows how."""
    first = file.find("event")
    file.drop(first + 1)
    for line in file.lines:
        if line.get("incident_id") == "INC-2" and line["record"] == "event" and line["revision"] > 1:
            line["revision"] -= 1
    file.lines[first - 2]["events"] -= 1
    return file.rechained().recounted()


def first_incident(file: File) -> list[dict[str, Any]]:
    """The lines of the first incident."""
    return file.lines[2 : file.find("incident", 1) - 1]


def swapped(file: File) -> File:
    """The second incident before the first."""
    first = first_incident(file)
    file.lines[2:-1] = [*file.lines[2 + len(first) : -1], *first]
    return file


def doubled(file: File) -> File:
    """The first incident twice."""
    file.lines[2:2] = [dict(line) for line in first_incident(file)]
    return file


Spoil = Callable[[File], File]

SPOILT: dict[str, tuple[Spoil, int, str]] = {
    "another format": (lambda f: f.change(1, format="photo album"), 1, "'photo album' is not 'incident-fsm journal'"),
    "a newer version": (lambda f: f.change(1, version=2, more=1), 1, "version 2 is unknown; .*; upgrade incident-fsm"),
    "no number": (lambda f: f.change(1, version=True), 1, "version True is unknown"),
    "more in the header": (lambda f: f.change(1, colour="red"), 1, "unknown: 'colour'"),
    "no header": (lambda f: f.drop(1), 1, "is not how an exported journal begins; name the file"),
    "two headers": (lambda f: f.insert(2, dict(f.lines[0])), 2, "holds a Header where none can be"),
    "an unknown record": (lambda f: f.change(3, record="photo"), 3, "'photo' is unknown; there are journal, policy"),
    "no record": (lambda f: f.change(3, record=None), 3, "None is unknown"),
    "a policy twice": (lambda f: f.insert(3, dict(f.lines[1])), 3, "is there twice"),
    "another policy": (lambda f: f.change(2, payload=payload(f, 2, name="x")), 2, "is not the policy that its digest"),
    "an unknown word in a policy": (lambda f: other_policy(f, colour="red"), 2, "cannot be read: .*'colour'"),
    "a policy that contradicts itself": (lambda f: other_policy(f, roles=[{"key": "cook", "name": "Cook"}]), 2,
                                         "cannot be read: roles: there is no role 'lead'"),
    "no policy": (lambda f: f.drop(2), 3, "the policy .* stands nowhere before"),
    "an incident without events": (lambda f: f.change(3, events=0), 3, "has no event"),
    "fewer events": (lambda f: f.change(3, events=3), 7, "commands .* are announced, and there are"),
    "more events": (lambda f: f.change(3, events=99), 0, "holds a Opening where revision"),
    "more commands": (lambda f: f.change(3, commands=99), 0, "99 commands .* are announced, and there are"),
    "another number of open ones": (lambda f: f.change(3, open=1), 0, "are announced"),
    "a missing field": (lambda f: (f.lines[3].pop("type"), f)[1], 4, "'type' is missing"),
    "an unknown field": (lambda f: f.change(4, colour="red"), 4, "unknown: 'colour'"),
    "a number for a text": (lambda f: f.change(4, type=5), 4, "5 is int, not str"),
    "a time without a zone": (lambda f: f.change(4, at="2026-01-01T00:00:00"), 4, "a time with a zone"),
    "a missing event": (lambda f: f.drop(5), 5, "revision 3 stands where 2 must"),
    "an event twice": (lambda f: f.insert(5, dict(f.lines[3])), 5, "revision 1 stands where 2 must"),
    "a broken chain": (lambda f: f.change(5, previous=GENESIS), 5, "revision 2 is not chained to the event before"),
    "another payload": (lambda f: f.change(4, payload=payload(f, 4, title="x")), 4, "revision 1 is not what was stor"),
    "another time of recording": (lambda f: f.change(5, recorded_at="2026-11-23T03:00:01+00:00"), 5, "revision 2 is"),
    "another incident's event": (lambda f: f.change(5, incident_id="INC-1"), 5, "revision 2 is not chained"),
    "a payload that cannot be read": (lambda f: f.change(4, payload="{}").rechained(), 4, "payload cannot be read"),
    "the payload of another": (lambda f: f.change(4, event_id="x").rechained(), 4, "is another event than the line"),
    "another type": (lambda f: f.change(4, type="NoteTaken").rechained(), 4, "is another event than the line"),
    "another incident": (lambda f: f.change(4, payload=payload(f, 4, incident_id="X")).rechained(), 4,
                         "opens the incident X"),
    "a history that does not replay": (lost_confirmation, 5, "does not replay: IncidentDeclared .*candidate"),
    "a command for another": (lambda f: f.change(f.find("command"), lane="kitchen"), 7, "leads to, by lane"),
    "a command with other words": (lambda f: f.change(f.find("command"), payload="{}"), 7, "leads to, by payload"),
    "a command of another": (lambda f: f.change(f.find("command"), incident_id="INC-1"), 7, "leads to, by incident_id"),
    "a missing command": (lambda f: f.drop(f.find("command")), 7, "holds a EventRecord where the command INC-2:3:0"),
    "an unknown status": (lambda f: f.change(f.find("command"), status="lost"), 7, "'lost' is unknown"),
    "a lease on nothing": (lambda f: f.change(f.find("command"), lease_until="2026-11-23T03:00:00+00:00"), 7, "lease"),
    "no attempt": (lambda f: f.change(f.find("command"), attempts=0), 7, "counts 0 attempts"),
    "another receipt": (lambda f: f.change(f.find("command"), receipt="{}"), 7, "is done otherwise than the events"),
    "never skipped": (lambda f: f.change(f.find("command"), status="skipped", receipt=""), 7, "is skipped otherwise"),
    "never failed": (lambda f: f.change(f.find("command"), status="failed", receipt="", error="x"), 7, "is failed o"),
    "open, and not announced": (lambda f: f.change(f.find("command"), status="pending", receipt=""), 0, "announced"),
    "incidents in another order": (swapped, 0, "does not stand in order of opening"),
    "an incident twice": (doubled, 0, "does not stand in order of opening, or is there twice"),
    "an event between incidents": (lambda f: f.insert(3, dict(f.lines[3])), 3, "holds a EventRecord where none can be"),
    "other counts": (lambda f: f.change(len(f.lines), events=1), -1, "counts 1 policies, .* 1 events, .*there were"),
    "more in an opening": (lambda f: f.change(3, colour="red"), 3, "unknown: 'colour'"),
    "something behind the end": (lambda f: f.insert(len(f.lines) + 1, dict(f.lines[0])), -1, "stands behind the last"),
}  # fmt: skip


LOOKED_AT = (
    "no header", "another format", "a broken chain", "an unknown field", "more in an opening", "another receipt",
    "other counts",
)  # fmt: skip


@pytest.mark.parametrize("how", SPOILT)
def test_a_spoilt_file_is_refused_with_the_line_at_fault(whole: bytes, how: str) -> None:
    """Even where the digest in its last line is right: by looking at it, and by an import without a look.

    0 stands for any line, -1 for the last.
    """
    spoil, line, said = SPOILT[how]
    file = spoil(File(whole))
    spoilt = file.said()
    engine = MemoryEngine()
    with pytest.raises(TransferRefused, match=said) as caught:
        import_journal(engine, source_of(spoilt), hold=HOLD)
    assert caught.value.where == NAME
    assert caught.value.line is not None
    assert line in {0, caught.value.line, caught.value.line - len(file.lines) - 1}
    assert str(caught.value).startswith(f"{NAME}, line {caught.value.line}: ")
    assert everything(engine) == ([], [], [])


@pytest.mark.parametrize("how", LOOKED_AT)
def test_a_look_names_the_line_where_the_digest_is_wrong(whole: bytes, how: str) -> None:
    """The digest tells that something was changed; the line that is wrong is looked for then."""
    spoil, line, said = SPOILT[how]
    file = spoil(File(whole))
    spoilt = file.said().replace(b'"sha256":"', b'"sha256":"0', 1)
    with pytest.raises(TransferRefused, match=said) as caught:
        examine(source_of(spoilt))
    assert line in {0, caught.value.line, (caught.value.line or 0) - len(file.lines) - 1}


def test_a_look_finds_a_last_line_that_cannot_be_read(whole: bytes) -> None:
    """It is one, but says too little."""
    with pytest.raises(TransferRefused, match="'policies' is missing") as caught:
        examine(source_of(whole.replace(b'"end","policies":1,', b'"end",')))
    assert caught.value.line == whole.count(b"\n")


def test_a_look_finds_what_stands_behind_the_end(whole: bytes) -> None:
    """Two files that were put together are not one."""
    with pytest.raises(TransferRefused, match="stands behind the last line") as caught:
        examine(source_of(whole + whole))
    assert caught.value.line == whole.count(b"\n") + 1


def test_a_change_that_no_line_tells_is_found_by_the_digest(whole: bytes) -> None:
    """How often a command was attempted follows from nothing else in the file."""
    spoilt = whole.replace(b'"attempts":1', b'"attempts":7', 1)
    with pytest.raises(TransferRefused, match="its digest is not that of the lines before") as caught:
        examine(source_of(spoilt))
    assert caught.value.line == whole.count(b"\n")
    with pytest.raises(TransferRefused, match="its digest is not that of the lines before"):
        import_journal(MemoryEngine(), source_of(spoilt))


BYTES: dict[str, tuple[Callable[[bytes], bytes], int, str]] = {
    "nothing": (lambda _: b"", 1, "was cut short"),
    "a photo": (lambda _: b"\x89PNG\r\n\x1a\n", 1, "is not UTF-8 at byte 0; name the file"),
    "a poem": (lambda _: b"so much depends\n", 1, "cannot be read: .*; name the file that `incident export` wrote"),
    "a list": (lambda _: b"[]\n", 1, "is list, not an object"),
    "an empty line": (lambda said: said.replace(b"\n", b"\n\n", 1), 2, "cannot be read"),
    "a key twice": (lambda said: said.replace(b'"events":', b'"events":1,"events":', 1), 3, "'events' is there twice"),
    "no number": (lambda said: said.replace(b'"revision":1', b'"revision":NaN', 1), 4, "NaN is not JSON"),
    "half a character": (lambda said: said.replace(b'"sam', b'"\xe2', 1), 4, "is not UTF-8 at byte"),
    "too long a line": (lambda said: said.replace(b'"sam', b'"' + b"x" * LINE_MAX, 1), 4, f"longer than {LINE_MAX}"),
    "other line ends": (lambda said: said.replace(b"\n", b"\r\n"), -1, "its digest is not that of the lines before"),
}  # fmt: skip


@pytest.mark.parametrize("how", BYTES)
def test_bytes_that_are_no_export_are_refused_with_the_line(whole: bytes, how: str) -> None:
    """By a look, and by an import without one."""
    spoil, line, said = BYTES[how]
    spoilt = spoil(whole)
    wanted = line if line > 0 else spoilt.count(b"\n")
    for refuse in (lambda: import_journal(MemoryEngine(), source_of(spoilt)), lambda: examine(source_of(spoilt))):
        with pytest.raises(TransferRefused, match=said) as caught:
            refuse()
        assert caught.value.line == wanted


def test_a_file_that_was_cut_short_is_refused_wherever_it_was_cut(whole: bytes) -> None:
    """With the line that is missing or half there; a look stores nothing, an import only incidents that are whole."""
    lines = whole.splitlines(keepends=True)
    cuts = [sum(map(len, lines[:count])) for count in range(1, len(lines))]
    for cut in [*cuts, *(cut + 5 for cut in cuts), len(whole) - 1]:
        with pytest.raises(TransferRefused, match="was cut short: it ends before its last line; export it") as caught:
            examine(source_of(whole[:cut]))
        assert caught.value.line == whole[:cut].count(b"\n") + 1
        engine = MemoryEngine()
        with pytest.raises(TransferRefused, match="was cut short"):
            import_journal(engine, source_of(whole[:cut]), batch=1)
        assert not list(engine.verify())
        assert imported(engine, whole).events + sum(len(one) for one in everything(engine)[1]) > 0  # type: ignore[attr-defined,misc]  # lists
        assert exported(engine) == whole


def test_a_disk_that_fails_is_told_with_the_line(whole: bytes) -> None:
    """And not as trouble of the journal that is written to."""

    class Failing(io.BytesIO):
        """A file on a disk that gives up."""

        def readline(self, size: int | None = -1, /) -> bytes:
            """Read three lines and no more."""
            if self.tell() > 2000:
                raise OSError(5, "Input/output error")
            return super().readline(size)

    with pytest.raises(TransferRefused, match="cannot be read any further") as caught:
        import_journal(MemoryEngine(), Source(Failing(whole), NAME), batch=1)
    assert caught.value.line
