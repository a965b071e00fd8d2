"""Reports, runbooks, timelines and pages: Jinja2 templates over plain data. Needs the extra `documents`.

`report_data`, `runbook_data` and `timeline_data` make plain data (dicts, lists, texts, times in the policy's zone) from
an incident, its policy and its timeline; `render_…` fills the templates in `templates/` with it. `templates=` names a
folder of one's own: a file of the same name there replaces the one that ships.

What others wrote can do no harm in any of them: see `environment` and `markdown`.
"""

from pathlib import Path
from typing import Literal

from incident_fsm.documents.data import PlainData, incident_data, plain, report_data, runbook_data, timeline_data
from incident_fsm.documents.environment import render
from incident_fsm.documents.meeting import mail_address, render_meeting
from incident_fsm.documents.sentences import Sentence, sentence

Form = Literal["markdown", "html"]

_SUFFIXES = {"markdown": "md", "html": "html"}


def render_report(data: PlainData, form: Form = "markdown", *, templates: Path | None = None) -> str:
    """Write the incident report (§6) from `report_data`: a draft, or final with lessons and actions."""
    return render(f"report.{_SUFFIXES[form]}.j2", data, templates)


def render_timeline(data: PlainData, form: Form = "markdown", *, templates: Path | None = None) -> str:
    """Write the timeline alone, from `incident_data` with the key "days" from `timeline_data`."""
    return render(f"timeline.{_SUFFIXES[form]}.j2", data, templates)


def render_runbook(data: PlainData, *, templates: Path | None = None) -> str:
    """Write the runbook skeleton (§6) from `runbook_data`, as Markdown."""
    return render("runbook.md.j2", data, templates)


__all__ = [
    "Form",
    "PlainData",
    "Sentence",
    "incident_data",
    "mail_address",
    "plain",
    "render",
    "render_meeting",
    "render_report",
    "render_runbook",
    "render_timeline",
    "report_data",
    "runbook_data",
    "sentence",
    "timeline_data",
]
