"""What shell completion offers. It never complains: in doubt it offers nothing."""

import os
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from incident_fsm.errors import IncidentFsmError
from incident_fsm.policy import Policy


def _policy() -> Policy:
    """The policy that the environment names."""
    from incident_fsm.policy_files import DEFAULT, load_policy  # noqa: PLC0415  only for completion

    return load_policy(os.environ.get("INCIDENT_POLICY", DEFAULT))


def _incidents() -> list[str]:
    """The ids of the open incidents."""
    from incident_fsm._states import State  # noqa: PLC0415  only for completion
    from incident_fsm.desk import JOURNAL, Desk  # noqa: PLC0415  likewise

    folder = Path(os.environ.get("INCIDENT_FOLDER", "incidents"))
    if not (folder / JOURNAL).exists():
        return []
    with Desk.in_folder(folder, adapters=()) as desk:
        return [incident.id for incident in desk.find(*(state for state in State if not state.final))]


def _offer(names: Callable[[], list[str]]) -> Callable[[str], list[str]]:
    """Offer those names that go on as typed."""

    def complete(incomplete: str) -> list[str]:
        with suppress(IncidentFsmError, OSError):
            return [name for name in names() if name.startswith(incomplete)]
        return []

    return complete


INCIDENTS = _offer(_incidents)
SERVICES = _offer(lambda: list(_policy().services))
IMPACTS = _offer(lambda: [impact.name for impact in _policy().impacts if not impact.all_clear])
ROLES = _offer(lambda: [role.key for role in _policy().roles])
FOLLOW_UPS = _offer(lambda: [rule.key for rule in _policy().follow_ups])
PARTIES = _offer(lambda: [party.key for party in _policy().third_parties])
