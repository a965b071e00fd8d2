"""One mail in one conversation with the server (RFC 5321), step by step, so that it is known how far it came.

The server takes the mail over when it has seen the line with the single dot, and not before. So whatever fails earlier
surely sent nothing; whatever fails later may have.
"""

import contextlib
import smtplib

from attrs import frozen

from incident_fsm.adapters import NotDone, Outcome, Receipt, Rejected, Unknown
from incident_fsm.adapters.email._connection import Connect, quote, trouble

_GO_AHEAD = 354
_PASSING, _LASTING = 4, 5
_TAKEN = 2
_NEEDS_LOGIN = 530
_END = b".\r\n"


@frozen(kw_only=True)
class Mail:
    """A mail ready to go: from whom, to whom, and its bytes, with line ends as mail has them."""

    reference: str
    sender: str
    recipients: tuple[str, ...]
    content: bytes


def send(connect: Connect, mail: Mail) -> Outcome:
    """Send to everybody or to nobody: the server is asked about each recipient before it is given the mail."""
    try:
        connection = connect()
    except OSError as error:  # the root of all that smtplib raises, too
        return trouble(error).outcome
    try:
        try:
            refused = _offer(connection, mail)
        except OSError as error:
            return trouble(error).outcome
        return _finish(connection, mail) if refused is None else refused
    finally:
        leave(connection)


def leave(connection: smtplib.SMTP) -> None:
    """Say goodbye and hang up. What was answered before stays true, whatever becomes of the goodbye."""
    with contextlib.suppress(OSError):
        connection.quit()
    connection.close()


def _offer(connection: smtplib.SMTP, mail: Mail) -> Outcome | None:
    """Everything up to the last byte but the end: None if all went well. The answer to it, if it is a refusal."""
    connection.ehlo_or_helo_if_needed()
    size = [f"SIZE={len(mail.content)}"] if connection.has_extn("size") else []
    code, said = connection.mail(mail.sender, size)
    if code // 100 != _TAKEN:
        return _refusal(code, f"the sender {mail.sender} was refused: {quote(code, said)}")
    refused = {to: reply for to in mail.recipients if (reply := connection.rcpt(to))[0] // 100 != _TAKEN}
    if refused:
        worst = max(code for code, _ in refused.values())
        named = ", ".join(f"{to} ({quote(*reply)})" for to, reply in refused.items())
        return _refusal(worst, f"nothing was sent to anybody, because these were refused: {named}")
    code, said = connection.docmd("DATA")
    if code != _GO_AHEAD:
        return _refusal(code, f"the mail was refused: {quote(code, said)}")
    connection.send(_stuffed(mail.content))
    return None


def _finish(connection: smtplib.SMTP, mail: Mail) -> Outcome:
    """Say that this was all. From here on the server may have the mail, whatever happens to its answer."""
    try:
        connection.send(_END)
        code, said = connection.getreply()
    except OSError as error:
        return Unknown(why=f"the mail was handed over, and the answer was lost: {error}")
    if code // 100 == _TAKEN:
        return Receipt(reference=mail.reference)
    if code // 100 in {_PASSING, _LASTING}:
        return _refusal(code, f"the mail was refused: {quote(code, said)}")
    return Unknown(why=f"the mail was handed over, and the answer is none: {quote(code, said)}")


def _refusal(code: int, why: str) -> NotDone | Rejected:
    """A refusal that lasts is a person's business; any other is tried again."""
    if code == _NEEDS_LOGIN:
        return Rejected(why=f"{why}; set SMTP_USERNAME and SMTP_PASSWORD")
    return Rejected(why=why) if code // 100 == _LASTING else NotDone(why=why)


def _stuffed(content: bytes) -> bytes:
    """Double the dot at the start of a line, so that no line of the mail is its end (RFC 5321 §4.5.2)."""
    return content.replace(b"\r\n.", b"\r\n..")
