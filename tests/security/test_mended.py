"""What was found by fuzzing and is mended: each test failed once, and its docstring says on what."""

import json
import threading
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime
from importlib.metadata import EntryPoint
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from attrs import frozen

from incident_fsm import Audience, _secrets, codec
from incident_fsm.adapters import Adapter, AdapterSettings, Check
from incident_fsm.adapters._http import retry_after
from incident_fsm.adapters._settings import read_settings
from incident_fsm.adapters.registry import SETTINGS, load_adapters, read_tables
from incident_fsm.cli import _doctor, _watch
from incident_fsm.desk import JOURNAL, Desk
from incident_fsm.engine.memory import MemoryEngine
from incident_fsm.engine.sqlite import SqliteEngine
from incident_fsm.errors import AdapterError, CodecError, JournalUnusable
from incident_fsm.events import SecurityBreachFlagged
from incident_fsm.policy_files import load_shipped
from incident_fsm.testing import FrozenClock
from tests.engine.journals import plain
from tests.security.canaries import CANARIES, SONG, Receipting, Singing, found_below, found_in, real_adapters
from tests.security.hostile import refused
from tests.security.limits import within
from tests.security.test_confidentiality import NARROWING, Ear
from tests.security.test_fuzz_cli import LINES, Typist, X
from tests.security.test_fuzz_journal import put, told
from tests.shell.world import Pen

# ---- time and memory ----


@pytest.mark.threat("JSON bombs", rule="time and memory are bounded whatever is sent")
def test_an_object_with_one_key_twice_among_many_is_refused_at_once() -> None:
    """`codec._no_twins` counts every name anew: the square of 60,000 keys (0.8 MB), a minute; and 16 MiB fit in."""
    program = """
        from incident_fsm import codec
        from incident_fsm.errors import CodecError
        try:
            codec.decode_event("{" + ",".join(f'"k{n:07}":1' for n in range(60_000)) + ',"k0059999":1}')
        except CodecError as error:
            print("is there twice" in str(error))
    """
    assert within(program, seconds=5, megabytes=600).split() == ["True"]


@pytest.mark.threat("JSON bombs", rule="time and memory are bounded whatever is sent")
def test_a_key_of_many_parts_is_refused_at_once() -> None:
    """`tomllib` takes the square of a dotted key's parts: 131,072 of them, within the bound of a file, take minutes."""
    program = """
        from incident_fsm.errors import PolicyError
        from incident_fsm.policy_files import BYTES_MAX, parse_policy
        try:
            parse_policy(".".join("a" * (BYTES_MAX // 2 - 4)) + "=1")
        except PolicyError as error:
            print("refused")
    """
    assert within(program, seconds=5, megabytes=600).split() == ["refused"]


@pytest.mark.threat("oversized input", rule="files are read up to a bound, whatever stands behind it")
def test_a_log_is_read_up_to_a_bound() -> None:
    """`incident_log.read_log` reads the whole file, however long it is, and from a device for ever."""
    program = """
        from incident_fsm.errors import CodecError
        from incident_fsm.incident_log import read_log
        try:
            read_log("/dev/zero")
        except CodecError as error:
            print("refused")
    """
    assert within(program, seconds=10, megabytes=600).split() == ["refused"]


@pytest.mark.threat("oversized input", rule="a refusal is not longer than a person reads")
@pytest.mark.parametrize(
    "said",
    [
        '{"' + "k" * 500_000 + '":1,"' + "k" * 500_000 + '":1}',
        '{"type":"NoteTaken","v":1,' + ",".join(f'"k{n}":1' for n in range(20_000)) + "}",
        '{"type":"IncidentReviewed","v":1,"lessons":[' + ",".join("1" * 20_000) + "]}",
    ],
    ids=["one long key", "many unknown keys", "many faults"],
)
def test_an_error_does_not_repeat_all_that_it_refuses(said: str) -> None:
    """Of 16 MiB of faults, an error of hundreds of MiB is made, for terminals and logs; `alerts` names 20."""
    error = refused(CodecError, lambda: codec.decode_event(said))
    assert len(str(error)) < 20_000


# ---- errors that are not ours ----

HALF = "a\udcff"
"""What `$'a\\xff'` on a command line becomes."""


@pytest.mark.threat("oversized input", rule="every refusal has an exit code and a remedy, and nothing is half-written")
@pytest.mark.parametrize("line", [line for line in LINES if line[1:] == (X,) or "--event-id" in line], ids=" ".join)
def test_bytes_that_are_no_text_end_in_an_exit_code(tmp_path: Path, line: tuple[str, ...]) -> None:
    r"""`incident show $'\xff'` is a traceback: SQLite takes no half of a character, and says so by a `ValueError`."""
    typist = Typist(tmp_path)
    typist.reach("candidate")
    typist.environment["INCIDENT_DELIVER"] = "0"
    code, out, err = typist.words(*(word.replace(X, HALF) for word in line))
    assert code in {0, 2, 4, 5}
    assert code == 0 or out + err


