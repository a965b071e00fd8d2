"""The bot, end to end: signed requests as Slack sends them, over HTTP to the bot, and the bot's to a fake of Slack."""

import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from time import time
from typing import Any
from urllib.parse import urlencode

import pytest
from examples.alert_webhook import served
from examples.slack_bot import BYTES_MAX, STALE, make_app, make_service
from slack_bolt import BoltRequest
from slack_sdk import WebClient
from slack_sdk.signature import SignatureVerifier
from urllib3 import BaseHTTPResponse, PoolManager

from incident_fsm import Incident, events
from incident_fsm.adapters.folder import FolderAdapter
from incident_fsm.adapters.slack import SlackAdapter
from incident_fsm.alerts import read_pagerduty
from incident_fsm.desk import Desk
from incident_fsm.engine.sqlite import SqliteEngine
from incident_fsm.errors import JournalUnusable
from incident_fsm.policy_files import load_shipped
from incident_fsm.testing import FrozenClock
from tests.alerts.payloads import pagerduty
from tests.examples.runs import lines_of, printed, run
from tests.services.fakes.slack import ADA, GRACE, MAIN, TEAM, TOKEN, FakeSlack

SECRET = "canary-signing-secret"  # noqa: S105  opens nothing
FIRST = datetime(2026, 11, 23, 3, 2, tzinfo=UTC)
Fields = dict[str, str | bool | tuple[str, ...]]
DECLARATION: Fields = {
    "title": "Airflow <!channel> cannot scale",
    "unplanned": "an alert at 02:55",
    "impacts_users": "",
    "degrades_services": "every task waits",
    "increases_risk": "",
    "security_breach": False,
    "services": ("Analytical Platform Compute", "Cloud Platform"),
    "impact": "Minor",
    "message": "Tasks are delayed.",
    "next_update_at": "30 minutes",
    "notify_subscribers": True,
    "cleared_for_public": False,
    "lead": True,
}


class World:
    """A bot that is served on loopback, the fake that it talks to, and a journal in a folder."""

    def __init__(self, folder: Path, policy: str = "analytical_platform") -> None:
        self.clock = FrozenClock(FIRST)
        self.fake = FakeSlack(self.clock)
        self.folder = folder
        self.policy = load_shipped(policy)
        self.http = PoolManager(retries=False)
        self.url = ""
        self.usable = True

    def client(self) -> WebClient:
        """Slack's client, pointed at the fake."""
        return WebClient(TOKEN, base_url=self.fake.base_url, retry_handlers=[])

    def desk(self) -> Desk:
        """A desk that speaks through the same Slack."""
        if not self.usable:
            raise JournalUnusable("journal.sqlite3", "is full", "make room")
        engine = SqliteEngine(self.folder / "journal.sqlite3")
        return Desk(engine, self.policy, [SlackAdapter(self.client), FolderAdapter(self.folder)], now=self.clock)

    def deliver(self) -> None:
        """Carry everything out."""
        with self.desk() as desk:
            desk.deliver()

    def incident(self, incident_id: str = "INC-V1") -> Incident:
        """An incident as it is now."""
        with self.desk() as desk:
            return desk.incident(incident_id)

    def notes(self, incident_id: str = "INC-V1") -> list[events.NoteTaken]:
        """Every note of an incident."""
        with self.desk() as desk:
            return [entry.event for entry in desk.timeline(incident_id) if isinstance(entry.event, events.NoteTaken)]

    # ── What Slack sends ───────────────────────────────────────────────────────────────────────────────────────────

    def post(self, body: bytes, kind: str = "application/json", **headers: str) -> BaseHTTPResponse:
        """Post a request, signed now unless the headers say otherwise."""
        now = f"{time():.0f}"
        signature = str(SignatureVerifier(SECRET).generate_signature(timestamp=now, body=body))
        signed = {"Content-Type": kind, "X-Slack-Request-Timestamp": now, "X-Slack-Signature": signature}
        given = {name.replace("_", "-"): value for name, value in headers.items()}
        return self.http.request("POST", f"{self.url}/slack/events", body=body, headers=signed | given)

    def form(self, data: dict[str, str], **headers: str) -> BaseHTTPResponse:
        """Post a form, as Slack does for commands, buttons and forms."""
        return self.post(urlencode(data).encode(), "application/x-www-form-urlencoded", **headers)

    def command(self, text: str = "") -> BaseHTTPResponse:
        """Somebody types /incident."""
        who = {"user_id": ADA, "user_name": "ada.lovelace", "team_id": TEAM, "channel_id": MAIN}
        more = {"response_url": self.fake.response_url, "trigger_id": "111.222.abc"}
        return self.form({"command": "/incident", "text": text, **who, **more})

    def panel(self, incident_id: str = "INC-V1") -> list[dict[str, Any]]:
        """What `/incident ID` shows."""
        blocks: list[dict[str, Any]] = self.command(incident_id).json()["blocks"]
        return blocks

    def submit(self, view: dict[str, Any], fields: Fields, **headers: str) -> dict[str, Any]:
        """Somebody sends a form that was opened, filled in."""
        assert set(fields) == {block["block_id"] for block in view["blocks"]}
        filled = {**view, "state": {"values": {name: {"said": _said(name, value)} for name, value in fields.items()}}}
        payload = {"type": "view_submission", "user": {"id": ADA, "username": "ada"}, "team": {"id": TEAM}}
        response = self.form({"payload": json.dumps({**payload, "view": filled})}, **headers)
        assert response.status == 200
        answer: dict[str, Any] = response.json()
        return answer

    def press(self, button: dict[str, Any], trigger: str, **headers: str) -> int:
        """Somebody presses a button."""
        payload = {
            "type": "block_actions",
            "user": {"id": GRACE, "username": "grace"},
            "team": {"id": TEAM},
            "trigger_id": trigger,
            "response_url": self.fake.response_url,
            "actions": [{**button, "block_id": "x", "action_ts": "1.2"}],
        }
        return self.form({"payload": json.dumps(payload)}, **headers).status

    def event(self, message: dict[str, Any], **headers: str) -> int:
        """Slack tells of a message."""
        about = {"type": "event_callback", "team_id": TEAM, "event_id": "Ev1", "event_time": 1}
        return self.post(json.dumps({**about, "event": {"type": "message", **message}}).encode(), **headers).status

    # ── What a test often needs ────────────────────────────────────────────────────────────────────────────────────

    def declare(self, **changes: str | bool | tuple[str, ...]) -> dict[str, Any]:
        """Open the form of a new incident and send it."""
        self.command()
        return self.submit(self.fake.views[-1], {**DECLARATION, **changes})

    def thread(self) -> str:
        """Open the incident's thread, by delivering; the `ts` of its first message."""
        self.deliver()
        return str(self.fake.channels[MAIN].messages[0]["ts"])


