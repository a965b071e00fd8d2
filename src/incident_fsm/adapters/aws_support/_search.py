"""Looking for what an earlier attempt left: by the token, through every page, and "absent" only after the last of them.

AWS Support has no idempotency key of any kind, so this is what keeps a case from being opened twice. All errors of
boto3 pass through: the adapter sorts them.
"""

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from incident_fsm.adapters import Absent, Context, Finding, Receipt, Unknown
from incident_fsm.adapters.aws_support import _texts as texts
from incident_fsm.commands import Command, EscalateSupportCase, OpenSupportCase, parse_command_id

if TYPE_CHECKING:
    from mypy_boto3_support import SupportClient

PAGES_MAX = 200
"""After so many pages the search gives up: a service that never ends its list is broken."""

PAGE = 100
"""The most that AWS gives in one page (API reference, DescribeCases, `maxResults`)."""

_SKEW = timedelta(hours=1)
"""So far may the desk's clock be from AWS's."""


class Unreadable(Exception):
    """AWS answered in a shape that cannot be what was asked for, so it says nothing about what is there."""


def find_case(client: "SupportClient", command: OpenSupportCase, context: Context, language: str) -> Finding:
    """Look for the case of a command: resolved ones too, the oldest if there should be several."""
    asked: dict[str, Any] = {"includeResolvedCases": True, "includeCommunications": False, "language": language}
    since = _since(command, context)
    if since:
        asked["afterTime"] = since
    cases = [
        case
        for case in _pages(client, "describe_cases", "cases", asked)
        if texts.holds_token(str(case.get("subject", "")), command)
    ]
    if not cases:
        return Absent()
    case = min(cases, key=lambda one: str(one.get("timeCreated", "")))
    if not case.get("caseId"):
        return Unknown(why="the case was listed without its id", ask_person=True)
    return Receipt(reference=str(case["caseId"]), link=texts.link(str(case.get("displayId", ""))))


def has_chase(client: "SupportClient", command: EscalateSupportCase, case_id: str) -> bool:
    """Whether a communication stands on a case. No time limits the search: one case's communications are few."""
    bodies = _pages(client, "describe_communications", "communications", {"caseId": case_id})
    return any(texts.holds_token(str(one.get("body", "")), command) for one in bodies)


def case_of(client: "SupportClient", display_id: str, language: str) -> str:
    """The API's id of the case that Support Center shows under a number; empty where there is none."""
    asked: dict[str, Any] = {"displayId": display_id, "language": language, "includeResolvedCases": True}
    found = _pages(client, "describe_cases", "cases", {**asked, "includeCommunications": False})
    return next((str(case["caseId"]) for case in found if case.get("displayId") == display_id), "")


def display_id_of(client: "SupportClient", case_id: str, language: str) -> str:
    """The number that Support Center shows for a case; empty where the case is not listed yet."""
    asked: dict[str, Any] = {"caseIdList": [case_id], "language": language, "includeResolvedCases": True}
    found = _pages(client, "describe_cases", "cases", {**asked, "includeCommunications": False})
    return next((str(case.get("displayId", "")) for case in found if case.get("caseId") == case_id), "")


def _since(command: Command, context: Context) -> str:
    """Since when a case of the command may exist: since it was recorded, whatever time its event claims to be of.

    Nothing is sent before it is recorded; but an event's own time is typed by people, and may lie in the future.
    """
    parsed = parse_command_id(command.id)
    recorded: list[datetime] = [
        entry.recorded_at for entry in context.timeline() if parsed is not None and entry.revision == parsed[1]
    ]
    if not recorded:
        return ""
    return (min(recorded) - _SKEW).astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _pages(client: "SupportClient", operation: Any, key: str, asked: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:  # noqa: ANN401  boto3's own overloads want the literal names
    """Give every item of every page. A page without its list is no page."""
    paginator: Any = client.get_paginator(operation)
    for number, page in enumerate(paginator.paginate(**asked, PaginationConfig={"PageSize": PAGE})):
        if number >= PAGES_MAX:
            raise Unreadable(f"{operation} gave {PAGES_MAX} pages and did not end")
        if not isinstance(page.get(key), list):
            raise Unreadable(f"{operation} answered without {key}")
        yield from page[key]
