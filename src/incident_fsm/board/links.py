"""Links that a page may have: a browser opens them and does nothing else. Any other address is only shown."""

from incident_fsm.documents import PlainData
from incident_fsm.documents.text import one_line

_SAFE = ("https://", "file://", "mailto:")


def link(address: str) -> PlainData:
    """Say what is shown of an address, and where it leads: nowhere, unless it is of a kind that can do no harm."""
    said = one_line(address)
    return {"said": said, "leads": said if said.lower().startswith(_SAFE) else ""}


def page_of(incident_id: str) -> str:
    """The file name of an incident's page; an id is letters, digits and hyphens, so it is a name as it stands."""
    return f"incident-{incident_id}.html"
