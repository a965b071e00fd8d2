"""The door for JSON: events, commands, incidents, policies, each read or refused with paths, whatever is sent."""

import json
from collections.abc import Callable

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from incident_fsm import codec
from incident_fsm.errors import CodecError, InvalidValue
from incident_fsm.events import CandidateReported, NoteTaken
from incident_fsm.testing.policies import shipped_by_name
from tests.adapters.deliveries import every_type
from tests.security.hostile import (
    JSON_SCRAPS,
    NEVER_TEXT,
    damaged,
    read_or_refused,
    refused,
    replaced,
    texts,
    tried,
)
from tests.security.limits import within

Read = Callable[[str], object]

EVENT = (
    '{"type":"IncidentReviewed","v":1,"id":"e-1","at":"2024-05-01T09:00:00Z","by":"ann","lessons":["one","two"],'
    '"actions":[{"text":"x","owner":"sam","due":"2024-06-01","link":"https://example.org/1"}]}'
)
_DELIVERED = every_type()
DOORS: dict[str, tuple[Read, tuple[str, ...]]] = {
    "event": (codec.decode_event, (EVENT,)),
    "command": (codec.decode_command, tuple(codec.encode_command(one.command) for one in _DELIVERED)),
    "incident": (codec.decode_incident, tuple({codec.encode_incident(one.context.incident) for one in _DELIVERED})),
    "policy": (codec.decode_policy, tuple(codec.encode_policy(policy) for policy in shipped_by_name().values())),
}
"""Each reader, with documents that it reads."""


@pytest.mark.threat("deserialisation", rule="JSON into known records only: unknown kinds, versions and fields refused")
@pytest.mark.parametrize("door", DOORS)
@settings(max_examples=100)
@given(st.data())
def test_a_document_that_was_damaged_is_read_or_refused_with_paths(door: str, data: st.DataObject) -> None:
    """Never another error, never a fault without its path."""
    read, whole = DOORS[door]
    read_or_refused(read, data.draw(st.sampled_from(whole).flatmap(lambda one: damaged(one, JSON_SCRAPS))))


@pytest.mark.parametrize("door", DOORS)
@settings(max_examples=100)
@given(st.data())
def test_a_document_with_any_part_replaced_is_read_or_refused_with_paths(door: str, data: st.DataObject) -> None:
    """Any value in any place: NaN, lists where text belongs, keys that nobody knows."""
    read, whole = DOORS[door]
    read_or_refused(read, data.draw(st.sampled_from(sorted(whole)).flatmap(replaced)))


@settings(max_examples=200)
@given(st.one_of(st.text(max_size=200), st.lists(st.sampled_from(JSON_SCRAPS), max_size=12).map("".join)))
@example("[" * 100_000)
@example('{"a":' * 100_000)
@example('{"v":1,"type":' + "[" * 980 + "]" * 980 + "}")
@example('{"type":"x","v":' + "[" * 980 + "]" * 980 + "}")
def test_what_is_no_document_at_all_is_refused_at_every_door(said: str) -> None:
    """No scraps make a document of ours."""
    for read, _ in DOORS.values():
        assert not read_or_refused(read, said)


@pytest.mark.threat("JSON bombs", rule="depth, giant integers, NaN, Infinity and duplicate keys are refused")
@pytest.mark.parametrize(
    ("said", "problem"),
    [
        ("[" * 5_000 + "]" * 5_000, "nested too deep"),
        ('{"v":' + "9" * 4301 + "}", "a number of 4301 digits"),
        ('{"v":' + "9" * 19 + "}", "a number of 19 digits"),
        ('{"v":-' + "9" * 18 + "}", "a number of 19 digits"),
        ('{"v":NaN}', "NaN is not JSON"),
        ('{"v":[Infinity]}', "Infinity is not JSON"),
        ('{"v":-Infinity}', "-Infinity is not JSON"),
        ('{"v":1,"v":1}', "the key 'v' is there twice"),
        ('{"type":{"a":1,"a":2}}', "the key 'a' is there twice"),
    ],
)
def test_a_bomb_is_named_for_what_it_is(said: str, problem: str) -> None:
    """One fault, at the root, which says what is wrong."""
    for read, _ in DOORS.values():
        error = refused(CodecError, lambda read=read: read(said))  # type: ignore[misc]  # bound at once
        assert error.faults == (f"$: {problem}",)


