"""Tests of encryption and login, with a real server and real certificates; and of the secrets of the login."""

import ssl
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.smtp import AuthResult, LoginPassword
from attrs import frozen
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from incident_fsm.adapters import NotDone, Outcome, Receipt, Rejected
from incident_fsm.adapters.email import Security, Settings
from incident_fsm.errors import AdapterError
from incident_fsm.policy_files import load_shipped
from incident_fsm.testing import FrozenClock, drive
from tests.documents.airflow import at
from tests.services.driving import story
from tests.services.fakes.mail import CONTEXT, MEETING, FakeMail, adapter_for, settings_for
from tests.services.fakes.scripted_mail import Scripted

CANARY = "canary-7f3a9c"
SECRETS = {"SMTP_USERNAME": "robot", "SMTP_PASSWORD": CANARY}


def with_login(**replies: str) -> Outcome:
    """The same with the secrets of a login."""
    with Scripted(**replies) as server:
        return adapter_for(settings_for(server.address), SECRETS).deliver(MEETING, CONTEXT)


@frozen
class Trust:
    """A certificate for 127.0.0.1, and who believes it."""

    server: ssl.SSLContext
    client: ssl.SSLContext


@pytest.fixture(scope="module")
def trust(tmp_path_factory: pytest.TempPathFactory) -> Trust:
    """Make one, for a day."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "mail")])
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(now - timedelta(hours=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .sign(key, hashes.SHA256())
    )
    file: Path = tmp_path_factory.mktemp("trust") / "mail.pem"
    secret = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    shown = certificate.public_bytes(serialization.Encoding.PEM)
    file.write_bytes(secret + shown)
    server = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    server.load_cert_chain(file)
    return Trust(server, ssl.create_default_context(cadata=shown.decode()))


def authenticate(_server: Any, _session: Any, _envelope: Any, _mechanism: str, said: Any) -> AuthResult:
    """Know one robot."""
    right = isinstance(said, LoginPassword) and (said.login, said.password) == (b"robot", CANARY.encode())
    return AuthResult(success=right, handled=False)


@pytest.fixture
def starttls(trust: Trust) -> Iterator[FakeMail]:
    """A server that takes no mail without encryption and login."""
    with FakeMail(
        FrozenClock(at(0)),
        tls_context=trust.server,
        require_starttls=True,
        authenticator=authenticate,
        auth_required=True,
    ) as mail:
        yield mail


def encrypted(mail: FakeMail, way: Security = Security.STARTTLS) -> Settings:
    """Settings for a server with encryption."""
    return settings_for(mail.address, security=way)


def test_it_encrypts_logs_in_and_sends(starttls: FakeMail, trust: Trust) -> None:
    """With the certificate verified."""
    adapter = adapter_for(encrypted(starttls), SECRETS, trust.client)
    assert isinstance(adapter.deliver(MEETING, CONTEXT), Receipt)
    assert len(starttls.mails) == 1
    assert [one.problem for one in adapter.check(load_shipped())] == ["", "", "", ""]


def test_it_speaks_tls_from_the_first_byte_where_told_to(trust: Trust) -> None:
    """The other way of encrypting (RFC 8314)."""
    with FakeMail(FrozenClock(at(0)), ssl_context=trust.server) as mail:
        adapter = adapter_for(encrypted(mail, Security.TLS), {}, trust.client)
        assert isinstance(adapter.deliver(MEETING, CONTEXT), Receipt)


def test_a_wrong_password_goes_to_a_person_and_is_not_repeated(starttls: FakeMail, trust: Trust) -> None:
    """It is called what it is, with the names of the two variables."""
    said = adapter_for(encrypted(starttls), {**SECRETS, "SMTP_PASSWORD": "wrong-one"}, trust.client).deliver(
        MEETING, CONTEXT
    )
    assert isinstance(said, Rejected)
    assert "refused the login (535); check SMTP_USERNAME and SMTP_PASSWORD" in said.why
    assert starttls.spoken == []


def test_a_certificate_of_a_stranger_is_not_believed(starttls: FakeMail, trust: Trust) -> None:
    """Neither after STARTTLS nor from the first byte; nothing is said to such a server."""
    said = adapter_for(encrypted(starttls), SECRETS).deliver(MEETING, CONTEXT)
    assert isinstance(said, NotDone)
    assert "certificate" in said.why
    with FakeMail(FrozenClock(at(0)), ssl_context=trust.server) as mail:
        assert isinstance(adapter_for(encrypted(mail, Security.TLS)).deliver(MEETING, CONTEXT), NotDone)
    assert starttls.spoken == []


def test_a_server_without_encryption_or_login_is_not_talked_into_less() -> None:
    """Somebody in the middle could have taken the offer out: nothing is sent, and a person must look."""
    with Scripted() as server:
        for way, environment in ((Security.STARTTLS, {}), (Security.NONE, SECRETS)):
            adapter = adapter_for(settings_for(server.address, security=way), environment)
            said = adapter.deliver(MEETING, CONTEXT)
            assert isinstance(said, Rejected)
            assert "cannot do that" in said.why


@pytest.mark.parametrize(("reply", "kind"), [("454 later", NotDone), ("535 no", Rejected)])
def test_a_refused_login_is_never_told_in_the_servers_words(reply: str, kind: type) -> None:
    """Some repeat what was sent to them, encoded so that no filter would know it."""
    echo = f"{reply}: AHJvYm90AGNhbmFyeS03ZjNhOWM= {CANARY}"
    said = with_login(EHLO="250-hello\r\n250 AUTH PLAIN", AUTH=echo)
    assert isinstance(said, kind)
    assert "AHJvYm90" not in str(said)
    assert CANARY not in str(said)


def test_a_login_by_a_way_that_we_do_not_know_goes_to_a_person() -> None:
    """There is nothing to wait for."""
    said = with_login(EHLO="250-hello\r\n250 AUTH XOAUTH2")
    assert isinstance(said, Rejected)
    assert "no login that we know" in said.why


@pytest.mark.parametrize(
    ("environment", "problem"),
    [
        ({"SMTP_USERNAME": "robot"}, "needs SMTP_PASSWORD"),
        ({"SMTP_PASSWORD": CANARY}, "needs SMTP_USERNAME"),
        ({"SMTP_USERNAME": "robot", "SMTP_PASSWORD": f"{CANARY}ü"}, "is not ASCII"),
    ],
)
def test_half_a_login_is_none(environment: Mapping[str, str], problem: str) -> None:
    """It is said before anybody is called, and by the check as well."""
    adapter = adapter_for(settings_for(("127.0.0.1", 1)), environment)
    with pytest.raises(AdapterError, match=problem) as caught:
        adapter.deliver(MEETING, CONTEXT)
    assert CANARY not in str(caught.value)
    assert any(problem in one.problem for one in adapter.check(load_shipped()))


def test_a_password_is_never_sent_in_the_clear() -> None:
    """Not even tried: the other machine is not called."""
    open_air = settings_for(("192.0.2.1", 25), security_team=())
    with pytest.raises(AdapterError, match="in the clear"):
        adapter_for(open_air, SECRETS).deliver(MEETING, CONTEXT)


def test_the_password_is_in_no_repr_error_or_journal(starttls: FakeMail, trust: Trust) -> None:
    """Told or not, whatever is stored or shown."""
    clock = FrozenClock(at(0))
    for known in (trust.client, None):
        adapter = adapter_for(encrypted(starttls), SECRETS, known)
        driven = drive(adapter, starttls, clock, events=story())
        assert CANARY not in repr([record for one in driven.settled for record in (one.record, one.command)])
        assert CANARY not in repr((adapter, vars(adapter), adapter.check(load_shipped())))
