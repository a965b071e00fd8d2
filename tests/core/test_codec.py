"""The one door to `cattrs`: what is written is read again, and nothing else is."""

import contextlib
import json
import re
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from attrs import evolve, fields, has
from hypothesis import example, given, settings
from hypothesis import strategies as st

from incident_fsm import Action, Incident, Policy, State, codec
from incident_fsm import events as e
from incident_fsm.codec import (
    BYTES_MAX,
    as_data,
    decode_command,
    decode_event,
    decode_incident,
    decode_policy,
    encode_command,
    encode_event,
    encode_incident,
    encode_policy,
    policy_digest,
)
from incident_fsm.commands import COMMANDS, Command
from incident_fsm.errors import CodecError
from incident_fsm.events import EVENTS, Event
from tests.core.stories import DEFAULT, GDS, Story, changed, minutes
from tests.strategies import (
    SHIPPED,
    arbitrary_commands,
    arbitrary_events,
    arbitrary_incidents,
    events_of,
    policies,
    values,
)

NOTE = '{"type":"NoteTaken","v":1,"id":"e-1","at":"2024-05-01T09:00:00Z","by":"ann","text":"x"}'
LONG = "🔥" * 10_000


def note(**fields: Any) -> str:
    """A note as JSON, with some fields changed, or left out where they are `...`."""
    data = {**json.loads(NOTE), **fields}
    return json.dumps({name: value for name, value in data.items() if value is not ...})


def faults(said: str) -> tuple[str, ...]:
    """What is wrong with an event."""
    with pytest.raises(CodecError) as caught:
        decode_event(said)
    assert caught.value.faults
    return caught.value.faults


def fault(said: str) -> str:
    """The one thing that is wrong with an event."""
    [found] = faults(said)
    return found


# ---- round trips ----


@given(arbitrary_events())
@example(e.IncidentReviewed(
    id="e", at=minutes(0), by="ann", lessons=(LONG,) * 100,
    actions=(Action(text=LONG, owner="🔥" * 100, due=date(2026, 1, 1), link="🔥" * 2000),) * 100))  # fmt: skip
@example(e.IncidentReviewed(id="e", at=minutes(0), by="ann", lessons=('"' * 10_000,) * 100))
def test_every_event_is_read_as_it_was_written(event: Event) -> None:
    """Expect an equal event of the same kind, and the same text when it is written again.

    The longest review there can be once was more than what is read: it could be stored and never loaded.
    """
    said = encode_event(event)
    back = decode_event(said)
    assert back == event
    assert type(back) is type(event)
    assert encode_event(back) == said


@pytest.mark.parametrize("kind", EVENTS)
@settings(max_examples=10)
@given(st.data())
def test_every_kind_of_event_is_tagged(kind: type[Event], data: st.DataObject) -> None:
    """Expect the type and the version first, so that a reader knows what it has before it reads on."""
    event = data.draw(events_of(kind))
    assert encode_event(event).startswith(f'{{"type":"{kind.__name__}","v":1,')
    assert decode_event(encode_event(event)) == event


@given(arbitrary_commands())
def test_every_command_is_read_as_it_was_written(command: Command) -> None:
    """Expect an equal command of the same kind."""
    back = decode_command(encode_command(command))
    assert back == command
    assert type(back) is type(command)


@pytest.mark.parametrize("kind", COMMANDS)
@settings(max_examples=10)
@given(st.data())
def test_every_kind_of_command_is_tagged(kind: type[Command], data: st.DataObject) -> None:
    """Expect the type and the version first."""
    command = data.draw(values(kind))
    assert encode_command(command).startswith(f'{{"type":"{kind.__name__}","v":1,')
    assert decode_command(encode_command(command)) == command


@settings(max_examples=40)
@given(arbitrary_incidents())
def test_every_incident_is_read_as_it_was_written(incident: Incident) -> None:
    """Expect an equal incident, whatever it holds."""
    back = decode_incident(encode_incident(incident))
    assert back == incident
    assert hash(back) == hash(incident)
    assert encode_incident(back) == encode_incident(incident)


def test_the_fullest_incident_is_read_again() -> None:
    """Expect the largest lists of the longest texts to stay within what is read."""
    actions = (Action(text=LONG, owner="🔥" * 100, due=date(2026, 1, 1), link="🔥" * 2000),) * 100
    full = evolve(
        Story().until(State.REVIEWED).incident,
        summary=LONG,
        message=LONG,
        how=LONG,
        lessons=(LONG,) * 100,
        actions=actions,
    )
    said = encode_incident(full)
    assert 4 * 1024 * 1024 < len(said.encode()) < BYTES_MAX
    assert decode_incident(said) == full


