"""A private repository on GitHub: issues and files, and, if asked for, a private report."""

from http import HTTPStatus
from typing import Any

from attrs import frozen

from incident_fsm import Fix
from incident_fsm._secrets import Secret
from incident_fsm.adapters import AdapterSettings
from incident_fsm.adapters._settings import read_settings
from incident_fsm.adapters.github import NAME, TOKEN, Settings, from_settings
from incident_fsm.adapters.github._client import Repository, lazily
from incident_fsm.adapters.github._trouble import Trouble
from live.points import Verdict
from live.smoke import Access, Options, Plan, Smoke, Table, Vendor

_SINCE = 200
"""So many issues, the newest first, are looked through when tidying: nobody writes more in a test repository."""


class GitHub(Vendor):
    """The repository that `[github]` names."""

    name = NAME
    secrets = (TOKEN,)

    @staticmethod
    def connect(settings: AdapterSettings) -> Access:
        """Make both; the client reads the token when it is needed."""
        own = read_settings(NAME, settings, Settings)
        return Access(from_settings(settings), lazily(Secret(NAME, TOKEN, settings.environment), own.base_url))

    def table(self, options: Options, table: Table) -> Table:
        """Private reports only if they are asked for."""
        return table if options.private_report else {**table, "security_repository": ""}

    def plan(self, options: Options, table: Table) -> Plan:
        """What stays is said: an issue cannot be deleted by its author, a report not at all."""
        report = f"report a vulnerability that is none, privately, to {table.get('security_repository')!r}"
        return Plan(
            does=(
                f"create two issues in {table.get('repository')!r} (a redirect and a permanent fix)",
                "write a report and a runbook as files, and the reviewed report over the first",
                "try to write over a file without its sha, which GitHub must refuse",
                *((f"{report} (--private-report)",) if options.private_report else ()),
                "close the issues, and delete the files",
            ),
            leaves="two closed issues, and the commits of the files in the history"
            + ("; the private report, closed if the token may" if options.private_report else ""),
        )

    def examine(self, smoke: Smoke) -> None:
        """Do it."""
        place = _Place(smoke)
        smoke.tidying.later(f"issues of {smoke.run_id}", place.close_issues, "close them on GitHub")
        smoke.tidying.later(f"files of {smoke.run_id}", place.delete_files, "delete them on GitHub")
        if smoke.options.private_report:
            smoke.tidying.later(f"private report of {smoke.run_id}", place.close_reports, "close it on GitHub")
        _dismissed(smoke)
        trial = smoke.trial()
        if smoke.options.private_report:
            trial.tell(*trial.story.begun(breach=True))
            _list_of_reports(smoke, place)
        else:
            trial.tell(*trial.story.begun())
        trial.tell(trial.story.managed(), trial.story.resolved(Fix.TEMPORARY))
        _sha(smoke, place)
        trial.tell(*trial.story.reviewed(trial.incident))
        _labels(smoke, place)


def _dismissed(smoke: Smoke) -> None:
    """A ticket in place of an incident, for the first route that becomes one here."""
    routes = [key for key in _settings(smoke).redirects if smoke.policy.redirect(key) is not None]
    if not routes:
        smoke.report.add("a redirect becomes an issue", Verdict.OPEN, "the policy has no route of [github] redirects")
        return
    trial = smoke.trial("-R")
    trial.tell(trial.story.reported(), trial.story.dismissed(routes[0]))


def _settings(smoke: Smoke) -> Settings:
    """The settings."""
    return read_settings(NAME, smoke.settings, Settings)