def _said(name: str, value: str | bool | tuple[str, ...]) -> dict[str, Any]:  # noqa: FBT001  a tick is one
    """One field as Slack sends it."""
    if isinstance(value, bool):
        return {"type": "checkboxes", "selected_options": [{"value": "yes"}] if value else []}
    if isinstance(value, tuple):
        return {"type": "multi_static_select", "selected_options": [{"value": one} for one in value]}
    if name in {"impact", "next_update_at", "fix"}:
        return {"type": "static_select", "selected_option": {"value": value} if value else None}
    return {"type": "plain_text_input", "value": value or None}


def button(panel: list[dict[str, Any]], name: str) -> dict[str, Any]:
    """A button of a panel."""
    (found,) = [one for one in panel[-1]["elements"] if one["action_id"] == f"offer:{name}"]
    assert isinstance(found, dict)
    return found


def text_of(blocks: list[dict[str, Any]]) -> str:
    """The paragraphs of a message."""
    return "\n".join(block["text"]["text"] for block in blocks if block["type"] == "section")


@contextmanager
def bot(folder: Path, policy: str = "analytical_platform") -> Iterator[World]:
    """A bot at work, with its journal in a folder."""
    world = World(folder, policy)
    with (
        world.fake,
        world.http,
        served(make_service(make_app(world.desk, world.client(), SECRET), SECRET)) as world.url,
    ):
        yield world


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    """A bot at work."""
    with bot(tmp_path) as made:
        yield made


# ── The form ───────────────────────────────────────────────────────────────────────────────────────────────────────


