"""Which files a command makes in an incident's folder, and what is in them.

A page is made from every command that belongs to it, the oldest first. Pages of different lanes share no file, so
lanes can run side by side.
"""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, TypeVar

from attrs import frozen

from incident_fsm import commands as c
from incident_fsm import documents
from incident_fsm.adapters import Context

C = TypeVar("C", bound=c.Command)
Files = dict[str, bytes]
Render = Callable[[Sequence[c.Command], Context, Path | None], Files]
"""Makes the files from commands, what may be looked at, and a folder of templates of one's own, if there is one."""

_LABELS = ("incident", "permanent-fix")


@frozen
class Page:
    """The files of one page. `main` is the one that a person is sent to."""

    key: str
    main: str
    render: Render


def page_of(command: c.Command) -> Page | None:
    """Find the page that a command belongs to; None where there is none."""
    match command:
        case c.OpenSupportCase(case=case) | c.EscalateSupportCase(case=case):
            name = f"support-{case}"
            return Page(name, f"{name}.md", _support)
        case c.PublishReport():
            # The draft is there to be edited, the final report to be read.
            return Page("incident-report", "incident-report.html", _report)
        case _:
            return _PAGES.get(type(command))


def _status(commands: Sequence[c.Command], context: Context, templates: Path | None) -> Files:
    """The public status page (§2), the newest post first. It says nothing but what was written for the public."""
    data = {"posts": _plain(reversed(commands), context), "page": context.policy.status_page.name, **_zone(context)}
    return {"status-page.html": _filled("status_page.html.j2", data, templates)}


def _thread(commands: Sequence[c.Command], context: Context, templates: Path | None) -> Files:
    """The one thread (§3): its starting message, then what was said. The emoji is shown, not its name in Slack."""
    opened = next((command for command in commands if isinstance(command, c.OpenThread)), None)
    title = f"Thread of incident {commands[0].incident_id}" if opened is None else opened.title
    roles = {role.key: role.name for role in context.policy.roles}
    held = () if opened is None else opened.roles
    data = {
        "title": title.replace(":thread:", "\N{SPOOL OF THREAD}"),
        "opened": None if opened is None else documents.plain(opened, context.policy.calendar.zone),
        "people": [{"name": roles.get(holder.role, holder.role), "person": holder.person} for holder in held],
        "posts": _plain(_only(commands, c.PostToThread), context),
    }
    return {"thread.md": _filled("thread.md.j2", data, templates)}


def _issue(commands: Sequence[c.Command], context: Context, templates: Path | None) -> Files:
    """The issue for a permanent fix (§5), ready for any tracker."""
    data = {"issues": _plain(commands, context), "labels": _LABELS}
    return {"permanent-fix-issue.md": _filled("issue.md.j2", data, templates)}


def _redirect(commands: Sequence[c.Command], context: Context, templates: Path | None) -> Files:
    """What the reporter of something else is told (§1)."""
    return {"redirect.md": _filled("redirect.md.j2", {"redirects": _plain(commands, context)}, templates)}


def _support(commands: Sequence[c.Command], context: Context, templates: Path | None) -> Files:
    """A support case (§4): the request with a token to find it by, and every chase."""
    opened = next(iter(_only(commands, c.OpenSupportCase)), None)
    chases = _only(commands, c.EscalateSupportCase)
    first = chases[0] if opened is None else opened
    party = context.policy.third_party(first.third_party)
    data = {
        "case": first.case,
        "token": first.id,
        "account": first.account,
        "party": party.name if party else first.third_party,
        "how": party.how if party else "",
        "how_link": party.how_link if party else "",
        "opened": None if opened is None else documents.plain(opened, context.policy.calendar.zone),
        "chases": _plain(chases, context),
    }
    return {f"support-{first.case}.md": _filled("support_case.md.j2", data, templates)}


