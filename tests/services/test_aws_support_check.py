"""What `incident doctor` says of AWS Support; and that the fake is held to AWS's own model."""

import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import boto3
import botocore.session
import pytest
from attrs import evolve
from botocore.credentials import CredentialResolver

from incident_fsm import Policy
from incident_fsm.adapters import Check
from incident_fsm.adapters.aws_support import AwsSupportAdapter, Settings
from incident_fsm.adapters.aws_support._accounts import AccountClients
from incident_fsm.policy_files import load_shipped
from incident_fsm.testing import Fault, FrozenClock
from tests.documents.airflow import at
from tests.services.fakes.aws_support import (
    ACCOUNT,
    ELSEWHERE,
    FakeAwsSupport,
    Refused,
    clients_of,
    faults_of,
    held_to_model,
    service_model,
    session,
)
from tests.services.fakes.server import Request

_HEADERS = {
    "Content-Type": "application/x-amz-json-1.1",
    "X-Amz-Target": "AWSSupport_20130415.CreateCase",
    "Authorization": "AWS4-HMAC-SHA256 Credential=AKIA123456789012/",
}


@pytest.fixture(name="fake")
def a_fake() -> Iterator[FakeAwsSupport]:
    """A fake that listens."""
    with FakeAwsSupport(FrozenClock(at(0))) as fake:
        yield fake
        assert fake.complaints == []


def _check(fake: FakeAwsSupport, policy: Policy | None = None, **changes: Any) -> list[Check]:
    """Check an adapter whose one account is reached by a profile."""
    settings = Settings(**{"accounts": {ACCOUNT: "production"}, **changes})
    clients = AccountClients(settings.accounts, session=lambda _: session(), client=clients_of(fake.url))
    adapter = AwsSupportAdapter(clients, settings, identity_for=clients.identity)
    return list(adapter.check(policy or load_shipped()))


def _problems(checks: list[Check]) -> dict[str, str]:
    """What is wrong, by what was looked at; each with a remedy."""
    assert all(check.remedy for check in checks if check.problem)
    return {check.what: check.problem for check in checks if check.problem}


def test_where_all_is_well_every_check_says_so_and_nothing_is_opened(fake: FakeAwsSupport) -> None:
    """Third party, credentials, severity, the right to look, a dry run."""
    checks = _check(fake)
    assert _problems(checks) == {}
    assert [check.what for check in checks] == [
        "third party aws",
        f"account {ACCOUNT}: credentials",
        f"account {ACCOUNT}: severity high",
        f"account {ACCOUNT}: the right to find cases",
        f"account {ACCOUNT}: a case (dry run)",
    ]
    assert fake.cases == []


def test_a_plan_without_an_api_is_said_plainly(fake: FakeAwsSupport) -> None:
    """Which plans have one, and what to do instead."""
    for operation in ("DescribeSeverityLevels", "DescribeCases", "CreateCase"):
        fake.refuse[operation] = Refused("SubscriptionRequiredException", "Amazon Web Services Premium Support ...")
    checks = [check for check in _check(fake) if check.problem]
    assert len(checks) == 3
    for check in checks:
        assert check.problem.startswith(f"the account {ACCOUNT} has no support plan with an API")
        assert "Business Support+" in check.problem
        assert check.remedy == "open the case in Support Center, then finish this command by hand"


def test_a_severity_that_the_plan_does_not_have_is_said_with_those_it_has(fake: FakeAwsSupport) -> None:
    """And the dry run says so too."""
    fake.levels = ["low", "normal"]
    assert _problems(_check(fake)) == {f"account {ACCOUNT}: severity high": "the account's plan has low, normal"}
    fake.levels = []
    assert "the account's plan has none" in _problems(_check(fake)).values()


def test_credentials_of_another_account_are_said_before_anything_is_asked(fake: FakeAwsSupport) -> None:
    """Its cases would be opened where nobody looks for them."""
    problems = _problems(_check(fake, accounts={ELSEWHERE: "production"}))
    assert problems == {f"account {ELSEWHERE}: credentials": f"they belong to the account {ACCOUNT}"}


