"""The AWS Support adapter: what it accepts and sends, what it finds again, and what it makes of errors."""

from collections.abc import Iterator, Sequence
from datetime import timedelta
from typing import Any

import pytest
from attrs import evolve
from botocore import exceptions as b
from hypothesis import given
from hypothesis import strategies as st

from incident_fsm._values import Audience, ChaseVia, Kind
from incident_fsm.adapters import (
    Absent,
    Adapter,
    Checkable,
    Context,
    NotDone,
    Receipt,
    Rejected,
    Settling,
    Unknown,
)
from incident_fsm.adapters.aws_support import AwsSupportAdapter, Settings, _answers, _texts
from incident_fsm.commands import Command, EscalateSupportCase, OpenSupportCase
from incident_fsm.testing import Fault, FrozenClock, arbitrary_commands
from tests.documents.airflow import at, beginning, middle, tell
from tests.services.driving import story
from tests.services.fakes.aws_support import (
    ACCOUNT,
    ELSEWHERE,
    SECRET,
    SESSION_TOKEN,
    Case,
    FakeAwsSupport,
    Refused,
    clients_of,
    session,
)
from tests.services.fakes.server import PATIENCE, RETRY_AFTER


class World:
    """A fake, an adapter on it, and an incident with a case and a chase."""

    def __init__(self, fake: FakeAwsSupport, events: Sequence[Any] = (), **settings: Any) -> None:
        self.client = fake.client()
        self.adapter = AwsSupportAdapter(lambda _: self.client, Settings(**settings))
        told = tell(events or (*beginning(), *middle()))
        self.commands = told.commands
        self.context = told.context
        self.case = next(one for one in self.commands if isinstance(one, OpenSupportCase))
        chases = (one for one in self.commands if isinstance(one, EscalateSupportCase))
        self.chase = next((one for one in chases if one.via is ChaseVia.CASE), _chase())

    def known_as(self, reference: str = "", link: str = "") -> Context:
        """The context once the case has a reference or link."""
        incident = self.context.incident
        case = evolve(incident.cases[0], reference=reference, link=link)
        return evolve(self.context, incident=evolve(incident, cases=(case,)))


@pytest.fixture(name="fake")
def a_fake() -> Iterator[FakeAwsSupport]:
    """A fake that listens, at the time of the story's end."""
    with FakeAwsSupport(FrozenClock(at(200))) as fake:
        yield fake
        assert fake.complaints == []


# ── What it accepts ──────────────────────────────────────────────────────────────────────────────────────────────────


def test_it_is_an_adapter_that_can_be_checked_and_needs_its_time(fake: FakeAwsSupport) -> None:
    """The port's protocols, all three; 60 s unless the settings say otherwise."""
    adapter = World(fake).adapter
    assert isinstance(adapter, Adapter)
    assert isinstance(adapter, Checkable)
    assert isinstance(adapter, Settling)
    assert (adapter.name, adapter.live, adapter.settle) == ("aws_support", True, timedelta(seconds=60))
    assert World(fake, settle_seconds=300).adapter.settle == timedelta(minutes=5)


def test_it_accepts_cases_and_chases_on_them_and_nothing_else_of_the_story(fake: FakeAwsSupport) -> None:
    """Of all commands there are, two; a chase in a channel is for the chat."""
    world = World(fake, story())
    accepted = [command for command in world.commands if world.adapter.accepts(command)]
    assert accepted == [world.case, world.chase]
    channel = evolve(world.chase, via=ChaseVia.CHANNEL)
    assert not world.adapter.accepts(channel)
    assert world.adapter.find(channel, world.known_as("case-no-such-one")) == Unknown(
        why=f"the account {ACCOUNT} has no such case, or it is too old; "
        "chase it in Support Center, then finish this command by hand",
        ask_person=True,
    )


