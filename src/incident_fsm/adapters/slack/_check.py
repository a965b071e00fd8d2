"""Looking beforehand whether everything will work: token, scopes, channels, membership, people, and reading.

Reads only. Every line says what was looked at, and what to do where something is wrong.
"""

from collections.abc import Iterator

from incident_fsm.adapters import Check
from incident_fsm.adapters.slack._api import Api, Data, Me
from incident_fsm.adapters.slack._errors import Trouble
from incident_fsm.adapters.slack._places import Places
from incident_fsm.adapters.slack._settings import Settings, channel_name
from incident_fsm.errors import AdapterError
from incident_fsm.policy import Policy

_ALWAYS = frozenset({"chat:write", "users:read"})
_OPEN = frozenset({"channels:read", "channels:history"})
_PRIVATE = frozenset({"groups:read", "groups:history"})

_DOUBT = "Slack's reference says that bots cannot read threads in channels, and other people's bots do"


def checks(api: Api, places: Places, settings: Settings, policy: Policy) -> Iterator[Check]:
    """Look at everything, one after the other. Without a token there is nothing else to look at."""
    what = "the bot's token, SLACK_BOT_TOKEN"
    api.forget()
    try:
        me, repeats = api.me(), api.repeats
    except AdapterError as error:
        yield Check(what=what, problem=error.problem, remedy=error.remedy)
        return
    except Trouble as trouble:
        yield Check(what=what, problem=trouble.failure.why, remedy="put that right, then check again")
        return
    yield _identity(what, me)
    if repeats:
        remedy = "make it with retry_handlers=[]: repeating is ours, after looking whether it was posted"
        yield Check(what="the client", problem="repeats requests by itself, so it may post twice", remedy=remedy)
    rooms = [_Room(api, places, name, use) for name, use in _channels(policy).items()]
    for room in rooms:
        yield room.check(narrow=channel_name(policy.security.channel) == room.name)
    yield _scopes(me, {bool(room.data.get("is_private")) for room in rooms if room.data})
    yield _reading(api, rooms[0])
    for person, user in settings.people.items():
        yield _person(api, person, user)


def _channels(policy: Policy) -> dict[str, str]:
    """Every channel that the policy may have us post in, the thread's first, and what for."""
    parties = ((party.channel, f"chasing {party.name}") for party in policy.third_parties)
    found: dict[str, str] = {}
    for channel, use in (
        (policy.thread.channel, "threads"),
        (policy.security.channel, "restricted incidents"),
        *parties,
    ):
        if channel:
            found.setdefault(channel_name(channel), use)
    return found


def _identity(what: str, me: Me) -> Check:
    """Whether the token is a bot's."""
    if not me.bot_id:
        remedy = "use the bot token of an app (xoxb-…): only an app may attach the metadata that we find messages by"
        return Check(what=what, problem=f"belongs to {me.user} and to no bot", remedy=remedy)
    return Check(what=f"{what}: {me.user} in {me.team}")


def _scopes(me: Me, private: set[bool]) -> Check:
    """Whether the app may do all that it has to."""
    what = "the app's scopes"
    if me.scopes is None:
        return Check(what=what, problem="Slack does not tell them", remedy="look at them on the app's page")
    needed = _ALWAYS | (_OPEN if False in private else frozenset()) | (_PRIVATE if True in private else frozenset())
    missing = sorted(needed - me.scopes)
    if missing:
        remedy = "add them under OAuth & Permissions on the app's page, and install it again"
        return Check(what=what, problem=f"lack {', '.join(missing)}", remedy=remedy)
    return Check(what=what)


class _Room:
    """A channel that we post in."""

    def __init__(self, api: Api, places: Places, name: str, use: str) -> None:
        self.name, self.use = name, use
        self.what = f"#{name}, for {use}"
        self.trouble = ""
        self.data: Data = {}
        try:
            self.id = places.id_of(name)
            said = api.read("conversations.info", channel=self.id).get("channel")
            self.data = said if isinstance(said, dict) else {}
        except Trouble as trouble:
            self.trouble = trouble.failure.why

    def check(self, *, narrow: bool) -> Check:
        """Whether it is there, is the one that is meant, and the bot is in it; the narrow one must be narrow."""
        name = channel_name(str(self.data.get("name") or ""))
        faults = (
            (self.trouble, "put that right, then check again"),
            ("Slack says nothing of it" if not self.data else "", "check again later"),
            (f"its id is that of #{name}" if name != self.name else "", "mend the id under channels in adapters.toml"),
            ("is archived" if self.data.get("is_archived") else "", "unarchive it, or name another in the policy"),
            (
                "the bot is not in it" if not self.data.get("is_member") else "",
                f"say /invite with the bot in #{self.name}",
            ),
            (
                "is for those who may know, but everybody can join it" if narrow and not self._is_private else "",
                "make it a private channel, or name one in security.channel of the policy",
            ),
            (
                "is for those who may know, but another organisation is in it" if narrow and self._is_shared else "",
                "name a channel in security.channel of the policy that is not shared",
            ),
        )
        problem, remedy = next(((problem, remedy) for problem, remedy in faults if problem), ("", ""))
        return Check(what=self.what, problem=problem, remedy=remedy)

    @property
    def _is_private(self) -> bool:
        """Whether one has to be invited."""
        return bool(self.data.get("is_private"))

    @property
    def _is_shared(self) -> bool:
        """Whether another organisation reads along."""
        return bool(self.data.get("is_ext_shared") or self.data.get("is_pending_ext_shared"))


def _reading(api: Api, room: _Room) -> Check:
    """Whether what was posted can be read back, as finding and noting need. The newest message is read as a thread."""
    what = f"reading #{room.name} and a thread in it with the bot's token"
    remedy = f"{_DOUBT}: without reading, nothing doubtful can be looked for and no note comes from the thread"
    if not room.data:
        return Check(what=what, problem="could not be tried", remedy="put the channel right first, then check again")
    try:
        newest = api.read("conversations.history", channel=room.id, limit=1).get("messages")
        ts = newest[0].get("ts") if isinstance(newest, list) and newest and isinstance(newest[0], dict) else None
        if ts is None:
            problem = "could not be tried, as nothing was ever said there"
            return Check(what=what, problem=problem, remedy=remedy, grave=False)
        api.read("conversations.replies", channel=room.id, ts=ts, limit=1)
    except Trouble as trouble:
        return Check(what=what, problem=trouble.failure.why, remedy=remedy)
    return Check(what=f"{what}: it works here ({_DOUBT})")


def _person(api: Api, person: str, user: str) -> Check:
    """Whether somebody who is to be mentioned is there."""
    what = f"{person}, who is mentioned as {user}"
    try:
        found = api.read("users.info", user=user).get("user")
    except Trouble as trouble:
        return Check(what=what, problem=trouble.failure.why, remedy="mend the id under people in adapters.toml")
    if isinstance(found, dict) and found.get("deleted"):
        return Check(what=what, problem="was deactivated", remedy="take them out of people in adapters.toml")
    return Check(what=what)