@frozen
class _Place:
    """The two repositories, by the official client."""

    smoke: Smoke

    @property
    def settings(self) -> Settings:
        """The settings."""
        return _settings(self.smoke)

    @property
    def repository(self) -> Repository:
        """Where issues and files are."""
        return Repository(self.smoke.access.client, self.settings.repository)

    @property
    def security(self) -> Repository:
        """Where private reports are."""
        return Repository(self.smoke.access.client, self.settings.security_repository)

    @property
    def files(self) -> tuple[str, str]:
        """The paths that the adapter writes to: what it promises in its settings."""
        settings, run_id = self.settings, self.smoke.run_id
        return f"{settings.reports}/{run_id}/report.md", f"{settings.runbooks}/{run_id}.md"

    def issues(self) -> list[dict[str, Any]]:
        """The issues of this run, by their marks."""
        found: list[dict[str, Any]] = []
        for number, issue in enumerate(self.repository.all("/issues", state="all", sort="created", direction="desc")):
            if number >= _SINCE:
                break
            if f"<!-- incident-fsm: {self.smoke.run_id}" in str(issue.get("body")):
                found.append(dict(issue))
        return found

    def close_issues(self) -> str:
        """Close the issues of this run."""
        found = [issue for issue in self.issues() if issue.get("state") != "closed"]
        for issue in found:
            body = {"state": "closed", "state_reason": "not_planned"}
            self.repository.send("PATCH", f"/issues/{issue['number']}", body)
        return f"closed {', '.join(str(issue['html_url']) for issue in found)}" if found else "there are none open"

    def delete_files(self) -> str:
        """Delete the files of this run."""
        deleted = [path for path in self.files if self._delete(path)]
        return f"deleted {', '.join(deleted)}" if deleted else "there are none"

    def _delete(self, path: str) -> bool:
        """Delete one file; False where it is not there."""
        sha = self.sha(path)
        if not sha:
            return False
        branch = {"branch": self.settings.branch} if self.settings.branch else {}
        body = {"message": f"Remove the file of a test ({self.smoke.run_id})", "sha": sha, **branch}
        self.repository.send("DELETE", f"/contents/{path}", body)
        return True

    def sha(self, path: str) -> str:
        """The sha of a file; empty where it is not there."""
        at = {"ref": self.settings.branch} if self.settings.branch else {}
        try:
            found = self.repository.get(f"/contents/{path}", **at)
        except Trouble as trouble:
            if trouble.status == HTTPStatus.NOT_FOUND:
                return ""
            raise
        return str(found.get("sha", "")) if isinstance(found, dict) else ""

    def close_reports(self) -> str:
        """Close the private report. It cannot be deleted."""
        marks = (
            (str(one.get("ghsa_id")), str(one.get("description"))) for one in self.security.all("/security-advisories")
        )
        found = [ghsa for ghsa, said in marks if self.smoke.run_id in said]
        for ghsa in found:
            self.security.send("PATCH", f"/security-advisories/{ghsa}", {"state": "closed"})
        if not found:
            raise RuntimeError("this token does not see it in the list of private reports")
        return f"closed {', '.join(found)}"


def _list_of_reports(smoke: Smoke, place: _Place) -> None:
    """See whether this token may list private reports at all."""
    try:
        seen = f"{len(list(place.security.all('/security-advisories')))} listed"
    except Trouble as trouble:
        smoke.report.judge("the reporter may list the private reports", trouble.said, holds=False)
    else:
        smoke.report.judge("the reporter may list the private reports", seen, holds=True)


def _sha(smoke: Smoke, place: _Place) -> None:
    """Write over a file without saying which version, and then with a version that is none."""
    path = place.files[0]
    body: dict[str, Any] = {"message": "must be refused", "content": ""}
    if place.settings.branch:
        body["branch"] = place.settings.branch
    if not place.sha(path):
        smoke.report.add("a file is not replaced without its sha", Verdict.OPEN, f"there is no file at {path}")
        return
    for assumed, more, wanted in (
        ("a file is not replaced without its sha (422)", {}, HTTPStatus.UNPROCESSABLE_ENTITY),
        ("a file is not replaced with a stale sha (409)", {"sha": "0" * 40}, HTTPStatus.CONFLICT),
    ):
        try:
            place.repository.send("PUT", f"/contents/{path}", {**body, **more})
        except Trouble as trouble:
            smoke.report.judge(assumed, trouble.said, holds=trouble.status == wanted)
        else:
            smoke.report.judge(assumed, "it was replaced", holds=False)


def _labels(smoke: Smoke, place: _Place) -> None:
    """See which labels stayed, and whether this token may set them."""
    issues = place.issues()
    smoke.report.judge("every issue is there once", f"{len(issues)} found", holds=len(issues) == len(_expected(smoke)))
    said = place.repository.get()
    may_push = bool((said.get("permissions") or {}).get("push")) if isinstance(said, dict) else False
    kept = bool(issues) and all(issue.get("labels") for issue in issues)
    if may_push:
        smoke.report.judge("labels are kept where the token may push", f"kept: {kept}", holds=kept)
        rest = "this token may push: run again with one that may not, and --anyway"
        smoke.report.add("labels are dropped in silence where the token may not push", Verdict.OPEN, rest)
    else:
        assumed = "labels are dropped in silence where the token may not push"
        smoke.report.judge(assumed, f"kept: {kept}", holds=bool(issues) and not kept)


def _expected(smoke: Smoke) -> list[str]:
    """What must have become an issue: the redirect, and the permanent fix."""
    routes = [key for key in _settings(smoke).redirects if smoke.policy.redirect(key) is not None]
    return [*routes[:1], "permanent_fix"]
