"""live_smoke itself: it says first, asks, refuses without a yes, tidies in any case, and shows no secret."""

import io
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from incident_fsm._secrets import Secret
from incident_fsm.adapters import AdapterSettings, Check
from incident_fsm.adapters.recording import RecordingAdapter
from incident_fsm.errors import AdapterError
from incident_fsm.policy import Policy
from live.points import Verdict
from live.smoke import Access, Options, Plan, Smoke, Table, Vendor
from live.terminal import Terminal
from live_smoke import VENDORS, World, main
from tests.services.live_smoke_world import Person, Ran, Time, run

ENVIRONMENT = {"TOY_TOKEN": "canary-of-the-toy"}


class ToyAdapter(RecordingAdapter):
    """An adapter with something to say."""

    checks: tuple[Check, ...] = ()

    def check(self, _policy: Policy) -> tuple[Check, ...]:
        """Whatever a test wants."""
        return self.checks


class Toy(Vendor):
    """A service that does what a test wants."""

    name = "toy"
    secrets = ("TOY_TOKEN",)

    def __init__(
        self, act: Callable[[Smoke], None] = lambda _: None, *, adapter: RecordingAdapter | None = None
    ) -> None:
        self.act = act
        self.adapter = adapter or ToyAdapter()
        self.tables: list[Table] = []
        super().__init__(self.opened)

    @staticmethod
    def connect(settings: AdapterSettings) -> Access:
        """Is not used."""
        raise NotImplementedError

    def opened(self, settings: AdapterSettings) -> Access:
        """Read the token, as a client would."""
        self.tables.append(settings.table)
        if settings.table.get("wrong"):
            raise AdapterError(self.name, "has wrong settings", "mend [toy]")
        return Access(self.adapter, Secret(self.name, "TOY_TOKEN", settings.environment))

    def plan(self, options: Options, table: Table) -> Plan:  # noqa: ARG002  the base's signature
        """One thing."""
        return Plan(does=("play",), leaves="toys")

    def examine(self, smoke: Smoke) -> None:
        """Whatever a test wants."""
        smoke.tidying.later("toys", lambda: "put away", "put them away")
        self.act(smoke)


def play(folder: Path, toy: Toy, *arguments: str, settings: str = "", **more: object) -> Ran:
    """Run it with the toy."""
    usual = {"environment": ENVIRONMENT, "time": Time()}
    return run(toy, folder, settings, *arguments, **{**usual, **more})  # type: ignore[arg-type]  # as they are given


def test_the_plan_comes_first(tmp_path: Path) -> None:
    """What will be done and what stays, before anything is asked or done."""
    ran = play(tmp_path, Toy(lambda smoke: smoke.terminal.say("playing")), answers=["yes"])
    assert ran.code == 0
    steps = ("1. play", "It leaves behind, if all goes well: toys", "Go on? [y/N]", "playing", "toys: put away")
    places = [ran.text.index(step) for step in steps]
    assert places == sorted(places)


@pytest.mark.parametrize("answers", [["n"], [""], []])
def test_anything_but_yes_is_no(tmp_path: Path, answers: list[str]) -> None:
    """No, Enter, and the end of the input."""
    ran = play(tmp_path, Toy(lambda smoke: smoke.terminal.say("playing")), answers=answers)
    assert ran.code == 3
    assert "playing" not in ran.text
    assert ran.text.endswith("nothing was done\n")


def test_where_nobody_is_there_it_refuses(tmp_path: Path) -> None:
    """Without a terminal, only --yes begins."""
    ran = play(tmp_path, Toy(lambda smoke: smoke.terminal.say("playing")))
    assert ran.code == 3
    assert "run it in a terminal, or with --yes" in ran.text
    assert "playing" not in ran.text
    assert "playing" in play(tmp_path, Toy(lambda smoke: smoke.terminal.say("playing")), "--yes").text


def test_everything_that_is_missing_is_named_at_once(tmp_path: Path) -> None:
    """File and secret, in one go; nothing else is read."""
    world = World(environment={}, vendors=(Toy(),), reading=Person(None), writing=(said := io.StringIO()))
    assert main(["toy", "--settings", str(tmp_path / "no.toml"), "--yes"], world) == 2
    assert "no.toml: name another with --settings; set TOY_TOKEN in the environment" in said.getvalue()


@pytest.mark.parametrize(
    ("settings", "arguments", "said"),
    [
        ("[toy]\nwrong = true\n", (), "mend [toy]"),
        ("[toy\n", (), "mend the TOML"),
        ("", ("--policy", "nowhere"), "nowhere"),
    ],
)
def test_what_is_wrong_is_said_and_nothing_done(
    tmp_path: Path, settings: str, arguments: tuple[str, ...], said: str
) -> None:
    """With what to mend, and without a traceback."""
    ran = play(tmp_path, Toy(), "--yes", *arguments, settings=settings)
    assert ran.code == 2
    assert ran.text.startswith("nothing was done: ")
    assert said in ran.text


def test_the_adapters_own_check_is_heard(tmp_path: Path) -> None:
    """A grave fault ends it, unless it is overruled; what may be meant so is only told."""
    toy = Toy(lambda smoke: smoke.terminal.say("playing"))
    assert isinstance(toy.adapter, ToyAdapter)
    toy.adapter.checks = (Check(what="paint", problem="is blue", remedy="paint it", grave=False), Check(what="wheels"))
    ran = play(tmp_path, toy, "--yes")
    assert (ran.code, ran.text.count("[check")) == (0, 1)
    assert "[check] paint: is blue\n           paint it" in ran.text
    toy.adapter.checks = (Check(what="wheels", problem="are gone", remedy="find them"),)
    assert play(tmp_path, toy, "--yes").code == 2
    assert "playing" in play(tmp_path, toy, "--yes", "--anyway").text


