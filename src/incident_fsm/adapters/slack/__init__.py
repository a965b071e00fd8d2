"""Slack: opens the one thread of an incident, replies in it, chases in a shared channel, reminds, and reads back.

    [slack]
    [slack.channels]                       # where a channel shall not be looked up by its name
    analytical-platform = "C024BE91L"
    [slack.people]                         # who is mentioned where they hold a role or are reminded
    "Ada Lovelace" = "U024BE7LH"

The token of the app's bot is in `SLACK_BOT_TOKEN`. The bot must be a member of every channel that it posts in: by
`chat:write.public` alone it could post, and never find what it posted. Its scopes: `chat:write`, `users:read`,
`channels:read` and `channels:history`, and for private channels `groups:read` and `groups:history`.

Slack has no key against posting twice, so each message carries the command's id as metadata and is looked for before
it is posted again.
"""

from collections.abc import Iterable, Sequence

from incident_fsm import commands as c
from incident_fsm._secrets import Secret
from incident_fsm._values import Audience, ChaseVia, Kind
from incident_fsm.adapters import (
    Absent,
    Adapter,
    AdapterSettings,
    Check,
    Context,
    Finding,
    Message,
    Outcome,
    Receipt,
    Unknown,
)
from incident_fsm.adapters._settings import read_settings
from incident_fsm.adapters.slack._api import Api, ClientMaker, TamedClient
from incident_fsm.adapters.slack._check import checks
from incident_fsm.adapters.slack._errors import Trouble, unseen, unsent
from incident_fsm.adapters.slack._marker import marker, oldest, search
from incident_fsm.adapters.slack._places import Place, Places, thread_in
from incident_fsm.adapters.slack._reading import Reader
from incident_fsm.adapters.slack._settings import Settings
from incident_fsm.adapters.slack._texts import text_of
from incident_fsm.errors import AdapterError
from incident_fsm.policy import Policy

TOKEN = "SLACK_BOT_TOKEN"  # noqa: S105  the name of the variable, not the token
"""Where the bot's token is."""


class SlackAdapter:
    """Posts as a bot in one workspace.

    `client` gives the official client, with its own retries off: `lambda: WebClient(token, retry_handlers=[])`.
    """

    name = "slack"
    live = True

    def __init__(self, client: ClientMaker, settings: Settings | None = None) -> None:
        self._settings = settings or Settings()
        self._api = Api(client)
        self._places = Places(self._api, self._settings)
        self._reader = Reader(self._api, self._settings)

    def accepts(self, command: c.Command) -> bool:
        """What is said in threads and channels, to no more people than the team, and never in a drill."""
        if command.kind is Kind.DRILL or not command.audience.within(Audience.TEAM):
            return False
        if isinstance(command, c.EscalateSupportCase):
            return command.via is ChaseVia.CHANNEL
        return isinstance(command, c.OpenThread | c.PostToThread | c.Remind)

    def deliver(self, command: c.Command, context: Context) -> Outcome:
        """Post the command's message. The receipt's reference is `<channel id>/<ts>`."""
        try:
            place = self._places.of(command, context)
        except Trouble as trouble:
            return unsent(trouble.failure)
        text = text_of(command, context, self._settings)
        try:
            ts = self._api.post(place.channel, place.thread, text, marker(command))
        except Trouble as trouble:
            return trouble.failure
        return self._receipt(place, ts)

    def find(self, command: c.Command, context: Context) -> Finding:
        """Look for the command's marker in every message of where it would stand, since before it was first tried."""
        try:
            me, since = self._api.me(), oldest(command, context)
            for place in self._places.searched(command, context):
                found = search(command, self._api.messages(place.channel, place.thread, since), me)
                if isinstance(found, Unknown):
                    return found
                if not isinstance(found, Absent):
                    return self._receipt(place, found)
        except Trouble as trouble:
            return unseen(trouble.failure)
        return Absent()

    def messages(self, context: Context) -> Sequence[Message] | None:
        """What people said in the incident's thread; None where there is none, or where it cannot be read."""
        thread = thread_in(context.incident.references.thread)
        if thread is None:
            return None
        try:
            return self._reader.messages(thread)
        except (Trouble, AdapterError):
            return None

    def check(self, policy: Policy) -> Iterable[Check]:
        """Look at token, scopes, channels, membership and people, and try to read. Nothing is posted."""
        return checks(self._api, self._places, self._settings, policy)

    def _receipt(self, place: Place, ts: str) -> Receipt:
        """Say where a message is."""
        return Receipt(reference=f"{place.channel}/{ts}", link=self._api.link(place.channel, ts))


def from_settings(settings: AdapterSettings) -> Adapter:
    """Make one, for the entry point `slack`. Nothing is asked of Slack, and the token is not needed yet."""
    said = read_settings("slack", settings, Settings)
    return SlackAdapter(TamedClient(Secret("slack", TOKEN, settings.environment)), said)


__all__ = ["TOKEN", "Settings", "SlackAdapter", "from_settings"]
