"""What is written on GitHub. Others' words come as quotes, which link nothing, mention nobody and begin no block.

Titles, commit messages and names of files have no such escape. So a title is broken where GitHub would see a mention or
a reference, and the other two hold nothing but ids.
"""

import re
from collections.abc import Callable
from pathlib import Path

from incident_fsm import commands as c
from incident_fsm import documents
from incident_fsm.adapters import Context
from incident_fsm.documents import markdown, times
from incident_fsm.documents.text import one_line

TITLE_MAX = 256
"""GitHub refuses longer titles of issues."""

SUMMARY_MAX = 1_024
"""And longer summaries of private reports (maxLength in its OpenAPI document)."""

QUOTE_MAX = 30_000
"""A quote is cut to this. Two of them, with what we say ourselves, stay below the 65,535 characters of a body."""

_LINKS = re.compile(r"(?<!\w)@(?=\w)|#(?=\w)|\bGH-(?=\d)", re.IGNORECASE)


def title(said: str, incident_id: str, limit: int = TITLE_MAX) -> str:
    """Write a title on one line, with a space after each sign that would make a mention or a reference."""
    line = _LINKS.sub(lambda found: f"{found[0]} ", one_line(said)) or f"Incident {incident_id}"
    return line if len(line) <= limit else f"{line[: limit - 1]}…"


def issue(command: c.CreateIssue | c.RedirectReporter, context: Context) -> str:
    """Write an issue."""
    return _permanent_fix(command, context) if isinstance(command, c.CreateIssue) else _redirected(command, context)


def page(
    command: c.CreateReport | c.PublishReport | c.PublishRunbook, context: Context, templates: Path | None = None
) -> str:
    """Write a file. Raises `InvalidValue` where a template of one's own is wrong."""
    if isinstance(command, c.PublishRunbook):
        return _runbook(command, context, templates)
    return _report(command, context, templates)


def _permanent_fix(command: c.CreateIssue, context: Context) -> str:
    """Write the issue for the permanent fix (§5)."""
    due = times.when(command.due.astimezone(context.policy.calendar.zone)) if command.due else "no date was set"
    return f"- Incident: {command.incident_id}\n- Due: {due}\n\n{_quote(command.body)}"


def _redirected(command: c.RedirectReporter, context: Context) -> str:
    """Write the ticket that stands for something that is no incident (§1): who reported what, and why it is here."""
    parts = [
        f"Reported by {markdown.inline(command.reporter)} as {command.incident_id}. It is not handled as an incident:",
        _quote(command.reason),
    ]
    if command.duplicate_of:
        parts.append(f"It belongs to incident {markdown.inline(command.duplicate_of)}.")
    if context.incident.summary and not context.incident.breach:  # of a breach only the security route hears
        parts += ["What was reported:", _quote(context.incident.summary)]
    return "\n\n".join(parts)


def breach(command: c.ReportSecurityBreach, context: Context) -> str:
    """Write the private report of a security breach (§1)."""
    when = times.when(command.requested_at.astimezone(context.policy.calendar.zone))
    details = _quote(command.details) if command.details else "No details were given."
    return (
        f"- Incident: {command.incident_id}\n- Reported by: {markdown.inline(command.reported_by)}, {when}\n\n{details}"
    )


def _report(command: c.CreateReport | c.PublishReport, context: Context, templates: Path | None) -> str:
    """Write the incident report (§6): a draft, or the reviewed one."""
    review = command if isinstance(command, c.PublishReport) else None
    timeline = context.timeline()
    data = documents.report_data(context.incident, context.policy, timeline, command.requested_at, review=review)
    return documents.render_report(data, templates=templates)


def _runbook(command: c.PublishRunbook, context: Context, templates: Path | None) -> str:
    """Write the skeleton of the runbook (§6)."""
    data = documents.runbook_data(
        context.incident, context.policy, command.requested_at, services=command.services, how=command.how
    )
    return documents.render_runbook(data, templates=templates)


def _quote(said: str) -> str:
    """Quote what others wrote, cut where it would be too long: escaping makes some texts six times as long."""
    return _fitting(said, QUOTE_MAX, markdown.block)


def _fitting(said: str, limit: int, write: Callable[[str], str]) -> str:
    """Cut a text until what is written of it fits. Each round is shorter than the one before."""
    written = write(said)
    while len(written) > limit:
        said = f"{said[: len(said) * limit // len(written) - 1]}…"
        written = write(said)
    return written
