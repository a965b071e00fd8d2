"""Which credentials a case is opened with, what settings may say, and that no credential is ever shown."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import boto3
import botocore.session
import pytest
from botocore.credentials import CredentialResolver

from incident_fsm._secrets import scrub
from incident_fsm.adapters import AdapterSettings, NotDone, Receipt, Rejected, Unknown
from incident_fsm.adapters.aws_support import AwsSupportAdapter, Settings, from_settings
from incident_fsm.adapters.aws_support._accounts import AccountClients, new_session, tamed_client
from incident_fsm.commands import OpenSupportCase
from incident_fsm.errors import AdapterError
from incident_fsm.testing import Fault, FrozenClock, drive
from tests.documents.airflow import Told, at, beginning, middle, tell
from tests.services.fakes.aws_support import (
    ACCOUNT,
    ELSEWHERE,
    SECRET,
    SESSION_TOKEN,
    FakeAwsSupport,
    Refused,
    clients_of,
    session,
)

ROLE = f"arn:aws:iam::{ACCOUNT}:role/incident-support"


@pytest.fixture(name="fake")
def a_fake() -> Iterator[FakeAwsSupport]:
    """A fake that listens, at the time of the story's end."""
    with FakeAwsSupport(FrozenClock(at(200))) as fake:
        yield fake
        assert fake.complaints == []


def _told() -> tuple[Told, OpenSupportCase]:
    """An incident, and its command for a case."""
    told = tell((*beginning(), *middle()))
    return told, next(one for one in told.commands if isinstance(one, OpenSupportCase))


def _clients(fake: FakeAwsSupport, ways: dict[str, str], started: list[str] | None = None) -> AccountClients:
    """Clients on a fake; the desk's own credentials are those of another account than the one affected."""

    def start(profile: str) -> boto3.Session:
        if started is not None:
            started.append(profile)
        return session(ACCOUNT if profile == "production" else ELSEWHERE)

    return AccountClients(ways, "desk", session=start, client=clients_of(fake.url))


# ── Accounts ─────────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("way", [ROLE, "production"], ids=["role", "profile"])
def test_a_case_is_opened_in_the_account_affected(fake: FakeAwsSupport, way: str) -> None:
    """§4: in the account affected, whatever account the desk itself belongs to."""
    told, command = _told()
    clients = _clients(fake, {ACCOUNT: way})
    receipt = AwsSupportAdapter(clients).deliver(command, told.context)
    assert isinstance(receipt, Receipt)
    assert [case.account for case in fake.cases] == [ACCOUNT]
    assert clients.identity(ACCOUNT) == ACCOUNT


def test_without_an_account_and_with_an_empty_way_the_desk_s_own_credentials_serve(fake: FakeAwsSupport) -> None:
    """Those of the default profile."""
    started: list[str] = []
    clients = _clients(fake, {ELSEWHERE: ""}, started)
    assert clients.identity("") == ELSEWHERE
    assert clients.identity(ELSEWHERE) == ELSEWHERE
    assert started == ["desk", "desk"]


def test_a_role_is_assumed_once_and_again_before_it_expires(fake: FakeAwsSupport) -> None:
    """Its session is kept, and botocore renews what is about to run out."""
    clients = _clients(fake, {ACCOUNT: ROLE})
    for _ in range(3):
        clients(ACCOUNT).describe_severity_levels()
    assert fake.roles == [ROLE]
    fake.role_seconds = 60
    expiring = _clients(fake, {ACCOUNT: ROLE})
    fake.roles.clear()
    for _ in range(2):
        expiring(ACCOUNT).describe_severity_levels()
    assert len(fake.roles) > 1


def test_credentials_that_do_not_renew_themselves_are_read_anew_each_time(fake: FakeAwsSupport) -> None:
    """Somebody may have renewed them in their file since."""
    started: list[str] = []
    clients = _clients(fake, {ACCOUNT: "production"}, started)
    clients(ACCOUNT)
    clients(ACCOUNT)
    assert started == ["production", "production"]


