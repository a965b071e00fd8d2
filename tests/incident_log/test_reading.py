"""The file: what cannot be read is refused with file, field and remedy."""

from pathlib import Path

import pytest

from incident_fsm.errors import CodecError
from incident_fsm.incident_log import parse_log, read_log


def refusal(text: str) -> str:
    """Say why a text is no log."""
    with pytest.raises(CodecError) as caught:
        parse_log(text, "log.json")
    return str(caught.value)


def test_a_log_is_read_from_a_file_with_or_without_a_byte_order_mark(tmp_path: Path) -> None:
    """Windows editors like to write one."""
    text = '{"about": {"timezone": "Europe/London", "source": "us"}, "incidents": [{"id": "A-1"}]}'
    file = tmp_path / "log.json"
    for encoding in ("utf-8", "utf-8-sig"):
        file.write_text(text, encoding)
        log = read_log(file)
        assert (log.source, str(log.zone), log.incidents) == ("us", "Europe/London", ({"id": "A-1"},))


def test_a_log_need_say_nothing_about_itself() -> None:
    """Its zone is the policy's then, and its source the name of the file."""
    for about in ("", '"about": null, ', '"about": {"source": " ", "timezone": null}, ', '"about": {"source": 3}, '):
        log = parse_log(f'{{{about}"incidents": []}}', "folder/log.json")
        assert (log.source, log.zone, log.incidents) == ("log.json", None, ())


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "is no JSON"),
        ('{"incidents": [}', "is no JSON"),
        ("[]", 'is a list, not an object; write {"about": {...}, "incidents": [...]}'),
        ("3", "is a number, not an object"),
        ("null", "is null, not an object"),
        ('"x"', "is text, not an object"),
        ("true", "is true or false, not an object"),
        ("{}", "incidents: is missing; give a list of incidents"),
        ('{"incidents": {}}', "incidents: is an object; give a list of incidents"),
        ('{"about": [], "incidents": []}', "about: is a list; give an object with timezone and source"),
        ('{"about": {"timezone": 3}, "incidents": []}', "about.timezone: is a number; use a name like Europe/London"),
        ('{"about": {"timezone": "Mars/Phobos"}, "incidents": []}', "about.timezone: 'Mars/Phobos' is no time zone"),
        ('{"about": {"timezone": ""}, "incidents": []}', "about.timezone: is empty; use a name like Europe/London"),
        ('{"incidents": [{"id": "a", "id": "b"}]}', "id: stands twice in one object"),
        ('{"incidents": [NaN]}', "nan is no number in JSON"),
        ('{"incidents": [1e999]}', "1e999 is no number in JSON"),
        ('{"incidents": [' + "9" * 5000 + "]}", "is no JSON"),
        ('{"incidents": ' + "[" * 40 + "]" * 40 + "}", "is nested too deeply"),
        ("[" * 200_000, "is nested too deeply"),
    ],
)
def test_what_is_no_log_is_refused_with_field_and_remedy(text: str, words: str) -> None:
    """The message begins with the file, then says where, what and what to do."""
    message = refusal(text)
    assert message.startswith("cannot read the incident log log.json: ")
    assert words.casefold() in message.casefold()


def test_a_number_that_is_one_is_read() -> None:
    """A fraction is no field of the format, but it is JSON."""
    assert parse_log('{"incidents": [1.5]}').incidents == (1.5,)


def test_a_file_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    """Absent, a folder, or no file's name at all."""
    for where in (tmp_path / "absent.json", tmp_path, tmp_path / "a\0b"):
        with pytest.raises(CodecError, match=r"cannot read the incident log .*; name a file that can be read"):
            read_log(where)


def test_a_file_that_is_not_utf8_is_refused_with_the_byte(tmp_path: Path) -> None:
    """It says where, and how to mend it."""
    file = tmp_path / "log.json"
    file.write_bytes(b'{"incidents": ["caf\xe9"]}')
    with pytest.raises(CodecError, match="is not UTF-8 at byte 19; save it as UTF-8"):
        read_log(file)
