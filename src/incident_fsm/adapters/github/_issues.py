"""Issues: a ticket in place of an incident (§1), and the one for the permanent fix (§5).

GitHub has no key that would make a second request harmless, so an issue is found again by its mark. The label with the
incident's id only narrows the search: GitHub drops labels in silence where the token may not push.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta

from attrs import frozen

from incident_fsm.adapters import Absent, Finding, Outcome, Receipt, Unknown
from incident_fsm.adapters.github import _marker
from incident_fsm.adapters.github._client import Repository
from incident_fsm.adapters.github._marker import Place
from incident_fsm.adapters.github._settings import LABEL_MAX
from incident_fsm.adapters.github._trouble import Trouble, odd
from incident_fsm.commands import Command

_SKEW = timedelta(days=1)
"""An issue may be older than its command says by the clocks of two machines, never by as much as this."""


@frozen
class _Issue:
    """What is looked at of an issue."""

    number: int
    link: str
    place: Place
    labels: tuple[str, ...]
    author: str


class Issues:
    """The issues of one repository."""

    def __init__(self, repository: Repository, labels: tuple[str, ...]) -> None:
        self._repository = repository
        self._labels = labels

    def create(self, command: Command, title: str, text: str) -> Outcome:
        """Create the command's issue."""
        own = _label(command)
        body = {
            "title": title,
            "body": _marker.mark(text, command),
            "labels": [*self._labels, *([own] if own else [])],
        }
        try:
            match self._repository.send("POST", "/issues", body):
                case {"number": int(number), "html_url": str(link)}:
                    return self._receipt(number, link)
                case _:
                    raise odd("the issue has no number; was the repository renamed?")
        except Trouble as trouble:
            return trouble.in_writing

    def find(self, command: Command) -> Finding:
        """Look for the command's issue: among those with its label, then among all of about its time."""
        try:
            for issues in self._searches(command):
                found = [one for one in (_read(issue, command) for issue in issues) if one is not None]
                if found:
                    return self._judge(found, command)
        except Trouble as trouble:
            return trouble.in_search
        return Absent()

    def _searches(self, command: Command) -> Iterator[Iterator[Mapping[str, object]]]:
        """Where to look, the likeliest place first. The oldest first, so that no page shifts while it is read."""
        order = {"state": "all", "sort": "created", "direction": "asc"}
        label = _label(command)
        if label:
            yield self._repository.all("/issues", labels=label, **order)
        since = command.requested_at - _SKEW
        if since < datetime.now(UTC):
            yield self._repository.all("/issues", since=f"{since:%Y-%m-%dT%H:%M:%SZ}", **order)
        else:  # an event dated ahead of its time says nothing about when its issue was made
            yield self._repository.all("/issues", **order)

    def _judge(self, found: Sequence[_Issue], command: Command) -> Finding:
        """Pick the one that is surely ours. Anybody may write a mark, but only those who may push can set a label."""
        last = [issue for issue in found if issue.place is Place.LAST]
        if not last:
            return Unknown(why=f"{found[0].link} bears the mark, but not in its last line", ask_person=True)
        ours = [issue for issue in last if _label(command) in issue.labels]
        if not ours:
            me = _login(self._repository.user())
            ours = [issue for issue in last if issue.author and issue.author == me]
        if not ours:
            return Unknown(why=f"{last[0].link} bears the mark, but somebody else wrote it", ask_person=True)
        return self._receipt(ours[0].number, ours[0].link)

    def _receipt(self, number: int, link: str) -> Receipt:
        """An issue is referred to as GitHub itself does it."""
        return Receipt(reference=f"{self._repository.name}#{number}", link=link)


def _read(issue: Mapping[str, object], command: Command) -> _Issue | None:
    """Read an issue; None where it does not bear the command's mark. A pull request is listed as an issue too."""
    match issue:
        case {"number": int(number), "html_url": str(link), "body": str(body)}:
            place = _marker.place(body, command)
            labels = _names(issue)
            return None if place is Place.NOWHERE else _Issue(number, link, place, labels, _login(issue.get("user")))
        case _:
            return None


def _names(issue: Mapping[str, object]) -> tuple[str, ...]:
    """The names of an issue's labels."""
    labels = issue.get("labels")
    if not isinstance(labels, list):
        return ()
    return tuple(str(label.get("name")) for label in labels if isinstance(label, dict))


def _login(user: object) -> str:
    """Who somebody is on GitHub; empty where it does not say, as of a user who is gone."""
    match user:
        case {"login": str(login)}:
            return login
        case _:
            return ""


def _label(command: Command) -> str:
    """The label that names the incident; none where it would be too long."""
    label = f"incident:{command.incident_id}"
    return label if len(label) <= LABEL_MAX else ""
