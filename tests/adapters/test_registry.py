"""Tests of `incident_fsm.adapters.registry`, with packages that exist as far as Python can tell."""

from importlib.metadata import EntryPoint, distributions
from pathlib import Path

import pytest

from incident_fsm.adapters import ENTRY_POINT_GROUP, AdapterSettings
from incident_fsm.adapters.console import ConsoleAdapter
from incident_fsm.adapters.folder import FolderAdapter
from incident_fsm.adapters.recording import RecordingAdapter
from incident_fsm.adapters.registry import BYTES_MAX, SETTINGS, load_adapters, offered_names, read_tables
from incident_fsm.errors import AdapterError, IncidentFsmError

HERE = __name__


def works(settings: AdapterSettings) -> RecordingAdapter:
    """A factory as it should be."""
    return RecordingAdapter(name=settings.folder.name)


def fails(settings: AdapterSettings) -> RecordingAdapter:
    """A factory that misses something."""
    raise KeyError(f"no token for {settings.folder.name}")


def needs_more(settings: AdapterSettings) -> RecordingAdapter:
    """A factory whose package is not all there."""
    raise ModuleNotFoundError(f"No module named 'slack_sdk' for {settings.folder.name}")


def makes_nonsense(settings: AdapterSettings) -> object:
    """A factory of something else."""
    return settings


