"""`incident doctor`: every configured adapter is checked without side effects, and what to fix is said."""

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

from incident_fsm import errors
from incident_fsm._secrets import scrub
from incident_fsm.cli import _trouble
from incident_fsm.cli._options import reading
from incident_fsm.cli._output import as_json, say
from incident_fsm.cli._session import Session

if TYPE_CHECKING:
    from incident_fsm.adapters import Adapter, Check
    from incident_fsm.adapters.registry import Tables
    from incident_fsm.policy import Policy


@reading
def doctor(session: Session) -> int:
    """Check every configured adapter without side effects, and say what to fix.

    Checked are those named with --adapter (or INCIDENT_ADAPTER), and those that have a table in adapters.toml.
    """
    from incident_fsm.adapters.registry import SETTINGS, read_tables  # noqa: PLC0415  costs cattrs

    policy = session.policy()
    tables = read_tables(session.folder / SETTINGS)
    names = tuple(dict.fromkeys((*session.adapters, *tables)))
    found = [(name, check) for name in names for check in checks(session, name, tables, policy)]
    faults = [check for _, check in found if check.problem and check.grave]
    if session.json:
        as_json([check_data(name, check) for name, check in found])
    else:
        for name, check in found:
            say(f"{name}: {check.what}: {check.problem or 'fine'}", style=style(check))
            if check.problem and check.remedy:
                say(f"    {check.remedy}", style="yellow")
        say(f"{len(faults)} to fix" if faults else "everything that could be checked is fine", style="bold")
    return _trouble.FAULT_FOUND if faults else _trouble.DONE


def checks(session: Session, name: str, tables: "Tables", policy: "Policy") -> "Iterator[Check]":
    """Yield what an adapter that is configured says of itself."""
    from incident_fsm.adapters import AdapterSettings  # noqa: PLC0415  costs cattrs
    from incident_fsm.adapters.registry import load_adapters  # noqa: PLC0415  likewise

    settings = AdapterSettings(folder=session.folder)
    return made_and_checked(lambda: load_adapters((name,), settings, tables=tables)[0], policy)


def made_and_checked(make: "Callable[[], Adapter]", policy: "Policy") -> "Iterator[Check]":
    """Make an adapter and check it. One that cannot be made is a fault and no end."""
    from incident_fsm.adapters import Check  # noqa: PLC0415  costs cattrs

    try:
        adapter = make()
    except errors.AdapterError as error:
        yield Check(what="set up", problem=error.problem, remedy=error.remedy)
        return
    yield from checked(adapter, policy)


def checked(adapter: "Adapter", policy: "Policy") -> "Iterator[Check]":
    """Yield what an adapter says of itself; where it fails at that, that is a fault and no end either."""
    from incident_fsm.adapters import Check, Checkable  # noqa: PLC0415  costs cattrs

    if not isinstance(adapter, Checkable):
        yield Check(what="nothing to check")
        return
    try:
        for check in adapter.check(policy):
            said = (scrub(text) for text in (check.what, check.problem, check.remedy))
            yield Check(**dict(zip(("what", "problem", "remedy"), said, strict=True)), grave=check.grave)
    except Exception as error:  # noqa: BLE001  anybody's code: the other adapters are checked all the same
        problem = scrub(f"{type(error).__name__}: {error}")
        yield Check(what="check", problem=problem, remedy="this is a fault of the adapter: report it")


def check_data(name: str, check: "Check") -> dict[str, Any]:
    """A check as plain data."""
    return {
        "adapter": name,
        "what": check.what,
        "problem": check.problem,
        "remedy": check.remedy,
        "grave": bool(check.problem) and check.grave,
    }


def style(check: "Check") -> str:
    """How a check is shown: what must be fixed stands out from what may be meant so."""
    return "" if not check.problem else "red" if check.grave else "yellow"


VERBS: dict[str, Callable[..., None]] = {"doctor": doctor}