@given(policies())
def test_every_policy_is_read_as_it_was_written(policy: Policy) -> None:
    """Expect an equal policy, with the same digest."""
    back = decode_policy(encode_policy(policy))
    assert back == policy
    assert policy_digest(back) == policy_digest(policy)


@given(arbitrary_events(), policies())
def test_what_is_written_is_json_that_anybody_can_read(event: Event, policy: Policy) -> None:
    """Expect one line of valid UTF-8, readable by Python's own reader, without what JSON does not know."""
    for said in (encode_event(event), encode_policy(policy)):
        assert "\n" not in said
        json.loads(said.encode().decode())
        assert "NaN" not in said or "NaN" in repr(event) + repr(policy)


def test_what_holds_its_default_is_left_out() -> None:
    """Expect an event to say only what it says; and the plain data of a value to say everything."""
    event = decode_event(NOTE)
    assert encode_event(event) == NOTE
    assert as_data(event) == {
        "id": "e-1", "at": "2024-05-01T09:00:00Z", "by": "ann", "revision": None, "text": "x", "from_thread": False,
    }  # fmt: skip


@given(policies(), arbitrary_commands())
def test_plain_data_leaves_nothing_out(policy: Policy, command: Command) -> None:
    """Expect every field of every value, in data that JSON can carry."""

    def check(value: Any, data: Any) -> None:
        if has(type(value)) and not isinstance(data, str):  # a span is a text
            assert list(data) == [attribute.name for attribute in fields(type(value))]
            for name, inner in data.items():
                check(getattr(value, name), inner)

    for value in (policy, command):
        check(value, as_data(value))
        json.dumps(as_data(value), allow_nan=False)


def test_data_comes_in_the_words_of_the_process() -> None:
    """Expect days and spans as words, names of members in small letters, and times in UTC."""
    data = as_data(GDS)
    assert data["calendar"]["weekdays"] == ["monday", "tuesday", "wednesday", "thursday", "friday"]
    assert data["calendar"]["opens"] == "09:00"
    assert data["impacts"][2]["update"] == {"within": "2 working days", "repeats": False}
    assert data["follow_ups"][0]["strength"] == "must"
    incident = as_data(Story().until(State.MANAGING).incident)
    assert (incident["state"], incident["audience"], incident["opened_at"]) == (
        "managing", "public", "2024-05-01T09:01:00Z",
    )  # fmt: skip


# ---- strictness ----


@pytest.mark.parametrize(
    ("said", "path", "problem"),
    [
        ({"text": 5}, "$.text", "5 is int, not str"),
        ({"text": None}, "$.text", "None is NoneType, not str"),
        ({"text": ["x"]}, "$.text", "is list, not str"),
        ({"text": "a\ud800"}, "$.text", "holds half a character"),
        ({"revision": "5"}, "$.revision", "'5' is str, not int"),
        ({"revision": True}, "$.revision", "True is bool, not int"),
        ({"revision": 1.0}, "$.revision", "1.0 is float, not int"),
        ({"from_thread": 1}, "$.from_thread", "1 is int, not bool"),
        ({"from_thread": "no"}, "$.from_thread", "'no' is str, not bool"),
        ({"from_thread": None}, "$.from_thread", "not bool"),
        ({"at": 1714554000}, "$.at", "is int, not a time with a zone"),
        ({"at": "yesterday"}, "$.at", "'yesterday' is not a time with a zone"),
        ({"at": "2024-05-01T09:00:00"}, "$.at", "is not a time with a zone"),
        ({"at": "2024-05-01"}, "$.at", "is not a time with a zone"),
        ({"at": "0001-01-01T00:00:00+14:00"}, "$.at", "is not a time with a zone"),
        ({"colour": "red"}, "$", "unknown: 'colour'; there are id, at, by, revision, text, from_thread"),
        ({"text": ...}, "$.text", "'text' is missing; add it"),
        ({"text": ""}, "$", "NoteTaken.text: is empty; say something"),
        ({"at": "1999-01-01T00:00:00Z"}, "$", "NoteTaken.at: the year 1999 is far off"),
        ({"revision": -1}, "$", "NoteTaken.revision: -1 is not a count"),
    ],
)
def test_nothing_is_coerced_and_each_fault_has_its_path(said: dict[str, Any], path: str, problem: str) -> None:
    """Expect cattrs' helpfulness to be off: "5" is no number, "no" no yes, and a text no list."""
    found = fault(note(**said))
    assert found.startswith(f"{path}: ")
    assert problem in found


