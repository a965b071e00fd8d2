"""Who sent it? Checks on the bytes of a webhook as they came, before anything looks into them.

Several secrets may be valid at a time, while one is exchanged for another. Where none is configured, everything is
refused: an open door must be asked for elsewhere. Comparisons take the same time whether or not they match.

Neither check knows old from new: PagerDuty signs no time, and Alertmanager sends the same token always. A request that
is sent again is harmless all the same, because the events that come of it have the same ids.
"""

import hashlib
import hmac
from collections.abc import Iterable

_VERSION = b"v1="
_SCHEME = b"bearer"


def signed_by_pagerduty(body: bytes, header: str | bytes | None, secrets: Iterable[str]) -> bool:
    """Whether `X-PagerDuty-Signature` holds, for the raw body, a signature with one of the secrets.

    The header holds one signature for each of PagerDuty's own secrets, like `v1=5ae9…,v1=0cf1…` (lower-case hexadecimal
    HMAC-SHA256); other versions than v1 are not looked at. Source: "Verifying Signatures" of PagerDuty's developer
    documentation.
    """
    given = [said.strip() for said in _bytes(header).split(b",")]
    matches = [
        hmac.compare_digest(_VERSION + hmac.new(secret, body, hashlib.sha256).hexdigest().encode(), said)
        for secret in _some(secrets)
        for said in given
    ]
    return any(matches)


def bears_token(header: str | bytes | None, tokens: Iterable[str]) -> bool:
    """Whether `Authorization` is `Bearer` with one of the tokens, as Alertmanager's `http_config` sends it."""
    scheme, _, said = _bytes(header).strip().partition(b" ")
    # Compared by digest, so that not even the length of a token shows.
    given = hashlib.sha256(said.strip()).digest()
    matches = [hmac.compare_digest(hashlib.sha256(token).digest(), given) for token in _some(tokens)]
    return any(matches) and scheme.lower() == _SCHEME


def _bytes(header: str | bytes | None) -> bytes:
    """Take a header as bytes: `compare_digest` refuses text that is not ASCII, which anybody can send."""
    return header.encode(errors="surrogatepass") if isinstance(header, str) else header or b""


def _some(secrets: Iterable[str]) -> list[bytes]:
    """Take the secrets that are not empty: an empty one, as of a variable that is not set, would let everybody in."""
    if isinstance(secrets, str | bytes):
        raise TypeError("give a list of secrets, not one: each of its letters would be a secret")
    return [secret.encode(errors="surrogateescape") for secret in secrets if secret.strip()]