def damaged(place: Path, old: bytes, new: bytes) -> Path:
    """A journal in which a few bytes were changed."""
    content = told(place / JOURNAL).read_bytes()
    assert content.count(old) == 1
    put(place / JOURNAL, content.replace(old, new))
    return place / JOURNAL


DAMAGE: dict[str, tuple[bytes, bytes]] = {
    "a schema that is no UTF-8": (b"CREATE TABLE policies", b"CREATE \x80ABLE policies"),
    "a column's name that is no UTF-8": (b"        recorded_at TEXT", b"        \x80ecorded_at TEXT"),
    "a column of another name": (b"        recorded_at TEXT", b"        xecorded_at TEXT"),
}


@pytest.mark.threat("database file", rule="what a damaged file makes of a call is a documented error, or an answer")
@pytest.mark.parametrize("damage", DAMAGE)
def test_a_damaged_schema_is_told_as_what_it_is(tmp_path: Path, damage: str) -> None:
    """`UnicodeDecodeError` (one damaged file in twenty) and `IndexError` come through when it is opened and read."""
    path = damaged(tmp_path, *DAMAGE[damage])
    with suppress(JournalUnusable), Desk(SqliteEngine(path), load_shipped()) as desk:
        for call in (desk.outbox, lambda: desk.timeline("INC-1")):
            with suppress(JournalUnusable):
                call()
        assert list(desk.engine.verify())


@pytest.mark.threat("database file", rule="what a damaged file makes of a call is a documented error, or an answer")
def test_a_value_of_another_type_is_told_as_damage(tmp_path: Path) -> None:
    """A number where a time belongs is a `TypeError` in `_rows._moment`; only `ValueError` is looked for."""
    path = told(tmp_path / JOURNAL)
    with plain(path) as connection:
        connection.execute("PRAGMA writable_schema = ON")
        connection.execute("UPDATE sqlite_master SET sql = replace(sql, 'recorded_at TEXT', 'recorded_at INT')")
    with plain(path) as connection:
        connection.execute("UPDATE events SET recorded_at = 5")
    with Desk(SqliteEngine(path), load_shipped()) as desk:
        with pytest.raises(JournalUnusable):
            desk.timeline("INC-1")
        assert list(desk.engine.verify())


@pytest.mark.threat("database file", rule="a damaged journal is found by `incident verify`, and named")
def test_verifying_names_what_cannot_be_read(tmp_path: Path) -> None:
    """The engine yields it as a fault, but then `_verification.verify` meets it again, raises, and all is lost."""
    path = told(tmp_path / JOURNAL)
    with plain(path) as connection:
        connection.execute("UPDATE events SET type = CAST(x'80' AS TEXT) WHERE revision = 2")
    with Desk(SqliteEngine(path), load_shipped()) as desk:
        assert [fault for fault in desk.verify() if "UTF-8" in fault.problem]


@pytest.mark.parametrize("said", ["Mon, 01 Jan 99999999999 00:00:00 GMT", "Mon, 01 Jan 2024 99999999999:00:00 GMT"])
def test_a_date_of_any_size_is_no_reason_to_fail(said: str) -> None:
    """`Retry-After` is anybody's header; an `OverflowError` makes a rate limit a doubtful attempt."""
    assert retry_after({"Retry-After": said}, datetime(2024, 1, 1, tzinfo=UTC)) is None
    assert retry_after({"Retry-After": "Mon, 01 Jan 2024 00:00:05 GMT", "Date": said}) is not None


@pytest.mark.parametrize("at", ["0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-14:00"])
def test_the_first_and_the_last_year_there_are_get_their_hint_too(at: str) -> None:
    """`OverflowError` becomes the fault "date value out of range", without a remedy."""
    note = {"type": "NoteTaken", "v": 1, "id": "e", "at": at, "by": "ann", "text": "x"}
    error = refused(CodecError, lambda: codec.decode_event(json.dumps(note)))
    assert "is far off; check for a mistyped year" in str(error) or "is not a time with a zone" in str(error)


def test_settings_that_cannot_be_opened_are_the_adapters_error(tmp_path: Path) -> None:
    """A folder in place of `adapters.toml` is an `IsADirectoryError` from `Desk.in_folder`."""
    (tmp_path / SETTINGS).mkdir()
    assert isinstance(refused(AdapterError, lambda: read_tables(tmp_path / SETTINGS)), AdapterError)


@frozen(kw_only=True)
class Waiting:
    """Settings of somebody's adapter."""

    seconds: float = 1.0


@pytest.mark.parametrize("said", ["5", "nan", True, float("nan"), float("inf")])
def test_a_number_in_settings_is_not_made_of_something_else(said: object) -> None:
    """Strict means that "5" is no number, that true is none, and that NaN is none to wait for."""
    settings = AdapterSettings(folder=Path(), table={"seconds": said})
    refused(AdapterError, lambda: read_settings("mine", settings, Waiting))


# ---- secrets ----

THREAT = pytest.mark.threat(
    "secrets in logs, repr, tracebacks, journal, metrics", rule="errors are stored and shown scrubbed"
)


@pytest.fixture
def adapters(tmp_path: Path) -> tuple[Adapter, ...]:
    """Every adapter with a secret, set up with canaries, so that they are known to `scrub`."""
    return real_adapters(tmp_path)


