"""`incident metrics`: how long things take, as a table, JSON, CSV, or text for Prometheus."""

import csv
import io
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import timedelta
from enum import Enum
from typing import TYPE_CHECKING, Annotated, Any

import typer

from incident_fsm import measures
from incident_fsm.cli import _trouble
from incident_fsm.cli._options import reading
from incident_fsm.cli._output import as_json, say, table
from incident_fsm.cli._session import Session, when

if TYPE_CHECKING:
    from prometheus_client.core import Metric

    from incident_fsm.desk import Desk
    from incident_fsm.measures import Measured, Summary


class By(Enum):
    """What is summed up."""

    ALL = measures.ALL
    QUARTER = "quarter"
    SERVICE = "service"
    IMPACT = "impact"
    INCIDENT = "incident"


class Form(Enum):
    """How it is written."""

    TABLE = "table"
    CSV = "csv"
    PROMETHEUS = "prometheus"


@reading
def metrics(
    session: Session,
    *,
    per: Annotated[By, typer.Option("--per", help="What to sum up by.")] = By.ALL,
    form: Annotated[Form, typer.Option("--format", help="How to write it; --json works too.")] = Form.TABLE,
    support: Annotated[
        bool, typer.Option("--support-hours", help="In a table, count support hours and not the wall clock.")
    ] = False,
    since: Annotated[str, typer.Option("--since", help="Only those opened from then on, like 2026-01-01T00:00.")] = "",
) -> int:
    """Tell how long things take: the middle incident of each group, and how many are known."""
    with session.desk() as desk:
        found = _measured(desk, since)
        calendar = desk.policy.calendar
    if per is By.INCIDENT:
        summaries = measures.summarise(found, calendar, lambda one: (one.incident_id,))
    else:
        summaries = measures.summarise(found, calendar, measures.GROUPINGS[per.value])
    if session.json:
        as_json([as_data(summary) for summary in summaries])
    elif form is Form.CSV:
        say(as_csv(summaries).rstrip("\n"))
    elif form is Form.PROMETHEUS:
        say(as_prometheus(summaries, per.value).rstrip("\n"))
    elif summaries:
        _print(summaries, per, support=support)
    else:
        say("no incident to measure")
    return _trouble.DONE


def _measured(desk: "Desk", since: str) -> "list[Measured]":
    """Measure every incident that was opened since then. A drill measures nothing but itself, so it is left out."""
    start = when("--since", since, desk.policy)
    return [
        measures.measure(incident, desk.timeline(incident.id), desk.policy, desk.now())
        for incident in list(desk.find())
        if incident.kind.value != "drill" and (start is None or incident.opened_at >= start)
    ]


def _print(summaries: "Sequence[Summary]", by: By, *, support: bool) -> None:
    """Print a table: of each measure the middle one, and of how many."""
    rows = []
    for summary in summaries:
        lengths = summary.support_hours if support else summary.wall_clock
        cells = [_cell(lengths.get(name), summary.known[name], summary.incidents) for name in measures.MEASURES]
        rows.append((summary.group, summary.incidents, *cells, summary.promises_kept, summary.promises_missed))
    table((by.value, "incidents", *measures.MEASURES, "kept", "missed"), rows)
    clock = "support hours" if support else "the wall clock"
    say(f"the middle one of each, by {clock}; in brackets how many are known where not all are", style="dim")


def _cell(length: timedelta | None, known: int, incidents: int) -> str:
    """One measure of a group."""
    if length is None:
        return "-"
    return shown(length) + (f" ({known})" if known < incidents else "")


def shown(length: timedelta) -> str:
    """A length as hours and minutes, like "26h 05m"."""
    minutes = round(length.total_seconds() / 60)
    return f"{minutes // 60}h {minutes % 60:02}m"


def as_data(summary: "Summary") -> dict[str, Any]:
    """A summary as plain data; lengths in seconds, null where nothing is known."""
    return {
        "group": summary.group,
        "incidents": summary.incidents,
        "measures": {
            name: {
                "known": summary.known[name],
                "wall_clock_seconds": _seconds(summary.wall_clock.get(name)),
                "support_seconds": _seconds(summary.support_hours.get(name)),
            }
            for name in measures.MEASURES
        },
        "promises_kept": summary.promises_kept,
        "promises_missed": summary.promises_missed,
    }


def _seconds(length: timedelta | None) -> float | None:
    """A length in seconds."""
    return None if length is None else length.total_seconds()


_COLUMNS = ("group", "measure", "incidents", "known", "wall_clock_seconds", "support_seconds", "kept", "missed")


def as_csv(summaries: "Iterable[Summary]") -> str:
    """A line for each group and measure (RFC 4180). What a spreadsheet would take for a formula is quoted as text."""
    written = io.StringIO()
    lines = csv.writer(written, lineterminator="\n")
    lines.writerow(_COLUMNS)
    for summary in summaries:
        data = as_data(summary)
        for name, found in data["measures"].items():
            group = f"'{summary.group}" if summary.group.startswith(("=", "+", "-", "@")) else summary.group
            row = (group, name, summary.incidents, *found.values(), summary.promises_kept, summary.promises_missed)
            lines.writerow(["" if cell is None else cell for cell in row])
    return written.getvalue()


def as_prometheus(summaries: "Sequence[Summary]", by: str) -> str:
    """Gauges in the text format of Prometheus, for its text-file collector."""
    from prometheus_client import CollectorRegistry, generate_latest  # noqa: PLC0415  only where asked for

    class Collector:
        """Gives what was summed up, once."""

        def collect(self) -> "Iterator[Metric]":
            """Yield every gauge."""
            yield from _gauges(summaries, by)

    registry = CollectorRegistry()
    registry.register(Collector())
    return generate_latest(registry).decode()


def _gauges(summaries: "Sequence[Summary]", by: str) -> "Iterator[Metric]":
    """Yield every gauge."""
    from prometheus_client.core import GaugeMetricFamily  # noqa: PLC0415  only where asked for

    counted = GaugeMetricFamily("incident_fsm_incidents", "How many incidents", labels=["by", "group"])
    promises = GaugeMetricFamily("incident_fsm_promises", "Promised updates", labels=["by", "group", "kept"])
    for summary in summaries:
        counted.add_metric([by, summary.group], summary.incidents)
        promises.add_metric([by, summary.group, "true"], summary.promises_kept)
        promises.add_metric([by, summary.group, "false"], summary.promises_missed)
    yield counted
    yield promises
    for name in measures.MEASURES:
        labels = ["by", "group", "clock"]
        gauge = GaugeMetricFamily(
            f"incident_fsm_time_to_{name}_seconds", f"Median {measures.EXPLAINED[name]}", labels=labels
        )
        for summary in summaries:
            for clock, lengths in (("wall", summary.wall_clock), ("support", summary.support_hours)):
                if name in lengths:
                    gauge.add_metric([by, summary.group, clock], lengths[name].total_seconds())
        yield gauge


VERBS: dict[str, Callable[..., None]] = {"metrics": metrics}