def test_a_drill_is_refused_whatever_asks(fake: FakeAwsSupport) -> None:
    """Neither accepted nor delivered: AWS hears nothing."""
    world = World(fake)
    for command in (world.case, world.chase):
        drill = evolve(command, kind=Kind.DRILL)
        assert not world.adapter.accepts(drill)
        assert isinstance(world.adapter.deliver(drill, world.context), Rejected)
    assert fake.requests == []


def test_another_third_party_is_not_ours(fake: FakeAwsSupport) -> None:
    """Only the keys that the settings name mean AWS."""
    world = World(fake)
    assert not world.adapter.accepts(evolve(world.case, third_party="github"))
    assert World(fake, third_parties=("aws", "aws_gov")).adapter.accepts(evolve(world.case, third_party="aws_gov"))


@given(command=arbitrary_commands())
def test_what_is_not_accepted_is_rejected_and_absent(command: Command) -> None:
    """For any command: what is not accepted is not delivered, and asks nobody for a client."""

    def no_client(account: str) -> Any:
        raise AssertionError(f"nobody should ask for a client of {account}")

    adapter = AwsSupportAdapter(no_client)
    if adapter.accepts(command):
        assert isinstance(command, OpenSupportCase | EscalateSupportCase)
        return
    context: Any = None
    assert isinstance(adapter.deliver(command, context), Rejected)
    if not isinstance(command, OpenSupportCase | EscalateSupportCase):
        assert adapter.find(command, context) == Absent()


def test_a_restricted_case_needs_a_yes_in_the_settings_and_copies_nobody(fake: FakeAwsSupport) -> None:
    """Without it, a person opens the case; with it, nobody is copied, whose addresses were given for every incident."""
    closed = World(fake, cc_email_addresses=("oncall@example.org",))
    restricted = evolve(closed.case, audience=Audience.RESTRICTED)
    assert not closed.adapter.accepts(restricted)
    opened = World(fake, restricted=True, cc_email_addresses=("oncall@example.org",))
    assert isinstance(opened.adapter.deliver(restricted, opened.context), Receipt)
    assert "ccEmailAddresses" not in fake.requests[0].json


# ── What it sends ────────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_case_is_opened_with_the_settings_codes_and_the_token(fake: FakeAwsSupport) -> None:
    """One request opens it, in the words and codes expected; a second asks for its number."""
    world = World(fake, cc_email_addresses=("oncall@example.org",), severity_code="urgent")
    world.adapter.deliver(world.case, world.context)
    assert fake.requests[0].json == {
        "subject": "EKS node group does not scale: AccessDenied [INC-2026-07:6:0]",
        "communicationBody": "Since 08:40 BST the cluster autoscaler of cluster prod is denied SetDesiredCapacity.\n"
        "1. The role did not change.\n2. CloudTrail shows the denials.\n\n"
        "Incident INC-2026-07; this case was asked for at 2026-06-10 08:25 UTC.\n[INC-2026-07:6:0]",
        "serviceCode": "general-info",
        "categoryCode": "using-aws",
        "severityCode": "urgent",
        "issueType": "technical",
        "language": "en",
        "ccEmailAddresses": ["oncall@example.org"],
    }
    assert [request.headers["X-Amz-Target"] for request in fake.requests] == [
        "AWSSupport_20130415.CreateCase",
        "AWSSupport_20130415.DescribeCases",
    ]


def test_a_receipt_has_the_id_for_programs_and_the_number_in_the_link(fake: FakeAwsSupport) -> None:
    """The API's id is the reference; Support Center's link goes by its own number. Finding gives the same receipt."""
    world = World(fake)
    receipt = world.adapter.deliver(world.case, world.context)
    assert receipt == Receipt(
        reference=fake.cases[0].case_id,
        link=f"https://support.console.aws.amazon.com/support/home#/case/?displayId={fake.cases[0].display_id}",
    )
    assert world.adapter.find(world.case, world.context) == receipt


