"""The alert webhook, end to end: requests as the vendors send them, over HTTP on loopback, into a journal."""

import gzip
import hashlib
import hmac
import json
from collections.abc import Iterator
from contextlib import contextmanager
from http.client import HTTPConnection
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from examples.alert_webhook import application, served
from urllib3 import BaseHTTPResponse, PoolManager

from incident_fsm import events
from incident_fsm.alerts import BYTES_MAX
from incident_fsm.desk import JOURNAL, Desk
from incident_fsm.policy_files import load_shipped
from tests.alerts.payloads import SECRET, TOKEN, alert, alertmanager, incident, pagerduty, resolved
from tests.examples.runs import lines_of, printed

ENVIRONMENT = {"ALERTMANAGER_TOKENS": f"other-token {TOKEN}", "PAGERDUTY_WEBHOOK_SECRETS": SECRET}
BEARER = {"Authorization": f"Bearer {TOKEN}"}


class World:
    """The service, with its journal in a folder."""

    def __init__(self, folder: Path, url: str, http: PoolManager) -> None:
        self.folder = folder
        self.url = url
        self.http = http

    def post(self, vendor: str, body: bytes, headers: dict[str, str]) -> BaseHTTPResponse:
        """Post a webhook."""
        return self.http.request("POST", f"{self.url}/{vendor}", body=body, headers=headers)

    def alertmanager(self, body: bytes) -> BaseHTTPResponse:
        """Post a webhook as Alertmanager would."""
        return self.post("alertmanager", body, BEARER)

    def pagerduty(self, body: bytes, signed: bytes | None = None) -> BaseHTTPResponse:
        """Post a webhook as PagerDuty would; `signed`: what was signed, where that is not what is sent."""
        return self.post("pagerduty", body, {"X-PagerDuty-Signature": signature(signed or body)})

    def known(self) -> dict[str, list[str]]:
        """Every incident in the journal, with its events."""
        with Desk.in_folder(self.folder, adapters=()) as desk:
            return {one.id: [type(entry.event).__name__ for entry in desk.timeline(one.id)] for one in desk.find()}


def signature(body: bytes, secret: str = SECRET) -> str:
    """What PagerDuty sends along."""
    return "v1=" + hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()


@contextmanager
def service(folder: Path, environment: dict[str, str]) -> Iterator[World]:
    """The service at work."""
    with served(application(folder, load_shipped(), environment)) as url, PoolManager(retries=False) as http:
        yield World(folder, url, http)


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    """The service at work, with secrets."""
    with service(tmp_path, ENVIRONMENT) as made:
        yield made


def answers(response: BaseHTTPResponse) -> list[str]:
    """What is answered for each alert."""
    assert response.status == 200
    return [one["answer"] for one in response.json()["incidents"]]


def test_an_alert_is_one_candidate_however_often_it_comes(world: World) -> None:
    """From Alertmanager: again, in other words, in another group; and once it is resolved, that is a note."""
    (told,) = world.alertmanager(alertmanager()).json()["incidents"]
    assert told == {"incident": "AM-20261123-31eb2d4b90dffad0", "answer": "recorded"}
    assert answers(world.alertmanager(alertmanager())) == ["known"]
    reworded = alert(annotations={"summary": "Tasks wait for 40 minutes"})
    assert answers(world.alertmanager(alertmanager(reworded, groupKey="other"))) == [
        "known, in other words: the first report stands"
    ]
    assert answers(world.alertmanager(alertmanager(resolved()))) == ["recorded"]
    assert answers(world.alertmanager(alertmanager(resolved()))) == ["known"]
    assert world.known() == {"AM-20261123-31eb2d4b90dffad0": ["CandidateReported", "NoteTaken"]}


def test_an_incident_of_pagerduty_is_one_candidate_however_often_it_comes(world: World) -> None:
    """Delivered again, and by another subscription; resolved and reopened are notes, the rest is let pass."""
    assert answers(world.pagerduty(pagerduty())) == ["recorded"]
    assert answers(world.pagerduty(pagerduty())) == ["known"]
    assert answers(world.pagerduty(pagerduty(data=incident(html_url=None)))) == [
        "known, in other words: the first report stands"
    ]
    assert answers(world.pagerduty(pagerduty("incident.acknowledged"))) == []
    assert answers(world.pagerduty(pagerduty("pagey.ping", data={"message": "hello"}))) == []
    assert answers(world.pagerduty(pagerduty("incident.resolved", id="E1"))) == ["recorded"]
    assert answers(world.pagerduty(pagerduty("incident.resolved", id="E1"))) == ["known"]
    assert answers(world.pagerduty(pagerduty("incident.reopened", id="E2"))) == ["recorded"]
    assert world.known() == {"PD-PGR0VU2": ["CandidateReported", "NoteTaken", "NoteTaken"]}


def test_several_alerts_of_a_group_are_answered_one_by_one(world: World) -> None:
    """One that resolved and was never reported here is let pass."""
    other = alert(fingerprint="ffff000000000000")
    assert answers(world.alertmanager(alertmanager(resolved(), alert(), other, alert()))) == [
        "let pass: nobody reported it here",
        "recorded",
        "recorded",
        "known",
    ]


def test_what_the_process_refuses_is_not_sent_again(world: World) -> None:
    """An alert that resolves after its candidate was dismissed: 200, with the reason."""
    world.pagerduty(pagerduty())
    with Desk.in_folder(world.folder, adapters=()) as desk:
        at = desk.now()
        desk.step(
            "PD-PGR0VU2", events.CandidateDismissed(id="d", at=at, by="sam", override_reason="a test of the alert")
        )
    (answer,) = answers(world.pagerduty(pagerduty("incident.resolved")))
    assert answer.startswith("NoteTaken refused while dismissed")


