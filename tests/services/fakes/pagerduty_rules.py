"""What PagerDuty refuses in a request, by its document. Each rule yields its complaints."""

from collections.abc import Collection, Iterator, Mapping
from datetime import datetime
from typing import Any

Data = dict[str, Any]
Lists = Mapping[str, list[Data]]

POST_KEYS = ("type", "title", "post_type", "starts_at", "ends_at", "updates", "status_page")
UPDATE_KEYS = (
    "type", "message", "status", "severity", "update_frequency_ms", "notify_subscribers", "impacted_services",
)  # fmt: skip
POST_MORTEM_KEYS = ("type", "message", "post", "notify_subscribers")


def post_faults(said: Data, page: Data, lists: Lists) -> Iterator[str]:
    """What is wrong with a new post."""
    if missing := _missing(said, POST_KEYS):
        yield from missing
        return
    if said["type"] != "status_page_post" or said["post_type"] not in ("incident", "maintenance"):
        yield "type or post_type is wrong"
    if not (isinstance(said["title"], str) and 1 <= len(said["title"]) <= 128):
        yield "title must have 1 to 128 characters"
    if not (_is_moment(said["starts_at"]) and _is_moment(said["ends_at"])):
        yield "starts_at and ends_at must be times or null"
    if not refers(said["status_page"], [page]):
        yield "status_page is not this one"
    updates = said["updates"]
    if not (isinstance(updates, list) and 1 <= len(updates) <= 50):
        yield "there must be 1 to 50 updates"
        return
    for update in updates:
        if isinstance(update, dict) and update.get("post") is not None and not isinstance(update["post"], dict):
            yield "post must be an object"
        yield from update_faults(update, lists)


def update_faults(said: object, lists: Lists) -> Iterator[str]:
    """What is wrong with an update, its post apart."""
    if not isinstance(said, dict):
        yield "an update must be an object"
        return
    if missing := _missing(said, UPDATE_KEYS):
        yield from missing
        return
    if said["type"] != "status_page_post_update" or not isinstance(said["message"], str):
        yield "type or message is wrong"
    for key, kind in (("status", "statuses"), ("severity", "severities")):
        if not refers(said[key], _for_incidents(lists[kind])):
            yield f"{key} is none of this page's"
    frequency = said["update_frequency_ms"]
    if not (frequency is None or type(frequency) is int) or type(said["notify_subscribers"]) is not bool:
        yield "update_frequency_ms or notify_subscribers is wrong"
    if not _is_moment(said.get("reported_at")):
        yield "reported_at must be a time or null"
    affected = said["impacted_services"]
    if not (isinstance(affected, list) and all(_is_affected(one, lists) for one in affected)):
        yield "impacted_services name what this page does not have"


def post_mortem_faults(said: Data, post: Data) -> Iterator[str]:
    """What is wrong with a post-mortem."""
    if missing := _missing(said, POST_MORTEM_KEYS):
        yield from missing
        return
    if said["type"] != "status_page_post_postmortem" or not refers(said["post"], [post]):
        yield "type or post is wrong"
    if not (isinstance(said["message"], str) and len(said["message"]) <= 10_000):
        yield "message must have at most 10000 characters"
    if type(said["notify_subscribers"]) is not bool:
        yield "notify_subscribers must be true or false"


def refers(said: object, items: list[Data]) -> bool:
    """Whether something refers to one of these."""
    return isinstance(said, dict) and said.get("id") in [item["id"] for item in items]


def _is_affected(said: object, lists: Lists) -> bool:
    return (
        isinstance(said, dict)
        and refers(said.get("service"), lists["services"])
        and refers(said.get("impact"), _for_incidents(lists["impacts"]))
    )


def _for_incidents(items: list[Data]) -> list[Data]:
    return [item for item in items if item["post_type"] == "incident"]


def _missing(said: Data, keys: Collection[str]) -> list[str]:
    return [f"{key} is missing" for key in keys if key not in said]


def _is_moment(said: object) -> bool:
    try:
        return said is None or (isinstance(said, str) and bool(datetime.fromisoformat(said).tzinfo))
    except ValueError:
        return False
