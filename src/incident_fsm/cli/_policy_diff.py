"""`incident policy diff`: what differs between two policies, and which open incidents would be treated otherwise."""

from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from attrs import field, frozen

from incident_fsm._incident import Incident
from incident_fsm._states import State
from incident_fsm._values import Audience
from incident_fsm.cli import _trouble
from incident_fsm.cli._differences import Printer, change_data
from incident_fsm.cli._options import reading
from incident_fsm.cli._output import as_json, say
from incident_fsm.cli._session import Session
from incident_fsm.errors import CodecError, PolicyError
from incident_fsm.lifecycle import Lifecycle
from incident_fsm.policy import Policy
from incident_fsm.policy_diff import Change, incident_changes, policy_changes

if TYPE_CHECKING:
    from incident_fsm.engine import Engine

_HELP = "A TOML file, or one that ships."
Old = Annotated[str, typer.Argument(metavar="OLD", help=_HELP)]
New = Annotated[str, typer.Argument(metavar="NEW", help=_HELP)]
Journal = Annotated[
    Path | None,
    typer.Option(
        "--journal", metavar="FILE", help="The journal whose open incidents are looked at.  [default: that in --folder]"
    ),
]


@frozen(kw_only=True)
class _Affected:
    """An open incident, the policy of its last event, and what would be otherwise."""

    incident: Incident
    digest: str
    judged_by: str
    changes: tuple[Change, ...]


@frozen(kw_only=True)
class _Found:
    """Everything there is to tell."""

    old: Policy
    new: Policy
    now: datetime
    changes: tuple[Change, ...]
    journal: Path | None = None
    incidents: tuple[_Affected, ...] = field(default=())

    @property
    def affected(self) -> list[_Affected]:
        """The open incidents that something would be otherwise for."""
        return [one for one in self.incidents if one.changes]


@reading
def diff(session: Session, *, old: Old, new: New, journal: Journal = None) -> int:
    """Say what differs between two policies, and which open incidents would be treated otherwise under NEW.

    A desk judges each next event by its own policy, so every open incident goes on under NEW from the first desk that
    is started with it; what was recorded stays: promises to the public, who may read, what a resolved incident owes.
    The journal is only read. Without one in --folder, and without --journal, the policies alone are compared. Leaves
    with 0 whether they differ or not, and with 2 where one of them is wrong.
    """
    loaded = _load(old), _load(new)
    wrong = [one for one in loaded if isinstance(one, PolicyError)]
    if wrong:
        return _wrong(session, dict(zip((old, new), loaded, strict=True)))
    first, second = (one for one in loaded if isinstance(one, Policy))
    found = _compare(first, second, journal or _default(session))
    if session.json:
        as_json(_data(found))
    else:
        _tell(found, session)
    return _trouble.DONE


def _load(name: str) -> Policy | PolicyError:
    """Load a policy, or say every fault of it."""
    from incident_fsm.policy_files import load_policy  # noqa: PLC0415  costs cattrs

    try:
        return load_policy(name)
    except PolicyError as error:
        return error


def _wrong(session: Session, loaded: dict[str, Policy | PolicyError]) -> int:
    """Say every fault of both."""
    faults = {name: list(one.faults) for name, one in loaded.items() if isinstance(one, PolicyError)}
    if session.json:
        as_json([{"policy": name, "faults": found} for name, found in faults.items()])
    for name, one in loaded.items():
        if isinstance(one, PolicyError) and not session.json:
            say(f"{name}: {one}", style="red", error=True)
    return _trouble.BAD_INPUT


def _default(session: Session) -> Path | None:
    """The journal in the folder, if there is one."""
    from incident_fsm.desk import JOURNAL  # noqa: PLC0415  costs cattrs and sqlite3

    found = session.folder / JOURNAL
    return found if found.exists() else None


def _compare(old: Policy, new: Policy, journal: Path | None) -> _Found:
    """Compare the policies, and hold every open incident against both."""
    from incident_fsm.engine.sqlite import SqliteEngine  # noqa: PLC0415  costs sqlite3

    now, changes = datetime.now(UTC), policy_changes(old, new)
    if journal is None:
        return _Found(old=old, new=new, now=now, changes=changes)
    with closing(SqliteEngine(journal, read_only=True)) as engine:
        incidents = tuple(_open(engine, Lifecycle(old), Lifecycle(new), now))
    return _Found(old=old, new=new, now=now, changes=changes, journal=journal, incidents=incidents)


