"""live_smoke against a PagerDuty on loopback: what it sees, what it leaves, and what happens when things break."""

import re
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from incident_fsm.adapters import AdapterSettings
from incident_fsm.adapters.pagerduty import PagerDutyAdapter, Settings
from live.pagerduty import PagerDuty
from live.smoke import Access
from tests.services.fakes.pagerduty import ENVIRONMENT, PAGE_NAME, TOKEN, FakePagerDuty, client_of
from tests.services.fakes.server import Request, Response
from tests.services.live_smoke_world import Ran, Time, run

SETTINGS = f'[pagerduty]\npage = "{PAGE_NAME}"\n'


class FakePage(FakePagerDuty):
    """With deletions, which only a tidy guest needs. `refuse` may refuse a request that another would answer."""

    refuse: Callable[[Request], Response | None] = staticmethod(lambda _: None)
    deletes = True

    def handle(self, request: Request) -> Response:
        """Delete, or as ever."""
        refused = self.refuse(request)
        if refused is not None:
            return refused
        if request.method != "DELETE":
            return super().handle(request)
        if not self.deletes:
            return self.forbid(request)
        _, _, _, post, *rest = request.path.strip("/").split("/")
        kept = self.post_mortems if rest else self.updates
        if rest and post not in kept:
            return Response(status=404, data={"error": {"message": "Not Found"}})
        del kept[post]
        if not rest:
            self.posts = [one for one in self.posts if one["id"] != post]
        return Response(status=204)


@pytest.fixture
def time() -> Time:
    """A clock."""
    return Time()


@pytest.fixture
def fake(time: Time) -> Iterator[FakePage]:
    """A PagerDuty."""
    with FakePage(time) as page:
        yield page


def smoke(fake: FakePage, time: Time, folder: Path, *arguments: str, **more: Any) -> Ran:
    """Run it against the fake."""
    client = client_of(fake)
    client.timeout = 20
    adapter = PagerDutyAdapter(lambda: client, Settings(page=PAGE_NAME))
    vendor = PagerDuty(lambda _: Access(adapter, client))
    try:
        return run(vendor, folder, SETTINGS, *arguments, environment=ENVIRONMENT, time=time, **more)
    finally:
        client.close()


def test_everything_is_seen_and_nothing_is_left(fake: FakePage, time: Time, tmp_path: Path) -> None:
    """A post with updates and post-mortem, each found again, none twice; then the page is as it was, nobody told."""
    ran = smoke(fake, time, tmp_path, "--yes")
    assert ran.code == 0, ran.text
    assert fake.posts == []
    assert fake.mails == 0
    assert TOKEN not in ran.text
    for assumed in ("may be null for an incident", "may be null in the first", "reported_at", "a message reads"):
        assert ran.verdict(assumed) == "holds", assumed
    for name in ("PublishStatus (3:0)", "PublishStatus (6:0)", "PublishStatus (9:0)", "PublishPostMortem"):
        for what in ("is carried out", "is found again", "is not done twice"):
            assert re.search(rf"\[holds \] {re.escape(name)}.* {what}", ran.text), (name, what)
    assert ran.seen("HTML comment") == "accepted; it survives"
    assert ran.verdict("look right on the page") == "open"


def test_a_person_is_asked_before_and_shown_the_page(fake: FakePage, time: Time, tmp_path: Path) -> None:
    """First the plan, then "Go on?", and what only eyes can tell is asked while it is there."""
    ran = smoke(fake, time, tmp_path, answers=["y", "n"])
    assert ran.code == 1
    assert ran.text.index("1. create one post") < ran.text.index("Go on?") < ran.text.index("is carried out")
    assert ran.verdict("look right on the page") == "NOT SO"
    assert ran.text.index("https://status.example.org: do") < ran.text.index("deleted PPOST")


def test_what_is_refused_is_narrowed_down(fake: FakePage, time: Time, tmp_path: Path) -> None:
    """A page that insists on times: the same is tried with times, without `post`, with both, and all of it removed."""

    def refuse(request: Request) -> Response | None:
        insists = request.method == "POST" and request.path.endswith("/posts") and not request.json["post"]["starts_at"]
        return Response(status=400, data={"error": {"message": "starts_at is needed"}}) if insists else None

    fake.refuse = refuse
    ran = smoke(fake, time, tmp_path, "--yes")
    assert ran.code == 1
    assert ran.verdict("PublishStatus (3:0) is carried out") == "NOT SO"
    assert ran.seen("with times for starts_at") == ran.seen("with both") == "accepted"
    assert "starts_at is needed" in ran.seen("without `post`")
    assert fake.posts == []


def test_a_time_that_is_not_kept_is_seen(fake: FakePage, time: Time, tmp_path: Path) -> None:
    """Then an update cannot be told from another, and the adapter asks a person instead of posting twice."""
    fake.echoed = lambda _: "2020-01-01T00:00:00Z"
    ran = smoke(fake, time, tmp_path, "--yes")
    assert ran.code == 1
    assert ran.verdict("reported_at comes back") == "NOT SO"
    assert ran.verdict("PublishStatus (6:0) is found again") == "NOT SO"
    assert fake.posts == []


def test_a_message_that_is_kept_in_other_tags_is_the_same(fake: FakePage, time: Time, tmp_path: Path) -> None:
    """Readers see the same; comments are gone."""
    fake.kept = lambda message: f"<p>{re.sub('<!--.*?-->', '', message)}</p>"
    ran = smoke(fake, time, tmp_path, "--yes")
    assert ran.code == 0, ran.text
    assert "got '<p>" in ran.seen("a message reads the same")
    assert ran.seen("HTML comment") == "accepted; it does not survive"


