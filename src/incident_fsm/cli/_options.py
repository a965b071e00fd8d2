"""The options that verbs share. Those of every verb may stand before it too; after it they win."""

import getpass
import inspect
from collections.abc import Callable
from pathlib import Path
from typing import Annotated, Any

import typer

from incident_fsm.cli._session import Session
from incident_fsm.cli._trouble import leave

DEFAULT_FOLDER, DEFAULT_POLICY, DEFAULT_ADAPTERS = "incidents", "analytical_platform", ("folder",)

Kept = dict[str, Any]
"""What was given before the verb, by option."""


def _shared(*, environment: bool) -> Kept:
    """The options of every verb. The environment is read once, before the verb, or it would win over that place."""

    def read(name: str) -> str | None:
        return name if environment else None

    return {
        "folder": Annotated[
            Path | None,
            typer.Option("--folder", "-C", envvar=read("INCIDENT_FOLDER"),
                         help=f"Where journal and files are.  [default: {DEFAULT_FOLDER}]"),
        ],
        "policy": Annotated[
            str, typer.Option("--policy", envvar=read("INCIDENT_POLICY"),
                              help=f"A TOML file, or one that ships.  [default: {DEFAULT_POLICY}]")
        ],
        "by": Annotated[str, typer.Option("--by", envvar=read("INCIDENT_BY"),
                                          help="Who says so.  [default: your login name]")],
        "json_": Annotated[bool, typer.Option("--json", help="Answer in JSON.")],
        "dry_run": Annotated[bool, typer.Option("--dry-run", help="Say what would happen, and change nothing.")],
        "adapter": Annotated[
            list[str], typer.Option("--adapter", envvar=read("INCIDENT_ADAPTER"),
                                    help="Who carries commands out; may be repeated.  [default: folder]")
        ],
    }  # fmt: skip


_EVENT: Kept = {
    "at": Annotated[
        str, typer.Option("--at", help="When, like 2026-11-23T03:05; without a zone, in the policy's.  [default: now]")
    ],
    "event_id": Annotated[
        str, typer.Option("--event-id", help="The same id again is the same event: nothing changes.")
    ],
    "revision": Annotated[int | None, typer.Option("--revision", help="Refuse if the incident has moved on since.")],
}
_DELIVER: Kept = {
    "deliver": Annotated[
        bool, typer.Option("--deliver/--no-deliver", envvar="INCIDENT_DELIVER", help="Carry commands out at once.")
    ]
}
_NOTHING: Kept = {
    "folder": None, "policy": "", "by": "", "json_": False, "dry_run": False, "adapter": [],
    "at": "", "event_id": "", "revision": None, "deliver": True,
}  # fmt: skip
"""What each option holds where it was not given."""


def reading(function: Callable[..., int | None]) -> Callable[..., None]:
    """Give a verb the options that every verb has."""
    return _verb(function, _shared(environment=False))


def deciding(function: Callable[..., int | None]) -> Callable[..., None]:
    """Give a verb the options of those that set commands in motion."""
    return _verb(function, {**_shared(environment=False), **_DELIVER})


def eventful(function: Callable[..., int | None]) -> Callable[..., None]:
    """Give a verb the options of those that bring an event."""
    return _verb(function, {**_shared(environment=False), **_EVENT, **_DELIVER})


def before_the_verb(function: Callable[..., None]) -> Callable[..., None]:
    """Give the command itself the options of every verb, and keep what it was given for the verb."""

    def keep(ctx: typer.Context, **values: Any) -> None:  # noqa: ANN401  whatever is declared
        ctx.obj = {name: value for name, value in values.items() if name in _NOTHING}

    return _declare(keep, function, _shared(environment=True))


def _verb(function: Callable[..., int | None], options: Kept) -> Callable[..., None]:
    """Replace a function's `session` by the options that make one."""

    def verb(ctx: typer.Context, **values: Any) -> None:  # noqa: ANN401  whatever is declared
        here = {name: values.pop(name) for name in options}
        session = _session(ctx.obj or {}, {**_NOTHING, **here})
        leave(lambda: function(session, **values), as_json=session.json)

    return _declare(verb, function, options)


def _session(before: Kept, here: Kept) -> Session:
    """Make a session of what was given before the verb and after it."""
    chosen = {
        name: here[name] or before.get(name) or here[name] for name in here if name not in {"revision", "deliver"}
    }
    return Session(
        folder=chosen["folder"] or Path(DEFAULT_FOLDER),
        policy_name=chosen["policy"] or DEFAULT_POLICY,
        by=chosen["by"] or login(),
        json=chosen["json_"],
        dry_run=chosen["dry_run"],
        adapters=tuple(chosen["adapter"] or DEFAULT_ADAPTERS),
        at=chosen["at"],
        event_id=chosen["event_id"],
        revision=here["revision"],
        deliver=here["deliver"],
    )


def _declare(made: Callable[..., None], function: Callable[..., Any], options: Kept) -> Callable[..., None]:
    """Let Typer see a function's own parameters, without `session`, and then the shared options."""
    kind = inspect.Parameter.KEYWORD_ONLY
    own = [part for part in inspect.signature(function).parameters.values() if part.name != "session"]
    shown = [
        inspect.Parameter("ctx", kind, annotation=typer.Context),
        *(part.replace(kind=kind) for part in own),
        *(inspect.Parameter(name, kind, default=_NOTHING[name], annotation=said) for name, said in options.items()),
    ]
    made.__name__ = function.__name__
    made.__doc__ = function.__doc__
    made.__signature__ = inspect.Signature(shown)  # type: ignore[attr-defined]  # what Typer reads
    made.__annotations__ = {part.name: part.annotation for part in shown}
    return made


def login() -> str:
    """Who is at the keyboard."""
    try:
        return getpass.getuser()
    except (OSError, KeyError, ImportError):  # a container may know no name for its user
        return "unknown"
