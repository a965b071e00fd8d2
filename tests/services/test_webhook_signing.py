"""Tests of `incident_fsm.adapters.webhook.signing`: what a receiver may rely on."""

import hashlib
import hmac
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from incident_fsm.adapters.webhook.signing import ID, SIGNATURE, TIMESTAMP, Key, sign, verify
from incident_fsm.testing.arbitrary import FIRST, LAST

NOW = datetime(2026, 6, 10, 8, 0, tzinfo=UTC)
STAMP = int(NOW.timestamp())
BODY = b'{"v":1}'
SECRET = "s" * 32


def signed(secret: Key = SECRET, stamp: int = STAMP, body: bytes = BODY) -> dict[str, str]:
    """The headers of a genuine webhook."""
    return {ID: "INC-7:14:2", TIMESTAMP: str(stamp), SIGNATURE: sign(secret, stamp, body)}


def test_a_signature_is_what_the_documentation_says() -> None:
    """HMAC-SHA256 over version, time and raw body: receivers in other languages compute it from that sentence."""
    wanted = hmac.new(SECRET.encode(), b'v1:1781078400:{"v":1}', hashlib.sha256).hexdigest()
    assert sign(SECRET, STAMP, BODY) == f"v1={wanted}"


@given(
    st.text(min_size=1).filter(str.strip) | st.binary(min_size=1).filter(bytes.strip),
    st.datetimes(FIRST.replace(tzinfo=None), LAST.replace(tzinfo=None)),
    st.binary(),
)
@example("\udcff secret", NOW.replace(tzinfo=None), b"")
def test_what_was_signed_is_genuine(secret: Key, moment: datetime, body: bytes) -> None:
    """Whatever the secret, the time and the body; in whatever case a server gives the headers."""
    now = moment.replace(tzinfo=UTC)
    headers = signed(secret, int(now.timestamp()), body)
    assert verify((secret,), headers, body, now)
    assert verify((secret,), {name.lower(): value for name, value in headers.items()}, body, now)
    assert verify((secret,), {name.upper(): value for name, value in headers.items()}, body, now)


@given(st.binary(min_size=1), st.data())
def test_any_changed_byte_is_seen(body: bytes, data: st.DataObject) -> None:
    """In the body, the time, the signature or the secret."""
    place = data.draw(st.integers(0, len(body) - 1))
    other = data.draw(st.integers(0, 255).filter(lambda value: value != body[place]))
    headers = signed(body=body)
    assert not verify((SECRET,), headers, body[:place] + bytes([other]) + body[place + 1 :], NOW)
    assert not verify((SECRET,), headers, body + b"\0", NOW)
    assert not verify((SECRET,), {**headers, TIMESTAMP: str(STAMP + 1)}, body, NOW)
    assert not verify((f"{SECRET}x",), headers, body, NOW)
    digit = data.draw(st.integers(3, len(headers[SIGNATURE]) - 1))
    flipped = "0" if headers[SIGNATURE][digit] != "0" else "1"
    forged = headers[SIGNATURE][:digit] + flipped + headers[SIGNATURE][digit + 1 :]
    assert not verify((SECRET,), {**headers, SIGNATURE: forged}, body, NOW)


@pytest.mark.parametrize(
    ("seconds", "genuine"), [(0, True), (299.9, True), (300, True), (300.1, False), (301, False), (1e9, False)]
)
@pytest.mark.parametrize("sign_of", [1, -1])
def test_the_window_is_five_minutes_on_both_sides(seconds: float, genuine: bool, sign_of: int) -> None:  # noqa: FBT001  a table
    """The edge belongs to it; a clock may be slow or fast."""
    verdict = verify((SECRET,), signed(), BODY, NOW + timedelta(seconds=seconds * sign_of))
    assert bool(verdict) is genuine
    assert genuine or "more than 300 s from now" in verdict.reason


def test_the_window_can_be_narrowed() -> None:
    """Whose clocks agree need not wait so long."""
    assert verify((SECRET,), signed(), BODY, NOW + timedelta(seconds=10), timedelta(seconds=10))
    assert not verify((SECRET,), signed(), BODY, NOW + timedelta(seconds=11), timedelta(seconds=10))


