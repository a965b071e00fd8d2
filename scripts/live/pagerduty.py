"""A private status page of PagerDuty: one post with updates and post-mortem, and what the document leaves open."""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from functools import partial
from http import HTTPStatus
from typing import Any

from attrs import evolve, frozen

from incident_fsm import Policy
from incident_fsm._secrets import Secret
from incident_fsm.adapters import AdapterSettings
from incident_fsm.adapters._settings import read_settings
from incident_fsm.adapters.pagerduty import Settings, _posts, _texts, from_settings
from incident_fsm.adapters.pagerduty._page import StatusPage
from incident_fsm.adapters.pagerduty._settings import NAME, TOKEN
from incident_fsm.adapters.pagerduty._wire import Trouble, Wire, make_client
from incident_fsm.commands import PublishStatus
from live.points import Verdict
from live.smoke import Access, Options, Plan, Smoke, Table, Vendor
from live.trial import Carried, Trial

UPDATES_MAX = 50
"""So many updates may be in one request (vendor's document); whether a post may have more is open."""

_HIDDEN = "<!-- hidden by live_smoke -->"


class PagerDuty(Vendor):
    """The status page that `[pagerduty]` names."""

    name = NAME
    secrets = (TOKEN,)

    @staticmethod
    def connect(settings: AdapterSettings) -> Access:
        """Make both; the client reads the token when it is needed."""
        own = read_settings(NAME, settings, Settings)
        return Access(from_settings(settings), make_client(Secret(NAME, TOKEN, settings.environment), own.region))

    def policy(self, options: Options, policy: Policy) -> Policy:  # noqa: ARG002  the base's signature
        """No subscriber is told."""
        page = evolve(policy.status_page, notify_subscribers=False, notified_channels=())
        return evolve(policy, status_page=page)

    def plan(self, options: Options, table: Table) -> Plan:
        """A post, seen by whoever looks at the page."""
        more = (f"write updates until there are {UPDATES_MAX + 1} (--long)",) if options.long else ()
        post = f"create one post on the status page {table.get('page')!r}, with updates, an all-clear and a post-mortem"
        seen = "whoever looks at the page meanwhile sees the post, and its own integrations (Slack, webhooks) may tell"
        return Plan(
            does=(
                f"{post}; its subscribers are not notified",
                "write one update with an HTML comment in it",
                *more,
                "delete the post-mortem and the post",
            ),
            leaves=f"nothing; but {seen}",
        )

    def examine(self, smoke: Smoke) -> None:
        """Do it."""
        trial = smoke.trial()
        page = _Page(smoke, trial)
        smoke.tidying.later(f"posts of {smoke.run_id}", page.remove, "delete them on the page")
        opened = trial.tell(*trial.story.begun())
        _opening(smoke, page, opened)
        if not trial.receipts:
            return
        post = trial.receipts[0].reference
        _echoes(smoke, page, post, opened[0])
        _hidden(smoke, page, post, opened[0])
        trial.tell(trial.story.managed(), trial.story.updated())
        if smoke.options.long:
            _many(smoke, page, post, opened[0])
        trial.tell(trial.story.resolved())
        _learned(smoke, page, post)
        smoke.count("post", len(page.posts()))
        smoke.report.answered(
            "title and texts look right on the page",
            smoke.terminal.sees(f"Look at {page.link or 'the page'}: do the posts and texts look right?"),
        )


@frozen
class _Page:
    """The page, by the official client."""

    smoke: Smoke
    trial: Trial

    @property
    def wire(self) -> Wire:
        """One request for each call."""
        return Wire(lambda: self.smoke.access.client)

    @property
    def link(self) -> str:
        """Where people see it."""
        return self.status_page.link

    @property
    def status_page(self) -> StatusPage:
        """The page as the adapter knows it."""
        return StatusPage(self.wire, read_settings(NAME, self.smoke.settings, Settings))

    def path(self, *further: str) -> str:
        """The path of the posts, or of something of a post's."""
        return self.status_page._path(*further)

    def posts(self) -> list[str]:
        """The posts of this run, by the references in their titles."""
        found = self.wire.every(self.path(), "posts", post_type="incident")
        return [str(post["id"]) for post in found if _texts.belongs(post.get("title"), self.smoke.run_id)]

    def updates(self, post: str) -> list[dict[str, Any]]:
        """The updates of a post."""
        return self.wire.every(self.path(post, "post_updates"), "post_updates")

    def body(self, command: PublishStatus) -> dict[str, Any]:
        """A post as the adapter sends it."""
        page = self.status_page
        return _posts.post(command, page._ids(command), page.read().page.id)

    def remove(self) -> str:
        """Delete the posts of this run: those that are known, and those that are found."""
        known = [receipt.reference for receipt in self.trial.receipts]
        found = list(dict.fromkeys([*known, *self.posts()]))
        for post in found:
            self._delete(self.path(post, "postmortem"))
            self._delete(self.path(post))
        left = self.posts()
        if left:
            raise RuntimeError(f"still there: {', '.join(left)}")
        return f"deleted {', '.join(found)}" if found else "there are none"

    def _delete(self, path: str) -> None:
        """Delete something. What is not there need not be."""
        answer = self.smoke.access.client.request("DELETE", path)
        if not answer.is_success and answer.status_code != HTTPStatus.NOT_FOUND:
            raise RuntimeError(f"DELETE {path}: {answer.status_code}")


