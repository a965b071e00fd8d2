"""Reading the incident's thread back: what people said there, as plain text.

Only people: what apps and bots posted is left out, ours included, and so is what Slack itself says (who joined, what
was pinned). Users, channels and links are spelt out, so that the timeline reads without Slack.
"""

import re
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from incident_fsm import _values as v
from incident_fsm.adapters import Message, Rejected, Unknown
from incident_fsm.adapters.slack._api import Api, Data
from incident_fsm.adapters.slack._errors import Trouble
from incident_fsm.adapters.slack._places import Place
from incident_fsm.adapters.slack._settings import Settings
from incident_fsm.documents.text import one_line, printable

_SAID_BY_PEOPLE = {None, "", "file_share", "me_message", "thread_broadcast"}
"""Subtypes of what people say; every other is Slack's own, or a bot's."""

_SLACKBOT = "USLACKBOT"
_TS = re.compile(r"([0-9]{1,10})\.([0-9]{6})")
_ANGLE = re.compile(r"<([^<>|]*)(?:\|([^<>]*))?>")
_ENTITIES = {"&lt;": "<", "&gt;": ">", "&amp;": "&"}
_ENTITY = re.compile("|".join(_ENTITIES))


class Reader:
    """Reads threads, and remembers who is who."""

    def __init__(self, api: Api, settings: Settings) -> None:
        self._api = api
        self._channels = {found: name for name, found in settings.channels.items()}
        self._people: dict[str, str] = {}

    def messages(self, thread: Place) -> Sequence[Message]:
        """Every message of a person, the oldest first. Raises `Trouble` rather than leave one out."""
        found = [one for one in self._api.messages(thread.channel, thread.thread) if _by_a_person(one)]
        return sorted((self._message(thread.channel, one) for one in found), key=lambda message: message.at)

    def _message(self, channel: str, said: Data) -> Message:
        """One message, in plain text."""
        text = self.plain(str(said.get("text") or ""))
        names = [f"[file: {_file_name(one)}]" for one in _objects(said.get("files"))]
        edited = said.get("edited")
        return Message(
            reference=f"{channel}/{said.get('ts')}",
            at=_moment(said.get("ts")),
            by=self._person(str(said.get("user"))),
            text=_cut("\n".join(part for part in (text, *names) if part)),
            edited_at=_moment(edited.get("ts")) if isinstance(edited, dict) else None,
        )

    def plain(self, text: str) -> str:
        """Spell Slack's markup out, then undo its three escapes, then leave out what no reader sees."""
        spelt = _ANGLE.sub(lambda found: self._spelt(found[1], found[2] or ""), text)
        return printable(_ENTITY.sub(lambda found: _ENTITIES[found[0]], spelt)).strip()

    def _spelt(self, what: str, label: str) -> str:
        """What stands within a pair of angle brackets (docs: "Formatting text for app surfaces")."""
        match what[:1]:
            case "@":
                return f"@{label or self._person(what[1:])}"
            case "#":
                return f"#{label or self._channels.get(what[1:], what[1:])}"
            case "!":
                return label or f"@{what[1:]}"
        address = what.removeprefix("mailto:")
        return address if not label or label in {what, address} else f"{label} ({address})"

    def _person(self, user: str) -> str:
        """The name that a person goes by. Where Slack refuses to tell, their id; where it cannot now, `Trouble`."""
        if user not in self._people:
            try:
                found = self._api.read("users.info", user=user).get("user")
            except Trouble as trouble:
                if isinstance(trouble.failure, Rejected):
                    return user
                raise
            self._people[user] = _name(found if isinstance(found, dict) else {}) or user
        return self._people[user]


def _by_a_person(message: Data) -> bool:
    """Whether a person said it."""
    user = message.get("user")
    is_app = bool(message.get("bot_id") or message.get("app_id"))
    return bool(user) and user != _SLACKBOT and not is_app and message.get("subtype") in _SAID_BY_PEOPLE


def _name(user: Data) -> str:
    """The name of a user as their colleagues see it."""
    profile = user.get("profile")
    of_profile = profile if isinstance(profile, dict) else {}
    said = (of_profile.get("display_name"), of_profile.get("real_name"), user.get("real_name"), user.get("name"))
    return next((name[: v.NAME_MAX] for name in map(one_line, (str(one or "") for one in said)) if name), "")


def _file_name(file: Data) -> str:
    """What a file is called."""
    return one_line(str(file.get("name") or file.get("title") or "without a name"))


def _objects(said: object) -> list[Data]:
    """The objects of a list, if it is one."""
    return [one for one in said if isinstance(one, dict)] if isinstance(said, list) else []


def _moment(ts: object) -> datetime:
    """The moment that a `ts` stands for, to the microsecond. Raises `Trouble` where it is none."""
    found = _TS.fullmatch(str(ts))
    if found is None:
        raise Trouble(Unknown(why=f"Slack gave {ts!r:.40} for a moment"))
    return datetime.fromtimestamp(int(found[1]), UTC) + timedelta(microseconds=int(found[2]))


def _cut(text: str) -> str:
    """No more than a note may hold, cut visibly."""
    return text if len(text) <= v.TEXT_MAX else f"{text[: v.TEXT_MAX - 1]}…"