def test_an_account_with_a_name_of_its_own_is_not_compared(fake: FakeAwsSupport) -> None:
    """Nobody knows its number."""
    assert _problems(_check(fake, accounts={"production": ""})) == {}


def test_without_a_way_to_ask_whose_credentials_they_are_nobody_asks(fake: FakeAwsSupport) -> None:
    """A user's own function for clients is enough."""
    client = fake.client()
    adapter = AwsSupportAdapter(lambda _: client, Settings(accounts={ELSEWHERE: "production"}))
    assert _problems(list(adapter.check(load_shipped()))) == {}


def test_a_dry_run_that_was_none_is_said(fake: FakeAwsSupport) -> None:
    """Should AWS open a case in spite of it, its id is told, to be resolved."""
    fake.heeds_dry_run = False
    problems = _problems(_check(fake))
    assert problems == {
        f"account {ACCOUNT}: a case (dry run)": f"AWS opened {fake.cases[0].case_id} in spite of dryRun"
    }


def test_what_is_refused_is_said_with_its_action(fake: FakeAwsSupport) -> None:
    """A role that may look and not open."""
    fake.refuse["CreateCase"] = Refused("AccessDeniedException", "no")
    refused = f"the credentials for the account {ACCOUNT} may not do support:CreateCase"
    assert _problems(_check(fake)) == {f"account {ACCOUNT}: a case (dry run)": refused}


@pytest.mark.parametrize("fault", [fault for fault in Fault if fault not in {Fault.NONE, Fault.SLOW}])
def test_a_check_never_raises(fake: FakeAwsSupport, fault: Fault) -> None:
    """Whatever goes wrong with every request is a problem with a remedy."""
    fake.order([fault] * 20)
    assert _problems(_check(fake))
    fake.order([Fault.NONE, *[fault] * 20])
    assert _problems(_check(fake))


def test_settings_and_policy_must_speak_of_the_same_third_parties(fake: FakeAwsSupport) -> None:
    """A third party that the policy does not know, and one that needs an account where there is none."""
    assert _problems(_check(fake, third_parties=("aws", "amazon"))) == {
        "third party amazon": "is no third party of the policy; there are aws"
    }
    nobody = evolve(load_shipped(), third_parties=())
    assert _problems(_check(fake, nobody))["third party aws"].endswith("there are none")
    assert _problems(_check(fake, accounts={})) == {
        "third party aws": "needs the account affected, and no account is configured"
    }


def test_the_desk_s_own_account_is_checked_where_cases_may_name_none(fake: FakeAwsSupport) -> None:
    """With a default profile, and where no account is configured."""
    whats = [check.what for check in _check(fake, default_profile="desk")]
    assert "the desk's own account: credentials" in whats
    assert f"account {ACCOUNT}: credentials" in whats


def test_with_nothing_configured_the_check_says_what_to_do() -> None:
    """No settings, no credentials, no network: two problems, each with its remedy."""
    program = (
        "from pathlib import Path\n"
        "from incident_fsm.adapters import AdapterSettings\n"
        "from incident_fsm.adapters.aws_support import from_settings\n"
        "from incident_fsm.policy_files import load_shipped\n"
        "for check in from_settings(AdapterSettings(folder=Path('.'))).check(load_shipped()):\n"
        "    print(f'{check.what}: {check.problem}; {check.remedy}')\n"
    )
    bare = {name: value for name, value in os.environ.items() if not name.startswith("AWS_")}
    nowhere = {
        "AWS_EC2_METADATA_DISABLED": "true",
        "AWS_CONFIG_FILE": os.devnull,
        "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
    }
    done = subprocess.run(
        [sys.executable, "-c", program], env={**bare, **nowhere}, capture_output=True, text=True, check=True
    )
    assert done.stdout == (
        "third party aws: needs the account affected, and no account is configured; "
        'add [aws_support.accounts] to adapters.toml: 123456789012 = "arn:aws:iam::123456789012:role/NAME"\n'
        "the desk's own account: credentials: finds no AWS credentials; "
        "set AWS_PROFILE or AWS_ACCESS_KEY_ID and its secret, or name a profile\n"
    )


