"""Documents that people send on: document, digest, guide. As Markdown or HTML, printed or written to a file."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from enum import Enum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from attrs import frozen

from incident_fsm._values import Audience
from incident_fsm.cli import _trouble
from incident_fsm.cli._begin import IncidentId
from incident_fsm.cli._options import reading
from incident_fsm.cli._output import as_json, say
from incident_fsm.cli._session import Session, when
from incident_fsm.cli._usage import Guide
from incident_fsm.errors import InvalidValue

if TYPE_CHECKING:
    from incident_fsm.desk import Desk
    from incident_fsm.documents import Form, PlainData

WEEK = timedelta(days=7)
"""So far back a digest looks, where nobody says otherwise."""


class Kind(Enum):
    """What can be written about one incident."""

    REPORT = "report"
    TIMELINE = "timeline"
    RUNBOOK = "runbook"
    AGENDA = "agenda"
    HANDOVER = "handover"


KindArgument = Annotated[Kind, typer.Argument(metavar="KIND", help="report, timeline, runbook, agenda or handover.")]
Html = Annotated[bool, typer.Option("--html", help="A page that needs nothing from outside, instead of Markdown.")]
Out = Annotated[
    Path | None, typer.Option("--out", metavar="FILE", help="Write it there, over what is there, and do not print it.")
]
Templates = Annotated[
    Path | None,
    typer.Option("--templates", metavar="FOLDER", envvar="INCIDENT_TEMPLATES",
                 help="Templates of your own; each replaces the one of the same name (see docs/templates.md)."),
]  # fmt: skip


@frozen(kw_only=True)
class Made:
    """A document that was made. `private`: it is for nobody but those who handle a security breach."""

    name: str
    incident: str = ""
    html: bool
    text: str
    private: bool = False


@reading
def document(
    session: Session,
    *,
    kind: KindArgument,
    incident_id: IncidentId,
    html: Html = False,
    out: Out = None,
    templates: Templates = None,
) -> int:
    """Write a document about one incident: report, timeline, runbook, post-mortem agenda, or hand-over note."""
    from incident_fsm import documents  # noqa: PLC0415  costs Jinja2

    folder = _own(templates)
    with session.desk() as desk:
        data = _data(kind, desk, incident_id)
        private = desk.incident(incident_id).audience is Audience.RESTRICTED
    render = getattr(documents, f"render_{kind.value}")
    text = render(data, _form(html=html), templates=folder)
    return _hand_out(session, Made(name=kind.value, incident=incident_id, html=html, text=text, private=private), out)


def _data(kind: Kind, desk: "Desk", incident_id: str) -> "PlainData":
    """What a document says now."""
    from incident_fsm import documents  # noqa: PLC0415  costs Jinja2
    from incident_fsm.cli._outbox import waiting  # noqa: PLC0415  only where needed

    incident, timeline, policy, now = desk.incident(incident_id), desk.timeline(incident_id), desk.policy, desk.now()
    match kind:
        case Kind.REPORT:
            return documents.report_data(incident, policy, timeline, now)
        case Kind.TIMELINE:
            days = documents.timeline_data(timeline, incident, policy)
            return {**documents.incident_data(incident, policy), "days": days}
        case Kind.RUNBOOK:
            return documents.runbook_data(incident, policy, now, services=incident.services, how=incident.how)
        case Kind.AGENDA:
            return documents.agenda_data(incident, policy, timeline, now)
        case _:  # the hand-over note
            stuck, usage = waiting(desk, incident_id), Guide(incident_id, incident, policy).usage
            return documents.handover_data(incident, policy, timeline, now, outbox=stuck, usage=usage)


@reading
def digest(
    session: Session,
    *,
    since: Annotated[
        str, typer.Option("--since", help="From when, like 2026-11-23T09:00.  [default: seven days ago]")
    ] = "",
    html: Html = False,
    out: Out = None,
    templates: Templates = None,
) -> int:
    """Write the digest of a week: what is open, what ended, what is owed, promises kept and missed, times.

    It may be sent further than an incident's own documents: of restricted incidents it tells ids and numbers.
    """
    from incident_fsm.documents import Story, belongs, digest_data, render_digest  # noqa: PLC0415  costs Jinja2

    folder = _own(templates)
    with session.desk() as desk:
        until = desk.now()
        start = when("--since", since, desk.policy) or until - WEEK
        if start > until:
            raise InvalidValue("--since", f"{since} is still to come", "name a time that is over")
        whose = [incident for incident in desk.find() if belongs(incident, start)]
        stories = [Story(incident, desk.timeline(incident.id)) for incident in whose]
        data = digest_data(stories, desk.policy, start, until)
    text = render_digest(data, _form(html=html), templates=folder)
    return _hand_out(session, Made(name="digest", html=html, text=text), out)


@reading
def guide(session: Session, *, html: Html = False, out: Out = None, templates: Templates = None) -> int:
    """Write your organisation's "Incident Process" page, §1 to §6, from the policy and the table."""
    from incident_fsm.documents import guide_data, render_guide  # noqa: PLC0415  costs Jinja2
    from incident_fsm.pictures import STYLE, lifecycle  # noqa: PLC0415  only where needed

    folder, policy = _own(templates), session.policy()
    today = datetime.now(UTC).astimezone(policy.calendar.zone).date()
    data = guide_data(policy, today, usage=Guide("", None, policy).usage, picture=lifecycle())
    text = render_guide(data, _form(html=html), templates=folder, style=STYLE)
    return _hand_out(session, Made(name="guide", html=html, text=text), out)


def _form(*, html: bool) -> "Form":
    """The name of the form that was asked for."""
    return "html" if html else "markdown"


def _own(templates: Path | None) -> Path | None:
    """The folder of templates; one that is not there would otherwise replace nothing, in silence."""
    if templates is not None and not templates.is_dir():
        raise InvalidValue("--templates", f"{templates} is no folder", "name the folder that holds your templates")
    return templates


def _hand_out(session: Session, made: Made, out: Path | None) -> int:
    """Print a document, or write it to a file."""
    if out is not None:
        _check(out)
        if not session.dry_run:
            _write(made, out)
    if session.json:
        as_json(_as_data(made, out))
    elif out is None:
        say(made.text.rstrip("\n"))
    else:
        done = "would write" if session.dry_run else "wrote"
        say(f"{done} {out}{' (readable by you alone: it is restricted)' if made.private else ''}")
    return _trouble.DONE


def _as_data(made: Made, out: Path | None) -> dict[str, Any]:
    """A document as plain data."""
    return {
        "document": made.name,
        "incident": made.incident,
        "form": _form(html=made.html),
        "restricted": made.private,
        "file": "" if out is None else str(out),
        "text": made.text,
    }


def _check(out: Path) -> None:
    """Refuse a place where no file can be, or where something else is: nothing but a file is replaced."""
    if out.exists() and not out.is_file():
        raise InvalidValue("--out", f"{out} is there and is no file", "name a file")
    if not out.parent.is_dir():
        raise InvalidValue("--out", f"there is no folder {out.parent}", "make it, or name another file")


def _write(made: Made, out: Path) -> None:
    """Write a document: all of it, or what was there stays."""
    from incident_fsm.adapters._files import ORDINARY, PRIVATE, NewFile, write_all  # noqa: PLC0415  only where needed

    write_all([NewFile(out, made.text.encode(), PRIVATE if made.private else ORDINARY)])


VERBS: dict[str, Callable[..., None]] = {"document": document, "digest": digest, "guide": guide}