def offer(folder: Path, package: str, **factories: str) -> tuple[EntryPoint, ...]:
    """Install a package that offers adapters."""
    info = folder / package / f"{package}-1.0.dist-info"
    info.mkdir(parents=True)
    (info / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {package}\nVersion: 1.0\n", "utf-8")
    offers = "".join(f"{name} = {HERE}:{factory}\n" for name, factory in factories.items())
    (info / "entry_points.txt").write_text(f"[{ENTRY_POINT_GROUP}]\n{offers}", "utf-8")
    (found,) = distributions(path=[str(folder / package)])
    return tuple(found.entry_points.select(group=ENTRY_POINT_GROUP))


def refusal(names: list[str], offered: tuple[EntryPoint, ...], folder: Path) -> AdapterError:
    """The error that names give."""
    with pytest.raises(AdapterError) as caught:
        load_adapters(names, AdapterSettings(folder=folder), offered=offered)
    return caught.value


def test_the_adapters_that_ship_are_found_by_name_in_the_order_asked_for(tmp_path: Path) -> None:
    """They are offered by this very package's entry points."""
    loaded = load_adapters(["console", "folder"], AdapterSettings(folder=tmp_path))
    assert [type(adapter) for adapter in loaded] == [ConsoleAdapter, FolderAdapter]
    assert load_adapters([], AdapterSettings(folder=tmp_path)) == ()
    assert {"console", "folder"} <= set(offered_names())


def test_an_adapter_of_another_package_is_made_with_the_desks_settings(tmp_path: Path) -> None:
    """That is how third parties plug in."""
    offered = offer(tmp_path, "chatty", chat="works")
    (chat,) = load_adapters(["chat"], AdapterSettings(folder=tmp_path / "desk"), offered=offered)
    assert chat.name == "desk"


def test_an_unknown_name_is_answered_with_those_there_are(tmp_path: Path) -> None:
    """A misspelling is mended at a glance."""
    offered = offer(tmp_path, "chatty", chat="works", mail="works")
    error = refusal(["chta"], offered, tmp_path)
    assert str(error) == (
        "adapter 'chta' is no adapter that is installed; there are: chat, mail; or install its package"
    )
    assert isinstance(error, IncidentFsmError)
    assert (error.name, error.problem) == ("chta", "is no adapter that is installed")
    assert "there are: none" in str(refusal(["chat"], (), tmp_path))


@pytest.mark.parametrize(
    ("factory", "said"),
    [
        ("fails", "of chatty could not be set up: KeyError: 'no token for desk'"),
        ("needs_more", "of chatty cannot be imported: No module named 'slack_sdk' for desk"),
        ("makes_nonsense", "of chatty made a AdapterSettings, which is no adapter"),
        ("not_there", "of chatty could not be set up: AttributeError"),
    ],
)
def test_a_factory_that_fails_is_told_with_its_package(tmp_path: Path, factory: str, said: str) -> None:
    """It is anybody's code: whose, and what it said, is what its user needs."""
    error = refusal(["chat"], offer(tmp_path, "chatty", chat=factory), tmp_path / "desk")
    assert error.problem.startswith(said)
    assert error.remedy


def test_a_name_that_two_packages_offer_is_refused(tmp_path: Path) -> None:
    """Which of the two would depend on the order in which they were installed."""
    offered = (*offer(tmp_path, "chatty", chat="works"), *offer(tmp_path, "other", chat="fails"))
    assert "is offered by chatty and other" in str(refusal(["chat"], offered, tmp_path))


def test_a_name_that_comes_twice_is_refused(tmp_path: Path) -> None:
    """The second would never be asked."""
    assert "is named twice" in str(refusal(["chat", "chat"], offer(tmp_path, "chatty", chat="works"), tmp_path))


def test_one_text_is_not_taken_for_a_list_of_letters(tmp_path: Path) -> None:
    """A forgotten bracket is a mistake in the program."""
    with pytest.raises(TypeError, match="folder"):
        load_adapters("folder", AdapterSettings(folder=tmp_path))


def test_an_entry_point_of_no_package_is_named_by_its_module(tmp_path: Path) -> None:
    """Some are made by hand, as in tests."""
    lone = EntryPoint("chat", f"{HERE}:fails", ENTRY_POINT_GROUP)
    assert f"of {HERE} could not be set up" in str(refusal(["chat"], (lone,), tmp_path))


def keeps_its_table(settings: AdapterSettings) -> RecordingAdapter:
    """A factory whose adapter is called as its table says."""
    return RecordingAdapter(name=settings.table.get("name", "none"))


def test_each_adapter_is_given_its_own_table_and_no_other(tmp_path: Path) -> None:
    """By its name; without a table it is an empty one, and tables of adapters that are not asked for do no harm."""
    offered = offer(tmp_path, "chatty", chat="keeps_its_table", mail="keeps_its_table")
    tables = {"chat": {"name": "Chat"}, "phone": {"name": "Phone"}}
    loaded = load_adapters(["mail", "chat"], AdapterSettings(folder=tmp_path), tables=tables, offered=offered)
    assert [adapter.name for adapter in loaded] == ["none", "Chat"]
    loaded = load_adapters(["chat"], AdapterSettings(folder=tmp_path), offered=offered)
    assert [adapter.name for adapter in loaded] == ["none"]


def cannot_log_in(settings: AdapterSettings) -> RecordingAdapter:
    """A factory that knows what is wrong."""
    raise AdapterError(settings.folder.name, "has wrong settings: $.page: is missing", "mend it")


def test_what_an_adapter_says_about_its_settings_comes_through(tmp_path: Path) -> None:
    """It knows better than anybody what to do."""
    error = refusal(["chat"], offer(tmp_path, "chatty", chat="cannot_log_in"), tmp_path / "desk")
    assert (error.name, error.remedy) == ("desk", "mend it")


def test_settings_are_read_from_a_table_for_each_adapter(tmp_path: Path) -> None:
    """Plain data, as TOML has it; without a file there are none."""
    path = tmp_path / SETTINGS
    assert read_tables(path) == {}
    path.write_text('[chat]\nname = "Chat"\n[chat.people]\nann = "U1"\n[mail]\n', "utf-8")
    assert read_tables(path) == {"chat": {"name": "Chat", "people": {"ann": "U1"}}, "mail": {}}


@pytest.mark.parametrize(
    ("said", "problem", "remedy"),
    [
        (b"#" * (BYTES_MAX + 1), "is longer than 262144 bytes", "a few lines"),
        (b"[chat", "cannot be read", "mend the TOML"),
        (b'[chat]\nname = "\xff"', "cannot be read", "mend the TOML"),
        (b"a = " + b"[" * 5_000, "cannot be read", "mend the TOML"),
        (b'token = "x"\n[chat]', "holds 'token' outside of any table", "under its adapter's [name]"),
    ],
)
def test_settings_that_are_wrong_are_told_with_the_file_and_a_remedy(
    tmp_path: Path, said: bytes, problem: str, remedy: str
) -> None:
    """Too long, no TOML, no UTF-8, nested without end, and what belongs to nobody."""
    (tmp_path / SETTINGS).write_bytes(said)
    with pytest.raises(AdapterError) as caught:
        read_tables(tmp_path / SETTINGS)
    assert caught.value.name == SETTINGS
    assert problem in caught.value.problem
    assert remedy in caught.value.remedy
    assert len(str(caught.value)) < 400


def test_settings_that_cannot_be_opened_are_told_with_the_file(tmp_path: Path) -> None:
    """A folder of that name, say."""
    (tmp_path / SETTINGS).mkdir()
    with pytest.raises(AdapterError) as caught:
        read_tables(tmp_path / SETTINGS)
    assert caught.value.name == SETTINGS
    assert caught.value.remedy
