"""live_smoke against an AWS Support on loopback: dry runs, and one case only if it is asked for."""

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from incident_fsm.adapters import AdapterSettings
from incident_fsm.adapters._settings import read_settings
from incident_fsm.adapters.aws_support import AwsSupportAdapter, Settings
from live.aws_support import AwsSupport
from live.smoke import Access
from tests.services.fakes.aws_support import ACCOUNT, SECRET, FakeAwsSupport, Refused
from tests.services.fakes.server import Request
from tests.services.live_smoke_world import Ran, Time, run

SETTINGS = f'[aws_support]\ncc_email_addresses = ["ada@example.org"]\n[aws_support.accounts]\n{ACCOUNT} = ""\n'


class FakeCentre(FakeAwsSupport):
    """With cases that are resolved, and a form that may take shorter subjects than we think."""

    def __init__(self, now: Callable[[], datetime]) -> None:
        super().__init__(now)
        self.subject_max = 250
        self.wraps: Callable[[str], str] = lambda body: body
        self.language_filters = True
        self.after_dry_runs: Refused | None = None
        """How a case is refused that is meant."""
        self.chases_break = False
        """Whether bodies can be read only as long as the adapter looks for its own."""
        self.reads = 0

    def _do(self, name: str, request: Request) -> dict[str, Any]:
        """Carry one operation out."""
        asked = request.json
        if name == "CreateCase" and len(asked["subject"]) > self.subject_max:
            raise Refused("ValidationException", "the subject is too long")
        if name == "CreateCase" and not asked.get("dryRun") and self.after_dry_runs:
            raise self.after_dry_runs
        self.reads += name == "DescribeCommunications"
        if self.chases_break and self.reads > 2 and name == "DescribeCommunications":
            raise Refused("InternalServerError", "oops", 500)
        if name == "ResolveCase" and name not in self.refuse:
            (case,) = (one for one in self.cases if one.case_id == asked["caseId"])
            before, case.status = case.status, "resolved"
            return {"initialCaseStatus": before, "finalCaseStatus": "resolved"}
        return super()._do(name, request)

    def _communications(self, asked: dict[str, Any], account: str) -> dict[str, Any]:
        """As ever, with whatever AWS makes of a body."""
        told = super()._communications(asked, account)
        return {**told, "communications": [{**one, "body": self.wraps(one["body"])} for one in told["communications"]]}

    def _describe(self, asked: dict[str, Any], account: str) -> dict[str, Any]:
        """As ever, or whatever the language."""
        return super()._describe(asked if self.language_filters else {**asked, "language": "en"}, account)


@pytest.fixture
def time() -> Time:
    """A clock."""
    return Time()


@pytest.fixture
def fake(time: Time) -> Iterator[FakeCentre]:
    """An AWS Support."""
    with FakeCentre(time) as centre:
        yield centre


def smoke(fake: FakeCentre, time: Time, folder: Path, *arguments: str, **more: Any) -> Ran:
    """Run it against the fake."""

    def opener(settings: AdapterSettings) -> Access:
        own = read_settings("aws_support", settings, Settings)
        return Access(AwsSupportAdapter(lambda _: fake.client(), own), lambda _: fake.client())

    return run(AwsSupport(opener), folder, SETTINGS, *arguments, environment={}, time=time, **more)


def test_without_a_word_no_case_is_opened(fake: FakeCentre, time: Time, tmp_path: Path) -> None:
    """Dry runs: the plan says so, and what they show is told."""
    ran = smoke(fake, time, tmp_path, "--yes", "--account", ACCOUNT)
    assert ran.code == 0, ran.text
    assert fake.cases == []
    assert "a real case is only opened with --real-case" in ran.text
    assert ran.seen("general-info/using-aws is accepted at severity 'high'") == "accepted"
    assert ran.seen("a subject may have 250").startswith("accepted up to 250 characters, then: ")


def test_the_desks_own_account_is_tried_without_a_name(fake: FakeCentre, time: Time, tmp_path: Path) -> None:
    """Longer subjects are fine where AWS takes them."""
    fake.subject_max = 5_000
    ran = smoke(fake, time, tmp_path, "--yes")
    assert ran.code == 0, ran.text
    assert "in the account of your credentials" in ran.text
    assert ran.seen("a subject may have 250") == "accepted up to 1000 characters"


def test_what_aws_refuses_is_told(fake: FakeCentre, time: Time, tmp_path: Path) -> None:
    """Shorter subjects than we think."""
    fake.subject_max = 100
    ran = smoke(fake, time, tmp_path, "--yes")
    assert ran.code == 1
    assert ran.seen("a subject may have 250").startswith("accepted up to 0 characters, then")


