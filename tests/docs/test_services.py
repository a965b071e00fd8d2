"""docs/services.md: its settings are read by the real classes, its command lines exist, its tables are generated."""

import re
import shlex
import subprocess
import sys
import tomllib
from functools import cache
from pathlib import Path

import pytest

import live_smoke
import services_table
from incident_fsm import events as e
from incident_fsm.adapters import AdapterSettings
from incident_fsm.adapters.folder import FolderAdapter
from incident_fsm.adapters.registry import load_adapters, offered_names, read_tables
from incident_fsm.commands import COMMANDS
from incident_fsm.policy_files import load_shipped

ROOT = Path(__file__).resolve().parents[2]
PAGE = (ROOT / "docs" / "services.md").read_text("utf-8")

_REAL = ("pagerduty", "slack", "github", "aws_support", "email", "webhook")


def blocks(language: str) -> list[str]:
    """List the fenced blocks of a language, without what indents them."""
    found = re.findall(rf"^( *)```{language}\n(.*?)^ *```$", PAGE, flags=re.DOTALL | re.MULTILINE)
    return [re.sub(rf"^{indent}", "", block, flags=re.MULTILINE) for indent, block in found]


def command_lines(start: str) -> list[list[str]]:
    """Every line of the shell examples that starts a command, in words."""
    lines = "".join(blocks("sh")).splitlines()
    return [shlex.split(line, comments=True) for line in lines if line.startswith(start)]


def section(adapter: str) -> str:
    """What is said of one adapter."""
    found = re.search(rf"^### `{adapter}`.*?(?=^##)", PAGE, flags=re.DOTALL | re.MULTILINE)
    assert found, adapter
    return found[0]


@cache
def help_of(verb: str) -> str:
    """What `incident VERB --help` says; it fails where there is no such verb."""
    asked = [sys.executable, "-m", "incident_fsm.cli", verb, "--help"]
    return subprocess.run(asked, capture_output=True, text=True, check=True).stdout


def test_every_example_of_settings_is_taken(tmp_path: Path) -> None:
    """Each table makes its adapter, and all of them together are one file that is read as a desk reads it."""
    made = []
    for block in blocks("toml"):
        for name, table in tomllib.loads(block).items():
            settings = AdapterSettings(folder=tmp_path, environment={})
            made += [adapter.name for adapter in load_adapters((name,), settings, tables={name: table})]
    assert tuple(made) == _REAL
    (tmp_path / "adapters.toml").write_text("".join(blocks("toml")), "utf-8")
    assert tuple(read_tables(tmp_path / "adapters.toml")) == _REAL


def test_every_setting_is_in_its_example() -> None:
    """Each field of each class of settings; what is called a default is it."""
    for name in _REAL:
        module = sys.modules[f"incident_fsm.adapters.{name}"]
        example = next(tomllib.loads(block)[name] for block in blocks("toml") if f"[{name}]\n" in block)
        fields = {field.name: field.default for field in module.Settings.__attrs_attrs__}
        assert set(example) == set(fields), name
        for key, line in re.findall(r"^(\w+) = ([^#\n]*?) *# default", section(name), flags=re.MULTILINE):
            value = tomllib.loads(f"x = {line}")["x"]
            default = getattr(fields[key], "value", fields[key])
            known = tuple(value) if isinstance(value, list) else value
            assert known == default or default in {None, (), ""}, (name, key)


def test_no_adapter_is_left_out() -> None:
    """Every adapter that is installed has its section."""
    assert set(offered_names()) == {*_REAL, "folder", "console"}
    assert "### `folder` and `console`" in PAGE


def test_every_command_line_exists() -> None:
    """Verb and options of each, in examples and in sentences, as `--help` tells them."""
    said = [shlex.split(line) for line in re.findall(r"`(incident [a-z][^`]*)`", PAGE)]
    lines = command_lines("incident ")
    assert len(lines) > 8
    assert len(said) > 4
    for _, verb, *words in (*lines, *said):
        for option in (word for word in words if word.startswith("--")):
            assert re.search(rf"{option}\b", help_of(verb)), (verb, option)