def test_the_command_opens_the_form_of_the_policy(world: World) -> None:
    """§1's questions in the policy's words, its services, its impacts but the all-clear, the times till next update."""
    assert world.command().status == 200
    (view,) = world.fake.views
    blocks = {block["block_id"]: block for block in view["blocks"]}
    assert set(blocks) == set(DECLARATION)

    def choices(name: str) -> tuple[str, ...]:
        return tuple(option["value"] for option in blocks[name]["element"]["options"])

    assert choices("services") == world.policy.services
    assert choices("impact") == ("Major", "Minor")
    assert choices("next_update_at") == ("15 minutes", "30 minutes", "1 hour", "2 hours", "4 hours", "1 day")
    assert blocks["notify_subscribers"]["element"]["initial_options"]
    assert world.policy.criteria.increases_risk in blocks["increases_risk"]["label"]["text"]
    assert [name for name, block in blocks.items() if not block["optional"]] == [
        "title",
        "services",
        "impact",
        "message",
    ]


def test_a_form_that_is_sent_declares_an_incident(world: World) -> None:
    """Reported, confirmed, declared and managed in one batch, by whoever sent it; delivering then opens the thread."""
    answer = world.declare()
    assert (answer["response_action"], answer["view"]["title"]["text"]) == ("update", "Done")
    incident = world.incident()
    assert (incident.state.value, incident.revision, incident.lead) == ("managing", 4, "Ada Lovelace")
    assert (incident.title, incident.impact) == ("Airflow <!channel> cannot scale", "Minor")
    assert incident.next_update_at == FIRST + timedelta(minutes=30)
    assert incident.assessment is not None
    assert incident.assessment.degrades_services.evidence == "every task waits"
    assert not incident.assessment.impacts_users.met
    world.deliver()
    assert world.incident().references.thread is not None
    assert world.fake.channels[MAIN].messages[0]["text"].startswith("Airflow &lt;!channel&gt; cannot scale :thread:")


def test_a_form_that_is_sent_again_changes_nothing(world: World) -> None:
    """With the same id of Slack's, later, and even with other words: it counts once, and the answer says so."""
    world.declare()
    world.clock.moment += timedelta(minutes=1)
    again = world.submit(world.fake.views[-1], {**DECLARATION, "message": "Other words."}, X_Slack_Retry_Num="1")
    assert again["view"]["title"]["text"] == "Done before"
    assert (world.incident().revision, world.incident().message) == (4, "Tasks are delayed.")


def test_without_a_lead_it_is_declared_only(world: World) -> None:
    """Somebody else takes the lead then, by a button."""
    world.declare(lead=False, security_breach=True)
    assert (world.incident().state.value, world.incident().breach) == ("declared", True)


@pytest.mark.parametrize(
    ("changes", "field", "sentence"),
    [
        ({"unplanned": ""}, "unplanned", "the event was planned, and an incident is unplanned"),
        ({"degrades_services": ""}, "unplanned", "it neither impacts users, nor degrades user-facing services"),
        ({"next_update_at": ""}, "next_update_at", "say when the next update comes"),
        ({"services": ()}, "services", "no impacted service is chosen"),
        ({"impact": "All Good"}, "impact", "'All Good' says that all service is restored"),
        ({"title": "x" * 201}, "title", "has 201 characters; use at most 200"),
        ({"message": "bell\x07"}, "message", "holds the unprintable character"),
    ],
)
def test_what_is_wrong_stands_beside_its_field(world: World, changes: Fields, field: str, sentence: str) -> None:
    """The form stays open, nothing is stored, and once it is mended it is accepted."""
    answer = world.declare(**changes)
    assert answer["response_action"] == "errors"
    assert sentence in answer["errors"][field]
    with world.desk() as desk:
        assert list(desk.find()) == []
    assert world.submit(world.fake.views[-1], DECLARATION)["view"]["title"]["text"] == "Done"


# ── The buttons ────────────────────────────────────────────────────────────────────────────────────────────────────


def test_an_incident_shows_what_comes_next(world: World) -> None:
    """In words that do nothing in Slack; and where there is no such incident, which there are."""
    world.declare()
    panel = world.panel()
    assert (
        text_of(panel)
        == "INC-V1 (Airflow &lt;!channel&gt; cannot scale) is managing, impact Minor, led by Ada Lovelace"
    )
    assert [one["text"]["text"] for one in panel[-1]["elements"]] == [
        "Assign a role",
        "Update status page",
        "Service is restored",
        "Log a support ticket",
        "Resolve",
    ]
    assert {one["value"] for one in panel[-1]["elements"]} == {"INC-V1 4"}
    assert text_of(world.panel("<!here>")) == "There is no incident &lt;!here&gt;. There are:\nINC-V1 is managing"


