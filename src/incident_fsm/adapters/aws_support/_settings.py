"""What the table `[aws_support]` of `adapters.toml` may say. Nothing secret: credentials are boto3's own business."""

# No `from __future__ import annotations` here: attrs resolves them when the program runs.

import re
from collections.abc import Mapping
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from attrs import field, frozen

from incident_fsm import _values as v
from incident_fsm.engine import LEASE_SECONDS
from incident_fsm.errors import InvalidValue

if TYPE_CHECKING:
    from attrs import Attribute

CC_MAX = 10
"""So many addresses may be copied on a case (API reference, CreateCase, `ccEmailAddresses`)."""

SEVERITIES = ("low", "normal", "high", "urgent", "critical")
"""Every severity there is (API reference, SeverityLevel). Which of them an account has depends on its plan."""

ISSUE_TYPES = ("technical", "customer-service")
"""Every type of issue there is (API reference, CreateCase)."""

SETTLE_MAX = LEASE_SECONDS
"""So many seconds at most may pass before a case is looked for: then whoever asked for it, and died, is taken over."""

_ROLE = re.compile(r"arn:aws[a-z-]*:iam::(\d{12}):role/[\w+=,.@/-]{1,512}")
_ACCOUNT = re.compile(r"\d{12}")
_ADDRESS = re.compile(r"[^@\s<>]+@[^@\s<>]+")


def _one_of(*choices: str) -> v.Validator:
    """Make a validator for one of some words."""

    def check(instance: object, attribute: "Attribute[Any]", value: object) -> None:
        if value not in choices:
            where = f"{type(instance).__name__}.{attribute.name}"
            raise InvalidValue(where, f"{value!r:.60} is none of them", f"use one of {', '.join(choices)}")

    return check


def _is_address(instance: object, attribute: "Attribute[Any]", value: object) -> None:
    """Validate a mail address, as far as a form does."""
    v.is_line(instance, attribute, value)
    if not _ADDRESS.fullmatch(str(value)):
        where = f"{type(instance).__name__}.{attribute.name}"
        raise InvalidValue(where, f"{value!r:.60} is no mail address", "write it as name@example.org")


def _is_settle(instance: object, attribute: "Attribute[Any]", value: object) -> None:
    """Validate a number of seconds to wait."""
    v.is_count(instance, attribute, value)
    if isinstance(value, int) and value > SETTLE_MAX:
        where = f"{type(instance).__name__}.{attribute.name}"
        raise InvalidValue(where, f"{value} seconds are too many", f"use at most {SETTLE_MAX}")


def _are_third_parties(instance: object, attribute: "Attribute[Any]", value: object) -> None:
    """Validate the third parties: at least one key."""
    v.each(v.is_key)(instance, attribute, value)
    if not value:
        where = f"{type(instance).__name__}.{attribute.name}"
        raise InvalidValue(where, "is empty", 'name at least one, as in ["aws"]')


def _are_accounts(instance: object, attribute: "Attribute[Any]", value: Mapping[str, str]) -> None:
    """Validate the accounts: a name, and a role (of that very account), a profile or nothing."""
    for account, way in value.items():
        v.is_name(instance, attribute, account)
        v.is_optional_line(instance, attribute, way)
        where = f"{type(instance).__name__}.{attribute.name}[{account!r:.60}]"
        role = _ROLE.fullmatch(way)
        if way.startswith("arn:") and role is None:
            raise InvalidValue(where, "is no ARN of a role", "write arn:aws:iam::123456789012:role/NAME")
        if role and _ACCOUNT.fullmatch(account) and role[1] != account:
            raise InvalidValue(where, f"is a role of the account {role[1]}", f"name a role of the account {account}")


@frozen(kw_only=True)
class Settings:
    """How cases are opened. The texts of the codes are AWS's own (API reference, DescribeServices, SeverityLevel).

    `third_parties`: keys of the policy's third parties that mean AWS. `accounts`: for each account, as it is named in
    `incident support --account`, the ARN of a role to assume, the name of a profile, or "" for the desk's own
    credentials. `default_profile`: where those own credentials come from; they also serve a case that names no account.
    `severity_code`: "high" is a production system impaired, "urgent" one that is down. `cc_email_addresses` are copied
    on every case and chase but those of restricted incidents. `restricted`: whether all who can read the support cases
    of these accounts may know of restricted incidents; without it, such a case is left to a person.
    `settle_seconds`: how long to wait after a doubtful attempt until the case must be listed.
    """

    third_parties: tuple[str, ...] = field(default=("aws",), validator=_are_third_parties)
    accounts: Mapping[str, str] = field(factory=dict, validator=_are_accounts)
    default_profile: str = field(default="", validator=v.is_optional_name)
    severity_code: str = field(default="high", validator=_one_of(*SEVERITIES))
    service_code: str = field(default="general-info", validator=v.is_name)
    category_code: str = field(default="using-aws", validator=v.is_name)
    issue_type: str = field(default="technical", validator=_one_of(*ISSUE_TYPES))
    language: str = field(default="en", validator=v.is_name)
    cc_email_addresses: tuple[str, ...] = field(default=(), validator=v.each(_is_address, limit=CC_MAX))
    restricted: bool = field(default=False, validator=v.of(bool))
    settle_seconds: int = field(default=60, validator=_is_settle)

    @property
    def copied(self) -> dict[str, list[str]]:
        """The addresses as a request holds them: not at all where there are none."""
        return {"ccEmailAddresses": list(self.cc_email_addresses)} if self.cc_email_addresses else {}

    @property
    def settle(self) -> timedelta:
        """How long to wait after a doubtful attempt."""
        return timedelta(seconds=self.settle_seconds)
