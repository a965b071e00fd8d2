"""Policies and incidents for the tests of single modules, told with `incident_fsm.testing.Story`.

Times are minutes after `NINE` unless said otherwise, so every story is the same on every run.
"""

from datetime import datetime, timedelta
from typing import Any

from attrs import evolve

from incident_fsm import Kind, Policy
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