@pytest.mark.parametrize("fault", [Fault.DROPPED, Fault.SLOW, Fault.FORBIDDEN, Fault.RATE_LIMITED, Fault.HALF])
def test_a_case_whose_number_cannot_be_read_is_open_all_the_same(fake: FakeAwsSupport, fault: Fault) -> None:
    """The receipt is not lost with the second request: its link leads to the list of cases."""
    world = World(fake)
    world.client = fake.client(patience=PATIENCE)
    fake.order([Fault.NONE, fault])
    receipt = world.adapter.deliver(world.case, world.context)
    assert receipt == Receipt(reference=fake.cases[0].case_id, link=_texts.CASES)


def test_a_case_that_is_not_listed_yet_is_open_all_the_same(fake: FakeAwsSupport) -> None:
    """As above, where the listing lags behind."""
    fake.listed_after = timedelta(minutes=1)
    world = World(fake)
    assert world.adapter.deliver(world.case, world.context) == Receipt(
        reference=fake.cases[0].case_id, link=_texts.CASES
    )


def test_a_chase_is_a_communication_on_the_case(fake: FakeAwsSupport) -> None:
    """With the message, the token, and the addresses copied; its receipt is the case's."""
    world = World(fake, cc_email_addresses=("oncall@example.org",))
    opened = world.adapter.deliver(world.case, world.context)
    assert isinstance(opened, Receipt)
    receipt = world.adapter.deliver(world.chase, world.known_as(opened.reference, opened.link))
    assert receipt == opened
    assert fake.requests[-1].json == {
        "caseId": opened.reference,
        "communicationBody": "Any news? Users wait.\n\n[INC-2026-07:8:0]",
        "ccEmailAddresses": ["oncall@example.org"],
    }
    assert world.adapter.find(world.chase, world.known_as(opened.reference, opened.link)) == receipt


_TEXTS = st.text(st.characters(exclude_categories=("Cs", "Cc")), min_size=1)


@given(summary=_TEXTS.map(lambda text: text[:200]), details=st.one_of(_TEXTS, st.integers(1, 10_000).map("x".__mul__)))
def test_whatever_people_write_the_token_ends_it_within_the_maxima(summary: str, details: str) -> None:
    """A subject ≤ 250, a body ≤ 8,000 characters; each ends with the token, which nothing else in them looks like."""
    forged = "[INC-7:9:0]"
    case = _case(summary=f"{forged}{summary}"[:200], details=f"{details}\n{forged}"[:10_000])
    for text, most in ((_texts.subject(case), 250), (_texts.case_body(case), 8000)):
        assert len(text) <= most
        assert text.endswith("[INC-7:6:0]")
        assert text.count("[INC-7:") == 1
    chase = _chase(message=f"{details}\n{forged}"[:10_000])
    body = _texts.chase_body(chase)
    assert len(body) <= 8000
    assert body.endswith("[INC-7:8:0]")
    assert body.count("[INC-7:") == 1


def test_what_is_cut_is_cut_visibly() -> None:
    """An ellipsis stands before the ending."""
    case = _case(incident_id="I" * 64, id=f"{'I' * 64}:6:0", summary="s" * 200, details="d" * 10_000)
    assert "s…" in _texts.subject(case)
    assert "d…\n\nIncident " in _texts.case_body(case)
    assert len(_texts.case_body(case)) == 8000


@pytest.mark.parametrize(
    ("said", "case_id", "display_id"),
    [
        ("case-123456789012-muen-2026-c4c1d2bf33c5cf47", "case-123456789012-muen-2026-c4c1d2bf33c5cf47", ""),
        (" 178473604500639 ", "", "178473604500639"),
        ("https://support.console.aws.amazon.com/support/home#/case/?displayId=178473604500639", "", "178473604500639"),
        (
            "https://1-abc.support.console.aws.amazon.com/support/home?region=eu-west-1#/case/?displayId=177202106800750&x=y",
            "",
            "177202106800750",
        ),
        ("https://console.aws.amazon.com/support/home?#/case/?caseId=8281695661&language=en", "", "8281695661"),
        ("https://console.aws.amazon.com/support/home#/case/%3FdisplayId%3D8281695661", "", "8281695661"),
        ("https://example.org/?caseId=case-123456-abcdef", "case-123456-abcdef", ""),
    ],
)
def test_a_case_is_read_off_whatever_a_person_gives(said: str, case_id: str, display_id: str) -> None:
    """An id, a number, or a link of any of the forms that Support Center has."""
    assert _texts.named_case("", said) == _texts.CaseName(case_id, display_id)


