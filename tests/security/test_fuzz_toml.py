"""The doors for TOML: policies and `adapters.toml`, each read or refused with file, path and remedy."""

import re
import tomllib
from pathlib import Path
from typing import Any

import pytest
from attrs import field, frozen
from hypothesis import example, given, settings
from hypothesis import strategies as st

from incident_fsm import _values as v
from incident_fsm.adapters import AdapterSettings
from incident_fsm.adapters._settings import read_settings
from incident_fsm.adapters.registry import BYTES_MAX, SETTINGS, read_tables
from incident_fsm.errors import AdapterError, PolicyError
from incident_fsm.policy_files import load_policy, parse_policy
from tests.security.hostile import TOML_SCRAPS, damaged, policy_read_or_refused, refused, texts, tried
from tests.security.limits import within

POLICIES = tuple(
    path.read_text("utf-8")
    for path in sorted((Path(__file__).resolve().parents[2] / "src/incident_fsm/policies").glob("*.toml"))
)
TABLES = '[github]\nrepository = "o/r"\nlabels = ["a"]\n\n[webhook]\nurl = "https://x.example"\ncount = 3\n'


def parse(said: str) -> object:
    """Parse a policy as the command does."""
    return parse_policy(said, "mine.toml")


@pytest.mark.threat("deserialisation", rule="TOML into known records only, every fault at once")
@settings(max_examples=250)
@given(st.sampled_from(POLICIES).flatmap(lambda whole: damaged(whole, TOML_SCRAPS)))
def test_a_policy_that_was_damaged_is_read_or_refused_with_its_file(said: str) -> None:
    """Never another error than `PolicyError`."""
    policy_read_or_refused(parse, said)


@settings(max_examples=150)
@given(st.data())
def test_a_policy_with_any_value_replaced_is_read_or_refused(data: st.DataObject) -> None:
    """Line by line, since that is how people break one."""
    lines = data.draw(st.sampled_from(POLICIES)).splitlines()
    number = data.draw(st.sampled_from([n for n, line in enumerate(lines) if " = " in line]))
    key = lines[number].partition(" = ")[0]
    lines[number] = f"{key} = {data.draw(st.sampled_from(TOML_SCRAPS))}"
    policy_read_or_refused(parse, "\n".join(lines))


@settings(max_examples=150)
@given(st.text(max_size=200) | st.lists(st.sampled_from(TOML_SCRAPS), max_size=8).map("".join))
@example("a = " + "[" * 100_000)
@example("a = " + "{a=" * 100_000)
@example(".".join("a" * 500) + " = 1")
@example("[" + ".".join("a" * 2_000) + "]")
@example("a = " + "9" * 4301)
@example("a = 0x" + "f" * 100_000)
def test_what_is_no_policy_at_all_is_refused(said: str) -> None:
    """Depth and giant integers included."""
    assert not policy_read_or_refused(parse, said)


@given(texts())
def test_a_text_in_a_policy_is_refused_by_its_path_or_kept(said: str) -> None:
    """The name of the policy may be anything printable of one line."""
    named = f"name = {_basic(said)}"
    document = re.sub(r'^name = ".*"$', lambda _: named, POLICIES[0], count=1, flags=re.MULTILINE)
    policy, error = tried(PolicyError, lambda: parse_policy(document, "mine.toml"))
    if error is None:
        assert policy is not None
        assert policy.name == said
    else:
        assert any("name" in fault or "mend the TOML" in fault for fault in error.faults)


def _basic(said: str) -> str:
    """Write a text as TOML does; what TOML cannot say (halves of characters) is written raw."""
    escaped = "".join(
        f"\\u{ord(character):04X}" if character < " " or character in '"\\\x7f' else character for character in said
    )
    return f'"{escaped}"'