def _report(commands: Sequence[c.Command], context: Context, templates: Path | None) -> Files:
    """The incident report (§6): a draft, or the reviewed one once that was asked for."""
    newest = commands[-1]
    review = newest if isinstance(newest, c.PublishReport) else None
    data = documents.report_data(
        context.incident, context.policy, context.timeline(), newest.requested_at, review=review
    )
    return {
        "incident-report.md": documents.render_report(data, templates=templates).encode(),
        "incident-report.html": documents.render_report(data, "html", templates=templates).encode(),
    }


def _runbook(commands: Sequence[c.Command], context: Context, templates: Path | None) -> Files:
    """A skeleton of the runbook (§6)."""
    newest = _only(commands, c.PublishRunbook)[-1]
    data = documents.runbook_data(
        context.incident, context.policy, newest.requested_at, services=newest.services, how=newest.how
    )
    return {"runbook.md": documents.render_runbook(data, templates=templates).encode()}


def _meeting(commands: Sequence[c.Command], _context: Context, _templates: Path | None) -> Files:
    """The invitation to the post-mortem (§6). A later one takes the place of an earlier one in every calendar."""
    newest = commands[-1]
    if not isinstance(newest, c.ScheduleMeeting | c.CancelMeeting):
        raise TypeError(f"{newest.id} is about no meeting")
    return {"post-mortem.ics": documents.render_meeting(newest, sequence=len(commands) - 1)}


def _post_mortem(commands: Sequence[c.Command], _context: Context, _templates: Path | None) -> Files:
    """What the public may read about what was learned (§6), ready for the status page."""
    newest = _only(commands, c.PublishPostMortem)[-1]
    return {"post-mortem.txt": f"{newest.text.rstrip()}\n".encode()}


def _security(commands: Sequence[c.Command], context: Context, templates: Path | None) -> Files:
    """The report of a security breach (§1), for a person to carry on."""
    return {"security-report.md": _filled("security_report.md.j2", {"reports": _plain(commands, context)}, templates)}


def _reminders(commands: Sequence[c.Command], context: Context, templates: Path | None) -> Files:
    """Every reminder, one after the other."""
    data = {"reminders": _plain(commands, context), "incident_id": commands[0].incident_id}
    return {"reminders.md": _filled("reminders.md.j2", data, templates)}


_PAGES: dict[type[c.Command], Page] = {
    c.PublishStatus: Page("status-page", "status-page.html", _status),
    c.OpenThread: Page("thread", "thread.md", _thread),
    c.PostToThread: Page("thread", "thread.md", _thread),
    c.CreateIssue: Page("permanent-fix-issue", "permanent-fix-issue.md", _issue),
    c.RedirectReporter: Page("redirect", "redirect.md", _redirect),
    c.CreateReport: Page("incident-report", "incident-report.md", _report),
    c.PublishRunbook: Page("runbook", "runbook.md", _runbook),
    c.ScheduleMeeting: Page("post-mortem", "post-mortem.ics", _meeting),
    c.CancelMeeting: Page("post-mortem", "post-mortem.ics", _meeting),
    c.PublishPostMortem: Page("post-mortem-text", "post-mortem.txt", _post_mortem),
    c.ReportSecurityBreach: Page("security-report", "security-report.md", _security),
    c.Remind: Page("reminders", "reminders.md", _reminders),
}


def _only(commands: Sequence[c.Command], kind: type[C]) -> list[C]:
    """Pick the commands of one type."""
    return [command for command in commands if isinstance(command, kind)]


def _plain(commands: Any, context: Context) -> list[Any]:  # noqa: ANN401  any iterable of commands
    """Turn commands into plain data, with local times."""
    return [documents.plain(command, context.policy.calendar.zone) for command in commands]


def _zone(context: Context) -> dict[str, str]:
    """The name of the zone that times are given in."""
    return {"zone": context.policy.calendar.timezone}


def _filled(template: str, data: dict[str, Any], templates: Path | None) -> bytes:
    """Fill a template in."""
    return documents.render(template, data, templates).encode()