@pytest.mark.parametrize(("most", "verdict"), [(99, "holds"), (50, "NOT SO")])
def test_the_fifty_first_update(fake: FakePage, time: Time, tmp_path: Path, most: int, verdict: str) -> None:
    """Only with --long; whether it is taken or refused is told, and nothing stays."""

    def refuse(request: Request) -> Response | None:
        full = request.method == "POST" and request.path.endswith("/post_updates")
        full = full and len(next(iter(fake.updates.values()))) >= most
        return Response(status=400, data={"error": {"message": "too many updates"}}) if full else None

    fake.refuse = refuse
    ran = smoke(fake, time, tmp_path, "--yes", "--long")
    assert "until there are 51" in ran.text
    assert ran.verdict("more than 50 updates") == verdict
    assert ran.code == (verdict == "NOT SO")
    assert "update 51" in ran.seen("more than 50 updates")
    assert fake.posts == []


def test_what_is_listed_late_is_looked_for_again_and_again(fake: FakePage, time: Time, tmp_path: Path) -> None:
    """Found after 31 s, which is later than the adapter waits: that is told, and nothing is posted twice."""
    began = time.moment

    def refuse(request: Request) -> Response | None:
        early = time.moment - began < timedelta(seconds=25)
        listing = request.method == "GET" and request.path.endswith("/posts")
        nothing = {"posts": [], "offset": 0, "limit": 100, "more": False, "total": None}
        return Response(data=nothing) if early and listing else None

    fake.refuse = refuse
    ran = smoke(fake, time, tmp_path, "--yes")
    assert ran.verdict("PublishStatus (3:0) is found again") == "NOT SO"
    assert re.match(r"found after 30\.\d s, at look 6", ran.seen("PublishStatus (3:0) is found again"))
    assert ran.verdict("PublishStatus (3:0) is not done twice") == "holds"


def test_what_is_never_listed_is_given_up_and_removed_all_the_same(fake: FakePage, time: Time, tmp_path: Path) -> None:
    """After the patience is over it goes on by the receipt, and so does the tidying."""

    def refuse(request: Request) -> Response | None:
        listing = request.method == "GET" and request.path.endswith("/posts")
        nothing = {"posts": [], "offset": 0, "limit": 100, "more": False, "total": None}
        return Response(data=nothing) if listing else None

    fake.refuse = refuse
    ran = smoke(fake, time, tmp_path, "--yes", "--patience", "5")
    assert ran.code == 1
    assert ran.seen("PublishStatus (3:0) is found again").startswith("not found within 7 s (4 looks): it was not there")
    assert ran.verdict("PublishStatus (6:0) is carried out") == "holds"
    assert ran.verdict("there is one post") == "NOT SO"
    assert fake.posts == []


def test_whatever_breaks_in_the_middle_everything_is_removed(fake: FakePage, time: Time, tmp_path: Path) -> None:
    """A page that cannot be read any more after its post was made: told, and the post is deleted."""

    def refuse(request: Request) -> Response | None:
        broken = request.method == "GET" and request.path.endswith("/post_updates")
        return Response(status=500, text="<html>oops</html>") if broken else None

    fake.refuse = refuse
    ran = smoke(fake, time, tmp_path, "--yes")
    assert ran.code == 5
    assert "broke off: Trouble" in ran.text
    assert fake.posts == []


def test_an_interruption_removes_everything_too(fake: FakePage, time: Time, tmp_path: Path) -> None:
    """Ctrl-C while it waits."""

    def interrupted(_seconds: float) -> None:
        raise KeyboardInterrupt

    ran = smoke(fake, time, tmp_path, "--yes", "--long", pause=interrupted)
    assert ran.code == 130
    assert fake.posts == []


def test_what_cannot_be_removed_is_said(fake: FakePage, time: Time, tmp_path: Path) -> None:
    """A token that may write and not delete: what stays, and what to do by hand."""
    fake.deletes = False
    ran = smoke(fake, time, tmp_path, "--yes")
    assert ran.code == 4
    assert "[ LEFT ] posts of SMOKE-" in ran.text
    assert "by hand: delete them on the page" in ran.text
    assert "1 left behind" in ran.text


def test_a_removal_that_does_not_take_is_said(fake: FakePage, time: Time, tmp_path: Path) -> None:
    """A page that says yes to a deletion and keeps the post."""
    fake.refuse = lambda request: Response(status=204) if request.method == "DELETE" else None
    ran = smoke(fake, time, tmp_path, "--yes")
    assert ran.code == 4
    assert "still there: PPOST" in ran.text


def test_an_adapter_that_finds_something_to_mend_is_heard_first(fake: FakePage, time: Time, tmp_path: Path) -> None:
    """A page without a word for major: nothing is written."""
    fake.lists["severities"].clear()
    ran = smoke(fake, time, tmp_path, "--yes")
    assert ran.code == 2
    assert "[check!] the policy's words for severities" in ran.text
    assert all(request.method == "GET" for request in fake.requests)


def test_it_is_made_from_settings_without_a_call() -> None:
    """Adapter and client as in earnest; no token is needed yet."""
    access = PagerDuty().open(AdapterSettings(folder=Path(), table={"page": "Test"}, environment={}))
    assert access.adapter.name == "pagerduty"
    assert access.client.url == "https://api.pagerduty.com"
    access.client.close()