def _open(engine: "Engine", old: Lifecycle, new: Lifecycle, now: datetime) -> Iterator[_Affected]:
    """Yield each open incident, the oldest first."""
    from incident_fsm.codec import decode_incident  # noqa: PLC0415  costs cattrs
    from incident_fsm.engine import Query  # noqa: PLC0415  likewise

    for snapshot in engine.find(Query(states=tuple(state.value for state in State if not state.final))):
        incident = decode_incident(snapshot.payload)
        yield _Affected(
            incident=incident,
            digest=snapshot.policy,
            judged_by=_judge(engine, snapshot.policy),
            changes=incident_changes(incident, old, new, now),
        )


def _judge(engine: "Engine", digest: str) -> str:
    """The key of the policy that an incident's last event was judged by."""
    from incident_fsm.codec import decode_policy  # noqa: PLC0415  costs cattrs

    kept = engine.policy(digest)
    if kept is None:
        raise CodecError(f"policy {digest:.12}", ["the journal does not have it"])
    return decode_policy(kept).key


def _digests(found: _Found) -> tuple[str, str]:
    """The digests of both policies."""
    from incident_fsm.codec import policy_digest  # noqa: PLC0415  costs cattrs

    return policy_digest(found.old), policy_digest(found.new)


def _data(found: _Found) -> dict[str, Any]:
    """All of it as plain data."""
    old, new = _digests(found)
    return {
        "old": {"policy": found.old.key, "name": found.old.name, "digest": old},
        "new": {"policy": found.new.key, "name": found.new.name, "digest": new},
        "differs": bool(found.changes),
        "changes": [change_data(change) for change in found.changes],
        "journal": None if found.journal is None else str(found.journal),
        "open": len(found.incidents),
        "incidents": [
            {
                "id": one.incident.id,
                "state": one.incident.state.value,
                "title": _title(one.incident),
                "restricted": one.incident.audience is Audience.RESTRICTED,
                "judged_by": {"policy": one.judged_by, "digest": one.digest},
                "changes": [change_data(change) for change in one.changes],
            }
            for one in found.affected
        ],
    }


def _title(incident: Incident) -> str:
    """The title, unless only few may read it: who reviews a policy need not be one of them."""
    return "" if incident.audience is Audience.RESTRICTED else incident.title


def _tell(found: _Found, session: Session) -> None:
    """Tell it to people."""
    printer = Printer(found.new.calendar.zone, found.now)
    say(f"{found.old.name} ({found.old.key}) → {found.new.name} ({found.new.key})", style="bold")
    if not found.changes:
        say("  nothing differs", style="green")
    printer.groups(found.changes)
    if found.journal is None:
        say(f"\nOpen incidents: there is no journal in {session.folder}; name one with --journal FILE", style="dim")
        return
    count, open_ones = len(found.affected), len(found.incidents)
    many = f"{count} of {open_ones} would be treated otherwise" if open_ones else "there are none"
    say(f"\nOpen incidents: {many} ({found.journal})", style="bold")
    for one in found.affected:
        _tell_incident(one, printer, _digests(found))
    if any(one.incident.state is State.RESOLVED for one in found.incidents):
        say("  What a resolved incident owes stays as it was when it was resolved, unless it is reopened.", style="dim")


def _tell_incident(one: _Affected, printer: Printer, digests: tuple[str, str]) -> None:
    """Tell of one incident."""
    say(f"  {one.incident.id}  {one.incident.state.value}  {_title(one.incident) or '(restricted)'}", style="bold")
    if one.digest == digests[1]:
        say("    it goes on under the new policy already: its last event was judged by it", style="dim")
    elif one.digest != digests[0]:
        say(f"    its last event was judged by neither of the two, but by a policy {one.judged_by!r}", style="dim")
    printer.lines(one.changes, indent=4)