@pytest.mark.parametrize(
    "said", ["", "see mail", "support-case_1.md", "file:///a/support-case_1.md", "case-1 2", _texts.CASES]
)
def test_what_names_no_case_names_none(said: str) -> None:
    """Nothing is guessed."""
    assert _texts.named_case(said) is None


# ── What it finds again ──────────────────────────────────────────────────────────────────────────────────────────────


def test_a_case_is_found_behind_many_others_even_when_it_is_resolved(fake: FakeAwsSupport) -> None:
    """On the last of several pages, and although AWS lists resolved cases only when asked."""
    fake.page = 10
    world = World(fake)
    world.adapter.deliver(world.case, world.context)
    fake.cases[0].status = "resolved"
    for number in range(1, 35):
        fake.cases.append(
            Case(ACCOUNT, number + 1, {**fake.cases[0].asked, "subject": f"[INC-2026-07:6{number}:0]"}, fake.now())
        )
    fake.requests.clear()
    found = world.adapter.find(world.case, world.context)
    assert isinstance(found, Receipt)
    assert found.reference == fake.cases[0].case_id
    assert len(fake.requests) == 4
    assert fake.requests[0].json["maxResults"] == 100


def test_of_twins_the_older_one_is_the_case(fake: FakeAwsSupport) -> None:
    """Should there be two all the same (an earlier worker's), everybody talks on the same one."""
    world = World(fake)
    world.adapter.deliver(world.case, world.context)
    older = Case(ACCOUNT, 7, fake.cases[0].asked, fake.now() - timedelta(seconds=9))
    fake.cases.append(older)
    found = world.adapter.find(world.case, world.context)
    assert isinstance(found, Receipt)
    assert found.reference == older.case_id


def test_a_case_is_looked_for_since_it_was_recorded_not_since_its_event(fake: FakeAwsSupport) -> None:
    """People type an event's time: one of next year must not hide the case that its first attempt opened."""
    world = World(fake)
    late = evolve(world.case, requested_at=fake.now() + timedelta(days=365))
    world.adapter.deliver(late, world.context)
    assert isinstance(world.adapter.find(late, world.context), Receipt)
    assert fake.requests[-1].json["afterTime"] == "2026-06-10T07:26:00Z"


def test_without_a_record_of_it_every_case_is_looked_at(fake: FakeAwsSupport) -> None:
    """No lower bound is better than one that could hide something."""
    world = World(fake)
    world.adapter.deliver(world.case, world.context)
    context = evolve(world.context, timeline=lambda: ())
    assert isinstance(world.adapter.find(world.case, context), Receipt)
    assert "afterTime" not in fake.requests[-1].json


def test_a_case_in_another_account_is_not_this_one(fake: FakeAwsSupport) -> None:
    """The credentials choose where is looked."""
    world = World(fake)
    world.adapter.deliver(world.case, world.context)
    elsewhere = fake.client(ELSEWHERE)
    assert AwsSupportAdapter(lambda _: elsewhere).find(world.case, world.context) == Absent()


@pytest.mark.parametrize(
    "answer", [{}, {"cases": None}, {"cases": "none"}, {"unexpected": []}], ids=["empty", "null", "text", "other"]
)
def test_an_answer_that_cannot_be_a_list_never_means_absent(fake: FakeAwsSupport, answer: Any) -> None:
    """It says "absent" only after everything was seen."""
    fake.odd["DescribeCases"] = answer
    world = World(fake)
    assert isinstance(world.adapter.find(world.case, world.context), Unknown)


