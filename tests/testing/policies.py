"""Policies to be explored in tests."""

from attrs import evolve

from incident_fsm.policy import Timeouts
from incident_fsm.policy_files import load_shipped

CLOUD = load_shipped("cloud_platform")
GDS = load_shipped("gds")

ODD = evolve(
    GDS,
    key="odd",
    impacts=GDS.impacts[::-1],
    roles=GDS.roles[:1],
    redirects=GDS.redirects[-1:],
    follow_ups=tuple(evolve(rule, due=None) for rule in GDS.follow_ups if rule.key in {"runbook", "permanent_fix"}),
    timeouts=Timeouts(),
)
"""A policy unlike those that ship: the all-clear comes first, one redirect, no times, little owed."""

SMALL = evolve(
    CLOUD,
    key="small",
    roles=CLOUD.roles[:1],
    third_parties=(),
    follow_ups=tuple(rule for rule in CLOUD.follow_ups if rule.key in {"report", "permanent_fix"}),
)
"""A policy with little in it, to be explored whole in a second or two."""
