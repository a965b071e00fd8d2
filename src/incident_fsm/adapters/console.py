"""The dry run: says what would happen, and does nothing.

For trying the process out, and for seeing what a policy makes of it. Texts for those who handle a security breach are
not shown: what is printed ends up in scroll-backs and build logs.
"""

from collections.abc import Callable

from incident_fsm import commands as c
from incident_fsm._values import Audience, ChaseVia, Kind
from incident_fsm.adapters import Absent, Adapter, AdapterSettings, Context, Finding, Outcome, Receipt
from incident_fsm.adapters._escape import visible


class ConsoleAdapter:
    """Says what each command would do. Nobody outside sees it, so a drill may use it too."""

    name = "console"
    live = False

    def __init__(self, write: Callable[[str], object] = print) -> None:
        """Say it with `write`, which is given one line at a time, without its end."""
        self._write = write

    def accepts(self, command: c.Command) -> bool:  # noqa: ARG002  the port's signature
        """Every command can be talked about."""
        return True

    def deliver(self, command: c.Command, context: Context) -> Outcome:  # noqa: ARG002  the port's signature
        """Say what would happen, in one line or a few. The receipt's reference is the command's id."""
        for line in lines(command):
            self._write(line)
        return Receipt(reference=command.id)

    def find(self, command: c.Command, context: Context) -> Finding:  # noqa: ARG002  the port's signature
        """Nothing is ever done, so nothing is ever there. Saying it twice does no harm."""
        return Absent()


def lines(command: c.Command) -> list[str]:
    """Say what a command would do: what, then its texts, each on a line of its own and safe for a terminal."""
    what, *texts = _would(command)
    drill = "drill: " if command.kind is Kind.DRILL else ""
    if command.audience is Audience.RESTRICTED:
        return [visible(f"{command.incident_id}: {drill}would {type(command).__name__} (restricted: not shown here)")]
    return [visible(f"{command.incident_id}: {drill}would {what}"), *(f"    {visible(text)}" for text in texts if text)]


def _would(command: c.Command) -> tuple[str, ...]:  # noqa: PLR0911  one answer for each command there is
    """Say in words what a command would do, and its texts."""
    match command:
        case c.PublishStatus():
            return _publish(command)
        case c.OpenThread():
            return f"open a thread in {command.channel}: {command.title}", command.text
        case c.PostToThread():
            return f"post to the thread in {command.channel}, for {command.author}", command.text
        case c.OpenSupportCase():
            where = f" in account {command.account}" if command.account else ""
            return f"log a support case with {command.third_party}{where}: {command.summary}", command.details
        case c.EscalateSupportCase():
            where = "on the case" if command.via is ChaseVia.CASE else f"in {command.channel}"
            return f"chase {command.case} with {command.third_party} {where}", command.message
        case c.CreateIssue():
            return f"create an issue: {command.title}{_by(command)}", command.body
        case c.ScheduleMeeting():
            return _meet(command)
        case c.PublishRunbook():
            return f"publish a runbook: {command.title}{_by(command)}", command.how
        case _:
            return _would_else(command)


def _would_else(command: c.Command) -> tuple[str, ...]:  # noqa: PLR0911  one answer for each command there is
    """The same for the rest."""
    match command:
        case c.CreateReport():
            return (f"create the incident report: {command.title}{_by(command)}",)
        case c.PublishReport():
            counted = f"{len(command.lessons)} lessons and {len(command.actions)} actions"
            return (f"publish the reviewed report: {command.title}, with {counted}",)
        case c.CancelMeeting():
            return f"call off: {command.title}", command.reason
        case c.PublishPostMortem():
            return "tell the public what was learned", command.text
        case c.ReportSecurityBreach():
            return f"report a security breach: {command.route}", command.target
        case c.RedirectReporter():
            return f"send {command.reporter} elsewhere: {command.description}", command.reason, command.target
        case c.Remind():
            return f"remind {command.who} of {command.deadline}, due {command.due:%Y-%m-%d %H:%M} UTC", command.text
        case _:  # a command that somebody added to the process and not here is still talked about
            return (f"carry out {type(command).__name__}",)


def _publish(command: c.PublishStatus) -> tuple[str, ...]:
    """Say what the public would be told."""
    services = ", ".join(f"{affected.service} ({affected.state})" for affected in command.services)
    until = command.next_update_at
    promise = "" if until is None else f"next update by {until:%Y-%m-%d %H:%M} UTC"
    subscribers = "subscribers notified" if command.notify_subscribers else ""
    what = "open a post on the status page" if command.opens else "update the post on the status page"
    return (
        f"{what}: {command.title}",
        "; ".join(said for said in (f"{command.impact}: {services}", promise, subscribers) if said),
        command.message,
    )


def _meet(command: c.ScheduleMeeting) -> tuple[str, ...]:
    """Say when who would meet."""
    start = f"{command.starts_at:%Y-%m-%d %H:%M} UTC, {command.minutes} minutes"
    return f"schedule a meeting: {command.title}", f"{start}: {', '.join(command.attendees)}", command.agenda


def _by(command: c.CreateIssue | c.CreateReport | c.PublishRunbook) -> str:
    """Say by when something is due."""
    return "" if command.due is None else f", due {command.due:%Y-%m-%d}"


def from_settings(settings: AdapterSettings) -> Adapter:  # noqa: ARG001  the factory's signature
    """Make one, for the entry point `console`."""
    return ConsoleAdapter()