@pytest.mark.threat("oversized input", rule="files are read up to a bound, whatever stands behind it")
def test_files_without_end_are_read_up_to_the_bound(tmp_path: Path) -> None:
    """A device that never ends is refused like a file that is too long."""
    assert "longer than 262144 bytes" in str(refused(PolicyError, lambda: load_policy("/dev/zero")))
    assert "longer than 262144 bytes" in str(refused(AdapterError, lambda: read_tables(Path("/dev/zero"))))
    full = tmp_path / SETTINGS
    full.write_bytes(b"#" * BYTES_MAX)
    assert read_tables(full) == {}


@pytest.mark.threat("JSON bombs", rule="time and memory are bounded whatever is sent")
def test_the_largest_toml_bombs_cost_little() -> None:
    """A quarter of a mebibyte of brackets, braces, quotes, tables, keys or digits: within fixed limits."""
    program = """
        from incident_fsm.errors import PolicyError
        from incident_fsm.policy_files import BYTES_MAX, parse_policy
        bombs = ["a=" + "[" * BYTES_MAX, "a=" + "{a=" * (BYTES_MAX // 3), "a='''" + "'" * BYTES_MAX,
                 "[[a]]\\n" * (BYTES_MAX // 6), "".join(f"k{n}=1\\n" for n in range(30_000)), "a=0x" + "f" * BYTES_MAX,
                 "a=" + "9" * BYTES_MAX, "[" + ".".join("a" * 4_000) + "]", "#" * BYTES_MAX]
        for bomb in bombs:
            try:
                parse_policy(bomb)
            except PolicyError:
                print("refused")
    """
    assert within(program, seconds=20, megabytes=600).split() == ["refused"] * 9


# ---- adapters.toml ----


@settings(max_examples=150)
@given(st.binary(max_size=60) | damaged(TABLES, TOML_SCRAPS).map(lambda said: said.encode(errors="surrogatepass")))
@example(b"\xff\xfe")
@example(b"a = 1")
@example(b"[a]\nb = " + b"[" * 5_000)
def test_adapters_toml_is_read_or_refused_with_a_remedy(tmp_path_factory: pytest.TempPathFactory, said: bytes) -> None:
    """Tables of plain data, or an `AdapterError` that names the file."""
    path = tmp_path_factory.getbasetemp() / SETTINGS
    path.write_bytes(said)
    tables, error = tried(AdapterError, lambda: read_tables(path))
    if error is None:
        assert tables == tomllib.loads(said.decode())
    else:
        assert error.name == SETTINGS
        assert error.problem
        assert error.remedy


@frozen(kw_only=True)
class Everything:
    """Settings with a field of each sort."""

    name: str = field(default="", validator=v.is_optional_name)
    count: int = field(default=0, validator=v.is_count)
    on: bool = field(default=False, validator=v.of(bool))
    audience: v.Audience = field(default=v.Audience.TEAM, validator=v.of(v.Audience))
    keys: tuple[str, ...] = field(default=(), validator=v.each(v.is_key))


_VALUES = st.one_of(
    texts(),
    st.integers(),
    st.booleans(),
    st.floats(),
    st.dates(),
    st.datetimes(),
    st.times(),
    st.lists(texts(), max_size=3),
)


@pytest.mark.threat("secrets in logs, repr, tracebacks, journal, metrics", rule="no unknown key is accepted in silence")
@given(st.dictionaries(st.sampled_from(("name", "count", "on", "audience", "keys")) | texts(), _VALUES, max_size=4))
def test_a_table_becomes_settings_or_is_refused_with_every_fault(table: dict[str, Any]) -> None:
    """Unknown keys too: a token that was put there by mistake is not accepted in silence."""
    settings_ = AdapterSettings(folder=Path(), table=table)
    made, error = tried(AdapterError, lambda: read_settings("mine", settings_, Everything))
    if error is None:
        assert set(table) <= {"name", "count", "on", "audience", "keys"}
        assert all(type(getattr(made, key)) is not str or getattr(made, key) == said for key, said in table.items())
    else:
        assert error.name == "mine"
        assert error.problem.startswith("has wrong settings: $")
        assert error.remedy == "mend [mine] in adapters.toml"