def test_a_button_is_done_at_once_and_once(world: World) -> None:
    """By whoever pressed it. Slack's retry changes nothing, and the answer shows what comes next."""
    world.declare(lead=False)
    lead = button(world.panel(), "ManagementStarted")
    for attempt in range(3):
        world.clock.moment += timedelta(seconds=5)
        assert world.press(lead, "777.888.def", **({"X_Slack_Retry_Num": str(attempt)} if attempt else {})) == 200
    assert (world.incident().lead, world.incident().revision) == ("Grace Hopper", 4)
    assert [(one["replace_original"], len(one["blocks"])) for one in world.fake.responses] == [(True, 2)] * 3


def test_a_stale_button_is_refused_politely(world: World) -> None:
    """With and without a form: nothing happens, and whoever pressed it sees how it stands, with fresh buttons."""
    world.declare()
    panel = world.panel()
    world.press(button(panel, "ServiceRestored"), "1.1.a")
    for number, name in enumerate(("ServiceRestored", "StatusUpdated")):
        assert world.press(button(panel, name), f"2.{number}.b") == 200
        answer = world.fake.responses[-1]
        assert text_of(answer["blocks"]).startswith(f"{STALE}\nINC-V1 (Airflow")
        assert button(answer["blocks"], name)["value"] == "INC-V1 5"
        assert (answer["response_type"], answer["replace_original"]) == ("ephemeral", False)
    assert world.incident().revision == 5
    assert len(world.fake.views) == 1


def resolve(world: World) -> None:
    """End the incident by its form."""
    world.press(button(world.panel(), "IncidentResolved"), "3.3.c")
    fields: Fields = {
        "users_unaffected": True,
        "fix": "permanent",
        "how": "More nodes.\nAll tasks run.",
        "cleared_for_public": False,
    }
    assert world.submit(world.fake.views[-1], fields)["view"]["title"]["text"] == "Done"


def test_a_form_of_an_incident_is_sent_for_that_incident(world: World) -> None:
    """Resolved, with the all-clear; notes that were taken while somebody filled it in do not make it stale."""
    world.declare()
    thread = world.thread()
    world.press(button(world.panel(), "StatusUpdated"), "4.4.d")
    view = world.fake.views[-1]
    world.event(spoken(world, thread, "The quota is reached"))
    fields: Fields = {
        "impact": "Major",
        "message": "Still delayed.",
        "next_update_at": "",
        "notify_subscribers": False,
        "cleared_for_public": False,
    }
    errors = world.submit(view, fields)["errors"]
    assert "say when the next update comes" in errors["next_update_at"]
    assert world.submit(view, {**fields, "next_update_at": "1 hour"})["response_action"] == "update"
    assert (world.incident().impact, world.incident().updates) == ("Major", 2)
    resolve(world)
    assert (world.incident().state.value, world.incident().how) == ("resolved", "More nodes.\nAll tasks run.")


def test_a_blocked_button_says_why(world: World) -> None:
    """To the one who pressed it, instead of a form."""
    world.declare()
    resolve(world)
    views = len(world.fake.views)
    assert world.press(button(world.panel(), "IncidentReviewed"), "5.5.e") == 200
    answer = world.fake.responses[-1]
    assert "Not yet: 'report' should be done" in text_of(answer["blocks"])
    assert answer["response_type"] == "ephemeral"
    assert len(world.fake.views) == views


def test_an_alert_is_confirmed_or_dismissed_by_buttons(world: World) -> None:
    """A candidate of the alert webhook, in the same journal."""
    (heard,) = read_pagerduty(pagerduty())
    with world.desk() as desk:
        desk.step(heard.incident_id, heard.event)
    assert world.press(button(world.panel("PD-PGR0VU2"), "CandidateDismissed"), "6.6.f") == 200
    answer = world.submit(world.fake.views[-1], {"override_reason": ""})
    assert "nothing says why" in answer["errors"]["override_reason"]
    world.submit(world.fake.views[-1], {"override_reason": "a test alert"})
    assert world.incident("PD-PGR0VU2").state.value == "dismissed"
    assert text_of(world.panel("PD-PGR0VU2")) == "PD-PGR0VU2 (Airflow cannot scale) is dismissed"