@pytest.mark.threat("JSON bombs", rule="time and memory are bounded whatever is sent")
def test_the_largest_bombs_cost_little() -> None:
    """Sixteen mebibytes of brackets, of one number, of one string, of empty lists: refused, within fixed limits."""
    program = """
        from incident_fsm import codec
        from incident_fsm.errors import CodecError
        full = codec.BYTES_MAX
        bombs = ["[" * full, "9" * full, '"' + "x" * (full - 2) + '"', "[" + "[]," * (full // 3 - 1) + "[]]",
                 '{"type":"' + "x" * (full - 20) + '","v":1}', " " * (full + 1), "\\U0001f525" * (full // 4 + 1)]
        for bomb in bombs:
            try:
                codec.decode_event(bomb)
            except CodecError as error:
                print(len(str(error)) < 1000)
    """
    assert within(program, seconds=20, megabytes=1500).split() == ["True"] * 7


@pytest.mark.threat("oversized input", rule="bytes are counted before anything is parsed")
def test_text_that_is_too_long_is_not_parsed() -> None:
    """One byte more than the bound is refused for its length, though it is no JSON either."""
    assert codec.BYTES_MAX == 16 * 1024 * 1024
    error = refused(CodecError, lambda: codec.decode_event("\N{FIRE}" * (codec.BYTES_MAX // 4) + "!"))
    assert "more than 16777216 bytes" in str(error)


@given(texts())
def test_a_text_field_is_refused_by_its_name_or_kept_as_it_is(said: str) -> None:
    """Control characters, overrides of direction and halves of characters are refused, also when JSON escapes them."""
    document = json.dumps({**json.loads(EVENT), "lessons": [said]})
    if read_or_refused(codec.decode_event, document):
        event = codec.decode_event(document)
        assert getattr(event, "lessons", ()) == (said,)
        assert not any(character in said for never in NEVER_TEXT[:6] for character in never if character < "\t")
    else:
        error = refused(CodecError, lambda: codec.decode_event(document))
        assert "lessons" in str(error)


FAR = ("1899-12-31T23:59:59Z", "2100-01-01T00:00:00Z", "1024-05-01T09:00:00+01:00", "9998-12-31T23:59:59Z")


@pytest.mark.threat("oversized input", rule="times without a zone, and years far off, are refused with a hint")
@pytest.mark.parametrize("at", FAR)
def test_a_year_far_off_is_refused_with_a_hint(at: str) -> None:
    """Most are a mistyped year, so that is what is said."""
    error = refused(CodecError, lambda: codec.decode_event(EVENT.replace("2024-05-01T09:00:00Z", at)))
    assert "is far off; check for a mistyped year (2000 to 2099)" in str(error)


@pytest.mark.parametrize("at", ["2024-05-01T09:00:00", "2024-05-01", "09:00", "now", "1714554000", "2024-13-01T00:00Z"])
def test_a_time_without_a_zone_is_refused_with_an_example(at: str) -> None:
    """It would be anybody's nine o'clock."""
    error = refused(CodecError, lambda: codec.decode_event(EVENT.replace("2024-05-01T09:00:00Z", at)))
    assert "$.at" in str(error)
    assert "is not a time with a zone, like 2024-01-31T09:30:00Z" in str(error)


@given(st.datetimes(), st.sampled_from(("fault_at", "detected_at", "aware_at", "at")))
def test_a_naive_time_is_refused_by_the_event_itself(moment: object, name: str) -> None:
    """Also for whoever builds events in Python; the field and what to do are named."""
    at = {"at": codec.decode_event(EVENT).at, name: moment}
    error = refused(
        InvalidValue,
        lambda: CandidateReported(id="e", by="ann", incident_id="INC-1", title="x", **at),  # type: ignore[arg-type]  # on purpose
    )
    assert error.field == f"CandidateReported.{name}"
    assert "time zone" in error.problem or "far off" in error.problem
    assert error.remedy


@given(texts())
def test_an_event_made_in_python_is_refused_with_field_problem_and_remedy(said: str) -> None:
    """The same bounds hold for whoever does not come through JSON."""
    at = codec.decode_event(EVENT).at
    note, error = tried(InvalidValue, lambda: NoteTaken(id="e", at=at, by="ann", text=said))
    if error is None:
        assert note is not None
        assert codec.decode_event(codec.encode_event(note)) == note
    else:
        assert error.field == "NoteTaken.text"
        assert error.problem
        assert error.remedy
        assert len(str(error)) < 200
