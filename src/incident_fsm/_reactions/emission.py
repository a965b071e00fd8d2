"""The commands of one step in the making, and the reactions that do nothing."""

from collections.abc import Callable
from typing import Any

from incident_fsm._incident import Draft, Incident
from incident_fsm._reactions import making as make
from incident_fsm._values import Audience, Kind
from incident_fsm.commands import Command, Head, PostToThread, command_id
from incident_fsm.policy import Policy

Evolve = Callable[[Draft, Any, Policy], None]
"""Writes what an accepted event changes into the draft of the next snapshot."""


def narrowed(audience: Audience, incident: Incident) -> Audience:
    """Give an audience that is no wider than the incident's."""
    widest = incident.audience
    return audience if widest is Audience.PUBLIC or audience.within(widest) else widest


class Emission:
    """The commands of one step in the making."""

    __slots__ = ("after", "before", "commands", "event", "policy")

    def __init__(self, before: Incident | None, after: Incident, event: Any, policy: Policy) -> None:  # noqa: ANN401  each emit_… annotates its own event
        self.before = before
        self.after = after
        self.event = event
        self.policy = policy
        self.commands: list[Command] = []

    def head(self, audience: Audience = Audience.TEAM) -> Head:
        """Number the next command, and narrow its audience to the incident's."""
        after = self.after
        return {
            "id": command_id(after.id, after.revision, len(self.commands)),
            "incident_id": after.id,
            "kind": after.kind,
            "audience": narrowed(audience, after),
            "requested_at": self.event.at,
        }

    @property
    def tells(self) -> bool:
        """Whether the outside is told as things happen: not for what is recorded afterwards."""
        return self.after.kind is not Kind.BACKFILLED

    def say(self, text: str) -> str:
        """Mark a text as a drill's if it is one."""
        return f"DRILL: {text}" if self.after.kind is Kind.DRILL and text else text

    @property
    def channel(self) -> str:
        """Where the incident is talked about: the team's channel, or the narrow one."""
        restricted = self.after.audience is Audience.RESTRICTED
        return self.policy.security.channel if restricted else self.policy.thread.channel

    def post(self, text: str) -> None:
        """Say something in the thread, once there is one (§3.2). Before that, the journal keeps it."""
        after = self.after
        kind = after.kind
        live = kind is Kind.LIVE
        if after.has_thread and (live or self.tells):
            # Most steps post, and do little else: so this one command is written out, with what `head` says of others,
            # and the rules for other kinds of incident are asked where it is of another kind.
            post = make.blank_post()
            post.id = command_id(after.id, after.revision, len(self.commands))
            post.incident_id = after.id
            post.kind = kind
            post.audience = narrowed(Audience.TEAM, after)
            post.requested_at = self.event.at
            post.channel = self.channel
            post.text = text if live else self.say(text)
            post.author = self.event.by
            post.__class__ = PostToThread
            self.commands.append(post)


Emit = Callable[[Emission], None]
"""Adds the commands of an accepted event to an emission."""


def nothing_changes(_draft: Draft, _event: object, _policy: Policy) -> None:
    """The event is remembered by the journal alone."""


def nothing_to_do(_emission: Emission) -> None:
    """Nothing is to be done outside."""
