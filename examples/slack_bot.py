"""Incidents in Slack: `/incident` opens the form of §1 and §2, buttons offer what comes next, the thread becomes notes.

python examples/slack_bot.py                   watch it work, on loopback and without an account
python examples/slack_bot.py --serve FOLDER    serve on port 3000, with the journal in FOLDER

The app in Slack has the command /incident, interactivity, and the events message.channels and message.groups, all sent
to https://.../slack/events; its scopes are commands, users:read, channels:history and groups:history. SLACK_BOT_TOKEN
and SLACK_SIGNING_SECRET are in the environment. What is asked for here is carried out by `incident deliver --watch`.
Whoever is in the workspace may use it.
"""

import json
import os
import re
import sys
from collections.abc import Callable
from functools import partial
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from tempfile import TemporaryDirectory
from threading import Thread
from time import time
from typing import Any
from urllib.parse import urlencode

import uvicorn
from slack_bolt import Ack, App, BoltRequest, Respond
from slack_bolt.adapter.starlette.handler import to_bolt_request, to_starlette_response
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError
from slack_sdk.signature import SignatureVerifier
from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from incident_fsm import Audience, Refusal, State
from incident_fsm.alerts import slack
from incident_fsm.desk import Desk, Handled
from incident_fsm.errors import EventIdReused, InvalidValue, UnknownIncident
from incident_fsm.events import Event
from incident_fsm.policy_files import load_shipped

JSON = dict[str, Any]
BYTES_MAX = 1024 * 1024
STALE = "That button is from an earlier state, and somebody has gone on since. This is how it stands now:"


def make_app(open_desk: Callable[[], Desk], client: WebClient, signing_secret: str) -> App:
    """Make the app, which checks Slack's signatures. Nothing is asked of Slack yet, and each answer is in the journal.

    `open_desk` opens a desk for one request, `client` has its own retries off.
    """
    if not signing_secret.strip():
        raise SystemExit("SLACK_SIGNING_SECRET is empty, so anybody could sign: set it to the app's signing secret")
    app = App(
        client=client, signing_secret=signing_secret, token_verification_enabled=False, process_before_response=True
    )
    bot = Bot(open_desk, client)
    app.command("/incident")(bot.asked)
    app.view(re.compile(r"^\w+$"))(bot.submitted)
    app.action(re.compile("^offer:"))(bot.pressed)
    app.event("message")(bot.heard)
    return app


class Bot:
    """What Slack may ask for."""

    def __init__(self, open_desk: Callable[[], Desk], client: WebClient) -> None:
        self.open_desk = open_desk
        self.client = client
        self.names: dict[str, str] = {}

    def asked(self, ack: Ack, body: JSON) -> None:
        """`/incident` opens the form, `/incident ID` shows an incident."""
        with self.open_desk() as desk:
            if incident_id := body.get("text", "").strip():
                ack(blocks=shown(desk, incident_id))
            else:
                self.client.views_open(trigger_id=body["trigger_id"], view=slack.form(slack.NEW, desk.policy))
                ack()

    def submitted(self, ack: Ack, body: JSON, view: JSON) -> None:
        """A form is handled as a batch, or stays open with what is wrong beside its fields."""
        by = self.name(body["user"]["id"])
        with self.open_desk() as desk:
            try:
                incident_id, events = slack.submitted(view, by, desk.policy, desk.now())
            except InvalidValue as error:
                ack(response_action="errors", errors=slack.beside(view, error))
                return
            answer = once(desk, incident_id, *events)
            if isinstance(answer, Refusal):
                ack(response_action="errors", errors=slack.beside(view, answer))
                return
            title = {"type": "plain_text", "text": "Done before" if answer.repeated else "Done"}
            blocks = [shown(desk, incident_id)[0], slack.paragraph(f"What comes next: /incident {incident_id}")]
            ack(response_action="update", view={"type": "modal", "title": title, "blocks": blocks})

    def pressed(self, ack: Ack, body: JSON, respond: Respond) -> None:
        """A button opens its form or is done at once; where it cannot be, only the one who pressed it is told why."""
        press, by = slack.pressed(body), self.name(body["user"]["id"])
        with self.open_desk() as desk:
            why = why_not(desk, press) if press.has_form else do(desk, press, by)
            if press.has_form and not why:
                view = slack.form(press.kind, desk.policy, press.incident_id)
                self.client.views_open(trigger_id=press.id, view=view)
            else:
                blocks = [*([slack.paragraph(why)] if why else []), *shown(desk, press.incident_id)]
                respond(text=why or "Done", blocks=blocks, response_type="ephemeral", replace_original=not why)
        ack()

    def heard(self, event: JSON) -> None:
        """What a person says in an incident's thread is a note."""
        thread = slack.thread_of(event)
        with self.open_desk() as desk:
            for incident in desk.find(State.MANAGING, State.RESOLVED):
                known = incident.references.thread
                if thread and known is not None and known.reference == thread:
                    note = slack.note(event, self.name(event.get("user", "")))
                    if note is not None:
                        once(desk, incident.id, note)

    def name(self, user: str) -> str:
        """Ask what somebody goes by, once; where Slack does not tell, their id will do."""
        try:
            profile = {} if user in self.names else self.client.users_info(user=user)["user"]["profile"]
        except (SlackApiError, OSError):
            return user
        return self.names.setdefault(user, profile.get("display_name") or profile.get("real_name") or user)


