"""What every verb is given: where the journal is, which policy holds, who speaks, and how the answer is printed."""

import getpass
import inspect
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any

import typer
from attrs import frozen

from incident_fsm import errors
from incident_fsm._calendar import Span
from incident_fsm.cli._trouble import INTERRUPTED
from incident_fsm.policy import Policy

DEFAULT_FOLDER = "incidents"


@frozen(kw_only=True)
class Session:
    """One call of the command."""

    folder: Path
    policy_name: str
    by: str
    json: bool
    dry_run: bool
    adapters: tuple[str, ...]
    at: str = ""
    event_id: str = ""
    revision: int | None = None
    deliver: bool = True

    def policy(self) -> Policy:
        """Load the policy."""
        from incident_fsm.policy_files import load_policy  # noqa: PLC0415  costs cattrs

        return load_policy(self.policy_name)

    @contextmanager
    def desk(self, *, new: bool = False) -> "Iterator[Any]":
        """Open the desk. Only what opens an incident may make a journal where there is none."""
        from incident_fsm.desk import JOURNAL, Desk  # noqa: PLC0415  costs cattrs and sqlite3

        if not new and not (self.folder / JOURNAL).exists():
            raise errors.JournalUnusable(
                str(self.folder / JOURNAL),
                "there is no journal",
                "report an incident first, or name its folder: --folder",
            )
        if self.dry_run and not (self.folder / JOURNAL).exists():
            from incident_fsm.engine.memory import MemoryEngine  # noqa: PLC0415  only here

            with Desk(MemoryEngine(), self.policy()) as desk:
                yield desk
            return
        names = () if self.dry_run else self.adapters
        with Desk.in_folder(self.folder, self.policy(), names) as desk:
            yield desk

    def head(self, policy: Policy) -> dict[str, Any]:
        """The fields that every event carries."""
        moment = when(self.at, policy) if self.at else datetime.now(UTC)
        return {
            "id": self.event_id or f"cli-{uuid.uuid4().hex}",
            "at": moment,
            "by": self.by,
            "revision": self.revision,
        }


def when(said: str, policy: Policy) -> datetime:
    """Read a time: ISO, in the policy's time zone where it names none."""
    try:
        moment = datetime.fromisoformat(said)
    except ValueError:
        raise errors.InvalidValue("time", f"{said!r} is no time", "write it like 2026-11-23T03:05") from None
    return moment if moment.utcoffset() is not None else moment.replace(tzinfo=policy.calendar.zone)


def optional_when(said: str, policy: Policy) -> datetime | None:
    """Read a time, or nothing."""
    return when(said, policy) if said else None


def promised(said: str, at: datetime, policy: Policy) -> datetime | None:
    """Read when the next update comes: a length of time from now, or a time."""
    if not said:
        return None
    try:
        return policy.calendar.add(at, Span.parse(said))
    except errors.InvalidValue:
        return when(said, policy)


def login() -> str:
    """Who is at the keyboard."""
    try:
        return getpass.getuser()
    except (OSError, KeyError):  # a container may know no name for its user
        return "unknown"


_COMMON: dict[str, Any] = {
    "folder": Annotated[
        Path, typer.Option("--folder", "-C", envvar="INCIDENT_FOLDER", help="Where journal and files are.")
    ],
    "policy": Annotated[
        str, typer.Option("--policy", envvar="INCIDENT_POLICY", help="A TOML file, or one that ships.")
    ],
    "by": Annotated[str, typer.Option("--by", envvar="INCIDENT_BY", help="Who says so.  [default: your login name]")],
    "json_": Annotated[bool, typer.Option("--json", help="Answer in JSON.")],
    "adapter": Annotated[
        list[str],
        typer.Option("--adapter", envvar="INCIDENT_ADAPTER", help="Who carries commands out; may be repeated."),
    ],
}
_EVENT: dict[str, Any] = {
    "at": Annotated[str, typer.Option("--at", help="When; without a zone, in the policy's.  [default: now]")],
    "event_id": Annotated[str, typer.Option("--event-id", help="The same id again is the same event.")],
    "revision": Annotated[int | None, typer.Option("--revision", help="Refuse if the incident has moved on since.")],
    "dry_run": Annotated[bool, typer.Option("--dry-run", help="Say what would happen, and change nothing.")],
    "deliver": Annotated[bool, typer.Option("--deliver/--no-deliver", envvar="INCIDENT_DELIVER", help="Carry it out.")],
}  # fmt: skip
_DEFAULTS: dict[str, Any] = {
    "folder": Path(DEFAULT_FOLDER), "policy": "analytical_platform", "by": "", "json_": False, "adapter": ["folder"],
    "at": "", "event_id": "", "revision": None, "dry_run": False, "deliver": True,
}  # fmt: skip


def reading(function: Callable[..., int | None]) -> Callable[..., None]:
    """Give a verb the options that every verb has."""
    return _with_options(function, _COMMON)


def eventful(function: Callable[..., int | None]) -> Callable[..., None]:
    """Give a verb the options of those that bring an event."""
    return _with_options(function, {**_COMMON, **_EVENT})


def leave(call: Callable[[], int | None]) -> None:
    """Make a call and leave with its exit code."""
    try:
        code = call()
    except KeyboardInterrupt:
        code = INTERRUPTED
    if code:
        raise typer.Exit(code)


def _with_options(function: Callable[..., int | None], options: dict[str, Any]) -> Callable[..., None]:
    """Replace a function's `session` by the options that make one, for Typer to see."""
    own = [part for part in inspect.signature(function).parameters.values() if part.name != "session"]
    more = [
        inspect.Parameter(name, inspect.Parameter.KEYWORD_ONLY, default=_DEFAULTS[name], annotation=annotation)
        for name, annotation in options.items()
    ]
    given = [part.replace(kind=inspect.Parameter.KEYWORD_ONLY) for part in own]

    def verb(**values: Any) -> None:  # noqa: ANN401  whatever the verb declares
        chosen = {name: values.pop(name, _DEFAULTS[name]) for name in _DEFAULTS}
        session = Session(
            folder=chosen["folder"],
            policy_name=chosen["policy"],
            by=chosen["by"] or login(),
            json=chosen["json_"],
            dry_run=chosen["dry_run"],
            adapters=tuple(chosen["adapter"]),
            at=chosen["at"],
            event_id=chosen["event_id"],
            revision=chosen["revision"],
            deliver=chosen["deliver"],
        )
        leave(lambda: function(session, **values))

    verb.__name__ = function.__name__
    verb.__doc__ = function.__doc__
    verb.__signature__ = inspect.Signature([*given, *more])  # type: ignore[attr-defined]  # what Typer reads
    verb.__annotations__ = {part.name: part.annotation for part in [*given, *more]}
    return verb
