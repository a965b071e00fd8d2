"""Any command as signed JSON to an endpoint of one's own, for whatever no other adapter does.

    [webhook]
    url = "https://hooks.example.org/incidents"
    commands = ["CreateIssue", "Remind"]   # none named: all
    idempotent = true                      # the endpoint ignores an id that it has seen

The secret comes from the environment: `WEBHOOK_SECRET`, one for the sender. How a receiver verifies, and how a secret
is changed, is said in `signing`. The body:

    {"v": 1, "id": "INC-7:14:2", "type": "PostToThread", "earlier": {"reference": …, "link": …}, "command": {…}}

The endpoint answers with any 2xx when it has done it, or has taken it over for good; with JSON, if it likes, whose
"reference" and "link" become the receipt. Later commands bring it back as "earlier"; of the posts of a status page the
newest receipt is kept, so an update is answered with the reference of its post.

`lookup_url?id=…` answers 200 for a command that arrived and 404 for one that did not, each with {"id": "INC-7:14:2"} in
JSON (and the receipt); the bytes that are signed there are those of the id.
"""

from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from functools import cache
from urllib.parse import quote, urlsplit

from incident_fsm._secrets import Secret
from incident_fsm._values import Audience, Kind
from incident_fsm.adapters import (
    Absent,
    Adapter,
    AdapterSettings,
    Check,
    Context,
    Finding,
    Outcome,
    Rejected,
    Unknown,
)
from incident_fsm.adapters._settings import read_settings
from incident_fsm.adapters.webhook import _answers, _check, _payload
from incident_fsm.adapters.webhook._sending import TIMEOUT, Answer, Pool, Question, ask, new_pool
from incident_fsm.adapters.webhook._settings import Settings
from incident_fsm.commands import Command, parse_command_id
from incident_fsm.policy import Policy


def _clock() -> datetime:
    """The time, for the signature."""
    return datetime.now(UTC)


class WebhookAdapter:
    """Posts commands to one endpoint. `secret` gives what they are signed with, each time; `timeout` is in seconds."""

    name = "webhook"
    live = True

    def __init__(
        self,
        pool: Pool,
        settings: Settings,
        secret: Callable[[], str],
        *,
        now: Callable[[], datetime] = _clock,
        timeout: float = TIMEOUT,
    ) -> None:
        self._pool = pool
        self._settings = settings
        self._secret = secret
        self._now = now
        self._timeout = timeout

    def accepts(self, command: Command) -> bool:
        """The commands that the settings name; a restricted one only where they say who reads it. No drill."""
        if command.kind is Kind.DRILL:
            return False
        if command.audience is Audience.RESTRICTED and not self._settings.restricted:
            return False
        named = self._settings.commands
        return not named or type(command).__name__ in named

    def deliver(self, command: Command, context: Context) -> Outcome:
        """Post the command, once. The reference is the endpoint's own if it gives one, else the command's id."""
        if parse_command_id(command.id) is None:
            return Rejected(why=f"{command.id!r:.120} is no command's id; nothing was sent")
        secret, body, now = self._secret(), _payload.body(command, context.incident), self._now()
        headers = {"Content-Type": "application/json", **_payload.headers(secret, command.id, body, now)}
        question = Question(method="POST", url=self._settings.url, headers=headers, body=body)
        answer = ask(self._pool, question, self._timeout)
        return _answers.outcome(answer, command.id, now) if isinstance(answer, Answer) else answer

    def find(self, command: Command, context: Context) -> Finding:  # noqa: ARG002  the port's signature
        """Ask the endpoint whether it has the command.

        Without a `lookup_url`, an endpoint that is `idempotent` is said not to have it: sent again, it answers as it
        would have done the first time. Of any other nobody can tell but a person.
        """
        if self._settings.lookup_url:
            return self._look_up(command.id)
        if self._settings.idempotent:
            return Absent()
        why = "the endpoint cannot be asked; set lookup_url, or idempotent = true if it ignores an id that it has seen"
        return Unknown(why=why, ask_person=True)

    def check(self, policy: Policy) -> Iterable[Check]:  # noqa: ARG002  the port's signature
        """Look at the secret, the endpoint and the lookup. Nothing is posted."""
        return tuple(_check.look(self._settings, self._secret, self._look_up, self._pool, self._timeout))

    def _look_up(self, command_id: str) -> Finding:
        """Ask for one id."""
        secret, now = self._secret(), self._now()
        url = self._settings.lookup_url
        address = f"{url}{'&' if urlsplit(url).query else '?'}id={quote(command_id, safe='')}"
        headers = _payload.headers(secret, command_id, command_id.encode(), now)
        answer = ask(self._pool, Question(method="GET", url=address, headers=headers), self._timeout)
        return _answers.finding(answer, command_id, now) if isinstance(answer, Answer) else Unknown(why=answer.why)


def from_settings(settings: AdapterSettings) -> Adapter:
    """Make one from `[webhook]` in `adapters.toml`, for the entry point `webhook`. Nobody is called yet."""
    said = read_settings("webhook", settings, Settings)
    secret = Secret("webhook", "WEBHOOK_SECRET", settings.environment)
    return WebhookAdapter(cache(new_pool), said, secret.reveal)


__all__ = ["Pool", "Settings", "WebhookAdapter", "from_settings"]
