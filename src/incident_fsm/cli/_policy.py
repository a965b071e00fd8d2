"""Policies: check one, show one, compare two, list those that ship."""

from datetime import UTC, datetime
from typing import Annotated, Any

import typer

from incident_fsm.cli import _policy_diff, _trouble
from incident_fsm.cli._options import reading
from incident_fsm.cli._output import as_json, say, table
from incident_fsm.cli._session import Session
from incident_fsm.errors import PolicyError

app = typer.Typer(help="Check, show and compare policies.", no_args_is_help=True, rich_markup_mode=None)
Which = Annotated[str, typer.Argument(metavar="[POLICY]", help="A TOML file, or one that ships.  [default: --policy]")]


@app.command("check")
@reading
def check(session: Session, *, which: Which = "") -> int:
    """Say every fault of a policy at once, or that it has none; and whether its page is past its review."""
    from incident_fsm.policy_files import load_policy  # noqa: PLC0415  only where needed

    name = which or session.policy_name
    try:
        policy = load_policy(name)
    except PolicyError as error:
        return _wrong(session, name, error)
    page, today = policy.page, datetime.now(UTC).astimezone(policy.calendar.zone).date()
    late = policy.past_review(today)
    if session.json:
        as_json({
            "policy": policy.key,
            "faults": [],
            "past_review": late,
            "last_reviewed": page.last_reviewed.isoformat(),
            "next_review": page.next_review.isoformat(),
            "owner": page.owner,
        })  # fmt: skip
        return _trouble.DONE
    say(f"{name}: no fault", style="bold green")
    if late:
        say(
            f"  past its review: last reviewed on {page.last_reviewed:%d %B %Y}, "
            f"to be reviewed again on {page.next_review:%d %B %Y} by {page.owner}. Incidents are handled all the same.",
            style="yellow",
        )
    return _trouble.DONE


def _wrong(session: Session, name: str, error: PolicyError) -> int:
    """Say every fault."""
    if session.json:
        as_json({"policy": name, "faults": list(error.faults)})
    else:
        say(f"{name}: {error}", style="red", error=True)
    return _trouble.BAD_INPUT


@app.command("show")
@reading
def show(session: Session, *, which: Which = "") -> int:
    """Show what a policy says."""
    from incident_fsm.codec import as_data, policy_digest  # noqa: PLC0415  only where needed
    from incident_fsm.policy_files import load_policy  # noqa: PLC0415  likewise

    policy = load_policy(which or session.policy_name)
    data = as_data(policy)
    if session.json:
        as_json({"digest": policy_digest(policy), **data})
        return _trouble.DONE
    say(f"{policy.name} ({policy.key})", style="bold")
    for section, value in data.items():
        if section not in {"key", "name"}:
            say(section.replace("_", " "), style="bold")
            _show(value, 1)
    return _trouble.DONE


def _show(value: Any, depth: int) -> None:  # noqa: ANN401  plain data
    """Show nested data by indentation."""
    indent = "  " * depth
    items = (
        list(value.items())
        if isinstance(value, dict)
        else [("-", item) for item in value]
        if isinstance(value, list)
        else []
    )
    if not items:
        say(f"{indent}{value}")
    for name, item in items:
        if isinstance(item, dict | list) and item:
            say(f"{indent}{name}")
            _show(item, depth + 1)
        elif item not in (None, "", [], {}):
            said = {True: "yes", False: "no"}.get(item, item) if isinstance(item, bool) else item
            say(f"{indent}{str(name).replace('_', ' ')}{'' if name == '-' else ':'} {said}")


app.command("diff")(_policy_diff.diff)


@app.command("list")
@reading
def list_(session: Session) -> int:
    """List the policies that ship."""
    from incident_fsm.policy_files import load_shipped, shipped  # noqa: PLC0415  only where needed

    policies = {name: load_shipped(name) for name in shipped()}
    if session.json:
        as_json([{"key": name, "name": policy.name} for name, policy in policies.items()])
    else:
        table(("policy", "for"), [(name, policy.name) for name, policy in policies.items()])
    return _trouble.DONE