@pytest.mark.parametrize(
    ("field", "value"),
    [("services", "Cloud Platform"), ("services", {"a": 1}), ("services", None), ("services", [1]), ("impact", 1)],
)
def test_a_list_is_a_list(field: str, value: object) -> None:
    """Expect a text in place of a list not to become a list of letters, and each item to be checked with its place."""
    event = {"type": "IncidentDeclared", "v": 1, "id": "e", "at": "2024-05-01T09:00:00Z", "by": "ann",
             "services": ["Cloud Platform"], "impact": "Major", "message": "x"}  # fmt: skip
    found = fault(json.dumps({**event, field: value}))
    assert found.startswith(f"$.{field}[0]: " if value == [1] else f"$.{field}: ")


def test_the_path_leads_to_the_very_place() -> None:
    """Expect every fault of an event at once, each with its path through lists and values."""
    event = {
        "type": "IncidentReviewed", "v": 1, "id": "e", "at": "2024-05-01T09:00:00Z", "by": "ann",
        "lessons": ["good", 5],
        "actions": [{"text": "a"}, {"text": "b", "due": "soon"}, {"txt": "c"}, {"text": ""}],
    }  # fmt: skip
    found = {one.split(": ")[0] for one in faults(json.dumps(event))}
    assert found == {"$.lessons[1]", "$.actions[1].due", "$.actions[2].text", "$.actions[2]", "$.actions[3]"}
    assert "$.actions[2].text: 'text' is missing; add it" in faults(json.dumps(event))
    assert "$.actions[2]: unknown: 'txt'; there are text, owner, due, link" in faults(json.dumps(event))


def test_a_member_is_read_by_its_name_and_the_others_are_listed() -> None:
    """Expect small letters exactly, and a fault that says what there is."""
    end = {"type": "IncidentResolved", "v": 1, "id": "e", "at": "2024-05-01T09:00:00Z", "by": "ann",
           "users_unaffected": True, "how": "x"}  # fmt: skip
    assert as_data(decode_event(json.dumps({**end, "fix": "false_alarm"})))["fix"] == "false_alarm"
    for wrong in ("FALSE_ALARM", "falsealarm", 1, None, ["permanent"]):
        found = fault(json.dumps({**end, "fix": wrong}))
        assert found.startswith("$.fix: ")
        assert found.endswith("is unknown; there are permanent, temporary, false_alarm, duplicate")


@pytest.mark.parametrize(
    ("said", "problem"),
    [
        (note(type="NoteTook"), "'NoteTook' is unknown; there are CandidateReported, "),
        (note(type=...), "None is unknown"),
        (note(type=["NoteTaken"]), "is unknown"),
        (note(type="Event"), "'Event' is unknown"),
        (note(type="PublishStatus"), "'PublishStatus' is unknown"),
        (note(v=2), "version 2 cannot be read here; this release reads 1"),
        (note(v=...), "version None cannot be read"),
        (note(v="1"), "version '1' cannot be read"),
        (note(v=True), "version True cannot be read"),
        (note(v=1.0), "version 1.0 cannot be read"),
        (note(v=0), "version 0 cannot be read"),
    ],
)
def test_what_is_of_another_type_or_version_is_not_guessed_at(said: str, problem: str) -> None:
    """Expect the tag and the version to be named, before anything else is read."""
    assert problem in fault(said)


@pytest.mark.parametrize(
    ("said", "problem"),
    [
        ("", "Expecting value"),
        ("{", "Expecting property name"),
        (NOTE + "x", "Extra data"),
        ("null", "is NoneType, not an object"),
        ("[]", "is list, not an object"),
        ('"x"', "is str, not an object"),
        ("5", "is int, not an object"),
        ("\ufeff" + NOTE, "BOM"),
        ('{"v":1,"v":1}', "the key 'v' is there twice"),
        (NOTE.replace('"x"', '{"a":1,"b":2,"a":3}'), "the key 'a' is there twice"),
        (NOTE.replace('"x"', "NaN"), "NaN is not JSON"),
        (NOTE.replace('"x"', "-Infinity"), "-Infinity is not JSON"),
        (NOTE.replace('"x"', "9" * 19), "a number of 19 digits"),
        (NOTE.replace('"x"', "9" * 100_000), "a number of 100000 digits"),
        (NOTE.replace('"x"', "1e999"), "is float, not str"),
        ("[" * 100_000, "nested too deep"),
        ('{"a":' * 100_000, "nested too deep"),
    ],
)
def test_what_is_not_our_json_is_refused(said: str, problem: str) -> None:
    """Expect a fault at the root, and never another error: no twins, no NaN, no giants, no abyss."""
    assert problem in fault(said)


