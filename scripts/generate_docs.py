"""Write the generated parts of README.md and docs/ anew, or (with --check) say whether they have drifted."""

import inspect
import sys
from collections.abc import Iterator
from pathlib import Path

import mutation_report
import reliability_matrix
import services_table
import verification_figures
from incident_fsm._table import ROWS, Row
from incident_fsm.diagram import grid, mermaid
from incident_fsm.events import EVENTS

ROOT = Path(__file__).resolve().parent.parent
BEGIN, END = "<!-- generated: {name} -->", "<!-- /generated -->"


def generated() -> dict[Path, str]:
    """Give every file that holds generated parts, as it should be."""
    readme, lifecycle, start = ROOT / "README.md", ROOT / "docs" / "lifecycle.md", ROOT / "docs" / "index.md"
    reliability = ROOT / "docs" / "reliability.md"
    services = ROOT / "docs" / "services.md"
    mutation = ROOT / "docs" / "mutation.md"
    verification = ROOT / "docs" / "verification.md"
    picture = f"```mermaid\n{mermaid()}```\n"
    return {
        readme: _with(readme.read_text("utf-8"), {"lifecycle": picture}),
        start: _with(start.read_text("utf-8"), {"lifecycle": picture}),
        lifecycle: _with(
            lifecycle.read_text("utf-8"), {"lifecycle": picture, "grid": grid(), "rules": "\n".join(_rules()) + "\n"}
        ),
        services: _with(services.read_text("utf-8"), services_table.parts()),
        mutation: _with(mutation.read_text("utf-8"), mutation_report.parts()),
        verification: _with(verification.read_text("utf-8"), verification_figures.parts()),
        reliability: _with(
            reliability.read_text("utf-8"),
            {
                "faults": reliability_matrix.fault_table(),
                "threats": reliability_matrix.threat_table(),
                "figures": reliability_matrix.figures_list(),
            },
        ),
    }


def _with(text: str, parts: dict[str, str]) -> str:
    """Replace what stands between the marks of each part."""
    for name, part in parts.items():
        begin = BEGIN.format(name=name)
        before, found, rest = text.partition(begin)
        _, closed, after = rest.partition(END)
        if not (found and closed):
            raise SystemExit(f"the marks {begin} … {END} are missing")
        text = f"{before}{begin}\n{part}{END}{after}"
    return text


def _rules() -> Iterator[str]:
    """Yield the table for people: each event with its moves, its rule, and what it asks to be done."""
    yield "| event | moves | the rule | what is done |"
    yield "|---|---|---|---|"
    for event in EVENTS:
        rows = [row for row in ROWS if row.event is event]
        yield f"| `{event.__name__}` | {_moves(rows)} | {_first(rows[0].guard)} | {_first(rows[0].emit)} |"


def _moves(rows: list[Row]) -> str:
    """Say where an event leads, the moves between states before the stays."""
    moves = [f"{_place(row)} → {row.target.value}" for row in rows if row.source is not row.target]
    stays = [_place(row) for row in rows if row.source is row.target]
    return "; ".join([*moves, *([f"stays in {', '.join(stays)}"] if stays else [])])


def _place(row: Row) -> str:
    """Say where a row starts."""
    return "(opens)" if row.source is None else row.source.value


def _first(function: object) -> str:
    """The first sentence of a function's own documentation."""
    said = " ".join((inspect.getdoc(function) or "").split("\n\n")[0].split())
    return said.replace("|", "\\|")


def main() -> int:
    """Write, or check."""
    drifted = [path for path, text in generated().items() if path.read_text("utf-8") != text]
    if "--check" in sys.argv[1:]:
        for path in drifted:
            print(f"{path.relative_to(ROOT)} has drifted; run `make docs`", file=sys.stderr)
        return 1 if drifted else 0
    for path in drifted:
        path.write_text(generated()[path], "utf-8")
        print(f"wrote {path.relative_to(ROOT)}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
