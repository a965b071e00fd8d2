"""What every test may use: Hypothesis' profiles, and the material that lies beside the repository."""

import os
import signal
from pathlib import Path

import pytest
from hypothesis import HealthCheck, Phase, settings

settings.register_profile("default", deadline=None, max_examples=100, suppress_health_check=[HealthCheck.too_slow])
settings.register_profile("ci", settings.get_profile("default"), derandomize=True, print_blob=True)
# For mutants: many short runs, the same on every machine; a failure is news enough without its smallest case.
settings.register_profile(
    "mutants", settings.get_profile("ci"), max_examples=20, database=None, phases=[Phase.explicit, Phase.generate]
)
settings.load_profile("ci" if os.environ.get("CI") else "default")


def pytest_configure(config: pytest.Config) -> None:
    """While mutmut has a mutant switched on, pass the tests of its own module alone: they kill nearly all.

    Where there are none, or `MUTANTS_MEET_ALL` is set, for those that survived that, pass whatever mutmut asks for.
    """
    mutant = os.environ.get("MUTANT_UNDER_TEST", "")
    if "__mutmut_" in mutant and "MUTANTS_MEET_ALL" not in os.environ:
        module = mutant.removeprefix("incident_fsm.").partition(".x")[0]
        own = f"test_{module.replace('.', '_').strip('_')}.py"
        config.args[:] = [arg for arg in config.args if own in arg] or config.args


if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    # A run in the background of a shell ignores Ctrl-C, and so would each command that a test starts and interrupts.
    signal.signal(signal.SIGINT, signal.default_int_handler)

_ROOT = Path(__file__).resolve().parents[1]


@pytest.fixture(scope="session")
def root() -> Path:
    """The folder of the repository."""
    return _ROOT


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder of source material that lies beside the repository where this library is developed."""
    folder = _ROOT.parent / "shared"
    if not folder.is_dir():
        pytest.skip(f"the source material is not here: {folder}")
    return folder
