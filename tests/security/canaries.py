"""Canaries: secrets with values that nobody else uses, an adapter that sings them, and the search for them."""

import base64
import itertools
import re
import urllib.parse
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any, cast

from incident_fsm.adapters import (
    Absent,
    Adapter,
    AdapterSettings,
    Context,
    Finding,
    NotDone,
    Outcome,
    Receipt,
    Rejected,
    Unknown,
)
from incident_fsm.adapters.registry import load_adapters
from incident_fsm.commands import Command
from incident_fsm.errors import AdapterError

VARIABLES = (
    "PAGERDUTY_TOKEN", "SLACK_BOT_TOKEN", "GITHUB_TOKEN", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN", "SMTP_PASSWORD",
    "SMTP_USERNAME", "WEBHOOK_SECRET",
)  # fmt: skip
"""Every variable that an adapter of ours reads a secret from (or has its client read); `test_canaries` compares."""

OTHERS = ("SLACK_SIGNING_SECRET", "ALERTMANAGER_TOKEN", "PAGERDUTY_WEBHOOK_SECRET", "AWS_ACCESS_KEY_ID")
"""What may stand in the same environment; nothing of ours reads it, so nothing of ours may show it."""

CANARIES: Mapping[str, str] = {
    name: f"canary-{name.lower().replace('_', '-')}-4f1d{number:02}"
    for number, name in enumerate((*VARIABLES, *OTHERS))
}
"""An environment in which every secret is a canary."""

TABLES: Mapping[str, Mapping[str, Any]] = {
    "pagerduty": {"page": "P1"},
    "slack": {},
    "github": {"repository": "o/r", "security_repository": "o/private"},
    "aws_support": {},
    "email": {"host": "smtp.example.org", "sender": "incidents@example.org", "security_team": ["sec@example.org"]},
    "webhook": {"url": "https://hooks.example.org/x"},
}
"""The least that each adapter wants to be told."""

_CANARY = re.compile(rb"canary-[a-z-]+-4f1d\d\d")


def real_adapters(folder: Path) -> tuple[Adapter, ...]:
    """Every adapter of ours that has secrets, set up from the environment of canaries. Nobody is called."""
    return load_adapters(TABLES, AdapterSettings(folder=folder, environment=CANARIES), tables=TABLES)


def spoken_forms() -> tuple[bytes, ...]:
    """The canaries as programs write them: plain, as base64, percent-encoded."""
    plain = [value.encode() for value in CANARIES.values()]
    return (*plain, *(base64.b64encode(one) for one in plain), *(urllib.parse.quote(one).encode() for one in plain))


def found_in(content: bytes | str) -> list[str]:
    """The canaries that a content holds."""
    said = content.encode(errors="surrogatepass") if isinstance(content, str) else content
    hits = {hit.decode() for hit in _CANARY.findall(said)}
    return sorted(hits | {form.decode() for form in spoken_forms() if form in said})


def found_below(folder: Path) -> dict[str, list[str]]:
    """The canaries in the names and the bytes of every file below a folder."""
    found = {
        str(path.relative_to(folder)): found_in(path.read_bytes()) + found_in(path.name)
        for path in folder.rglob("*")
        if path.is_file()
    }
    return {name: hits for name, hits in found.items() if hits}


SONG = " ".join(f"{name}={value}" for name, value in CANARIES.items() if name in VARIABLES)
"""Every secret that an adapter could know, as a careless client would put it into an error."""


class Loud(RuntimeError):
    """An error of a client that holds everything it was given."""


def _raised(error: Exception) -> Outcome:
    """Raise an error, where an answer is wanted."""
    raise error


_WAYS: tuple[Callable[[], Outcome], ...] = (
    lambda: _raised(Loud(SONG)),
    lambda: NotDone(why=f"401 for {SONG}"),
    lambda: Unknown(why=f"no answer from https://x:{SONG}@example.org"),
    lambda: _raised(AdapterError("singing", f"cannot log in with {SONG}", f"use another than {SONG}")),
    lambda: Rejected(why=f"{'long ' * 80}{SONG}"),
    lambda: _raised(ConnectionError(401, SONG)),
    lambda: Unknown(why=SONG, ask_person=True),
    lambda: cast("Outcome", SONG),  # no answer at all, and that is meant
)
"""Every way of answering that carries a text."""


class Singing:
    """An adapter that tells all its secrets in each of its answers, one way after the other, and does nothing."""

    name = "singing"
    live = True

    def __init__(self) -> None:
        self._ways: Iterator[Callable[[], Outcome]] = itertools.cycle(_WAYS)
        self.sung = 0

    def accepts(self, command: Command) -> bool:  # noqa: ARG002  the port's signature
        """Whatever there is."""
        return True

    def deliver(self, command: Command, context: Context) -> Outcome:  # noqa: ARG002  the port's signature
        """Sing."""
        self.sung += 1
        return next(self._ways)()

    def find(self, command: Command, context: Context) -> Finding:  # noqa: ARG002  the port's signature
        """Sing now and then, too."""
        self.sung += 1
        return Unknown(why=SONG) if self.sung % 3 else Absent()


class Receipting(Singing):
    """An adapter that does what it is asked, and puts its secrets into the receipt."""

    def deliver(self, command: Command, context: Context) -> Outcome:  # noqa: ARG002  the port's signature
        """Say where it is, with a token in the address."""
        value = CANARIES["WEBHOOK_SECRET"]
        return Receipt(reference=f"ref {value}", link=f"https://example.org/?token={value}")