def once(desk: Desk, incident_id: str, *events: Event) -> Handled | Refusal:
    """Handle events. What Slack says again, as an answer was late, has the ids of the first time: nothing changes."""
    try:
        return desk.handle(incident_id, *events)
    except EventIdReused:
        return Handled(desk.incident(incident_id), (), repeated=True)


def why_not(desk: Desk, press: slack.Press) -> str:
    """Say why a form is not opened: the button is stale, or something blocks it whatever the form would say."""
    if desk.incident(press.incident_id).revision != press.revision:
        return STALE
    blocks = (one.blocked_by for one in desk.options(press.incident_id) if one.event.__name__ == press.kind)
    return "\n".join(f"Not yet: {reason.sentence}." for reasons in blocks for reason in reasons)


def do(desk: Desk, press: slack.Press, by: str) -> str:
    """Do what a button without a form asks for; say why not where it is refused."""
    answer = once(desk, press.incident_id, press.event(by, desk.now()))
    if isinstance(answer, Handled):
        return ""
    return STALE if "stale" in answer.codes else "\n".join(f"{reason.sentence}." for reason in answer.reasons)


def shown(desk: Desk, incident_id: str) -> list[JSON]:
    """Show an incident with its buttons. A restricted one is not shown: nobody knows here who reads along."""
    try:
        incident = desk.incident(incident_id)
    except UnknownIncident:
        there = desk.find(*(state for state in State if not state.final))
        names = [f"{one.id} is {one.state.value}" for one in there if one.audience is not Audience.RESTRICTED]
        return [slack.paragraph("\n".join([f"There is no incident {incident_id}. There are:", *names]))]
    if incident.audience is Audience.RESTRICTED:
        return [slack.paragraph(f"{incident.id} is restricted: use the `incident` command.")]
    return slack.panel(incident, desk.options(incident.id))


def make_service(app: App, signing_secret: str) -> Starlette:
    """Serve the app by ASGI. Slack waits three seconds for an answer, so each request has a thread of its own."""
    verifier = SignatureVerifier(signing_secret)

    async def hear(request: Request) -> Response:
        body = b""
        async for chunk in request.stream():
            body += chunk
            if len(body) > BYTES_MAX:
                return Response(status_code=413)
        try:
            signed = verifier.is_valid_request(body, request.headers)
        except (TypeError, ValueError):  # over a header or a body that is no text, Bolt's own check would only stumble
            signed = False
        if not signed:
            return Response(status_code=401)
        return to_starlette_response(await run_in_threadpool(app.dispatch, to_bolt_request(request, body)))

    return Starlette(routes=[Route("/slack/events", hear, methods=["POST"])])


class StandIn(BaseHTTPRequestHandler):
    """Slack's Web API for the demonstration: says yes to everything."""

    def do_POST(self) -> None:
        """Tell what was asked, and answer."""
        self.rfile.read(int(self.headers["Content-Length"]))
        print(f"  the bot asks Slack: {self.path}")
        self.send_response(200)
        self.end_headers()
        self.wfile.write(b'{"ok": true, "user_id": "U0", "bot_id": "B0", "user": {"profile": {"real_name": "Sam"}}}')

    def log_message(self, *_: object) -> None:
        """Say nothing."""


def filled_in(view: JSON) -> JSON:
    """Fill a form in: the same words everywhere, and the first of all choices."""
    values = {}
    for block in view["blocks"]:
        element = block["element"]
        options = element.get("options", [None])
        said = {"value": "Airflow cannot scale", "selected_option": options[0], "selected_options": options[:1]}
        values[block["block_id"]] = {"said": {**said, "type": element["type"]}}
    return {**view, "id": "V1", "state": {"values": values}}


def demonstrate(folder: str) -> None:
    """Send what Slack would: the command, the form, the form once more, and the command with the incident's id."""
    view = filled_in(slack.form(slack.NEW, load_shipped()))
    sent = {
        "payload": json.dumps({"type": "view_submission", "user": {"id": "U1"}, "team": {"id": "T0"}, "view": view})
    }
    command = {"command": "/incident", "trigger_id": "1.2", "user_id": "U1", "team_id": "T0", "text": ""}
    with ThreadingHTTPServer(("127.0.0.1", 0), StandIn) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        client = WebClient("xoxb-none", base_url=f"http://127.0.0.1:{server.server_port}/api/", retry_handlers=[])
        app = make_app(partial(Desk.in_folder, folder, adapters=()), client, "no-secret")
        for body in map(urlencode, (command, sent, sent, command | {"text": "INC-V1"})):
            now = f"{time():.0f}"
            signature = str(SignatureVerifier("no-secret").generate_signature(timestamp=now, body=body))
            answer = app.dispatch(
                BoltRequest(body=body, headers={"x-slack-signature": signature, "x-slack-request-timestamp": now})
            )
            print(answer.status, *re.findall(r'"text": "([^"]+)"', answer.body), sep=" | ")
        server.shutdown()


def main() -> int:
    """Serve, or show how it works."""
    match sys.argv[1:]:
        case ["--serve", folder]:
            client = WebClient(os.environ["SLACK_BOT_TOKEN"], timeout=2, retry_handlers=[])
            secret = os.environ["SLACK_SIGNING_SECRET"]
            app = make_app(partial(Desk.in_folder, folder), client, secret)
            uvicorn.run(make_service(app, secret), port=3000)
        case []:
            with TemporaryDirectory() as folder:
                demonstrate(folder)
        case _:
            raise SystemExit(__doc__)
    return 0


if __name__ == "__main__":
    sys.exit(main())