def test_a_list_that_never_ends_never_means_absent(fake: FakeAwsSupport) -> None:
    """The same page for ever: given up, in doubt."""
    world = World(fake)
    fake.odd["DescribeCases"] = {"cases": [], "nextToken": "again"}
    assert isinstance(world.adapter.find(world.case, world.context), Unknown)


def test_a_list_of_very_many_pages_never_means_absent() -> None:
    """New tokens for ever: given up, in doubt."""

    class Endless:
        """A client whose list goes on."""

        def get_paginator(self, _name: str) -> "Endless":
            return self

        def paginate(self, **_asked: Any) -> Iterator[dict[str, Any]]:
            while True:
                yield {"cases": []}

    endless: Any = Endless()
    context: Any = Context(incident=None, policy=None, timeline=lambda: ())  # type: ignore[arg-type]  # not looked at
    found = AwsSupportAdapter(lambda _: endless).find(_case(), context)
    assert isinstance(found, Unknown)
    assert "did not end" in found.why


def test_a_case_without_an_id_is_for_a_person(fake: FakeAwsSupport) -> None:
    """It is there, so it is not opened again; but nobody can say what it is called."""
    world = World(fake)
    fake.odd["DescribeCases"] = {"cases": [{"subject": f"x [{world.case.id}]"}]}
    found = world.adapter.find(world.case, world.context)
    assert isinstance(found, Unknown)
    assert found.ask_person


@pytest.mark.parametrize("code", ["AccessDeniedException", "SubscriptionRequiredException", "ExpiredTokenException"])
def test_a_search_that_is_refused_is_for_a_person(fake: FakeAwsSupport, code: str) -> None:
    """Waiting would not help, and "absent" would be a lie."""
    world = World(fake)
    for operation in ("DescribeCases", "DescribeCommunications"):
        fake.refuse[operation] = Refused(code, "no")
    for command in (world.case, world.chase):
        found = world.adapter.find(command, world.known_as("case-123456-abcdef"))
        assert isinstance(found, Unknown)
        assert found.ask_person


def test_a_search_that_is_asked_to_wait_waits(fake: FakeAwsSupport) -> None:
    """A rate limit says nothing about what is there."""
    world = World(fake)
    fake.order([Fault.RATE_LIMITED])
    found = world.adapter.find(world.case, world.context)
    assert isinstance(found, Unknown)
    assert (found.ask_person, found.wait) == (False, timedelta(seconds=RETRY_AFTER))


# ── Which case a chase is for ────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("by", ["number", "link", "id"])
def test_a_case_that_a_person_opened_is_chased_by_whatever_they_gave(fake: FakeAwsSupport, by: str) -> None:
    """Support Center's number is looked up; the API wants its own id."""
    world = World(fake)
    world.adapter.deliver(world.case, world.context)
    case = fake.cases[0]
    context = {
        "number": world.known_as(case.display_id),
        "link": world.known_as("", _texts.link(case.display_id)),
        "id": world.known_as(case.case_id, "file:///somewhere"),
    }[by]
    receipt = world.adapter.deliver(world.chase, context)
    assert isinstance(receipt, Receipt)
    assert receipt.reference == case.case_id
    assert receipt.link == (_texts.link(case.display_id) if by == "link" else _texts.CASES)
    assert len(case.communications) == 2
    assert world.adapter.find(world.chase, context) == receipt


def test_a_chase_may_bring_the_reference_itself(fake: FakeAwsSupport) -> None:
    """A command that was made after the case's receipt carries it."""
    world = World(fake)
    world.adapter.deliver(world.case, world.context)
    chase = evolve(world.chase, case="case_9", reference=fake.cases[0].case_id)
    assert isinstance(world.adapter.deliver(chase, world.context), Receipt)


