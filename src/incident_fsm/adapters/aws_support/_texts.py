"""What is written to AWS, and what is read off what people wrote: subject, bodies, the token, ids and links.

AWS Support shows plain text, so there is nothing to escape. The token is what an earlier attempt is found by: it ends
the subject of a case and the body of a communication, is never cut off, and cannot be forged by the text before it.
"""

import re
from urllib.parse import unquote

from attrs import frozen

from incident_fsm.commands import Command, EscalateSupportCase, OpenSupportCase

SUBJECT_MAX = 250
"""So long may a subject be in Support Center's form. The API's model sets no maximum, so this is to be cautious."""

BODY_MAX = 8000
"""So long may the body of a communication be (API reference, CreateCase, `communicationBody`)."""

CASES = "https://support.console.aws.amazon.com/support/home#/case/history"
"""Where a person finds all cases of the account they are signed in to."""

_CASE = "https://support.console.aws.amazon.com/support/home#/case/?displayId="
_CUT = "…"
_CASE_ID = re.compile(r"case-[0-9A-Za-z-]{6,150}")
_DISPLAY_ID = re.compile(r"\d{6,30}")
_IN_LINK = re.compile(r"[?&](?:displayId|caseId)=(case-[0-9A-Za-z-]{6,150}|\d{6,30})(?![0-9A-Za-z-])")


@frozen
class CaseName:
    """How somebody named a case: by the API's own id, or by the number that Support Center shows."""

    case_id: str = ""
    display_id: str = ""


def token(command: Command) -> str:
    """What marks the command's result. The command's id begins with the incident's."""
    return f"[{command.id}]"


def subject(command: OpenSupportCase) -> str:
    """The title of a case, the token last. Only the summary is ever cut."""
    mark = token(command)
    room = SUBJECT_MAX - len(mark) - 1
    return f"{_cut(_without_tokens(command.summary, command), room)} {mark}"


def case_body(command: OpenSupportCase) -> str:
    """The description of a case."""
    head = f"Incident {command.incident_id}; this case was asked for at {command.requested_at:%Y-%m-%d %H:%M} UTC."
    return _body(command.details, f"{head}\n{token(command)}", command)


def chase_body(command: EscalateSupportCase) -> str:
    """A communication on a case."""
    return _body(command.message, token(command), command)


def holds_token(text: str, command: Command) -> bool:
    """Whether a subject or body is this command's."""
    return token(command) in text


def link(display_id: str) -> str:
    """Where a person finds a case; without its number, the list of cases."""
    return f"{_CASE}{display_id}" if _DISPLAY_ID.fullmatch(display_id) else CASES


def named_case(*said: str) -> CaseName | None:
    """Read off texts and links (the first that tells) which case is meant; None where none does.

    A person may give the API's id, the number in Support Center, or Support Center's link, which holds that number
    under either of two names.
    """
    for text in said:
        plain = unquote(text).strip()
        found = _IN_LINK.search(plain)
        name = found[1] if found else plain
        if _CASE_ID.fullmatch(name):
            return CaseName(case_id=name)
        if _DISPLAY_ID.fullmatch(name):
            return CaseName(display_id=name)
    return None


def _body(text: str, ending: str, command: Command) -> str:
    """Put a body together, within its maximum: the text may be cut, its ending is not."""
    room = BODY_MAX - len(ending) - 2
    return f"{_cut(_without_tokens(text, command), room)}\n\n{ending}"


def _without_tokens(text: str, command: Command) -> str:
    """Take out of a text what looks like a token of this incident: somebody quoted one, and it must mark nothing."""
    return text.replace(f"[{command.incident_id}:", f"({command.incident_id}:")


def _cut(text: str, room: int) -> str:
    """Cut a text to its room, visibly."""
    return text if len(text) <= room else f"{text[: room - len(_CUT)].rstrip()}{_CUT}"