def test_an_account_may_be_written_as_the_console_shows_it(fake: FakeAwsSupport) -> None:
    """1234-5678-9012 is 123456789012."""
    assert _clients(fake, {ACCOUNT: "production"}).identity(" 1234-5678-9012 ") == ACCOUNT


def test_an_account_that_nobody_configured_is_refused_before_anything_is_sent(fake: FakeAwsSupport) -> None:
    """Never in another account than the one affected: the error says what to add."""
    told, command = _told()
    adapter = AwsSupportAdapter(_clients(fake, {ELSEWHERE: "production"}))
    for ask in (adapter.deliver, adapter.find):
        with pytest.raises(AdapterError, match=rf"knows no account '{ACCOUNT}'; there are {ELSEWHERE}; add it to"):
            ask(command, told.context)
    assert fake.requests == []


def test_without_any_credentials_nothing_is_sent() -> None:
    """The error names the environment's variables, not their values."""
    core = botocore.session.get_session()
    core.register_component("credential_provider", CredentialResolver([]))
    clients = AccountClients({}, session=lambda _: boto3.Session(botocore_session=core))
    with pytest.raises(AdapterError, match="finds no AWS credentials; set AWS_PROFILE or AWS_ACCESS_KEY_ID"):
        clients("")


def test_a_role_that_may_not_be_assumed_is_rejected_by_name_of_the_action(fake: FakeAwsSupport) -> None:
    """Nothing was sent to AWS Support; a search leaves it to a person."""
    told, command = _told()
    fake.refuse["AssumeRole"] = Refused("AccessDenied", "is not authorized to perform: sts:AssumeRole", 403)
    adapter = AwsSupportAdapter(_clients(fake, {ACCOUNT: ROLE}))
    outcome = adapter.deliver(command, told.context)
    assert isinstance(outcome, Rejected)
    assert f"the credentials for the account {ACCOUNT} may not do sts:AssumeRole; allow it" in outcome.why
    found = adapter.find(command, told.context)
    assert isinstance(found, Unknown)
    assert found.ask_person


@pytest.mark.parametrize("fault", [Fault.UNREACHED, Fault.BROKEN, Fault.HALF, Fault.UNAVAILABLE])
def test_a_role_that_cannot_be_assumed_now_is_tried_later(fake: FakeAwsSupport, fault: Fault) -> None:
    """Whatever STS did, no case was opened: surely not done, and no doubt."""
    told, command = _told()
    adapter = AwsSupportAdapter(_clients(fake, {ACCOUNT: ROLE}))
    fake.order([fault])
    assert isinstance(adapter.deliver(command, told.context), NotDone)
    fake.order([fault])
    found = adapter.find(command, told.context)
    assert isinstance(found, Unknown)
    assert not found.ask_person
    assert isinstance(adapter.deliver(command, told.context), Receipt)


def test_a_profile_that_is_not_there_is_rejected() -> None:
    """A person must mend it, and is told its name."""
    told, command = _told()
    adapter = AwsSupportAdapter(AccountClients({ACCOUNT: "no-such-profile-anywhere"}))
    outcome = adapter.deliver(command, told.context)
    assert isinstance(outcome, Rejected)
    assert "no-such-profile-anywhere" in outcome.why


def test_our_clients_send_once_and_to_where_aws_support_lives() -> None:
    """One attempt, 5 s to connect, 10 s for an answer; a session's region is obeyed, its absence no fault."""
    client = tamed_client(session(), "support")
    config = client.meta.config
    assert config.retries["total_max_attempts"] == 1
    assert (config.connect_timeout, config.read_timeout) == (5, 10)
    assert client.meta.endpoint_url == "https://support.us-east-1.amazonaws.com"
    assert new_session("").profile_name == "default"


# ── Settings ─────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_settings_are_read_without_asking_aws_anything(tmp_path: Path) -> None:
    """No network, no credentials: only the table."""
    table = {
        "third_parties": ["aws"],
        "accounts": {ACCOUNT: ROLE, "sandbox": "sandbox-profile", ELSEWHERE: ""},
        "severity_code": "urgent",
        "cc_email_addresses": ["oncall@example.org"],
        "settle_seconds": 90,
    }
    adapter = from_settings(AdapterSettings(folder=tmp_path, table=table, environment={}))
    assert isinstance(adapter, AwsSupportAdapter)
    assert adapter.settings.severity_code == "urgent"
    assert adapter.settle.total_seconds() == 90
    assert from_settings(AdapterSettings(folder=tmp_path, environment={})).name == "aws_support"