@pytest.mark.parametrize(
    "headers",
    [{}, {"Authorization": "Bearer wrong"}, {"Authorization": "Basic x"}, {"X-PagerDuty-Signature": "v1=00"}],
)
def test_who_does_not_know_a_secret_is_refused(world: World, headers: dict[str, str]) -> None:
    """401, and nothing is looked at, let alone recorded."""
    assert world.post("alertmanager", alertmanager(), headers).status == 401
    assert world.post("pagerduty", b"no JSON", headers).status == 401
    assert world.known() == {}


def test_what_was_changed_on_the_way_is_refused(world: World) -> None:
    """Signed with another secret, or signed and then changed."""
    assert world.pagerduty(pagerduty(data=incident(title="Nothing")), signed=pagerduty()).status == 401
    stranger = {"X-PagerDuty-Signature": signature(pagerduty(), "another secret")}
    assert world.post("pagerduty", pagerduty(), stranger).status == 401
    assert world.known() == {}


def test_each_sender_needs_its_own_secret(world: World) -> None:
    """The token of the one does not open the door of the other."""
    assert world.post("pagerduty", pagerduty(), BEARER).status == 401
    assert world.post("alertmanager", b"{}", {"X-PagerDuty-Signature": signature(b"{}")}).status == 401


@pytest.mark.parametrize("environment", [{}, {"ALERTMANAGER_TOKENS": "", "PAGERDUTY_WEBHOOK_SECRETS": " "}])
def test_without_a_secret_everybody_is_refused(tmp_path: Path, environment: dict[str, str]) -> None:
    """Also those who sign with nothing."""
    with service(tmp_path, environment) as world:
        assert world.post("alertmanager", alertmanager(), {"Authorization": "Bearer "}).status == 401
        assert world.post("pagerduty", pagerduty(), {"X-PagerDuty-Signature": signature(pagerduty(), "")}).status == 401


@pytest.mark.parametrize(
    ("body", "fault"),
    [
        (b"no JSON", "$: Expecting value: line 1 column 1 (char 0)"),
        (b'{"version": "4", "version": "4"}', "$: the key 'version' is there twice"),
        (alertmanager(alert(labels={"severity": 5})), "$.alerts[0].labels.severity: is a number, not text"),
        (
            alertmanager(alert(startsAt="yesterday")),
            "$.alerts[0].startsAt: 'yesterday' is not a time with a zone, like 2024-01-31T09:30:00Z",
        ),
    ],
)
def test_what_cannot_be_read_is_answered_with_its_faults(world: World, body: bytes, fault: str) -> None:
    """422, as JSON, each with its path; and no alert beside it is taken."""
    response = world.alertmanager(body)
    assert (response.status, response.json()) == (422, {"faults": [fault]})
    assert world.known() == {}


def test_the_longest_webhook_is_read_and_no_longer_one(world: World) -> None:
    """256 KiB; one byte more is 413, before anybody asks who signed it."""
    said = alertmanager()
    assert world.alertmanager(said + b" " * (BYTES_MAX - len(said))).status == 200
    assert world.alertmanager(said + b" " * (BYTES_MAX - len(said) + 1)).status == 413
    assert world.post("pagerduty", b"x" * (BYTES_MAX * 4), {}).status == 413


def test_a_body_without_a_length_is_held_to_the_same_bound(world: World) -> None:
    """It comes in chunks, so nobody knows its length beforehand."""
    chunks = (b" " * 1024 for _ in range(BYTES_MAX // 1024 + 1))
    connection = HTTPConnection(urlsplit(world.url).netloc)
    connection.request("POST", "/alertmanager", body=chunks, headers=BEARER, encode_chunked=True)
    assert connection.getresponse().status == 413
    connection.close()


def test_what_is_packed_is_not_unpacked(world: World) -> None:
    """A small request could become a very large one."""
    packed = gzip.compress(alertmanager())
    assert world.post("alertmanager", packed, {**BEARER, "Content-Encoding": "gzip"}).status == 415
    assert world.post("alertmanager", alertmanager(), {**BEARER, "Content-Encoding": "identity"}).status == 200


def test_a_journal_that_fails_makes_the_sender_come_again(world: World) -> None:
    """503 with Retry-After; and once it works again, nothing is lost."""
    journal = world.folder / JOURNAL
    journal.write_text("this is no journal at all, but somebody's notes about something else")
    response = world.pagerduty(pagerduty())
    assert (response.status, response.headers["Retry-After"]) == (503, "30")
    journal.unlink()
    assert answers(world.pagerduty(pagerduty())) == ["recorded"]


def test_only_two_doors_are_there(world: World) -> None:
    """And only for posting."""
    assert world.post("grafana", b"{}", BEARER).status == 404
    assert world.http.request("GET", f"{world.url}/alertmanager").status == 405


def test_without_arguments_an_alert_is_played() -> None:
    """Triggered, once more, changed on the way, resolved; and what the journal then has."""
    lines = printed("alert_webhook").splitlines()

    def told(answer: str) -> str:
        data: dict[str, Any] = {"incidents": [{"incident": "PD-PGR0VU2", "answer": answer}]}
        return f"200 {json.dumps(data, separators=(',', ':'))}"

    assert lines == [
        f"triggered: {told('recorded')}",
        f"once more: {told('known')}",
        'tampered: 401 {"error":"who are you?"}',
        f"resolved: {told('recorded')}",
        "03:02 reported:PD-PGR0VU2",
        "04:10 resolved:PD-PGR0VU2:01BRB7AA",
    ]


def test_the_example_can_be_read_in_one_go() -> None:
    """A service with its own demonstration is longer than other examples, and has a bound too."""
    assert lines_of("alert_webhook") <= 160
