"""Where a message belongs: channels by their names, threads by their references, and where nothing may be posted.

A restricted command goes where restricted people read, and nowhere else. A thread that was opened before its incident
was restricted stands in the open: what is said afterwards does not belong there. The status page tells some channels
by itself (vendors' own integration), so nobody else does.
"""

import re
from collections.abc import Iterator
from urllib.parse import parse_qs, urlsplit

from attrs import frozen

from incident_fsm import commands as c
from incident_fsm._values import Audience, Reference
from incident_fsm.adapters import Context, Rejected
from incident_fsm.adapters.slack._api import Api
from incident_fsm.adapters.slack._errors import Trouble
from incident_fsm.adapters.slack._settings import Settings, channel_name
from incident_fsm.policy import Policy

_REFERENCE = re.compile(r"([CG][A-Z0-9]{2,30})/([0-9]{1,12}\.[0-9]{6})")
_PATH = re.compile(r"/archives/([CG][A-Z0-9]{2,30})/p([0-9]{1,12})([0-9]{6})/?")
_TS = re.compile(r"[0-9]{1,12}\.[0-9]{6}")
_HOSTS = (".slack.com", ".slack-gov.com")

_BY_HAND = "say it by hand to those who may know, or skip it"


@frozen
class Place:
    """A channel, by its id, and the thread in it, by the `ts` of its first message; empty for the channel itself."""

    channel: str
    thread: str = ""


def thread_in(reference: Reference | None) -> Place | None:
    """Find out which thread a reference means; None where it means none of Slack's.

    It is our own `<channel id>/<ts>`, or a link that a person copied: to the first message, or to a reply.
    """
    if reference is None:
        return None
    found = _REFERENCE.fullmatch(reference.reference)
    if found is not None:
        return Place(found[1], found[2])
    return _of_link(reference.reference) or _of_link(reference.link)


def _of_link(said: str) -> Place | None:
    """Read a thread off a permalink."""
    try:
        parts = urlsplit(said)
        host = parts.hostname or ""
    except ValueError:  # a "[" that opens no address, say
        return None
    found = _PATH.fullmatch(parts.path)
    if parts.scheme != "https" or not host.endswith(_HOSTS) or found is None:
        return None
    of_reply = parse_qs(parts.query).get("thread_ts", [""])[0]
    return Place(found[1], of_reply if _TS.fullmatch(of_reply) else f"{found[2]}.{found[3]}")


def channel_of(command: c.Command, policy: Policy) -> str:
    """The name of the channel that a command is for; a reminder's is that of its audience."""
    match command:
        case c.OpenThread(channel=channel) | c.PostToThread(channel=channel) | c.EscalateSupportCase(channel=channel):
            return channel
        case _:
            restricted = command.audience is Audience.RESTRICTED
            return policy.security.channel if restricted else policy.thread.channel


class Places:
    """Finds the channel, and the thread in it, of a command."""

    def __init__(self, api: Api, settings: Settings) -> None:
        self._api = api
        self._known = dict(settings.channels)

    def of(self, command: c.Command, context: Context) -> Place:
        """Where a command is to be posted. Raises `Trouble` with a remedy where it must not, or cannot."""
        channel = self._allowed(command, context.policy)
        thread = thread_in(context.incident.references.thread)
        if isinstance(command, c.PostToThread):
            return _reply(command, thread, channel)
        if isinstance(command, c.Remind) and thread is not None and thread.channel == channel:
            return thread
        return Place(channel)

    def searched(self, command: c.Command, context: Context) -> Iterator[Place]:
        """Where an earlier attempt may have posted: a reminder went into the channel if there was no thread then."""
        place = self.of(command, context)
        yield place
        if place.thread and isinstance(command, c.Remind):
            yield Place(place.channel)

    def id_of(self, name: str) -> str:
        """The id of a channel: from the settings, or looked up by its name, once. Raises `Trouble` if there is none."""
        wanted = channel_name(name)
        if wanted not in self._known:
            self._known |= self._listed()
        if wanted not in self._known:
            raise _refused(
                f"the bot sees no channel #{wanted}: mend the name in the policy, invite the bot with /invite if it is "
                "private, or give its id under channels in adapters.toml"
            )
        return self._known[wanted]

    def _listed(self) -> dict[str, str]:
        """Every channel that the bot can see, by its name. What the settings say counts for more."""
        listed = self._api.pages(
            "conversations.list", "channels", types="public_channel,private_channel", exclude_archived=True
        )
        found = {channel_name(str(one.get("name") or "")): str(one.get("id") or "") for one in listed}
        return {name: identity for name, identity in found.items() if name and identity} | self._known

    def _allowed(self, command: c.Command, policy: Policy) -> str:
        """The id of the channel that a command is for, if it may be posted there at all."""
        name = channel_name(channel_of(command, policy))
        if not name:
            raise _refused(f"the policy names no channel for this: name one there, or {_BY_HAND}")
        narrow = channel_name(policy.security.channel)
        if command.audience is Audience.RESTRICTED and name != narrow:
            raise _refused(f"the incident is restricted, and #{name} is not where those read who may know: {_BY_HAND}")
        told = {channel_name(one) for one in policy.status_page.notified_channels}
        if name in told or self.id_of(name) in {self._known.get(one) for one in told}:
            raise _refused(
                f"the status page tells #{name} by itself, so nobody else posts there: name another in the policy"
            )
        return self.id_of(name)


def _reply(command: c.PostToThread, thread: Place | None, channel: str) -> Place:
    """The thread that a reply belongs to, if it stands in the channel that the reply is for."""
    if thread is None:
        raise _refused(
            "no thread of Slack's is known for this incident (a link to one is understood, like "
            "https://….slack.com/archives/C…/p…): post it by hand, or skip it"
        )
    if thread.channel != channel:
        raise _refused(
            f"the incident's thread stands in another channel than #{channel_name(command.channel)}, where this "
            f"belongs, as when an incident is restricted after its thread was opened: {_BY_HAND}"
        )
    return thread


def _refused(why: str) -> Trouble:
    """Make a refusal of our own."""
    return Trouble(Rejected(why=why))
