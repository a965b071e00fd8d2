"""GitHub: tickets and issues, report and runbook as files, private reports of breaches. Needs the extra `github`.

    [github]
    repository = "acme/incidents"           # see `Settings` for the rest
    security_repository = "acme/platform"

The token is read from the environment, `GITHUB_TOKEN`: one that may write issues and contents there, and, for private
reports, security advisories. Whoever may read the repository reads all of this, so nothing that is restricted goes
there; a breach goes to the security repository's private reports and nowhere else.

`client` is a function that gives a `github.Github`. Its own retries must be off (`retry=None`). `templates` names a
folder of templates of one's own for report and runbook.
"""

from collections.abc import Callable, Iterable
from pathlib import Path
from typing import TYPE_CHECKING

from incident_fsm import commands as c
from incident_fsm._secrets import Secret
from incident_fsm._values import Audience, Kind
from incident_fsm.adapters import Adapter, AdapterSettings, Check, Context, Finding, Outcome, Rejected, Unknown
from incident_fsm.adapters._settings import read_settings
from incident_fsm.adapters.github import _marker, _texts
from incident_fsm.adapters.github._advisories import Advisories
from incident_fsm.adapters.github._check import checks
from incident_fsm.adapters.github._client import Repository, lazily
from incident_fsm.adapters.github._files import Files
from incident_fsm.adapters.github._issues import Issues
from incident_fsm.adapters.github._settings import Settings
from incident_fsm.errors import InvalidValue
from incident_fsm.policy import Policy

if TYPE_CHECKING:
    from github import Github

NAME = "github"
TOKEN = "GITHUB_TOKEN"  # noqa: S105  the variable's name, not a token


class GitHubAdapter:
    """Writes to one repository, and reports breaches to another (or the same) in private."""

    name = NAME
    live = True

    def __init__(self, client: "Callable[[], Github]", settings: Settings, *, templates: Path | None = None) -> None:
        self.settings = settings
        self._templates = templates
        self._repository = Repository(client, settings.repository)
        self._security = Repository(client, settings.security_repository)
        self._issues = Issues(self._repository, settings.labels)
        self._files = Files(self._repository, settings.branch)
        self._advisories = Advisories(self._security)

    def accepts(self, command: c.Command) -> bool:
        """Tickets for the routes in the settings, the permanent fix, report, runbook; a breach where it is private."""
        if command.kind is Kind.DRILL:
            return False
        if isinstance(command, c.ReportSecurityBreach):
            return bool(self.settings.security_repository)
        if command.audience is Audience.RESTRICTED:
            return False
        if isinstance(command, c.RedirectReporter):
            return command.route in self.settings.redirects
        return isinstance(command, c.CreateIssue | c.CreateReport | c.PublishReport | c.PublishRunbook)

    def deliver(self, command: c.Command, context: Context) -> Outcome:
        """Carry a command out in one writing request."""
        match command if self._takes(command) else None:
            case c.RedirectReporter(route=route) if route == context.policy.security.redirect:
                return Rejected(
                    why=f"{route} is the policy's security route, which leads to no ticket: tell them by hand"
                )
            case c.RedirectReporter() | c.CreateIssue() as asked:
                title = _texts.title(asked.title, asked.incident_id)
                return self._issues.create(asked, title, _texts.issue(asked, context))
            case c.CreateReport() | c.PublishReport() | c.PublishRunbook() as asked:
                return self._written(asked, context)
            case c.ReportSecurityBreach() as asked:
                summary = _texts.title(asked.title, asked.incident_id, _texts.SUMMARY_MAX)
                return self._advisories.report(asked, summary, _texts.breach(asked, context))
            case _:
                return Rejected(why=f"{_not_for(command)}; nothing was written")

    def find(self, command: c.Command, context: Context) -> Finding:  # noqa: ARG002  the port's signature
        """Look for what a command left: by its mark in issues and reports, at its path among the files."""
        match command if self._takes(command) else None:
            case c.RedirectReporter() | c.CreateIssue() as asked:
                return self._issues.find(asked)
            case c.ReportSecurityBreach() as asked:
                return self._advisories.find(asked)
            case None:
                return Unknown(why=_not_for(command), ask_person=True)
            case asked:
                return self._files.find(asked, self._path(asked))

    def check(self, policy: Policy) -> Iterable[Check]:
        """Look at the token, the repositories, and what may be done there. Reads only."""
        return list(checks(self.settings, self._repository, self._security, policy))

    def _takes(self, command: c.Command) -> bool:
        """Whether a command is one of ours, and its ids may stand in marks and paths."""
        return self.accepts(command) and _marker.can_mark(command)

    def _written(self, command: c.CreateReport | c.PublishReport | c.PublishRunbook, context: Context) -> Outcome:
        """Write a file. With a template that is wrong, nothing is asked of GitHub."""
        try:
            text = _texts.page(command, context, self._templates)
        except InvalidValue as error:
            return Rejected(why=f"{error}; nothing was written, so retry when it is mended")
        if isinstance(command, c.PublishReport):
            return self._files.replace(command, self._path(command), text, context.incident.references.report)
        return self._files.create(command, self._path(command), text)

    def _path(self, command: c.Command) -> str:
        """Where a command's file stands."""
        if isinstance(command, c.PublishRunbook):
            return f"{self.settings.runbooks}/{command.incident_id}.md"
        return f"{self.settings.reports}/{command.incident_id}/report.md"


def _not_for(command: c.Command) -> str:
    """Say that a command is none of ours."""
    return f"{type(command).__name__} {command.id!r:.120} is not for GitHub as it is set up"


def from_settings(settings: AdapterSettings) -> Adapter:
    """Make one from its table of `adapters.toml`, for the entry point `github`. Nothing is asked of GitHub yet."""
    chosen = read_settings(NAME, settings, Settings)
    client = lazily(Secret(NAME, TOKEN, settings.environment), chosen.base_url)
    return GitHubAdapter(client, chosen, templates=settings.templates)


__all__ = ["GitHubAdapter", "Settings", "from_settings"]
