"""`incident_fsm.schemas`: what ships is what the classes say; it lets through all that we write, and little else."""

import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import attrs
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator  # type: ignore[import-untyped]  # it has no types of its own

from incident_fsm import Incident, codec
from incident_fsm import _values as v
from incident_fsm.commands import COMMANDS, Command
from incident_fsm.errors import CodecError
from incident_fsm.events import EVENTS, Event, NoteTaken
from incident_fsm.policy import Policy
from incident_fsm.schemas import NAMES, file_name, schema_text
from incident_fsm.schemas.__main__ import write_all
from incident_fsm.schemas._bounds import bounds
from incident_fsm.schemas._generate import generated
from incident_fsm.testing import arbitrary_commands, arbitrary_events, arbitrary_incidents, incidents, policies, walks
from incident_fsm.testing.policies import shipped_by_name
from tests.shell.world import START

VALIDATORS: dict[str, Any] = {name: Draft202012Validator(json.loads(schema_text(name))) for name in NAMES}
ENCODE: dict[str, Callable[[Any], str]] = {
    "event": codec.encode_event,
    "command": codec.encode_command,
    "incident": codec.encode_incident,
    "policy": codec.encode_policy,
}
DECODE: dict[str, Callable[[str], object]] = {
    "event": codec.decode_event,
    "command": codec.decode_command,
    "incident": codec.decode_incident,
    "policy": codec.decode_policy,
}


def valid(name: str, data: object) -> bool:
    """Whether a schema lets a value through."""
    return bool(VALIDATORS[name].is_valid(data))


@pytest.mark.parametrize("name", NAMES)
def test_the_file_that_ships_is_what_the_classes_say(name: str) -> None:
    """If this fails, a class has changed: `python -m incident_fsm.schemas` writes the files anew."""
    assert schema_text(name) == generated(name)


def test_all_files_are_written_at_once(tmp_path: Path) -> None:
    """The same that ship."""
    write_all(tmp_path)
    assert {path.name: path.read_text("utf-8") for path in tmp_path.iterdir()} == {
        file_name(name): schema_text(name) for name in NAMES
    }


@pytest.mark.parametrize("name", NAMES)
def test_each_is_a_json_schema_by_itself(name: str) -> None:
    """Of the draft that it names; whatever it points at is within."""
    schema = json.loads(schema_text(name))
    Draft202012Validator.check_schema(schema)
    assert schema["$schema"] == Draft202012Validator.META_SCHEMA["$id"]
    refs = {part.split('"')[0] for part in schema_text(name).split('"$ref": "')[1:]}
    assert refs <= {f"#/$defs/{part}" for part in schema["$defs"]}
    assert schema_text(name).isascii()


def test_every_event_and_command_has_its_own_part() -> None:
    """In the order of the process, and each has its tag."""
    for name, kinds in (("event", EVENTS), ("command", COMMANDS)):
        schema = VALIDATORS[name].schema
        assert [one["$ref"].rpartition("/")[2] for one in schema["oneOf"]] == [kind.__name__ for kind in kinds]
        assert all(schema["$defs"][kind.__name__]["properties"]["type"] == {"const": kind.__name__} for kind in kinds)


@given(arbitrary_events())
def test_every_event_that_is_written_is_let_through(event: Event) -> None:
    """Arbitrary ones, up to the longest texts."""
    VALIDATORS["event"].validate(json.loads(codec.encode_event(event)))


@given(arbitrary_commands())
def test_every_command_that_is_written_is_let_through(command: Command) -> None:
    """Arbitrary ones."""
    VALIDATORS["command"].validate(json.loads(codec.encode_command(command)))


@settings(max_examples=50)
@given(arbitrary_incidents() | incidents().map(lambda found: found[1]))
def test_every_incident_that_is_written_is_let_through(incident: Incident) -> None:
    """Arbitrary ones, and those that can be reached."""
    VALIDATORS["incident"].validate(json.loads(codec.encode_incident(incident)))