@pytest.mark.parametrize(
    ("table", "words"),
    [
        ({"secret_access_key": SECRET}, "unknown: 'secret_access_key'"),
        ({"third_parties": []}, "is empty"),
        ({"third_parties": ["AWS Support"]}, "not an identifier"),
        ({"accounts": {ACCOUNT: "arn:aws:iam::1:user/ada"}}, "is no ARN of a role"),
        ({"accounts": {ACCOUNT: f"arn:aws:iam::{ELSEWHERE}:role/x"}}, f"is a role of the account {ELSEWHERE}"),
        ({"accounts": {"": "x"}}, "is empty"),
        ({"severity_code": "sev1"}, "use one of low, normal, high, urgent, critical"),
        ({"issue_type": "billing"}, "use one of technical, customer-service"),
        ({"cc_email_addresses": ["Ada"]}, "is no mail address"),
        ({"cc_email_addresses": [f"a{n}@example.org" for n in range(11)]}, "has 11 items"),
        ({"settle_seconds": 301}, "301 seconds are too many"),
        ({"settle_seconds": -1}, "is not a count"),
        ({"restricted": "yes"}, "is str, not bool"),
    ],
)
def test_wrong_settings_are_refused_at_once(tmp_path: Path, table: dict[str, Any], words: str) -> None:
    """With what is wrong; and what was put there by mistake is not repeated."""
    with pytest.raises(AdapterError) as caught:
        from_settings(AdapterSettings(folder=tmp_path, table=table, environment={}))
    assert words in str(caught.value)
    assert "mend [aws_support] in adapters.toml" in str(caught.value)
    assert SECRET not in str(caught.value)


def test_every_fault_of_the_settings_is_told_at_once(tmp_path: Path) -> None:
    """Every wrong type and every unknown key, not one at a time."""
    table = {"settle_seconds": "60", "restricted": "yes", "region": "eu-west-2"}
    with pytest.raises(AdapterError, match=r"settle_seconds.*restricted|restricted.*settle_seconds"):
        from_settings(AdapterSettings(folder=tmp_path, table=table, environment={}))


# ── Secrets ──────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_what_the_environment_holds_is_kept_out_of_texts(tmp_path: Path) -> None:
    """Short ones too, that do not look like AWS's."""
    environment = {"AWS_SECRET_ACCESS_KEY": "short-canary-1", "AWS_SESSION_TOKEN": "short-canary-2"}
    adapter = from_settings(AdapterSettings(folder=tmp_path, environment=environment))
    assert scrub("short-canary-1 and short-canary-2") == "*** and ***"
    assert "canary" not in repr(adapter)
    assert "canary" not in repr(vars(adapter))


def test_no_credential_reaches_the_journal_whatever_aws_quotes(fake: FakeAwsSupport) -> None:
    """A whole incident, with AWS quoting secret and token in every error it has."""
    quoted = f"should have been 'x-amz-security-token:{SESSION_TOKEN}' not {SECRET}"
    told, _ = _told()
    for code in ("UnrecognizedClientException", "ValidationException", "InternalServerError", "ThrottlingException"):
        fake.refuse["CreateCase"] = Refused(code, quoted, 500 if code == "InternalServerError" else 400)
        adapter = AwsSupportAdapter(_clients(fake, {ACCOUNT: ROLE}), Settings(settle_seconds=0))
        desk = drive(adapter, fake, FrozenClock(at(0)), events=[entry.event for entry in told.timeline]).desk
        kept = repr((desk.outbox(), desk.incident(told.incident.id), desk.timeline(told.incident.id), adapter))
        assert code in kept
        assert SECRET not in kept
        assert SESSION_TOKEN[:24] not in kept