def test_a_dry_run_that_is_none_is_told(fake: FakeCentre, time: Time, tmp_path: Path) -> None:
    """AWS opens a case all the same: the adapter's own check sees it first, and nothing further is tried."""
    fake.heeds_dry_run = False
    ran = smoke(fake, time, tmp_path, "--yes")
    assert ran.code == 2
    assert "in spite of dryRun" in ran.text
    ran = smoke(fake, time, tmp_path, "--yes", "--anyway")
    assert ran.verdict("is accepted at severity 'high'") == "NOT SO"
    assert ran.seen("is accepted at severity 'high'").startswith("it was carried out in spite of dryRun: case-")


def test_a_real_case_is_opened_and_resolved(fake: FakeCentre, time: Time, tmp_path: Path) -> None:
    """Of the lowest severity, copied to nobody; found again, chased, and resolved."""
    fake.listed_after = timedelta(seconds=20)
    ran = smoke(fake, time, tmp_path, "--real-case", "--account", ACCOUNT, answers=["y", "y"])
    assert ran.code == 0, ran.text
    (case,) = fake.cases
    assert (case.status, case.asked["severityCode"]) == ("resolved", "low")
    assert "ccEmailAddresses" not in case.asked
    assert "open one REAL case of severity 'low'" in ran.text
    assert ran.seen("OpenSupportCase (7:0) is found again").startswith("found after 30.")
    assert ran.verdict("EscalateSupportCase (9:0) is not done twice") == "holds"
    assert ran.seen("`language` narrows").endswith("it does")
    assert (
        ran.seen("the body of OpenSupportCase")
        == ran.seen("the body of EscalateSupportCase")
        == ("the same to the letter")
    )
    assert "displayId=170000000000001: is it" in ran.text
    assert SECRET not in ran.text


def test_a_case_that_is_listed_late_is_told(fake: FakeCentre, time: Time, tmp_path: Path) -> None:
    """Later than the settings wait, and bodies in other clothes; the language does not matter."""
    fake.listed_after = timedelta(seconds=100)
    fake.wraps = lambda body: f"{body}\n-- \nsent by AWS"
    fake.language_filters = False
    ran = smoke(fake, time, tmp_path, "--yes", "--real-case")
    assert ran.code == 1
    assert ran.verdict("OpenSupportCase (7:0) is found again") == "NOT SO"
    assert ran.seen("the body of OpenSupportCase") == "with its token"
    assert ran.seen("`language` narrows").endswith("1 of ours listed: it does not")
    assert fake.cases[0].status == "resolved"


def test_a_case_that_is_never_listed_is_resolved_by_its_receipt(fake: FakeCentre, time: Time, tmp_path: Path) -> None:
    """And bodies without their tokens are told."""
    fake.listed_after = timedelta(days=1)
    fake.wraps = lambda _: "(hidden)"
    ran = smoke(fake, time, tmp_path, "--yes", "--real-case", "--patience", "2")
    assert ran.code == 1
    assert ran.verdict("there is one case") == "NOT SO"
    assert ran.seen("the body of EscalateSupportCase") == "without its token"
    assert fake.cases[0].status == "resolved"


def test_an_answer_that_is_lost_for_real_still_has_its_case_resolved(
    fake: FakeCentre, time: Time, tmp_path: Path
) -> None:
    """The case was opened and nobody was told its id: it is found by its subject."""
    fake.odd["CreateCase"] = {}
    ran = smoke(fake, time, tmp_path, "--yes", "--real-case", "--anyway")
    assert ran.code == 1
    assert ran.verdict("OpenSupportCase (7:0) is carried out") == "NOT SO"
    assert fake.cases[-1].status == "resolved"


def test_a_case_that_is_refused_leaves_nothing(fake: FakeCentre, time: Time, tmp_path: Path) -> None:
    """It is said that none is listed, as one cannot be sure."""
    fake.after_dry_runs = Refused("CaseCreationLimitExceeded", "too many cases")
    ran = smoke(fake, time, tmp_path, "--yes", "--real-case")
    assert ran.code == 1
    assert "none is listed (yet): look in Support Center" in ran.text


def test_whatever_breaks_in_the_middle_the_case_is_resolved(fake: FakeCentre, time: Time, tmp_path: Path) -> None:
    """Reading the case's bodies breaks in the end."""
    fake.chases_break = True
    ran = smoke(fake, time, tmp_path, "--yes", "--real-case")
    assert ran.code == 5
    assert "broke off: InternalServerError" in ran.text
    assert fake.cases[0].status == "resolved"


def test_a_case_that_cannot_be_resolved_is_said(fake: FakeCentre, time: Time, tmp_path: Path) -> None:
    """The permission is missing: what stays, and where."""
    fake.refuse["ResolveCase"] = Refused("AccessDeniedException", "not authorized to perform: support:ResolveCase")
    ran = smoke(fake, time, tmp_path, "--yes", "--real-case")
    assert ran.code == 4
    assert "by hand: resolve them in Support Center" in ran.text


def test_it_is_made_from_settings_without_a_call() -> None:
    """Adapter and clients as in earnest; no credentials are needed yet."""
    access = AwsSupport().open(AdapterSettings(folder=Path(), environment={}))
    assert access.adapter.name == "aws_support"
