"""What an endpoint's answer means. Nothing in it is believed before it was looked at."""

from datetime import datetime
from http import HTTPStatus
from typing import Any
from urllib.parse import urlsplit

from incident_fsm._values import Reference
from incident_fsm.adapters import Absent, Finding, Outcome, Receipt, Rejected, Unknown
from incident_fsm.adapters._http import refusal, retry_after
from incident_fsm.adapters.webhook._sending import BYTES_MAX, Answer
from incident_fsm.codec import parse_json
from incident_fsm.documents.text import one_line
from incident_fsm.errors import CodecError, InvalidValue

_SAID_MAX = 160

_MOVED = {HTTPStatus.MOVED_PERMANENTLY, HTTPStatus.TEMPORARY_REDIRECT, HTTPStatus.PERMANENT_REDIRECT}
"""Nothing was done here: it shall be sent elsewhere. (After 302 and 303 it may have been: forms are answered so.)"""

_NOT_ALLOWED = {HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN}

_SIGNATURE = "check that the endpoint knows the secret in WEBHOOK_SECRET, and that both clocks are right"
_REMEDIES: dict[int, str] = {
    HTTPStatus.UNAUTHORIZED: _SIGNATURE,
    HTTPStatus.FORBIDDEN: _SIGNATURE,
    HTTPStatus.NOT_FOUND: "check `url` in adapters.toml",
    HTTPStatus.METHOD_NOT_ALLOWED: "check `url` in adapters.toml: commands are sent with POST",
}


def outcome(answer: Answer, command_id: str, now: datetime) -> Outcome:
    """What an answer to a command means. Every 2xx says that it is done."""
    if HTTPStatus.OK <= answer.status < HTTPStatus.MULTIPLE_CHOICES:
        return _receipt(answer, command_id)
    if answer.status in _MOVED:
        where = one_line(answer.header("location"))[:_SAID_MAX]
        return Rejected(why=f"{answer.status}: moved to {where}, and redirects are not followed; set `url` to that")
    why = "; ".join(said for said in (_said(answer), _REMEDIES.get(answer.status)) if said)
    return refusal(answer.status, why, answer.headers, now)


def finding(answer: Answer, command_id: str, now: datetime) -> Finding:
    """What an answer to a lookup means.

    It must name the command's id to be believed: a proxy's own 404, or a page that is shown for every address, knows
    nothing of commands.
    """
    if answer.status in _NOT_ALLOWED:
        return Unknown(why=f"the lookup was refused: {answer.status}; {_SIGNATURE}", ask_person=True)
    try:
        data = _json(answer)
    except ValueError as error:
        data, why = None, f"; {error}"
    else:
        why = ""
    knows = isinstance(data, dict) and data.get("id") == command_id
    if knows and answer.status == HTTPStatus.OK:
        return _receipt(answer, command_id)
    if knows and answer.status == HTTPStatus.NOT_FOUND:
        return Absent()
    said = f'the lookup answered {answer.status} without "id": "{command_id}" in JSON{why}'
    return Unknown(why=said, wait=retry_after(answer.headers, now))


def _receipt(answer: Answer, command_id: str) -> Receipt | Unknown:
    """The receipt that an answer holds; without one, the command's id.

    What is no receipt, though it was meant to be one, is a mistake in the endpoint, which the next attempt would meet
    again: a person must look, and see that it was done.
    """
    try:
        data = _json(answer)
    except ValueError as error:
        return Unknown(why=f"answered {answer.status}, but {error}")
    if not isinstance(data, dict):
        return Receipt(reference=command_id)
    done = f"answered {answer.status}, so it was done, but its receipt is no use"
    try:
        found = Reference(reference=data.get("reference") or "", link=data.get("link") or "")
    except InvalidValue as error:
        return Unknown(why=f"{done}: {error}", ask_person=True)
    if found.link and not _is_secure(found.link):
        return Unknown(why=f"{done}: {found.link!r:.120} is no https address", ask_person=True)
    return Receipt(reference=found.reference or command_id, link=found.link)


def _json(answer: Answer) -> Any:  # noqa: ANN401  JSON is what it is
    """An answer as JSON; None where it is none. Raises `ValueError` where it says that it is JSON and is not."""
    kind = answer.header("content-type").partition(";")[0].strip().lower()
    if not answer.content.strip() or not (kind == "application/json" or kind.endswith("+json")):
        return None
    if answer.cut:
        raise ValueError(f"the answer is longer than {BYTES_MAX} bytes")
    try:
        return parse_json(answer.content.decode(), "the answer")
    except CodecError as error:
        raise ValueError(str(error)) from None
    except UnicodeDecodeError:
        raise ValueError("the answer is not UTF-8") from None


def _is_secure(link: str) -> bool:
    """Whether a link is one that a browser opens over https."""
    try:
        parts = urlsplit(link)
        return parts.scheme == "https" and bool(parts.hostname) and link.isprintable() and " " not in link
    except ValueError:
        return False


def _said(answer: Answer) -> str:
    """The beginning of what the endpoint said, on one line. Whoever stores or shows it takes the secrets out."""
    words = one_line(answer.content[: 4 * _SAID_MAX].decode("utf-8", "replace"))
    return f"{words[: _SAID_MAX - 1]}…" if len(words) > _SAID_MAX else words