def test_every_run_of_live_smoke_can_be_typed() -> None:
    """Its own parser takes each; every service is there; what is told of it is what it knows."""
    parser = live_smoke._parser(live_smoke.World(environment={}))
    lines = command_lines("python scripts/live_smoke.py")
    assert {parser.parse_args(words[2:]).vendor for words in lines} == set(_REAL)
    codes = {int(code) for code in re.findall(r"^\| (\d+) \|", PAGE, flags=re.MULTILINE)}
    assert codes == {
        live_smoke.HOLDS,
        live_smoke.NOT_SO,
        live_smoke.LACKING,
        live_smoke.NOT_BEGUN,
        live_smoke.LEFT,
        live_smoke.BROKE_OFF,
        live_smoke.INTERRUPTED,
    }


def test_the_adapters_in_order_can_be_loaded(tmp_path: Path) -> None:
    """What is exported names adapters that there are, the catch-all last."""
    (exported,) = command_lines("export INCIDENT_ADAPTER")
    names = exported[1].partition("=")[2].split()
    (tmp_path / "adapters.toml").write_text("".join(blocks("toml")), "utf-8")
    settings = AdapterSettings(folder=tmp_path, environment={})
    loaded = load_adapters(names, settings, tables=read_tables(tmp_path / "adapters.toml"))
    assert isinstance(loaded[-1], FolderAdapter)


def test_a_doctor_is_called_as_it_is_said(tmp_path: Path) -> None:
    """In an empty folder, with the adapters named by the environment: nothing is configured, and all is said."""
    asked = [sys.executable, "-m", "incident_fsm.cli", "doctor", "--folder", str(tmp_path)]
    environment = {"INCIDENT_ADAPTER": "slack folder", "HOME": str(tmp_path)}
    ran = subprocess.run(asked, capture_output=True, text=True, check=False, env=environment)
    assert ran.returncode == 1, ran.stderr
    assert "slack: the bot's token, SLACK_BOT_TOKEN: needs SLACK_BOT_TOKEN" in ran.stdout
    assert "folder: nothing to check" in ran.stdout


@pytest.mark.parametrize("part", ["commands", "restricted"])
def test_the_tables_have_not_drifted(part: str) -> None:
    """What stands between the marks is what the adapters say."""
    _, _, after = PAGE.partition(f"<!-- generated: {part} -->\n")
    assert after.partition("<!-- /generated -->")[0] == services_table.parts()[part]


def test_the_tables_know_every_command_and_every_event() -> None:
    """Of an open incident, every command there is; and every event happens that anything could follow from."""
    told = services_table.told(restricted=False)
    assert {type(one.command) for one in told} == set(COMMANDS)
    quiet = {e.CommandDone, e.CommandFailed, e.DetailsAmended, e.FollowUpDone, e.FollowUpWaived}
    assert {one.event for one in told} == set(e.EVENTS) - quiet


def test_an_incident_without_its_beginning_cannot_be_told() -> None:
    """The table's own story says so instead of telling nonsense."""
    with pytest.raises(ValueError, match="begins with CandidateReported"):
        services_table.Telling(load_shipped()).tell(None)


def test_links_lead_somewhere() -> None:
    """Files of this repository, and headings of this page."""
    headings = {
        re.sub(r"[^a-z0-9 -]", "", title.lower()).replace(" ", "-")
        for title in re.findall(r"^#+ (.*)$", PAGE, flags=re.MULTILINE)
    }
    for target in re.findall(r"\]\(([^)]+)\)", PAGE):
        path, _, heading = target.partition("#")
        assert (ROOT / "docs" / path).exists(), target
        assert not heading or heading in headings, target


def test_every_secret_is_in_the_environment_table() -> None:
    """Each variable that an adapter reads, and no other."""
    table = PAGE.partition("## The environment")[2].partition("\n\nA secret")[0]
    named = set(re.findall(r"`([A-Z][A-Z_]{5,})`", table))
    source = "".join(
        path.read_text("utf-8") for name in _REAL for path in (ROOT / "src/incident_fsm/adapters" / name).glob("*.py")
    )
    assert all(variable in source for variable in named - {"INCIDENT_ADAPTER"}), named
    read = set(re.findall(r"\"((?:[A-Z]+_)+(?:TOKEN|SECRET|USERNAME|PASSWORD|ACCESS_KEY))\"", source))
    assert read <= named
