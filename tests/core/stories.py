"""Policies and incidents for the tests of single modules, told with `incident_fsm.testing.Story`.

Times are minutes after `NINE` unless said otherwise, so every story is the same on every run.
"""

from datetime import datetime, timedelta
from typing import Any

from attrs import evolve

from incident_fsm import Audience, Kind, Policy
from incident_fsm.testing.policies import shipped_by_name
from incident_fsm.testing.story import NINE, Story

DEFAULT = shipped_by_name()["analytical_platform"]
CLOUD = shipped_by_name()["cloud_platform"]
GDS = shipped_by_name()["gds"]


def minutes(number: int) -> datetime:
    """The time that many minutes after nine."""
    return NINE + timedelta(minutes=number)


def changed(policy: Policy, **parts: Any) -> Policy:
    """A policy with some parts decided otherwise; a part given as a dict changes fields of that part."""
    return evolve(
        policy,
        **{
            name: evolve(getattr(policy, name), **part) if isinstance(part, dict) else part
            for name, part in parts.items()
        },
    )


def drill(policy: Policy = DEFAULT) -> Story:
    """A story of an exercise."""
    return Story(policy, kind=Kind.DRILL)


def backfilled(policy: Policy = DEFAULT) -> Story:
    """A story that is recorded afterwards."""
    return Story(policy, kind=Kind.BACKFILLED)


def head(story: Story, position: int, audience: Audience = Audience.TEAM) -> dict[str, Any]:
    """What every command of a story's last step says of it."""
    step = story.steps[-1]
    return {
        "id": f"INC-1:{step.after.revision}:{position}",
        "incident_id": "INC-1",
        "kind": step.after.kind,
        "audience": audience,
        "requested_at": step.event.at,
    }
