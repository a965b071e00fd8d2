"""The package as its users meet it: what it costs, what it needs, what it offers, and where it stands."""

import inspect
import subprocess
import sys

import pytest

import incident_fsm.testing

_WITHOUT = """
import sys
sys.modules["hypothesis"] = None
import incident_fsm.testing
"""


def test_importing_the_library_does_not_load_it() -> None:
    """Expect neither the package nor Hypothesis, for those who only run incidents."""
    program = (
        "import incident_fsm, incident_fsm.desk, sys; print({'hypothesis', 'incident_fsm.testing'} & set(sys.modules))"
    )
    done = subprocess.run([sys.executable, "-I", "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout == "set()\n"


def test_without_hypothesis_it_says_what_to_install() -> None:
    """Expect the very command, in the last line of the traceback."""
    done = subprocess.run([sys.executable, "-I", "-c", _WITHOUT], capture_output=True, text=True, check=False)
    assert done.returncode == 1
    last = done.stderr.strip().splitlines()[-1]
    assert last == 'ImportError: incident_fsm.testing needs Hypothesis: pip install "incident-fsm[testing]"'


def test_it_needs_no_pytest() -> None:
    """Expect users of unittest to be served, too."""
    program = "import incident_fsm.testing, sys; print('pytest' in sys.modules)"
    done = subprocess.run([sys.executable, "-I", "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout == "False\n"


@pytest.mark.parametrize("name", incident_fsm.testing.__all__)
def test_whatever_it_offers_says_what_it_is(name: str) -> None:
    """Expect a docstring for every public name that can have one."""
    offered = getattr(incident_fsm.testing, name)
    if callable(offered):
        assert inspect.getdoc(offered)


def test_the_names_it_offers_are_in_order_and_the_description_names_the_main_ones() -> None:
    """Expect no name twice; and a reader of `help(incident_fsm.testing)` to find where to begin."""
    assert list(incident_fsm.testing.__all__) == sorted(set(incident_fsm.testing.__all__), key=_as_ruff_sorts)
    for name in ("LifecycleMachine", "check_adapter", "FakeWorld", "recording_desk", "FrozenClock", "Story", "lives"):
        assert name in (incident_fsm.testing.__doc__ or "")


def _as_ruff_sorts(name: str) -> tuple[int, str]:
    """Constants, then classes, then functions."""
    return (0 if name.isupper() else 1 if name[0].isupper() else 2, name)
