"""live_smoke against a mail server on loopback: an invitation, its copy, and that it is called off."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from incident_fsm.adapters import AdapterSettings
from incident_fsm.adapters._settings import read_settings
from incident_fsm.adapters.email import Settings
from incident_fsm.policy_files import load_shipped
from incident_fsm.testing import Fault
from live.mail import Mail
from live.smoke import Access, Options
from tests.services.fakes.mail import FakeMail, adapter_for
from tests.services.live_smoke_world import Ran, Time, run

BOX = "ada@example.org"


@pytest.fixture
def time() -> Time:
    """A clock."""
    return Time()


@pytest.fixture
def fake(time: Time) -> Iterator[FakeMail]:
    """A mail server."""
    with FakeMail(time) as mail:
        yield mail


def smoke(fake: FakeMail, time: Time, folder: Path, *arguments: str, to: str = BOX, **more: Any) -> Ran:
    """Run it against the fake."""
    host, port = fake.address
    text = (
        f'[email]\nhost = "{host}"\nport = {port}\nsecurity = "none"\nsender = "incidents@example.org"\n'
        'security_team = ["security@example.org"]\n[email.people]\n"Grace Hopper" = "grace@example.org"\n'
    )

    def opener(settings: AdapterSettings) -> Access:
        return Access(adapter_for(read_settings("email", settings, Settings)), None)

    return run(Mail(opener), folder, text, "--to", to, *arguments, environment={}, time=time, **more)


def test_an_invitation_comes_twice_and_is_called_off(fake: FakeMail, time: Time, tmp_path: Path) -> None:
    """To that mailbox alone; what shows in it only its owner can say."""
    ran = smoke(fake, time, tmp_path, "--yes")
    assert ran.code == 0, ran.text
    assert [mail.recipients for mail in fake.mails] == [(BOX,)] * 3
    assert [str(mail.calendar["METHOD"]) for mail in fake.mails] == ["REQUEST", "REQUEST", "CANCEL"]
    uids = {str(mail.calendar.walk("VEVENT")[0]["UID"]) for mail in fake.mails}
    assert len(uids) == 1
    assert fake.complaints == []
    for assumed in ("is shown as one", "no second meeting", "keeps one of two mails"):
        assert ran.verdict(assumed) == "open"


def test_the_owner_of_the_mailbox_is_asked(fake: FakeMail, time: Time, tmp_path: Path) -> None:
    """Three questions, before the meeting is called off."""
    ran = smoke(fake, time, tmp_path, answers=["y", "y", "y", "n"])
    assert ran.code == 1
    assert ran.verdict("is shown as one") == "holds"
    assert ran.verdict("keeps one of two mails") == "NOT SO"
    assert "three mails in 'ada@example.org'" in ran.text


def test_what_was_refused_is_not_called_off(fake: FakeMail, time: Time, tmp_path: Path) -> None:
    """Surely nobody has an invitation."""
    fake.order([Fault.NONE, Fault.FORBIDDEN, Fault.FORBIDDEN])  # the first is the adapter's own check
    ran = smoke(fake, time, tmp_path, "--yes")
    assert ran.code == 1
    assert "550" in ran.seen("the server takes an invitation")
    assert "the meeting: nothing was sent" in ran.text
    assert fake.mails == []


def test_what_may_have_been_sent_is_called_off(fake: FakeMail, time: Time, tmp_path: Path) -> None:
    """The answer was lost, so somebody may have an invitation."""
    fake.order([Fault.NONE, Fault.BROKEN, Fault.FORBIDDEN])
    ran = smoke(fake, time, tmp_path, "--yes")
    assert ran.code == 1
    assert [str(mail.calendar["METHOD"]) for mail in fake.mails] == ["REQUEST", "CANCEL"]


def test_a_meeting_that_cannot_be_called_off_is_said(fake: FakeMail, time: Time, tmp_path: Path) -> None:
    """The server takes no third mail."""
    fake.order([Fault.NONE, Fault.NONE, Fault.NONE, Fault.RATE_LIMITED])
    ran = smoke(fake, time, tmp_path, "--yes")
    assert ran.code == 4
    assert "by hand: delete the meeting from your calendar" in ran.text


def test_a_policy_without_post_mortems_sends_nothing(fake: FakeMail, time: Time, tmp_path: Path) -> None:
    """There is no meeting to invite to."""
    shipped = Path(load_shipped.__code__.co_filename).with_name("policies") / "analytical_platform.toml"
    before, _, rest = shipped.read_text("utf-8").partition('[[follow_ups]]\nkey = "post_mortem"')
    after = rest.partition("\n\n")[2]
    (tmp_path / "policy.toml").write_text(before + after, "utf-8")
    ran = smoke(fake, time, tmp_path, "--yes", "--policy", str(tmp_path / "policy.toml"))
    assert ran.code == 0, ran.text
    assert ran.verdict("an invitation is sent") == "open"
    assert fake.mails == []


def test_the_mailbox_must_be_named() -> None:
    """Nobody is written to by mistake."""
    assert "--to ADDRESS" in Mail().lacks(Options(patience=1))


def test_an_address_that_is_none_is_refused(fake: FakeMail, time: Time, tmp_path: Path) -> None:
    """As any other wrong setting."""
    ran = smoke(fake, time, tmp_path, "--yes", to="Ada")
    assert ran.code == 2
    assert "mail address" in ran.text


def test_it_is_made_from_settings_without_a_call() -> None:
    """The adapter as in earnest."""
    table = {"host": "smtp.example.org", "sender": "incidents@example.org"}
    access = Mail().open(AdapterSettings(folder=Path(), table=table, environment={}))
    assert access.adapter.name == "email"
