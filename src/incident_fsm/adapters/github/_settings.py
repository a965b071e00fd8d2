"""The adapter's table of `adapters.toml`."""

import re
from typing import Any

from attrs import Attribute, field, frozen

from incident_fsm import _values as v
from incident_fsm.errors import InvalidValue

DEFAULT_URL = "https://api.github.com"

LABEL_MAX = 50
"""GitHub refuses longer labels."""

_REPOSITORY = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,38}/(?!\.{1,2}$)[A-Za-z0-9._-]{1,100}")
_STEP = r"[A-Za-z0-9_][A-Za-z0-9._-]*"
_FOLDER = re.compile(rf"(?=.{{1,100}}$){_STEP}(?:/{_STEP})*")
_BRANCH = re.compile(rf"(?=.{{0,100}}$)(?:{_STEP}(?:/{_STEP})*)?")
_URL = re.compile(r"https://[A-Za-z0-9.-]+(?::\d{1,5})?(?:/[A-Za-z0-9._-]+)*")
_LABEL = re.compile(rf"[^,\x00-\x1f]{{1,{LABEL_MAX}}}")


def _matching(pattern: re.Pattern[str], remedy: str, *, empty: bool = False) -> v.Validator:
    """Make a validator for text of one pattern."""

    def check(instance: object, attribute: "Attribute[Any]", value: object) -> None:
        if not isinstance(value, str) or not (pattern.fullmatch(value) or (empty and not value)):
            where = f"{type(instance).__name__}.{attribute.name}"
            raise InvalidValue(where, f"{value!r:.120} will not do", remedy)

    return check


@frozen(kw_only=True)
class Settings:
    """Where things go.

    repository           "owner/name": issues and files; whoever may read it reads them
    branch               files go there; empty: the repository's default branch
    reports, runbooks    folders in it, for `<reports>/INC-7/report.md` and `<runbooks>/INC-7.md`
    redirects            the routes of `RedirectReporter` that become issues here, by their keys in the policy
    labels               put on every issue, beside one that names the incident
    security_repository  "owner/name": private vulnerability reports; empty: none are made
    base_url             of the API, for GitHub Enterprise: "https://HOST/api/v3"
    """

    repository: str = field(validator=_matching(_REPOSITORY, 'write "owner/name"'))
    branch: str = field(default="", validator=_matching(_BRANCH, "name a branch, or leave it out"))
    reports: str = field(default="incidents", validator=_matching(_FOLDER, 'name a folder, as "docs/incidents"'))
    runbooks: str = field(default="runbooks", validator=_matching(_FOLDER, 'name a folder, as "docs/runbooks"'))
    redirects: tuple[str, ...] = field(default=("github_ticket",), validator=v.each(v.is_key))
    labels: tuple[str, ...] = field(
        default=("incident",),
        validator=v.each(_matching(_LABEL, f"use labels of at most {LABEL_MAX} characters, without commas"), limit=20),
    )
    security_repository: str = field(
        default="", validator=_matching(_REPOSITORY, 'write "owner/name", or leave it out', empty=True)
    )
    base_url: str = field(
        default=DEFAULT_URL, validator=_matching(_URL, "give an https address without a slash at its end")
    )