def test_a_restricted_incident_is_not_shown(tmp_path: Path) -> None:
    """Nobody knows who reads along: neither its title nor its buttons, whoever asks."""
    with bot(tmp_path, "gds") as world:
        world.command()
        fields: Fields = {**DECLARATION, "services": world.policy.services[:1], "security_breach": True}
        impact = next(one.name for one in world.policy.impacts if not one.all_clear)
        fields |= {"impact": impact, "next_update_at": str(world.policy.next_update_choices[0])}
        errors = world.submit(world.fake.views[-1], {**fields, "cleared_for_public": True})["errors"]
        assert errors == {"lead": "nobody is Communications Lead"}
        fields |= {"lead": False}
        errors = world.submit(world.fake.views[-1], fields)["errors"]
        assert "the wording is not cleared for the public" in errors["cleared_for_public"]
        answer = world.submit(world.fake.views[-1], {**fields, "cleared_for_public": True})
        said = json.dumps([answer, world.panel()])
        assert said.count("INC-V1 is restricted") == 2
        assert "Airflow" not in said
        assert "INC-V1" not in json.dumps(world.panel("INC-V2"))
        assert world.incident().breach


# ── The thread ─────────────────────────────────────────────────────────────────────────────────────────────────────


def spoken(world: World, thread: str, text: str, user: str = ADA) -> dict[str, Any]:
    """Let a person say something in a thread; the message as Slack tells of it."""
    ts = world.fake.say(MAIN, thread, user, text)
    return {"channel": MAIN, "user": user, "text": text, "ts": ts, "thread_ts": thread, "channel_type": "channel"}


def test_a_message_in_the_thread_is_a_note_once(world: World) -> None:
    """However often Slack delivers it, and though the desk reads the thread back as well, whoever comes first."""
    world.declare()
    thread = world.thread()
    world.clock.moment += timedelta(minutes=1)
    message = spoken(world, thread, "Quota &lt;reached&gt;, see <https://example.org/q|this>, <@U0GRACE>")
    for number in range(3):
        assert world.event(message, **({"X_Slack_Retry_Num": str(number)} if number else {})) == 200
    (note,) = world.notes()
    assert note.id == f"thread:{MAIN}/{message['ts']}"
    assert (note.by, note.at, note.from_thread) == ("Ada Lovelace", world.clock.moment, True)
    assert note.text == "Quota <reached>, see this (https://example.org/q), @U0GRACE"
    with world.desk() as desk:
        assert desk.read_threads() == ()
        second = spoken(world, thread, "It is raised", GRACE)
        assert len(desk.read_threads()) == 1
    assert world.event(second) == 200
    assert [one.text for one in world.notes()] == [note.text, "It is raised"]
    before = len(world.fake.thread(MAIN, thread))
    world.deliver()
    assert len(world.fake.thread(MAIN, thread)) == before


def test_what_is_said_elsewhere_or_by_no_person_is_not_noted(world: World) -> None:
    """In the channel, in another thread, by a bot, and what Slack tells of edits."""
    world.declare()
    thread = world.thread()
    message = spoken(world, thread, "hello")
    for other in (
        {"thread_ts": "1.000001"},
        {"thread_ts": None},
        {"channel": "C0OTHER"},
        {"bot_id": "B0OTHER"},
        {"subtype": "channel_join"},
    ):
        assert world.event({**message, **other}) == 200
    edit = {"channel": MAIN, "subtype": "message_changed", "message": message, "previous_message": message, "ts": "9.9"}
    assert world.event(edit) == 200
    assert world.notes() == []


def test_a_person_that_slack_does_not_name_goes_by_their_id(world: World) -> None:
    """And a message without words is a note of its file."""
    world.declare()
    message = {**spoken(world, world.thread(), "", "U0NOBODY"), "subtype": "file_share", "files": [{"name": "a.png"}]}
    assert world.event(message) == 200
    (note,) = world.notes()
    assert (note.by, note.text) == ("U0NOBODY", "[file: a.png]")


# ── The door ───────────────────────────────────────────────────────────────────────────────────────────────────────


def test_slack_finds_out_that_the_address_is_ours(world: World) -> None:
    """Its challenge comes back, once it is signed."""
    body = json.dumps({"type": "url_verification", "token": "x", "challenge": "canary"}).encode()
    assert world.post(body).json() == {"challenge": "canary"}
    assert world.post(body, X_Slack_Signature="v0=00").status == 401