@settings(max_examples=50)
@given(policies())
def test_every_policy_that_is_written_is_let_through(policy: Policy) -> None:
    """Those that ship, varied."""
    VALIDATORS["policy"].validate(json.loads(codec.encode_policy(policy)))


@settings(max_examples=30)
@given(walks())
def test_what_a_walk_writes_is_let_through(walk: Any) -> None:
    """Its events, and the commands that they lead to."""
    for step in walk.steps:
        VALIDATORS["event"].validate(json.loads(codec.encode_event(step.event)))
        for command in step.commands:
            VALIDATORS["command"].validate(json.loads(codec.encode_command(command)))


# ---- what is broken ----

_SAMPLES: dict[str, st.SearchStrategy[Any]] = {
    "event": arbitrary_events(),
    "command": arbitrary_commands(),
    "incident": incidents().map(lambda found: found[1]),
    "policy": st.sampled_from(tuple(shipped_by_name().values())),
}


@pytest.mark.parametrize("name", NAMES)
@settings(max_examples=40)
@given(data=st.data())
def test_a_field_more_or_less_or_of_another_type_is_not_let_through(name: str, data: st.DataObject) -> None:
    """Nor another version, nor another tag."""
    whole = json.loads(ENCODE[name](data.draw(_SAMPLES[name])))
    assert valid(name, whole)
    assert not valid(name, {**whole, "colour": "red"})
    assert not valid(name, {**whole, "v": 2})
    assert not valid(name, [whole])
    if "type" in whole:
        assert not valid(name, {**whole, "type": "PartyStarted"})
    field = data.draw(st.sampled_from(sorted(set(whole) - {"v", "type"})))
    assert not valid(name, {**whole, field: {"strange": 1}})
    part = VALIDATORS[name].schema["$defs"].get(whole.get("type"), VALIDATORS[name].schema)
    lost = data.draw(st.sampled_from(part["required"]))
    assert not valid(name, {key: value for key, value in whole.items() if key != lost})


NOTE = json.loads(codec.encode_event(NoteTaken(id="e-1", at=START, by="sam", text="x")))

BROKEN: list[dict[str, Any]] = [
    {"id": ""}, {"id": "a b"}, {"id": "é"}, {"id": "x" * 201}, {"id": "x\n"}, {"id": 5},
    {"by": ""}, {"by": "   "}, {"by": "\u00a0"}, {"by": "x" * 101}, {"by": "a\nb"}, {"by": "a\tb"}, {"by": "a\u2028b"},
    {"by": "\x1b[2J"}, {"by": "a\u202eb"}, {"by": "x\n"},
    {"text": ""}, {"text": "\n\t "}, {"text": "x" * 10_001}, {"text": "\x00"}, {"text": None},
    {"at": "2026-01-01"}, {"at": "2026-01-01T00:00:00"}, {"at": "1999-12-31T23:59:59Z"}, {"at": "2100-01-01T00:00:00Z"},
    {"at": "2026-13-01T00:00:00Z"}, {"at": "2026-01-01T24:00:00Z"}, {"at": "2026-01-01T00:00:00Z\n"}, {"at": 0},
    {"revision": -1}, {"revision": 2**53}, {"revision": 1.5}, {"revision": "1"}, {"revision": True},
    {"from_thread": "no"}, {"from_thread": 1}, {"from_thread": None},
]  # fmt: skip


@pytest.mark.parametrize("change", BROKEN, ids=str)
def test_a_value_out_of_bounds_is_not_let_through(change: dict[str, Any]) -> None:
    """As the class itself refuses it."""
    assert valid("event", NOTE)
    broken = {**NOTE, **change}
    assert not valid("event", broken)
    with pytest.raises(CodecError):
        codec.decode_event(json.dumps(broken))


