"""Signatures of webhooks: `sign` is what the adapter does, `verify` is for whoever receives.

    X-Incident-Fsm-Id: INC-7:14:2
    X-Incident-Fsm-Timestamp: 1782288000
    X-Incident-Fsm-Signature: v1=<HMAC-SHA256, hexadecimal, of "v1:{timestamp}:{raw body}">

The raw bytes of the body are signed, so verify them before anything parses them. What is signed together with the time
cannot be sent again later; what is sent again within the window has the same `id` in its body, which a receiver keeps
and compares. (The id in the header is not signed. It is there for logs.)

To change the secret without a gap: have the receiver accept both, `verify((new, old), …)`, then give the sender the new
one, then forget the old.
"""

import hashlib
import hmac
import re
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from attrs import frozen

ID = "X-Incident-Fsm-Id"
TIMESTAMP = "X-Incident-Fsm-Timestamp"
SIGNATURE = "X-Incident-Fsm-Signature"

TOLERANCE = timedelta(seconds=300)
"""How far the clocks of sender and receiver may be apart, the way included."""

_SCHEME = "v1"
_SECONDS = re.compile(r"[0-9]{1,12}", re.ASCII)
_SIGNATURES_MAX = 10

Key = str | bytes
"""A secret. Text is taken as UTF-8."""


@frozen
class Verdict:
    """Whether a webhook is genuine: true if so. Otherwise `reason` says why not, without any secret."""

    reason: str = ""

    def __bool__(self) -> bool:
        """Whether it is genuine."""
        return not self.reason


def sign(secret: Key, timestamp: int, body: bytes) -> str:
    """The signature's header, for a time in seconds since 1970. Raises `ValueError` for an empty secret."""
    key = _bytes(secret)
    if not key.strip():
        raise ValueError("the secret is empty: anybody could sign with it")
    return f"{_SCHEME}={hmac.new(key, b'%s:%d:%s' % (_SCHEME.encode(), timestamp, body), hashlib.sha256).hexdigest()}"


def verify(
    secrets: Sequence[Key],
    headers: Mapping[str, str],
    body: bytes,
    now: datetime,
    tolerance: timedelta = TOLERANCE,
) -> Verdict:
    """Judge a webhook by its headers (in whatever case) and raw body; `now` is the receiver's time, with its zone.

    Any one of `secrets` will do. Where there is none, nothing is genuine. The time is looked at last, so that an old
    one is only told apart from a forged one to whoever could sign.
    """
    if isinstance(secrets, str | bytes):
        raise TypeError("secrets are several; give (secret,)")
    if now.utcoffset() is None:
        raise ValueError(f"{now} has no time zone; give datetime.now(UTC)")
    keys = [key for key in map(_bytes, secrets) if key.strip()]
    if not keys:
        return Verdict("no secret is configured, so nothing can be believed")
    folded = {name.lower(): value for name, value in headers.items()}
    said, signatures = folded.get(TIMESTAMP.lower(), "").strip(), folded.get(SIGNATURE.lower(), "")
    if not _SECONDS.fullmatch(said):
        return Verdict(f"{TIMESTAMP} is missing, or no number of seconds")
    given = [one.strip() for one in signatures.split(",", _SIGNATURES_MAX)[:_SIGNATURES_MAX]]
    known = [one for one in given if one.startswith(f"{_SCHEME}=")]
    if not known:
        return Verdict(f"{SIGNATURE} is missing, or holds no {_SCHEME}=…")
    if not _any_matches(keys, int(said), body, known):
        return Verdict("the signature does not match: another secret, or the body was changed on its way")
    if abs(timedelta(seconds=int(said)) - timedelta(seconds=now.timestamp())) > tolerance:
        return Verdict(f"signed at {said}, which is more than {tolerance.total_seconds():g} s from now")
    return Verdict()


def _any_matches(keys: Sequence[bytes], timestamp: int, body: bytes, given: Sequence[str]) -> bool:
    """Compare in constant time, and as bytes: `compare_digest` refuses text that is not ASCII with an exception."""
    matches = [
        hmac.compare_digest(sign(key, timestamp, body).encode(), one.encode("utf-8", "replace"))
        for key in keys
        for one in given
    ]
    return any(matches)


def _bytes(secret: Key) -> bytes:
    """A secret's bytes. One from the environment may hold what is not UTF-8, which Python keeps as surrogates."""
    return secret.encode("utf-8", "surrogateescape") if isinstance(secret, str) else secret


__all__ = ["ID", "SIGNATURE", "TIMESTAMP", "TOLERANCE", "Key", "Verdict", "sign", "verify"]
