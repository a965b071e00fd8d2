"""Who may tell us something."""

import hashlib
import hmac
from collections.abc import Iterable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from incident_fsm.alerts.signatures import bears_token, signed_by_pagerduty
from tests.alerts.payloads import SECRET, TOKEN, pagerduty

BODY = pagerduty()


def signature(secret: str = SECRET, body: bytes = BODY) -> str:
    """What PagerDuty would send."""
    return "v1=" + hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()


def test_a_signature_is_what_any_tool_computes() -> None:
    """Checked against `printf hello | openssl dgst -sha256 -hmac secret`."""
    known = "v1=88aab3ede8d3adf94d26ab90d3bafd4a2083070c3bcce9c014ee04a443847c0b"
    assert signed_by_pagerduty(b"hello", known, ["secret"])


@pytest.mark.parametrize(
    ("header", "secrets"),
    [
        (signature(), [SECRET]),
        (signature().encode(), [SECRET]),
        (f"{signature('old')},{signature()}", [SECRET]),
        (f"v0=abc, {signature()}", [SECRET]),
        (signature(), ["new", SECRET]),
        (signature("ключ"), ["ключ"]),
    ],
)
def test_one_good_signature_is_enough(header: str | bytes, secrets: list[str]) -> None:
    """PagerDuty signs with each of its secrets, and we may know several, while one is exchanged for another."""
    assert signed_by_pagerduty(BODY, header, secrets)


@pytest.mark.parametrize(
    ("header", "secrets"),
    [
        (None, [SECRET]),
        ("", [SECRET]),
        ("v1=", [SECRET]),
        (signature("other"), [SECRET]),
        (signature(body=BODY + b" "), [SECRET]),
        (signature().upper(), [SECRET]),
        (signature().removeprefix("v1="), [SECRET]),
        (signature().replace("v1=", "v2="), [SECRET]),
        (signature() + "é", [SECRET]),
        (signature(), []),
        (signature(""), [""]),
        (signature(" "), [" "]),
    ],
)
def test_anything_else_is_refused(header: str | None, secrets: list[str]) -> None:
    """Changed on the way, of another version, not ASCII; and always where no secret is configured."""
    assert not signed_by_pagerduty(BODY, header, secrets)


@pytest.mark.parametrize("header", [f"Bearer {TOKEN}", f"bearer  {TOKEN} ", f"BEARER {TOKEN}".encode()])
@pytest.mark.parametrize("tokens", [[TOKEN], ["new", TOKEN]])
def test_a_token_opens(header: str | bytes, tokens: list[str]) -> None:
    """As any of several, with the scheme in any case (RFC 9110 §11.1)."""
    assert bears_token(header, tokens)


@pytest.mark.parametrize(
    ("header", "tokens"),
    [
        (None, [TOKEN]),
        ("", [TOKEN]),
        (TOKEN, [TOKEN]),
        (f"Basic {TOKEN}", [TOKEN]),
        (f"Bearer {TOKEN}x", [TOKEN]),
        (f"Bearer {TOKEN[:-1]}", [TOKEN]),
        ("Bearer é\ud800", [TOKEN]),
        (f"Bearer {TOKEN}", []),
        ("Bearer ", [""]),
    ],
)
def test_any_other_token_does_not(header: str | None, tokens: list[str]) -> None:
    """And none where no token is configured."""
    assert not bears_token(header, tokens)


def test_one_secret_in_place_of_a_list_is_a_mistake() -> None:
    """Each of its letters would be a secret."""
    with pytest.raises(TypeError, match="give a list of secrets"):
        signed_by_pagerduty(BODY, signature("c"), SECRET)
    with pytest.raises(TypeError, match="give a list of secrets"):
        bears_token("Bearer c", SECRET)


@given(st.none() | st.text() | st.binary(), st.lists(st.text()))
def test_no_header_and_no_secret_makes_it_fail(header: str | bytes | None, secrets: Iterable[str]) -> None:
    """Anybody can send anything: the answer is yes or no, never an exception."""
    assert not signed_by_pagerduty(BODY, header, secrets)
    assert bears_token(header, secrets) in {True, False}
