"""`incident_fsm._secrets`: a secret cannot be printed by accident, and texts from outside are cleaned of it."""

import copy
import gc
import json
import pickle
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from incident_fsm import _secrets
from incident_fsm._secrets import Secret, scrub
from incident_fsm.errors import AdapterError

VALUE = "canary-4f1d-value"


@pytest.fixture
def environment() -> dict[str, str]:
    """An environment with a secret."""
    return {"CHAT_TOKEN": VALUE, "OTHER": "something else"}


@pytest.fixture
def secret(environment: dict[str, str]) -> Secret:
    """A secret."""
    return Secret("chat", "CHAT_TOKEN", environment)


def test_a_secret_is_given_to_whoever_says_so(secret: Secret) -> None:
    """At the moment of the call."""
    assert secret.is_set
    assert secret.reveal() == VALUE
    assert (secret.adapter, secret.variable) == ("chat", "CHAT_TOKEN")


def test_a_secret_that_changes_is_read_anew(secret: Secret, environment: dict[str, str]) -> None:
    """It is never kept: an exchange takes effect at once, and the old value is soon forgotten."""
    environment["CHAT_TOKEN"] = "another-value"  # noqa: S105  opens nothing
    assert secret.reveal() == "another-value"
    assert scrub(f"{VALUE} another-value") == f"{VALUE} ***"


@pytest.mark.parametrize("said", [None, ""])
def test_a_secret_that_is_missing_says_what_to_set(environment: dict[str, str], said: str | None) -> None:
    """Not there, or there and empty: the adapter, the variable and the remedy."""
    environment.pop("CHAT_TOKEN")
    if said is not None:
        environment["CHAT_TOKEN"] = said
    secret = Secret("chat", "CHAT_TOKEN", environment)
    assert not secret.is_set
    with pytest.raises(AdapterError) as caught:
        secret.reveal()
    assert str(caught.value) == "adapter 'chat' needs CHAT_TOKEN, which is not set; set it in the environment"


def test_a_secret_is_no_text(secret: Secret) -> None:
    """Printed, formatted, in a list or an error, it names its variable; joined, added or put into JSON, it refuses."""
    for shown in (repr(secret), str(secret), f"{secret}", f"{secret!r:>40}", f"{[secret]} {ValueError(secret)}"):
        assert VALUE not in shown
        assert "CHAT_TOKEN" in shown
    texts: Any = [secret]
    for use in (
        lambda: "".join(texts),
        lambda: "x" + secret,  # type: ignore[operator]  # on purpose
        lambda: json.dumps({"token": secret}),
        lambda: memoryview(secret),  # type: ignore[arg-type]  # on purpose
        lambda: vars(secret),
    ):
        with pytest.raises(TypeError) as caught:
            use()
        assert VALUE not in str(caught.value)


@pytest.mark.parametrize("protocol", range(pickle.HIGHEST_PROTOCOL + 1))
def test_a_secret_stays_in_its_process(secret: Secret, protocol: int) -> None:
    """Neither pickled, alone or within something, nor copied."""
    for whole in (secret, {"inner": [secret]}):
        with pytest.raises(TypeError, match="cannot be pickled: it stays in this process"):
            pickle.dumps(whole, protocol)
        with pytest.raises(TypeError, match="cannot be pickled"):
            copy.deepcopy(whole)


def test_what_is_known_is_taken_out_of_texts(secret: Secret) -> None:
    """Every time, wherever it stands."""
    assert scrub(f"401 for {VALUE}: {VALUE}!") == "401 for ***: ***!"
    assert scrub("nothing in it") == "nothing in it"
    assert scrub("") == ""
    assert secret.is_set


def test_of_two_secrets_that_begin_alike_the_longer_goes_first(environment: dict[str, str]) -> None:
    """Else the tail of the longer one would stay."""
    environment["LONGER"] = f"{VALUE}-and-more"
    kept = Secret("chat", "CHAT_TOKEN", environment), Secret("chat", "LONGER", environment)
    assert scrub(f"{VALUE}-and-more {VALUE}") == "*** ***"
    assert all(secret.is_set for secret in kept)


def test_what_means_something_to_patterns_is_taken_literally(environment: dict[str, str]) -> None:
    """A secret may hold anything."""
    environment["CHAT_TOKEN"] = "a.b*c+(d)[e]$|\\"  # noqa: S105  opens nothing
    secret = Secret("chat", "CHAT_TOKEN", environment)
    assert scrub(f"x{secret.reveal()}x aXbbc+(d)") == "x***x aXbbc+(d)"


@pytest.mark.parametrize("value", ["", "a", "admin"])
def test_what_is_too_short_is_not_looked_for(environment: dict[str, str], value: str) -> None:
    """It would be found everywhere, and texts would be worth nothing."""
    environment["CHAT_TOKEN"] = value
    secret = Secret("chat", "CHAT_TOKEN", environment)
    assert scrub("an admin saw it") == "an admin saw it"
    assert secret.variable == "CHAT_TOKEN"


def test_a_variable_that_is_not_set_is_no_secret(environment: dict[str, str]) -> None:
    """The empty text is not looked for."""
    secret = Secret("chat", "NOT_SET", environment)
    assert scrub("abc") == "abc"
    assert not secret.is_set


def test_a_secret_that_nobody_holds_any_more_is_forgotten(environment: dict[str, str]) -> None:
    """Nothing keeps it alive but its adapter."""
    environment["CHAT_TOKEN"] = "soon-forgotten"  # noqa: S105  likewise
    secret = Secret("chat", "CHAT_TOKEN", environment)
    assert secret in _secrets._known
    assert scrub("soon-forgotten") == "***"
    del secret
    gc.collect()
    assert scrub("soon-forgotten") == "soon-forgotten"


@given(st.text(min_size=6, max_size=30), st.text(max_size=20), st.text(max_size=20))
def test_no_secret_survives_whatever_stands_around_it(value: str, before: str, after: str) -> None:
    """Unless the stars themselves spell it."""
    secret = Secret("chat", "TOKEN", {"TOKEN": value})
    cleaned = scrub(before + value + after)
    assert value not in cleaned or value in f"{before}***{after}"
    assert secret.is_set