def test_a_number_of_eighteen_digits_is_looked_at() -> None:
    """Expect the bound itself to be a matter for the field."""
    assert "is not a count" in fault(note(revision=10**17))
    assert "digits" in fault(note(revision=10**18))


def test_no_text_longer_than_the_bound_is_parsed() -> None:
    """Expect the length to be looked at first, in characters and in bytes."""
    for said in ("x" * (BYTES_MAX + 1), '"' + "🔥" * (BYTES_MAX // 4) + '"', "\ud800" * BYTES_MAX):
        assert fault(said) == f"$: more than {BYTES_MAX} bytes"
    assert "bytes" not in fault(" " * BYTES_MAX)


@pytest.mark.parametrize("decode", [decode_event, decode_command, decode_incident, decode_policy])
@given(st.text() | st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=9), inner, max_size=4),
    max_leaves=12,
).map(json.dumps))  # fmt: skip
@settings(max_examples=40)
def test_whatever_comes_in_is_read_or_refused(decode: Any, said: str) -> None:
    """Expect one of ours or a `CodecError` for any text at all."""
    with contextlib.suppress(CodecError):
        assert decode(said) is not None


@settings(max_examples=150)
@given(st.data())
def test_a_document_with_one_part_replaced_is_read_or_refused(data: st.DataObject) -> None:
    """Expect the same of what is almost right: any part of an event, command, incident or policy may be anything."""
    drawn = data.draw(st.sampled_from(("event", "command", "incident", "policy")))
    story = Story().until(State.RESOLVED)
    said, decode = {
        "event": (encode_event(story.steps[2].event), decode_event),
        "command": (encode_command(story.last[0]), decode_command),
        "incident": (encode_incident(story.incident), decode_incident),
        "policy": (encode_policy(DEFAULT), decode_policy),
    }[drawn]
    document: Any = json.loads(said)
    wrong: Any = data.draw(
        st.sampled_from((None, True, 5, -1, 1.5, "", " ", "x", "\ud800", [], [[]], {}, {"x": 1}, "2024-01-01"))
    )
    place: Any = document
    while True:
        keys = list(place) if isinstance(place, dict) else list(range(len(place)))
        key = data.draw(st.sampled_from(keys))
        inner = place[key]
        if not (isinstance(inner, dict | list) and inner and data.draw(st.booleans())):
            place[key] = wrong
            break
        place = inner
    found: tuple[str, ...] = ()
    try:
        back: Any = decode(json.dumps(document))
    except CodecError as error:
        found = error.faults
    else:
        encode: Any = getattr(codec, f"encode_{drawn}")
        encode(back).encode()
    assert all(re.match(r"\$[\w.\[\]']*: ", one) for one in found), found


def test_an_incident_s_times_have_a_zone() -> None:
    """Expect a naive time to be refused where the snapshot itself checks nothing: it would break a later comparison."""
    said = encode_incident(Story().incident)
    with pytest.raises(CodecError, match=r"\$\.opened_at: .* is not a time with a zone"):
        decode_incident(said.replace('09:01:00Z"', '09:01:00"'))
    back = decode_incident(said.replace('"2024-05-01T09:01:00Z"', '"2024-05-01T10:01:00+01:00"'))
    assert back == Story().incident
    assert encode_incident(back) == said


# ---- policies ----


def test_a_calendar_s_days_are_words() -> None:
    """Expect a fault that lists them for anything else."""
    said = encode_policy(changed(DEFAULT, calendar={"weekdays": (0, 5)}))
    assert '"weekdays":["monday","saturday"]' in said
    for wrong in ('"Monday"', "0", "true", "null", '["monday"]'):
        with pytest.raises(CodecError, match=r"\$\.calendar: .* is no day of the week; there are monday, "):
            decode_policy(said.replace('"monday"', wrong))
    with pytest.raises(CodecError, match=r"\$\.calendar\.weekdays: .* not a list"):
        decode_policy(said.replace('["monday","saturday"]', '"monday"'))
    with pytest.raises(CodecError, match=r"\$\.calendar"):
        decode_policy(re.sub(r'"calendar":\{.*?\}', '"calendar":"always"', said))


def test_a_span_that_is_none_says_how_it_is_said() -> None:
    """Expect the path and an example, for a text that is no length of time and for what is no text."""
    said = encode_policy(DEFAULT)
    with pytest.raises(CodecError, match=r"\$\.timeouts\.lead: .*'soon' is no length of time; say '30 minutes'"):
        decode_policy(said.replace('"lead":"15 minutes"', '"lead":"soon"'))
    with pytest.raises(CodecError, match=r"\$\.timeouts\.lead: 15 is int, not a length of time"):
        decode_policy(said.replace('"lead":"15 minutes"', '"lead":15'))