def test_while_a_secret_is_changed_both_are_good() -> None:
    """Any of those that the receiver knows, in any order, and no other."""
    for secrets in (("new" * 20, SECRET), (SECRET, "new" * 20), (b"", SECRET.encode())):
        assert verify(secrets, signed(), BODY, NOW)
    assert not verify(("new" * 20, "newer" * 20), signed(), BODY, NOW)


def test_a_sender_may_give_several_signatures() -> None:
    """Another scheme's, or another secret's, beside the one that matches; ten are looked at and no more."""
    good = signed()[SIGNATURE]
    assert verify((SECRET,), {**signed(), SIGNATURE: f"v2=abc, v1=00,{good}"}, BODY, NOW)
    assert not verify((SECRET,), {**signed(), SIGNATURE: ",".join([*["v1=0"] * 10, good])}, BODY, NOW)


@pytest.mark.parametrize("secrets", [(), ("",), (" ", b"\n"), ("", b"")])
def test_without_a_secret_nothing_is_genuine(secrets: tuple[Key, ...]) -> None:
    """Not even what was signed with nothing: an empty variable must not open the door."""
    empty = f"v1={hmac.new(b'', b'v1:%d:%s' % (STAMP, BODY), hashlib.sha256).hexdigest()}"
    for signature in (signed()[SIGNATURE], empty):
        verdict = verify(secrets, {**signed(), SIGNATURE: signature}, BODY, NOW)
        assert not verdict
        assert "no secret is configured" in verdict.reason


@pytest.mark.parametrize("secret", ["", " \n", b""])
def test_nothing_is_signed_without_a_secret(secret: Key) -> None:
    """Anybody could have."""
    with pytest.raises(ValueError, match="empty"):
        sign(secret, STAMP, BODY)


@pytest.mark.parametrize(
    ("changed", "reason"),
    [
        ({TIMESTAMP: ""}, "is missing"),
        ({TIMESTAMP: "soon"}, "no number of seconds"),
        ({TIMESTAMP: "-1"}, "no number of seconds"),
        ({TIMESTAMP: "١٧٨١"}, "no number of seconds"),
        ({TIMESTAMP: "9" * 4_400}, "no number of seconds"),
        ({TIMESTAMP: "999999999999"}, "does not match"),
        ({SIGNATURE: ""}, "is missing"),
        ({SIGNATURE: "sha256=abc"}, "holds no v1="),
        ({SIGNATURE: "v1=Ünicode"}, "does not match"),
        ({SIGNATURE: "v1=\udcff"}, "does not match"),
        ({SIGNATURE: "v1="}, "does not match"),
        ({SIGNATURE: "v1=" + "," * 100_000}, "does not match"),
    ],
)
def test_nonsense_is_refused_with_its_reason(changed: dict[str, str], reason: str) -> None:
    """Whatever stands in the headers: a reason, and no exception. The reason holds no secret."""
    verdict = verify((SECRET,), {**signed(), **changed}, BODY, NOW)
    assert not verdict
    assert reason in verdict.reason
    assert SECRET not in repr(verdict)
    assert not verify((SECRET,), {}, BODY, NOW)


@given(st.dictionaries(st.sampled_from([ID, TIMESTAMP, SIGNATURE, "x"]), st.text()), st.binary())
def test_no_headers_and_no_body_break_it(headers: dict[str, str], body: bytes) -> None:
    """It answers no."""
    assert not verify((SECRET,), headers, body, NOW)


def test_a_far_time_that_was_really_signed_is_only_too_far() -> None:
    """A number of seconds that no calendar holds is compared all the same."""
    assert "from now" in verify((SECRET,), signed(stamp=999_999_999_999), BODY, NOW).reason


def test_a_receiver_that_calls_it_wrongly_is_told() -> None:
    """One text is not several secrets (each letter would be one), and a time needs its zone."""
    with pytest.raises(TypeError, match="several"):
        verify(SECRET, signed(), BODY, NOW)
    with pytest.raises(ValueError, match="no time zone"):
        verify((SECRET,), signed(), BODY, NOW.replace(tzinfo=None))
