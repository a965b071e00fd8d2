"""Run every example script as a user would, warnings being errors, and say which failed."""

import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
CORPUS = ROOT.parent / "shared" / "corpus" / "cloud_platform_incidents.json"
SMALL_LOG = ROOT / "examples" / "incident_log.json"
SECONDS = 60
LINES_MAX = 80
LONGER = {"alert_webhook.py": 160, "slack_bot.py": 260}
"""Services, each with its own demonstration."""


def arguments(example: Path) -> list[str]:
    """Give the arguments of an example: the replay reads the published log where it is at hand, else the small one."""
    if example.name != "replay_incident_log.py":
        return []
    return [str(CORPUS if CORPUS.exists() else SMALL_LOG)]


def main() -> int:
    """Run them all."""
    failed = []
    for example in sorted((ROOT / "examples").glob("*.py")):
        began = time.monotonic()
        command = [sys.executable, "-W", "error", str(example), *arguments(example)]
        run = subprocess.run(  # noqa: S603  our own examples
            command, capture_output=True, text=True, timeout=SECONDS, stdin=subprocess.DEVNULL, check=False
        )
        lines = len(example.read_text("utf-8").splitlines())
        short = lines <= LONGER.get(example.name, LINES_MAX)
        good = run.returncode == 0 and run.stdout.strip() and not run.stderr and short
        print(f"{'ok    ' if good else 'FAILED'} {example.name} ({lines} lines, {time.monotonic() - began:.1f} s)")
        if not good:
            failed.append(example.name)
            print(run.stdout[-2000:], run.stderr[-2000:], sep="\n")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
