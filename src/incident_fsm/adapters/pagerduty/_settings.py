"""What stands in `adapters.toml` about the status page. No secrets: the token comes from the environment."""

# No `from __future__ import annotations` here: cattrs must be able to resolve
# the annotations of attrs classes.

from collections.abc import Mapping
from enum import Enum

from attrs import field, frozen

from incident_fsm import _values as v

NAME = "pagerduty"
"""What the adapter is called in receipts, messages and `adapters.toml`."""

TOKEN = "PAGERDUTY_TOKEN"  # noqa: S105  the name of a variable, not a token
"""The environment variable that holds the token (a REST API key with the scopes status_pages.read and .write)."""


class Region(Enum):
    """Where PagerDuty keeps the account."""

    US = "us"
    EU = "eu"


@frozen(kw_only=True)
class Settings:
    """Which status page, and what it calls things where it does not use the policy's own words.

    `page` is its name or id. The four tables lead from the policy's word to the page's name or id for it: `services`,
    `severities` (from the policy's impacts, §2), `impacts` (from each impact's `service_state`) and `statuses` (from
    investigating, detected, resolved). A word that is not in its table is looked for as it is; capitals, spaces,
    hyphens and underscores make no difference. `slack_subscription` has `incident doctor` see whether the page tells
    Slack by itself, where the policy names channels that it should tell.
    """

    page: str = field(validator=v.is_line)
    region: Region = field(default=Region.US, validator=v.of(Region))
    services: Mapping[str, str] = field(factory=dict)
    severities: Mapping[str, str] = field(factory=dict)
    impacts: Mapping[str, str] = field(factory=dict)
    statuses: Mapping[str, str] = field(factory=dict)
    slack_subscription: bool = field(default=True, validator=v.of(bool))