@pytest.mark.parametrize(("name", "policy"), SHIPPED.items())
def test_a_digest_is_stable(name: str, policy: Policy) -> None:
    """Expect 64 hexadecimal digits, the same for the same content, however it came about."""
    assert re.fullmatch("[0-9a-f]{64}", policy_digest(policy))
    assert policy_digest(policy) == policy_digest(decode_policy(encode_policy(policy))), name
    assert policy_digest(policy) == policy_digest(changed(policy))


@given(policies(), policies())
def test_a_digest_changes_with_the_content_and_only_then(one: Policy, other: Policy) -> None:
    """Expect equal digests for equal policies alone."""
    assert (policy_digest(one) == policy_digest(other)) is (one == other)


def test_a_digest_notices_every_part() -> None:
    """Expect another digest whichever single part is decided otherwise."""
    variants = [
        changed(DEFAULT, name="Other"),
        changed(DEFAULT, services=DEFAULT.services[::-1]),
        changed(DEFAULT, page={"next_review": date(2026, 1, 1)}),
        changed(DEFAULT, status_page={"notify_subscribers": False}),
        changed(DEFAULT, calendar={"weekdays": (0,)}),
        changed(DEFAULT, follow_ups=DEFAULT.follow_ups[:1]),
    ]
    assert len({policy_digest(policy) for policy in (DEFAULT, *variants)}) == len(variants) + 1


# ---- two readers, one language ----


def _ways(data: object) -> list[list[str | int]]:
    """Every place within JSON data."""
    inner = data.items() if isinstance(data, dict) else enumerate(data) if isinstance(data, list) else ()
    return [[], *([key, *rest] for key, value in inner for rest in _ways(value))]


def _put(data: Any, way: list[str | int], value: object) -> Any:
    """The same data with another value at a place; `...` takes what is there away."""
    if not way:
        return value
    copy: Any = dict(data) if isinstance(data, dict) else list(data)
    changed = _put(copy[way[0]], way[1:], value)
    if changed is ...:
        del copy[way[0]]
    else:
        copy[way[0]] = changed
    return copy


ODD = st.one_of(
    st.sampled_from([..., None, True, 0, -1, 1.5, 10**17, "", "x", "\ud800", "2024-01-31", "2024-01-31T09:30:00Z"]),
    st.sampled_from([[], ["x"], [None], {}, {"x": 1}, {"text": "x", "stranger": 1}]),
)


@settings(max_examples=80)
@given(st.one_of(arbitrary_events(), arbitrary_commands(), arbitrary_incidents()), ODD, st.data())
def test_the_quick_reader_takes_what_the_thorough_one_takes(value: object, odd: object, data: st.DataObject) -> None:
    """Expect the same value, or a no of both, whatever stands in one place of what would be sound."""
    plain = json.loads(json.dumps(codec._writer(type(value))(value)))
    changed = _put(plain, data.draw(st.sampled_from(_ways(plain)).filter(bool)), odd)
    kind = type(value)

    def read(converter: Any) -> object:
        try:
            return converter.structure(changed, kind)
        except Exception:  # noqa: BLE001  whatever it is, it is a no
            return "no"

    quick, thorough = read(codec._quick_converter()), read(codec._converter())
    assert quick == thorough
    assert type(quick) is type(thorough)


@settings(max_examples=50)
@given(arbitrary_events(), st.data())
@example(e.NoteTaken(id="e", at=minutes(0), by="ann", text="x"), None)
def test_text_is_parsed_as_the_standard_library_parses_it(event: Event, data: st.DataObject | None) -> None:
    """Expect what `json.loads` gives with the same rules, or its own words: for sound text, and for broken."""
    said = encode_event(event)
    for cut in (
        [said, f" {said}\n", f"{said}x", f"{said}{said}", f"\ufeff{said}", said.replace(":", " : ", 1), "", "[]", "nul"]
        if data is None
        else [said[: data.draw(st.integers(0, len(said)))], said[data.draw(st.integers(0, len(said))) :]]
    ):
        assert _answer(lambda cut=cut: codec._parse(cut)) == _answer(lambda cut=cut: json.loads(cut, **RULES))  # type: ignore[misc]  # bound now


RULES: dict[str, Any] = {
    "object_pairs_hook": codec._no_twins,
    "parse_constant": codec._no_constants,
    "parse_int": codec._no_giants,
}


def _answer(parse: Callable[[], object]) -> object:
    """What parsing gives, or what it says."""
    try:
        return parse()
    except ValueError as error:
        return str(error)