def test_an_adapter_without_a_check_needs_none(tmp_path: Path) -> None:
    """It is not asked."""
    assert play(tmp_path, Toy(adapter=RecordingAdapter()), "--yes").code == 0


def broken(smoke: Smoke) -> None:
    """Fail, with a secret in the error."""
    raise ValueError(f"the server said {smoke.access.client.reveal()}")


def left(smoke: Smoke) -> None:
    """Leave something that cannot be taken away, and fail."""

    def refuse() -> str:
        raise ValueError(f"no: {smoke.access.client.reveal()}")

    smoke.tidying.later("a stone", refuse, "carry it")
    raise KeyboardInterrupt


def test_a_secret_in_an_error_is_not_shown(tmp_path: Path) -> None:
    """Neither where it breaks off nor where it cannot tidy; and what was begun is tidied."""
    ran = play(tmp_path, Toy(broken), "--yes")
    assert ran.code == 5
    assert "broke off: ValueError: the server said ***" in ran.text
    assert "toys: put away" in ran.text


def test_what_stays_counts_more_than_why(tmp_path: Path) -> None:
    """Interrupted, and something stays; the rest is tidied all the same."""
    ran = play(tmp_path, Toy(left), "--yes")
    assert ran.code == 4
    assert "[ LEFT ] a stone: ValueError: no: ***\n           by hand: carry it" in ran.text
    assert "toys: put away" in ran.text
    assert "1 left behind" in ran.text


def test_an_interruption_alone_has_its_own_code(tmp_path: Path) -> None:
    """As everywhere."""

    def interrupted(_smoke: Smoke) -> None:
        raise KeyboardInterrupt

    assert play(tmp_path, Toy(interrupted), "--yes").code == 130


def test_an_interruption_before_it_begins_does_nothing(tmp_path: Path) -> None:
    """While the adapter looks beforehand."""

    class Impatient(ToyAdapter):
        def check(self, _policy: Policy) -> tuple[Check, ...]:
            raise KeyboardInterrupt

    ran = play(tmp_path, Toy(broken, adapter=Impatient()), "--yes")
    assert ran.code == 130
    assert "broke off" not in ran.text


def test_a_second_interruption_does_not_end_the_tidying(tmp_path: Path) -> None:
    """What it met is said to be left; the rest is tidied."""

    def impatient(smoke: Smoke) -> None:
        def interrupted() -> str:
            raise KeyboardInterrupt

        smoke.tidying.later("a puzzle", interrupted, "finish it")

    ran = play(tmp_path, Toy(impatient), "--yes")
    assert ran.code == 4
    assert "[ LEFT ] a puzzle: KeyboardInterrupt\n" in ran.text
    assert "toys: put away" in ran.text


def test_points_are_counted(tmp_path: Path) -> None:
    """By their verdicts; one that does not hold is the exit code."""

    def judged(smoke: Smoke) -> None:
        smoke.report.judge("toys float", "they do", holds=True)
        smoke.report.judge("toys fly", "they do not", holds=False)
        smoke.report.add("toys sing", Verdict.OPEN, "nobody listened")
        smoke.report.answered("toys are nice", answer=False)

    ran = play(tmp_path, Toy(judged), "--yes")
    assert ran.code == 1
    assert "toy: 1 holds, 2 NOT SO, 0 seen, 1 open; 0 left behind" in ran.text


def test_a_search_that_fails_is_no_end(tmp_path: Path) -> None:
    """An adapter whose search raises: told as what was seen, and the rest goes on by the receipt."""

    class Searchless(ToyAdapter):
        def find(self, *_: object) -> object:  # type: ignore[override]  # it is broken on purpose
            raise OSError("the index is gone")

    def told(smoke: Smoke) -> None:
        trial = smoke.trial()
        trial.tell(*trial.story.begun())

    ran = play(tmp_path, Toy(told, adapter=Searchless()), "--yes", "--patience", "0")
    assert ran.code == 1
    assert "not found within 0 s (1 looks): OSError: the index is gone" in ran.text


def test_control_characters_do_nothing(tmp_path: Path) -> None:
    """What a service says cannot move the cursor."""
    ran = play(tmp_path, Toy(lambda smoke: smoke.terminal.say("a\x1b[2Jb")), "--yes")
    assert "\x1b" not in ran.text


def test_a_person_who_leaves_is_not_waited_for() -> None:
    """The end of the input is no answer."""
    said = io.StringIO()
    assert Terminal(Person([]), said).sees("Is it there?") is None
    assert Terminal(Person(None), said).sees("Is it there?") is None


@pytest.mark.parametrize("arguments", [("slack", "--patience", "soon"), ("slack", "--patience", "3601"), ("fax",)])
def test_bad_usage_is_refused(arguments: tuple[str, ...], capsys: pytest.CaptureFixture[str]) -> None:
    """With what may be said."""
    with pytest.raises(SystemExit) as refused:
        main(arguments)
    assert refused.value.code == 2
    assert "usage: " in capsys.readouterr().err


@pytest.mark.parametrize("vendor", [vendor.name for vendor in VENDORS])
def test_it_runs_from_anywhere_and_says_what_it_lacks(root: Path, tmp_path: Path, vendor: str) -> None:
    """As a person would start it, in an empty folder with no secret set."""
    script = [sys.executable, str(root / "scripts" / "live_smoke.py"), vendor]
    ran = subprocess.run(script, cwd=tmp_path, capture_output=True, text=True, check=False, env={}, timeout=60)
    assert ran.returncode == 2
    assert ran.stdout.startswith("nothing was done: there is no adapters.toml")
    assert ran.stderr == ""
