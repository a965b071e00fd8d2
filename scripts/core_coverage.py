"""Hold the core to 100 % line and branch coverage. Run after `pytest --cov`, which leaves the data file.

Prints one line and exits with 0, or names each file with the lines that are missing and exits with 1.
"""

import json
import sys
import tempfile
from pathlib import Path
from typing import Any

from coverage import Coverage
from coverage.exceptions import CoverageException

ROOT = Path(__file__).resolve().parents[1]
PACKAGE = ROOT / "src" / "incident_fsm"
MODULES = (
    "_states", "_trusted", "_values", "errors", "_calendar", "policy", "commands", "events", "_incident", "_results",
    "deadlines", "_guards/*", "_reactions/*", "_table", "_machine", "lifecycle", "metrics", "measures", "diagram",
    "policy_diff/*",
)  # fmt: skip
"""The core: everything above `codec.py` in the architecture. A star stands for each module of a folder."""


def core() -> list[Path]:
    """List the files of the core. A module that is not there is an error of this list."""
    found = [sorted(PACKAGE.glob(f"{module}.py")) for module in MODULES]
    if missing := [module for module, files in zip(MODULES, found, strict=True) if not files]:
        sys.exit(f"core coverage: no such module: {', '.join(missing)}; mend the list in {Path(__file__).name}")
    return [file for files in found for file in files]


def report(files: list[Path]) -> dict[str, Any]:
    """Read what the last run covered, as data."""
    coverage = Coverage(config_file=str(ROOT / "pyproject.toml"))
    with tempfile.TemporaryDirectory() as folder:
        target = Path(folder) / "coverage.json"
        try:
            coverage.load()
            coverage.json_report(outfile=str(target), include=[str(file) for file in files])
        except CoverageException as error:
            sys.exit(f"core coverage: {error}; run `pytest --cov` first")
        return dict(json.loads(target.read_text("utf-8")))


def gaps(file: Path, covered: dict[str, Any]) -> str:
    """Say what is missing in a file; nothing where it is covered."""
    name = file.relative_to(ROOT).as_posix()
    entry = next((one for path, one in covered["files"].items() if (ROOT / path).resolve() == file), None)
    if entry is None:
        return f"{name}: never imported"
    if not covered["meta"]["branch_coverage"]:
        return f"{name}: measured without branches"
    lines = [str(line) for line in entry["missing_lines"]]
    branches = [f"{start}->{'exit' if end < 0 else end}" for start, end in entry["missing_branches"]]
    return f"{name}: {', '.join(lines + branches)}" if lines or branches else ""


def main() -> int:
    """Check each file."""
    files = core()
    covered = report(files)
    found = [gap for file in files if (gap := gaps(file, covered))]
    totals = covered["totals"]
    if found:
        sys.stdout.write("core coverage: not 100 %\n" + "".join(f"  {gap}\n" for gap in found))
        return 1
    sys.stdout.write(
        f"core coverage: 100 % of {totals['num_statements']} statements and {totals['num_branches']} branches"
        f" in {len(files)} modules\n"
    )
    return 0


if __name__ == "__main__":
    sys.exit(main())