@pytest.mark.parametrize(
    "change",
    [
        {"text": "x" * 10_000},
        {"text": "a\n\tb\u2028"},
        {"by": "🔥" * 100},
        {"revision": 0},
        {"at": "2099-12-31T23:59:59.999999Z"},
        {"id": "A:b/c@d.e-_"},
    ],
    ids=str,
)
def test_a_value_just_within_its_bounds_is_let_through(change: dict[str, Any]) -> None:
    """As by the class itself."""
    edge = {**NOTE, **change}
    assert valid("event", edge)
    assert isinstance(codec.decode_event(json.dumps(edge)), NoteTaken)


def test_characters_are_told_apart_as_the_validators_do() -> None:
    """Every character there is, alone and beside a letter, as a name and as a text."""
    name = Draft202012Validator(VALIDATORS["event"].schema["$defs"]["name"])
    text = Draft202012Validator(VALIDATORS["event"].schema["$defs"]["text"])

    @attrs.frozen
    class Both:
        """A name and a text."""

        name: str = attrs.field(default="x", validator=v.is_name)
        text: str = attrs.field(default="x", validator=v.is_text)

    def fits(**said: str) -> bool:
        try:
            return bool(Both(**said))
        except ValueError:
            return False

    for number in [*range(0x3100), 0xFEFF, 0xFFFD, 0x1F525]:
        for said in (chr(number), f"a{chr(number)}"):
            assert name.is_valid(said) == fits(name=said), hex(number)
            assert text.is_valid(said) == fits(text=said), hex(number)


@pytest.mark.parametrize(
    ("path", "broken"),
    [
        (("calendar", "weekdays"), []),
        (("calendar", "weekdays"), ["monday", "monday"]),
        (("calendar", "weekdays"), ["lundi"]),
        (("calendar", "opens"), "9:00"),
        (("calendar", "opens"), "24:00"),
        (("calendar", "timezone"), ""),
        (("services",), []),
        (("services",), ["x"] * 101),
        (("next_update_choices",), ["0 minutes"]),
        (("next_update_choices",), ["soon"]),
        (("page", "next_review"), "2026-02-30T00:00"),
        (("page", "next_review"), "1999-01-01"),
        (("roles",), [{"key": "Lead", "name": "Lead"}]),
        (("roles",), [{"key": "lead"}]),
    ],
    ids=str,
)
def test_a_policy_out_of_bounds_is_not_let_through(path: tuple[str, ...], broken: object) -> None:
    """Lists, identifiers, dates, times of day, days of the week and lengths of time."""
    whole = json.loads(codec.encode_policy(shipped_by_name()["analytical_platform"]))
    inner = whole
    for name in path[:-1]:
        inner = inner[name]
    inner[path[-1]] = broken
    assert not valid("policy", whole)
    with pytest.raises(CodecError):
        codec.decode_policy(json.dumps(whole))


def test_defaults_are_named_and_can_be_left_out() -> None:
    """An enum's by its name, an empty list as one."""
    parts = VALIDATORS["event"].schema["$defs"]
    reported = parts["CandidateReported"]["properties"]
    assert reported["kind"]["default"] == "live"
    assert reported["security_breach"]["default"] is False
    assert "default" not in reported["title"]
    assert parts["ManagementStarted"]["properties"]["roles"]["default"] == []
    assert parts["CandidateReported"]["required"] == ["type", "v", "id", "at", "by", "incident_id", "title"]


def test_a_name_that_is_none_is_told() -> None:
    """With those there are."""
    with pytest.raises(ValueError, match="there is no schema of 'moon'; there are event, command, incident, policy"):
        schema_text("moon")


def test_a_validator_that_is_not_known_is_an_error() -> None:
    """A gap in the schemas would go unseen."""
    with pytest.raises(TypeError, match="no schema is known for the validator"):
        bounds(test_a_validator_that_is_not_known_is_an_error)


def test_reading_a_schema_does_not_build_one() -> None:
    """What ships is a file, so the classes are not needed for it."""
    import subprocess

    program = "from incident_fsm.schemas import schema_text; schema_text('event'); import sys; print(*sys.modules)"
    done = subprocess.run([sys.executable, "-I", "-c", program], capture_output=True, text=True, check=True)
    assert not {"cattrs", "incident_fsm.codec"} & set(done.stdout.split())