@pytest.mark.parametrize(
    "headers",
    [
        {"X_Slack_Signature": "v0=00"},
        {"X_Slack_Signature": ""},
        {"X_Slack_Signature": "v0=\xe9"},
        {"X_Slack_Request_Timestamp": "soon"},
        {"X_Slack_Request_Timestamp": "0"},
        {"X_Slack_Request_Timestamp": f"{time() + 3600:.0f}"},
    ],
)
def test_what_slack_did_not_sign_is_refused(world: World, headers: dict[str, str]) -> None:
    """Forged, unsigned, or with another time than the one that was signed."""
    response = world.form({"command": "/incident", "text": "", "trigger_id": "1.2.x", "team_id": TEAM}, **headers)
    assert response.status == 401
    assert world.fake.requests == []


def test_an_old_request_is_refused_though_it_was_signed(world: World) -> None:
    """Somebody who overheard one cannot send it again after five minutes; and not changed at any time."""
    body, old = urlencode({"command": "/incident", "text": "", "trigger_id": "1.2.x"}).encode(), f"{time() - 301:.0f}"
    signature = str(SignatureVerifier(SECRET).generate_signature(timestamp=old, body=body))
    form = "application/x-www-form-urlencoded"
    signed = {"X_Slack_Request_Timestamp": old, "X_Slack_Signature": signature}
    assert world.post(body, form, **signed).status == 401
    now = f"{time():.0f}"
    signature = str(SignatureVerifier(SECRET).generate_signature(timestamp=now, body=body))
    fresh = {"X_Slack_Request_Timestamp": now, "X_Slack_Signature": signature}
    assert world.post(body + b"&text=x", form, **fresh).status == 401
    assert world.fake.requests == []


def test_bolt_itself_refuses_what_is_not_signed(world: World) -> None:
    """However the app is served."""
    app = make_app(world.desk, world.client(), SECRET)
    headers: dict[str, str | Sequence[str]] = {
        "x-slack-signature": "v0=00",
        "x-slack-request-timestamp": f"{time():.0f}",
    }
    assert app.dispatch(BoltRequest(body="{}", headers=headers)).status == 401


def test_what_is_no_text_is_refused(world: World) -> None:
    """Slack sends text only, so it cannot have signed this."""
    now = {"X-Slack-Request-Timestamp": f"{time():.0f}", "X-Slack-Signature": "v0=00"}
    assert world.http.request("POST", f"{world.url}/slack/events", body=b"\xff\xfe", headers=now).status == 401


def test_what_is_too_long_is_not_read(world: World) -> None:
    """Before anybody asks who signed it."""
    assert world.post(b"x" * (BYTES_MAX + 1)).status == 413


def test_a_journal_that_fails_is_not_acknowledged(world: World) -> None:
    """So Slack says it again, and then it is noted."""
    world.declare()
    message = spoken(world, world.thread(), "The quota is reached")
    world.usable = False
    assert world.event(message) == 500
    world.usable = True
    assert world.event(message, X_Slack_Retry_Num="1") == 200
    assert len(world.notes()) == 1


def test_without_a_signing_secret_it_does_not_start(tmp_path: Path) -> None:
    """An empty one would let everybody in."""
    world = World(tmp_path)
    with pytest.raises(SystemExit, match="SLACK_SIGNING_SECRET is empty"):
        make_app(world.desk, WebClient(TOKEN), " ")


# ── The script ─────────────────────────────────────────────────────────────────────────────────────────────────────


def test_without_arguments_a_declaration_is_played() -> None:
    """The form, sent twice, counts once; and what comes next is offered."""
    lines = printed("slack_bot").splitlines()
    assert [line for line in lines if line.startswith("  ")] == [
        "  the bot asks Slack: /api/auth.test",
        "  the bot asks Slack: /api/views.open",
        "  the bot asks Slack: /api/users.info",
    ]
    state = "INC-V1 (Airflow cannot scale) is managing, impact Major, led by Sam"
    assert [line for line in lines if not line.startswith("  ")] == [
        "200",
        f"200 | Done | {state} | What comes next: /incident INC-V1",
        f"200 | Done before | {state} | What comes next: /incident INC-V1",
        f"200 | {state} | Assign a role | Update status page | Service is restored | Log a support ticket | Resolve",
    ]


def test_other_arguments_are_explained() -> None:
    """The head of the script says what there is."""
    done = run("slack_bot", "--help")
    assert done.returncode == 1
    assert "--serve FOLDER" in done.stderr


def test_the_example_can_be_read_in_one_go() -> None:
    """A service with its own demonstration is longer than other examples, and has a bound too."""
    assert lines_of("slack_bot") <= 260
