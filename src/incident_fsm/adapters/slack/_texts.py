"""What is posted for each command: plain text in Slack's mrkdwn, in which nothing that others wrote does anything.

"&", "<" and ">" are escaped, as Slack asks for: without them there is no mention, no link with another's text, no call
of a whole channel. The only mentions are those that we write, of people in the settings. Texts are cut visibly to what
Slack shows as one message; the incident's timeline has the whole.
"""

from collections.abc import Iterable
from itertools import accumulate

from incident_fsm import _values as v
from incident_fsm import commands as c
from incident_fsm.adapters import Context
from incident_fsm.adapters.slack._settings import Settings, channel_name
from incident_fsm.documents.text import one_line, printable
from incident_fsm.documents.times import when
from incident_fsm.policy import Policy

TEXT_MAX = 4_000
"""No message is longer than this, escapes included: Slack would split or cut it, and one command is one message."""

_TITLE_MAX, _ROLES_MAX, _NAME_MAX = 1_200, 1_200, 500
_ENTITIES = {"&": "&amp;", "<": "&lt;", ">": "&gt;"}


def text_of(command: c.Command, context: Context, settings: Settings) -> str:
    """Write the message of a command."""
    match command:
        case c.OpenThread():
            return _opening(command, context.policy, settings)
        case c.PostToThread():
            return _headed(f"{_name(command.author)}: ", command.text)
        case c.EscalateSupportCase():
            return _headed(_about_case(command, context), command.message)
        case c.Remind():
            return _reminder(command, context.policy, settings)
        case _:
            raise TypeError(f"{type(command).__name__} is no message")


def escape(text: str, room: int = TEXT_MAX) -> str:
    """Show a text and do nothing else, in no more characters than `room`, cut visibly and never within an escape."""
    whole = [_ENTITIES.get(character, character) for character in printable(text)]
    if sum(map(len, whole)) <= room:
        return "".join(whole)
    ends = accumulate(map(len, whole))
    return f"{''.join(shown for shown, end in zip(whole, ends, strict=True) if end < room)}…"


def _name(said: str) -> str:
    """A name or the like, on one line."""
    return escape(one_line(said), _NAME_MAX)


def _headed(head: str, text: str) -> str:
    """A text behind its head, which is short and escaped already."""
    return head + escape(text, TEXT_MAX - len(head))


def _opening(command: c.OpenThread, policy: Policy, settings: Settings) -> str:
    """The starting message of the thread (§3.1): its title on the first line, what is known, who does what."""
    title = escape(one_line(command.title), _TITLE_MAX)
    roles = _roles(command.roles, policy, settings)
    room = TEXT_MAX - len(title) - len(roles) - len("\n\n\n\n")
    return "\n\n".join(part for part in (title, escape(command.text, room), roles) if part)


def _roles(holders: Iterable[v.RoleHolder], policy: Policy, settings: Settings) -> str:
    """Who does what, a line each; those of whom Slack knows are mentioned."""
    lines: list[str] = []
    length = 0
    for holder in holders:
        role = policy.role(holder.role)
        person = settings.mention(holder.person) or _name(holder.person)
        line = f"{_name(role.name if role else holder.role)}: {person}"
        length += len(line) + 1
        if length > _ROLES_MAX:
            return "\n".join((*lines, "…"))
        lines.append(line)
    return "\n".join(lines)


def _about_case(command: c.EscalateSupportCase, context: Context) -> str:
    """Which case it is about, by its own reference. It may have come only after the command was written."""
    known = context.incident.case(command.case)
    reference = command.reference or (known.reference if known else "")
    account = f" in account {_name(command.account)}" if command.account else ""
    case = f"Support case {_name(reference)}" if reference else "Our support case"
    return f"{case}{account}: "


def _reminder(command: c.Remind, policy: Policy, settings: Settings) -> str:
    """Whom it is for, of which incident, what and since when. A channel is not named: it is where this is said."""
    channels = {channel_name(policy.thread.channel), channel_name(policy.security.channel)}
    is_person = channel_name(command.who) not in channels
    who = (settings.mention(command.who) or _name(command.who)) if is_person else ""
    tail = f" (it was due {when(command.due.astimezone(policy.calendar.zone))})"
    head = f"{who}: " if who else ""
    head += f"Reminder about {_name(command.incident_id)}: "
    return head + escape(command.text, TEXT_MAX - len(head) - len(tail)) + tail