def _opening(smoke: Smoke, page: _Page, opened: list[Carried]) -> None:
    """Say what the first request shows. Where it was refused, find out by what."""
    done = bool(opened) and opened[0].receipt is not None
    for assumed in ("starts_at and ends_at may be null for an incident", "`post` may be null in the first update"):
        smoke.report.judge(assumed, "accepted" if done else "refused together: see below", holds=done)
    if done or not opened or not isinstance(opened[0].command, PublishStatus):
        return
    body = page.body(opened[0].command)
    now = smoke.clock()
    moments = {"starts_at": _moment(now), "ends_at": _moment(now + timedelta(hours=1))}
    first = body["updates"][0]
    without = {key: value for key, value in first.items() if key != "post"}
    variants: Mapping[str, dict[str, Any]] = {
        "with times for starts_at and ends_at": {**body, **moments},
        "without `post` in the first update": {**body, "updates": [without]},
        "with both": {**body, **moments, "updates": [without]},
    }
    for what, variant in variants.items():
        seen = _tried(partial(page.wire.ask, "POST", page.path(), body={"post": variant}))
        smoke.report.add(f"the same {what}", Verdict.SEEN, seen)


def _echoes(smoke: Smoke, page: _Page, post: str, opened: Carried) -> None:
    """Compare the first update with what was sent."""
    (update,) = page.updates(post)
    if not isinstance(opened.command, PublishStatus):
        raise TypeError(f"{type(opened.command).__name__} is none of PublishStatus")
    sent, got = _moment(opened.command.requested_at), str(update.get("reported_at"))
    smoke.report.judge(
        "reported_at comes back as it was sent, to the second",
        f"sent {sent}, got {got}",
        holds=_posts._second(got) == _posts._second(sent),
    )
    message, kept = _texts.message(opened.command.message), str(update.get("message"))
    how = "the same" if kept == message else f"sent {message!r}, got {kept!r}"
    same = _texts.plain(kept) == _texts.plain(message)
    smoke.report.judge("a message reads the same when it comes back", how, holds=same)


def _hidden(smoke: Smoke, page: _Page, post: str, opened: Carried) -> None:
    """See whether an HTML comment survives. Nothing depends on it; a hidden mark would need it."""
    seen = _tried(partial(_add, page, post, opened, f"Only a test.{_HIDDEN}"))
    survives = any(_HIDDEN in str(update.get("message")) for update in page.updates(post))
    how = "it survives" if survives else "it does not survive"
    smoke.report.add("an HTML comment in a message", Verdict.SEEN, f"{seen}; {how}")


def _many(smoke: Smoke, page: _Page, post: str, opened: Carried) -> None:
    """Write updates until one more than may be in one request."""
    seen = "there were more already"
    for number in range(len(page.updates(post)) + 1, UPDATES_MAX + 2):
        seen = f"update {number}: {_tried(partial(_add, page, post, opened, f'Test {number}.'))}"
        if "accepted" not in seen:
            break
        smoke.clock.pause(0.2)
    smoke.report.judge(f"a post takes more than {UPDATES_MAX} updates", seen, holds=seen.endswith("accepted"))


def _add(page: _Page, post: str, opened: Carried, message: str) -> None:
    """Add an update like the first one, with another message."""
    if not isinstance(opened.command, PublishStatus):
        raise TypeError(f"{type(opened.command).__name__} is none of PublishStatus")
    body = _posts.update(opened.command, page.status_page._ids(opened.command), post)
    more = {"message": message, "reported_at": _moment(page.smoke.clock())}
    page.wire.ask("POST", page.path(post, "post_updates"), body={"post_update": {**body, **more}})


def _learned(smoke: Smoke, page: _Page, post: str) -> None:
    """Publish what was learned; the same text again is not sent."""
    trial = page.trial
    carried = trial.tell(*trial.story.reviewed(trial.incident, "Nothing was learned: it was only a test."))
    kept = page.status_page.post_mortem_of(post)
    smoke.report.judge("the post-mortem reads the same when it comes back", repr(kept), holds=bool(carried and kept))


def _tried(act: Callable[[], object]) -> str:
    """Try something, and say what came of it."""
    try:
        act()
    except Trouble as trouble:
        return f"refused: {trouble}"
    return "accepted"


def _moment(at: datetime) -> str:
    """A time as it is sent."""
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
