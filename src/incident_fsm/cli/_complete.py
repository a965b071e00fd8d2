"""What shell completion offers. It never complains: in doubt it offers nothing."""

from collections.abc import Callable, Iterable
from contextlib import suppress
from pathlib import Path

import typer

from incident_fsm._incident import Incident
from incident_fsm.errors import IncidentFsmError
from incident_fsm.policy import Policy


def _given(ctx: typer.Context, name: str, default: str) -> str:
    """What was typed so far for an option of every verb, after the verb or before it, or by the environment."""
    before = {} if ctx.parent is None else ctx.find_root().params
    return str(ctx.params.get(name) or before.get(name) or default)


def _policy(ctx: typer.Context) -> Policy:
    """The policy that holds."""
    from incident_fsm.policy_files import DEFAULT, load_policy  # noqa: PLC0415  only for completion

    return load_policy(_given(ctx, "policy", DEFAULT))


def _open_incidents(ctx: typer.Context) -> list[Incident]:
    """The incidents that are not over."""
    from incident_fsm._states import State  # noqa: PLC0415  only for completion
    from incident_fsm.desk import JOURNAL, Desk  # noqa: PLC0415  likewise

    folder = Path(_given(ctx, "folder", "incidents"))
    if not (folder / JOURNAL).exists():
        return []
    with Desk.in_folder(folder, adapters=()) as desk:
        return list(desk.find(*(state for state in State if not state.final)))


def _commands(ctx: typer.Context) -> list[str]:
    """The commands that are not settled."""
    from incident_fsm.cli._outbox import waiting  # noqa: PLC0415  only for completion
    from incident_fsm.desk import JOURNAL, Desk  # noqa: PLC0415  likewise

    folder = Path(_given(ctx, "folder", "incidents"))
    if not (folder / JOURNAL).exists():
        return []
    with Desk.in_folder(folder, adapters=()) as desk:
        return [record.command_id for record in waiting(desk)]


def _here(ctx: typer.Context) -> list[Incident]:
    """The incident that the line names, as far as it is typed."""
    return [incident for incident in _open_incidents(ctx) if incident.id == ctx.params.get("incident_id")]


def _offer(names: Callable[[typer.Context], Iterable[str]]) -> Callable[[typer.Context, str], list[str]]:
    """Offer those names that go on as typed."""

    def complete(ctx: typer.Context, incomplete: str) -> list[str]:
        with suppress(IncidentFsmError, OSError):
            return [name for name in names(ctx) if name.startswith(incomplete)]
        return []

    return complete


INCIDENTS = _offer(lambda ctx: [incident.id for incident in _open_incidents(ctx)])
COMMANDS = _offer(_commands)
CASES = _offer(lambda ctx: [case.key for incident in _here(ctx) for case in incident.cases])
FOLLOW_UPS = _offer(lambda ctx: [rule.key for rule in _policy(ctx).follow_ups])
IMPACTS = _offer(lambda ctx: [impact.name for impact in _policy(ctx).impacts if not impact.all_clear])
PARTIES = _offer(lambda ctx: [party.key for party in _policy(ctx).third_parties])
ROLES = _offer(lambda ctx: [role.key for role in _policy(ctx).roles])
ROUTES = _offer(lambda ctx: [redirect.key for redirect in _policy(ctx).redirects])
SERVICES = _offer(lambda ctx: list(_policy(ctx).services))