@pytest.mark.parametrize(("reference", "link"), [("support-case_1.md", "file:///a"), ("", ""), ("9" * 15, "")])
def test_a_case_that_nobody_can_name_is_not_chased(fake: FakeAwsSupport, reference: str, link: str) -> None:
    """Nothing is sent, and the sentence says what a person can do; a search leaves it to a person too."""
    world = World(fake)
    outcome = world.adapter.deliver(world.chase, world.known_as(reference, link))
    assert isinstance(outcome, Rejected)
    assert outcome.why.endswith("chase it in Support Center, then finish this command by hand")
    found = world.adapter.find(world.chase, world.known_as(reference, link))
    assert isinstance(found, Unknown)
    assert found.ask_person


def test_a_case_that_cannot_be_looked_up_now_is_chased_later(fake: FakeAwsSupport) -> None:
    """A look that broke off sent nothing that matters: it surely did not happen."""
    world = World(fake)
    world.adapter.deliver(world.case, world.context)
    for fault in (Fault.DROPPED, Fault.BROKEN, Fault.RATE_LIMITED):
        fake.order([fault])
        assert isinstance(world.adapter.deliver(world.chase, world.known_as(fake.cases[0].display_id)), NotDone)
    assert len(fake.cases[0].communications) == 1


@pytest.mark.parametrize("answer", [{}, {"result": False}])
def test_a_chase_without_a_result_is_in_doubt(fake: FakeAwsSupport, answer: dict[str, Any]) -> None:
    """AWS documents `true` or an error, and nothing else."""
    world = World(fake)
    world.adapter.deliver(world.case, world.context)
    fake.odd["AddCommunicationToCase"] = answer
    assert isinstance(world.adapter.deliver(world.chase, world.known_as(fake.cases[0].case_id)), Unknown)


def test_a_case_without_an_id_in_the_answer_is_in_doubt(fake: FakeAwsSupport) -> None:
    """It may be open: it is looked for."""
    world = World(fake)
    fake.odd["CreateCase"] = {}
    assert isinstance(world.adapter.deliver(world.case, world.context), Unknown)


# ── What errors mean ─────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("code", "status", "kind", "words"),
    [
        ("SubscriptionRequiredException", 400, Rejected, "has no support plan with an API"),
        ("AccessDeniedException", 400, Rejected, "may not do support:CreateCase; allow it"),
        ("ExpiredTokenException", 400, Rejected, "were refused (ExpiredTokenException); renew them"),
        ("UnrecognizedClientException", 400, Rejected, "renew them"),
        ("ValidationException", 400, Rejected, "mend [aws_support] in adapters.toml"),
        ("CaseCreationLimitExceeded", 400, NotDone, "CaseCreationLimitExceeded"),
        ("ThrottlingException", 400, NotDone, "ThrottlingException"),
        ("InternalServerError", 500, Unknown, "InternalServerError"),
    ],
)
def test_each_error_of_aws_is_sorted(fake: FakeAwsSupport, code: str, status: int, kind: type, words: str) -> None:
    """By its code, in words that name the account or the action."""
    world = World(fake)
    fake.refuse["CreateCase"] = Refused(code, "said so", status)
    outcome = world.adapter.deliver(world.case, world.context)
    assert isinstance(outcome, kind)
    why = getattr(outcome, "why", "")
    assert words in why
    assert ACCOUNT in why


def test_a_rate_limit_says_how_long_to_wait(fake: FakeAwsSupport) -> None:
    """Where AWS says Retry-After, it is obeyed."""
    world = World(fake)
    fake.order([Fault.RATE_LIMITED])
    outcome = world.adapter.deliver(world.case, world.context)
    assert isinstance(outcome, NotDone)
    assert outcome.wait == timedelta(seconds=RETRY_AFTER)