def test_an_account_without_credentials_is_said_and_the_others_are_checked(fake: FakeAwsSupport) -> None:
    """One that is not set up hides none of the others."""
    bare = botocore.session.get_session()
    bare.register_component("credential_provider", CredentialResolver([]))
    settings = Settings(accounts={ACCOUNT: "production", "sandbox": "sandbox"})

    def start(profile: str) -> boto3.Session:
        return boto3.Session(botocore_session=bare) if profile == "sandbox" else session()

    adapter = AwsSupportAdapter(AccountClients(settings.accounts, session=start, client=clients_of(fake.url)), settings)
    checks = list(adapter.check(load_shipped()))
    assert _problems(checks) == {"account sandbox: credentials": "finds no AWS credentials"}
    assert len(checks) == 6


# ── The fake ─────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_the_model_is_that_of_the_shared_specification(shared: Path) -> None:
    """The operations that are used, and every shape they reach, are in botocore's model as in the document."""
    document = json.loads((shared / "specs" / "aws-support.service-2.json").read_text())
    for name in (
        "CreateCase",
        "AddCommunicationToCase",
        "DescribeCases",
        "DescribeCommunications",
        "DescribeSeverityLevels",
    ):
        ours = service_model().operation_model(name)
        theirs = document["operations"][name]
        assert {shape.name for shape in ours.error_shapes} == {error["shape"] for error in theirs["errors"]}
        for shape, said in ((ours.input_shape, theirs["input"]), (ours.output_shape, theirs["output"])):
            written = document["shapes"][said["shape"]]
            assert shape is not None
            assert list(shape.members) == list(written["members"])
            for member, value in shape.members.items():
                in_document = document["shapes"][written["members"][member]["shape"]]
                assert value.type_name == in_document["type"]
                assert value.metadata.get("max") == in_document.get("max")


@pytest.mark.parametrize(
    ("asked", "words"),
    [
        ({"subject": "x", "communicationBody": "y", "clientToken": "z"}, "clientToken"),
        ({"subject": "x"}, "communicationBody"),
        ({"subject": 1, "communicationBody": "y"}, "Invalid type"),
        ({"subject": "x", "communicationBody": ""}, "Invalid length"),
        ({"subject": "x", "communicationBody": "y" * 8001}, "communicationBody is 8001, of at most 8000"),
        ({"subject": "x", "communicationBody": "y", "ccEmailAddresses": ["a@b"] * 11}, "ccEmailAddresses is 11"),
        ({"subject": "x", "communicationBody": "y", "uploadIds": ["u" * 2049]}, "uploadIds[0] is 2049"),
    ],
)
def test_a_request_that_aws_would_refuse_is_complained_about(asked: dict[str, Any], words: str) -> None:
    """By the model, and by the maxima that botocore itself does not look at."""
    request = Request(method="POST", path="/", headers=_HEADERS, body=json.dumps(asked).encode())
    with pytest.raises(AssertionError) as caught:
        held_to_model(request)
    assert words in str(caught.value)


def test_numbers_and_unknown_answers_are_held_to_the_model_too() -> None:
    """A page of 101 cases cannot be asked for; an answer with an unknown key is none of AWS's."""
    cases = service_model().operation_model("DescribeCases")
    assert faults_of(cases.input_shape, {"maxResults": 101}) == [".maxResults is 101, of at most 100"]
    assert faults_of(cases.output_shape, {"cases": [], "total": 1})


def test_the_fake_forgets_nothing_of_what_its_faults_are_about(fake: FakeAwsSupport) -> None:
    """Its errors are those of the operation, or of every service: another would be this fake's own mistake."""
    fake.refuse["DescribeSeverityLevels"] = Refused("CaseCreationLimitExceeded", "not of this operation")
    answer: Callable[[Request], object] = fake.answer
    request = Request(
        method="POST",
        path="/",
        headers={**_HEADERS, "X-Amz-Target": "AWSSupport_20130415.DescribeSeverityLevels"},
        body=b"{}",
    )
    with pytest.raises(ValueError, match="never answers CaseCreationLimitExceeded"):
        answer(request)
