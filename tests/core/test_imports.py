"""What importing the package costs: each in a fresh interpreter."""

import subprocess
import sys

import pytest

HEAVY = ("cattrs", "sqlite3", "jinja2", "typer", "rich", "icalendar", "hypothesis", "incident_fsm.codec", "tomllib")


def loaded(statement: str) -> set[str]:
    """The modules that are loaded after a statement."""
    program = f"{statement}\nimport sys\nprint(chr(10).join(sys.modules))"
    done = subprocess.run(
        [sys.executable, "-I", "-W", "error", "-c", program], capture_output=True, text=True, check=True
    )
    return set(done.stdout.split())


@pytest.fixture(scope="module")
def core() -> set[str]:
    """The modules that `import incident_fsm` loads."""
    return loaded("import incident_fsm")


@pytest.mark.parametrize("name", HEAVY)
def test_importing_the_package_does_not_load(core: set[str], name: str) -> None:
    """Expect neither the codec's, the store's, the documents' nor the shell's libraries."""
    assert "incident_fsm" in core
    assert name not in core


def test_importing_the_package_loads_the_whole_core(core: set[str]) -> None:
    """Expect the machine to be compiled at import, so that a wrong table never handles an incident."""
    assert {"incident_fsm._table", "incident_fsm._machine", "incident_fsm.lifecycle", "transitions", "attrs"} <= core


def test_a_policy_file_needs_no_store() -> None:
    """Expect cattrs and tomllib, but no database and nothing for documents."""
    found = loaded("from incident_fsm.policy_files import load_shipped; load_shipped()")
    assert {"cattrs", "tomllib"} <= found
    assert not {"sqlite3", "jinja2", "typer", "rich", "icalendar"} & found


def test_the_core_names_what_it_offers() -> None:
    """Expect every name of `__all__` to be there, and nothing listed twice."""
    import incident_fsm

    assert len(set(incident_fsm.__all__)) == len(incident_fsm.__all__)
    assert all(hasattr(incident_fsm, name) for name in incident_fsm.__all__)
