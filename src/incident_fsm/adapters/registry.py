"""Finding adapters by their names: whatever installed packages offer in the group `incident_fsm.adapters`.

Their settings stand in `adapters.toml`, beside the journal: a table for each adapter, by its name. Secrets do not: they
come from the environment.
"""

from collections.abc import Iterable, Mapping
from importlib.metadata import EntryPoint, entry_points
from pathlib import Path
from typing import Any

from attrs import evolve

from incident_fsm._secrets import scrub
from incident_fsm._toml import read_toml
from incident_fsm.adapters import ENTRY_POINT_GROUP, Adapter, AdapterSettings
from incident_fsm.errors import AdapterError

SETTINGS = "adapters.toml"
"""The settings' file name in a desk's folder."""

BYTES_MAX = 256 * 1024
"""No settings file is longer than this."""

Tables = Mapping[str, Mapping[str, Any]]


def read_tables(path: Path) -> Tables:
    """Read `adapters.toml`: a table for each adapter. Where there is no such file, there are no settings."""
    try:
        with path.open("rb") as file:
            said = file.read(BYTES_MAX + 1)
    except (FileNotFoundError, NotADirectoryError):  # without a folder there is no journal either, which says more
        return {}
    except OSError as error:
        problem = f"cannot be opened: {error.strerror}"
        raise AdapterError(path.name, problem, "make it a file that you may read") from None
    if len(said) > BYTES_MAX:
        raise AdapterError(path.name, f"is longer than {BYTES_MAX} bytes", "it needs a few lines for each adapter")
    try:
        data = read_toml(said.decode("utf-8"))
    except ValueError as error:  # bad TOML, and what is no UTF-8
        raise AdapterError(path.name, f"cannot be read: {error}", "mend the TOML") from None
    for name, table in data.items():
        if not isinstance(table, dict):
            remedy = "put it under its adapter's [name]"
            raise AdapterError(path.name, f"holds {name!r:.60} outside of any table", remedy)
    return data


def load_adapters(
    names: Iterable[str],
    settings: AdapterSettings,
    *,
    tables: Tables | None = None,
    offered: Iterable[EntryPoint] | None = None,
) -> tuple[Adapter, ...]:
    """Make the adapters of these names, in this order: the first that accepts a command will carry it out.

    Each is given its own of `tables`, if there is one. `offered` replaces what is installed. Raises `AdapterError` for
    a name that nobody offers, that two packages offer or that comes twice, and for a factory that fails or makes
    something else.
    """
    if isinstance(names, str):
        raise TypeError(f"names are a list of names, not one text; give [{names!r}]")
    found = tuple(entry_points(group=ENTRY_POINT_GROUP) if offered is None else offered)
    wanted = tuple(names)
    for name in wanted:
        if wanted.count(name) > 1:
            raise AdapterError(name, "is named twice", "name it once: the first that accepts a command carries it out")
    given = tables or {}
    return tuple(_load(_choose(name, found), evolve(settings, table=given.get(name, {}))) for name in wanted)


def offered_names() -> tuple[str, ...]:
    """Name every adapter that is installed."""
    return tuple(sorted({entry.name for entry in entry_points(group=ENTRY_POINT_GROUP)}))


def _choose(name: str, offered: tuple[EntryPoint, ...]) -> EntryPoint:
    """Find the one package that offers an adapter of that name."""
    found = {(entry.value, _distribution(entry)): entry for entry in offered if entry.name == name}
    if not found:
        names = ", ".join(sorted({entry.name for entry in offered})) or "none"
        raise AdapterError(name, "is no adapter that is installed", f"there are: {names}; or install its package")
    if len(found) > 1:
        packages = " and ".join(sorted(package for _, package in found))
        raise AdapterError(name, f"is offered by {packages}", "uninstall one of them")
    return next(iter(found.values()))


def _load(entry: EntryPoint, settings: AdapterSettings) -> Adapter:
    """Import a factory and have it make an adapter. It is anybody's code, so it may raise anything."""
    package = _distribution(entry)
    try:
        made: object = entry.load()(settings)
    except ImportError as error:
        remedy = f"install what it needs, for example with an extra: pip install '{package}[{entry.name}]'"
        raise AdapterError(entry.name, f"of {package} cannot be imported: {error}", remedy) from error
    except AdapterError:
        raise
    except Exception as error:
        problem = scrub(f"of {package} could not be set up: {type(error).__name__}: {error}")
        raise AdapterError(entry.name, problem, f"see the documentation of {package}") from error
    if not isinstance(made, Adapter):
        problem = f"of {package} made a {type(made).__name__}, which is no adapter"
        raise AdapterError(entry.name, problem, "its factory must give name, live, accepts, deliver and find")
    return made


def _distribution(entry: EntryPoint) -> str:
    """The package that offers an entry point."""
    return entry.dist.name if entry.dist is not None else entry.value.partition(":")[0]
