"""Names on the page, and the ids that PagerDuty wants in their stead. Ids differ from page to page: none is fixed."""

import re
from collections.abc import Iterable, Iterator, Mapping

from attrs import frozen

from incident_fsm.adapters.pagerduty._settings import NAME, Settings
from incident_fsm.adapters.pagerduty._wire import Items, Wire, identifier
from incident_fsm.errors import AdapterError

KINDS = {"services": "name", "severities": "description", "impacts": "description", "statuses": "description"}
"""The lists of a page, and which field of an item is its name."""

Wanted = tuple[str, str]
"""A list, and a word of the policy's that should be in it."""

_APART = re.compile(r"[\s_-]+")


@frozen
class Entry:
    """One item of a list: a service, a severity, an impact or a status."""

    id: str
    name: str


@frozen
class Page:
    """The status page. `link` is where people see it; empty where PagerDuty names no web address."""

    id: str
    name: str
    link: str


@frozen
class Directory:
    """What is on a page, and what the settings call it."""

    page: Page
    entries: Mapping[str, tuple[Entry, ...]]
    maps: Mapping[str, Mapping[str, str]]

    def ids(self, wanted: Iterable[Wanted]) -> dict[Wanted, str]:
        """Give the id of each. Raises `AdapterError` that names all that is missing, and what there is instead."""
        found = {(kind, word): self._matching(kind, word) for kind, word in wanted}
        faulty = {kind: [word for (of, word), ids in found.items() if of == kind and len(ids) != 1] for kind in KINDS}
        faults = [self._fault(kind, words) for kind, words in faulty.items() if words]
        if faults:
            tables = " and ".join(f"[{NAME}.{kind}]" for kind, words in faulty.items() if words)
            remedy = f"add it to the page, or say in {tables} of adapters.toml which of the page's is meant"
            raise AdapterError(NAME, f"finds on the page {self.page.name!r} {'; '.join(faults)}", remedy)
        return {each: next(iter(ids)) for each, ids in found.items()}

    def _matching(self, kind: str, word: str) -> set[str]:
        """Find the ids that a word may mean: what is exactly that, or else what is the same but for its spelling."""
        said = self.maps[kind].get(word, word)
        exact = {entry.id for entry in self.entries[kind] if said in {entry.id, entry.name}}
        return exact or {entry.id for entry in self.entries[kind] if folded(entry.name) == folded(said)}

    def _fault(self, kind: str, words: Iterable[str]) -> str:
        """Say what is wrong with some words of one list."""
        said = {word: self.maps[kind].get(word, word) for word in words}
        twice = {word: sorted(ids) for word in words if (ids := self._matching(kind, word))}
        parts = [f"{said[word]!r} twice ({', '.join(ids)})" for word, ids in twice.items()]
        missing = [repr(said[word]) for word in words if word not in twice]
        if missing:
            parts.append(f"no {' and no '.join(missing)}")
        return f"{' and '.join(parts)} among its {kind}, which are {names_of(self.entries[kind])}"


def folded(name: str) -> str:
    """A name for comparing: without its capitals, and with one space for every gap."""
    return _APART.sub(" ", name.casefold()).strip()


def names_of(entries: Iterable[Entry | Page]) -> str:
    """Name what there is."""
    return ", ".join(repr(entry.name) for entry in entries) or "none at all"


def read_page(wire: Wire, settings: Settings) -> Page:
    """Find the page by its name or id. Raises `AdapterError` where it is not there, or there twice."""
    pages = [
        Page(identifier(item, "GET /status_pages"), str(item.get("name", "")), _link(item.get("url")))
        for item in wire.every("/status_pages", "status_pages")
    ]
    exact = [page for page in pages if settings.page in {page.id, page.name}]
    found = exact or [page for page in pages if folded(page.name) == folded(settings.page)]
    if len(found) == 1:
        return found[0]
    problem = f"finds {len(found) or 'no'} status pages {settings.page!r}; the token sees {names_of(pages)}"
    raise AdapterError(NAME, problem, f"give the page's id as `page` in [{NAME}] of adapters.toml")


def _link(said: object) -> str:
    """A page's web address, where it is a secure one."""
    address = said if isinstance(said, str) else ""
    if address and "://" not in address:
        address = f"https://{address}"
    return address if address.startswith("https://") else ""


def read_directory(wire: Wire, settings: Settings) -> Directory:
    """Read everything that has a name on the page."""
    page = read_page(wire, settings)
    entries = {kind: tuple(_entries(wire, page, kind)) for kind in KINDS}
    return Directory(page, entries, {kind: getattr(settings, kind) for kind in KINDS})


def _entries(wire: Wire, page: Page, kind: str) -> Iterator[Entry]:
    """Read one list of a page. What is for maintenance has its own severities, impacts and statuses."""
    filters = {} if kind == "services" else {"post_type": "incident"}
    items: Items = wire.every(f"/status_pages/{page.id}/{kind}", kind, **filters)
    for item in items:
        if item.get("post_type", "incident") == "incident":
            yield Entry(identifier(item, f"GET of the {kind}"), str(item.get(KINDS[kind], "")))