@pytest.mark.parametrize(
    ("error", "kind"),
    [
        (b.EndpointConnectionError(endpoint_url="https://x"), NotDone),
        (b.ConnectTimeoutError(endpoint_url="https://x"), NotDone),
        (b.ProxyConnectionError(proxy_url="https://x"), NotDone),
        (b.SSLError(endpoint_url="https://x", error=OSError("certificate verify failed: self-signed")), NotDone),
        (b.SSLError(endpoint_url="https://x", error=OSError("EOF occurred in violation of protocol")), Unknown),
        (b.ReadTimeoutError(endpoint_url="https://x"), Unknown),
        (b.ConnectionClosedError(endpoint_url="https://x"), Unknown),
        (b.HTTPClientError(error="?"), Unknown),
        (b.NoCredentialsError(), Rejected),
        (b.PartialCredentialsError(provider="env", cred_var="AWS_SECRET_ACCESS_KEY"), Rejected),
        (b.ProfileNotFound(profile="production"), Rejected),
        (b.ParamValidationError(report="subject is missing"), Rejected),
        (ValueError("no JSON"), Unknown),
        (b.ClientError({"Error": {"Code": "429"}, "ResponseMetadata": {"HTTPStatusCode": 429}}, "CreateCase"), NotDone),  # type: ignore[typeddict-item]  # only what is looked at
        (b.ClientError({"Error": {"Code": "302"}, "ResponseMetadata": {"HTTPStatusCode": 302}}, "CreateCase"), Unknown),  # type: ignore[typeddict-item]  # only what is looked at
        (b.ClientError({}, "CreateCase"), Unknown),
    ],
    ids=lambda value: type(value).__name__ if isinstance(value, Exception) else value.__name__,
)
def test_each_error_of_the_client_is_sorted(error: Exception, kind: type) -> None:
    """Before sending: not done, or rejected where a person must mend it. After it, or nobody knows: in doubt."""
    assert isinstance(_answers.sort(error, "support:CreateCase", ACCOUNT), kind)


def test_nobody_at_the_other_end_is_not_done(fake: FakeAwsSupport) -> None:
    """A connection that is refused: nothing was sent."""
    world = World(fake)
    url = fake.url
    fake.__exit__(None, None, None)
    client = clients_of(url)(session(), "support")
    adapter = AwsSupportAdapter(lambda _: client)
    assert isinstance(adapter.deliver(world.case, world.context), NotDone)
    assert isinstance(adapter.find(world.case, world.context), Unknown)


def test_what_aws_quotes_of_credentials_is_not_repeated(fake: FakeAwsSupport) -> None:
    """AWS may quote the request that it could not verify, token and all; no outcome holds any of it."""
    world = World(fake)
    quoted = f"The canonical string should have been 'x-amz-security-token:{SESSION_TOKEN}' {SECRET}abcdef"
    for code in ("UnrecognizedClientException", "ValidationException", "InternalServerError"):
        fake.refuse["CreateCase"] = Refused(code, quoted)
        why = getattr(world.adapter.deliver(world.case, world.context), "why", "")
        assert why
        assert SESSION_TOKEN[:40] not in why
        assert SECRET not in why


def _case(**changes: Any) -> OpenSupportCase:
    """Make the command for a case."""
    fields = {
        "id": "INC-7:6:0",
        "incident_id": "INC-7",
        "kind": Kind.LIVE,
        "audience": Audience.TEAM,
        "requested_at": at(25),
        "case": "case_1",
        "third_party": "aws",
        "account": ACCOUNT,
        "summary": "It is slow",
        "details": "Very",
    }
    return OpenSupportCase(**{**fields, **changes})


def _chase(**changes: Any) -> EscalateSupportCase:
    """Make the command for a chase."""
    fields = {
        "id": "INC-7:8:0",
        "incident_id": "INC-7",
        "kind": Kind.LIVE,
        "audience": Audience.TEAM,
        "requested_at": at(55),
        "case": "case_1",
        "third_party": "aws",
        "account": ACCOUNT,
        "via": ChaseVia.CASE,
        "channel": "",
        "message": "Any news?",
        "reference": "",
    }
    return EscalateSupportCase(**{**fields, **changes})