@THREAT
@pytest.mark.parametrize("show", [_watch.happened, _watch.sentence], ids=["for scripts", "for people"])
def test_what_became_of_a_command_is_shown_without_secrets(
    adapters: tuple[Adapter, ...], show: Callable[[Any], object]
) -> None:
    """The journal's error is scrubbed, but `incident deliver` prints the adapter's own words (`Delivery.outcome`)."""
    assert adapters
    clock = FrozenClock()
    with Desk(MemoryEngine(), load_shipped(), [Singing()], now=clock) as desk:
        desk.step("INC-1", *Pen(clock).beginning())
        for _ in range(12):
            assert found_in(str([show(delivery) for delivery in desk.deliver()])) == []
            clock.pass_by(minutes=20)


@THREAT
def test_a_receipt_is_stored_without_secrets(tmp_path: Path, adapters: tuple[Adapter, ...]) -> None:
    """A link with a token in its query is what some services answer: it goes into journal, reports and terminal."""
    assert adapters
    clock = FrozenClock()
    with Desk(SqliteEngine(tmp_path / JOURNAL), load_shipped(), [Receipting()], now=clock) as desk:
        desk.step("INC-1", *Pen(clock).beginning())
        desk.deliver()
    assert found_below(tmp_path) == {}


def careless(settings: AdapterSettings) -> Adapter:
    """A factory that says more than it should."""
    raise ValueError(f"cannot log in with {SONG} in {settings.folder}")


@THREAT
def test_a_factory_that_fails_is_told_without_secrets(tmp_path: Path, adapters: tuple[Adapter, ...]) -> None:
    """`registry._load` repeats what the exception said, and the command prints it."""
    assert adapters
    entry = EntryPoint("mine", f"{__name__}:careless", "incident_fsm.adapters")
    settings = AdapterSettings(folder=tmp_path, environment=CANARIES)
    error = refused(AdapterError, lambda: load_adapters(("mine",), settings, offered=(entry,)))
    assert found_in(str(error)) == []


class Telling(Singing):
    """An adapter whose check tells what it should not."""

    def check(self, policy: object) -> tuple[Check, ...]:  # noqa: ARG002  the port's signature
        """Tell."""
        return (Check(what=f"token {SONG}", problem=f"401 for {SONG}", remedy=f"use another than {SONG}"),)


@THREAT
def test_a_check_is_shown_without_secrets(adapters: tuple[Adapter, ...]) -> None:
    """`incident doctor` scrubs what a check raises, but not what it answers."""
    assert adapters
    assert found_in(repr(list(_doctor.checked(Telling(), load_shipped())))) == []


@THREAT
@pytest.mark.parametrize(
    "form", [repr, json.dumps, lambda said: quote(said, safe="")], ids=["repr", "json", "percent-encoded"]
)
def test_a_secret_is_taken_out_in_the_forms_that_errors_show_it_in(form: Callable[[str], str]) -> None:
    """Clients show a request's URL (percent-encoded), its body (JSON) or an exception's arguments (`repr`)."""
    value = 'canary/with "quotes"\\and+more'
    secret = _secrets.Secret("mine", "TOKEN", {"TOKEN": value})
    shown = form(value).strip("\"'")
    assert shown not in _secrets.scrub(f"cannot log in with {shown} there")
    assert secret.is_set


@THREAT
def test_secrets_can_be_made_while_another_thread_takes_them_out() -> None:
    """Workers open desks side by side: the set of known secrets changes size while `scrub` walks through it."""
    environment = {"TOKEN": "canary-value"}
    kept = [_secrets.Secret("mine", "TOKEN", environment) for _ in range(1_500)]
    over = threading.Event()
    failures: list[str] = []

    def make() -> None:
        while not over.is_set():
            kept.append(_secrets.Secret("mine", "TOKEN", environment))
            if len(kept) > 3_000:
                del kept[1_500:]

    maker = threading.Thread(target=make)
    maker.start()
    for _ in range(150):
        try:
            _secrets.scrub("canary-value")
        except RuntimeError as error:
            failures.append(str(error))
    over.set()
    maker.join()
    assert failures == []


# ---- confidentiality ----


@pytest.mark.threat("private (security) incident leaks to a public channel", rule="no text of it in titles")
def test_a_post_that_waited_when_its_incident_was_restricted_goes_out_without_the_title() -> None:
    """`cleared` holds for the message; the title was the incident's own when the post was written, and `leaks` lets it
    pass: the public reads what the breach is about. A post that is written afterwards says "Incident INC-1" instead.
    """
    clock = FrozenClock()
    pen = Pen(clock)
    public = Ear("public", Audience.PUBLIC)
    with Desk(MemoryEngine(), NARROWING[0], [public, Ear("team", Audience.RESTRICTED)], now=clock) as desk:
        desk.step("INC-1", pen.reported(), pen.confirmed(), pen.declared(cleared_for_public=True))
        desk.step("INC-1", pen(SecurityBreachFlagged, details="a key leaked"))
        desk.deliver()
    assert not [seen for seen in public.heard if "Airflow" in str(seen.command)]
