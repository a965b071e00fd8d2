"""Explore the policies that ship, write their models, have spin check all models, and keep the figures for the docs.

`make models` runs it; it needs spin and gcc, and takes a few minutes. `parts()` turns the figures into tables.
"""

import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from incident_fsm.policy_files import load_shipped, shipped
from incident_fsm.testing._spin import Verdict, check, missing
from incident_fsm.testing.exploration import Report, explore
from incident_fsm.testing.promela import LTL, WAY_OUT, process_model

ROOT = Path(__file__).resolve().parent.parent
FIGURES = ROOT / "docs" / "verification_figures.json"
MODELS = ROOT / "docs" / "models"
DELIVERY = MODELS / "delivery.pml"

DELIVERY_LTL = ("true_word", "settles")

BROKEN = {
    "NO_SETTLE": "somebody looks before a late request has landed",
    "NO_LEASE": "a lease ends before the call that it is for",
    "TRUST": 'an adapter that cannot tell says "absent"',
    "NO_ATTEMPT": "the attempt is stored after the call, not before it",
    "NO_FIND": "a command in doubt is repeated without a search",
    "NO_FENCE": "an answer to an older attempt counts",
    "FORGET": "a person's retry forgets the doubt",
    "UNASKED": "a command in doubt that no adapter accepts fails as if it had never been tried",
}
"""What can be taken away from the model of delivery, by the name that does so, and what that means."""


def run() -> int:
    """Explore, write, check, and keep the figures."""
    if lacking := missing():
        print(lacking, file=sys.stderr)
        return 2
    explored: dict[str, Any] = {}
    checked: dict[str, Any] = {}
    good = True
    for name in shipped():
        report, deep = explore(load_shipped(name), twice=True), explore(load_shipped(name), deep=True)
        print(report, deep, sep="\n", flush=True)
        model = process_model(report.walk.policy, report.walk)
        (MODELS / f"{name}.pml").write_text(model, "utf-8")
        verdicts = [*check(model, LTL), *check(model, (WAY_OUT,), defines=(WAY_OUT.upper(),))[1:]]
        good = good and report.ok and deep.ok and all(verdict.ok for verdict in verdicts)
        explored[name] = {**_of_report(report), "deep": _of_report(deep)}
        checked[name] = [_of_verdict(verdict) for verdict in verdicts]
        print(*verdicts, sep="\n", flush=True)
    delivery = check(DELIVERY.read_text("utf-8"), DELIVERY_LTL)
    broken = {name: check(DELIVERY.read_text("utf-8"), defines=(name,))[0] for name in BROKEN}
    print(*delivery, sep="\n", flush=True)
    good = good and all(verdict.ok for verdict in delivery) and not any(verdict.ok for verdict in broken.values())
    kept = {
        "exploration": explored,
        "process": checked,
        "delivery": [_of_verdict(verdict) for verdict in delivery],
        "broken": {name: {"steps": verdict.depth} for name, verdict in broken.items()},
    }
    FIGURES.write_text(json.dumps(kept, indent=1) + "\n", "utf-8")
    return 0 if good else 1


def _of_report(report: Report) -> dict[str, Any]:
    """What is kept of an exploration."""
    return {
        "states": report.states,
        "steps": report.steps,
        "refused": report.refused,
        "depth": report.depth,
        "seconds": round(report.seconds, 1),
        "twice": report.twice,
        "reasons": sorted(report.codes),
    }


def _of_verdict(verdict: Verdict) -> dict[str, Any]:
    """What is kept of a check."""
    return {
        "what": verdict.what,
        "states": verdict.states,
        "transitions": verdict.transitions,
        "depth": verdict.depth,
        "errors": verdict.errors,
    }


def parts() -> dict[str, str]:
    """The generated parts of docs/verification.md, by name."""
    kept = json.loads(FIGURES.read_text("utf-8"))
    return {
        "exploration": _text(_explored(kept["exploration"])),
        "process": _text(_checked({f"`{name}.pml`": verdicts for name, verdicts in kept["process"].items()})),
        "delivery": _text(_checked({"`delivery.pml`": kept["delivery"]})),
        "broken": _text(_refuted(kept["broken"])),
    }


def _explored(kept: dict[str, Any]) -> Iterator[str]:
    """Yield the table of explorations."""
    yield "| policy | exploration | abstract states | accepted steps | refused pairs | farthest, in events | seconds |"
    yield "|---|---|---|---|---|---|---|"
    for name, usual in kept.items():
        for how, one in (("usual, twice", usual), ("deep", usual["deep"])):
            figures = " | ".join(f"{one[what]:,}" for what in ("states", "steps", "refused", "depth"))
            yield f"| {name} | {how} | {figures} | {one['seconds']} |"


def _checked(models: dict[str, Any]) -> Iterator[str]:
    """Yield the table of what spin found."""
    yield "| model | checked | states stored | transitions | depth | errors |"
    yield "|---|---|---|---|---|---|"
    for name, verdicts in models.items():
        for one in verdicts:
            what = f"`{one['what']}`" if one["what"] else "assertions, invalid ends"
            yield (
                f"| {name} | {what} | {one['states']:,} | {one['transitions']:,} | {one['depth']:,} | {one['errors']} |"
            )


def _refuted(kept: dict[str, Any]) -> Iterator[str]:
    """Yield the table of broken models."""
    yield "| taken away | what goes wrong | refuted in |"
    yield "|---|---|---|"
    for name, why in BROKEN.items():
        yield f"| `{name}` | {why} | {kept[name]['steps']} steps |"


def _text(lines: Iterator[str]) -> str:
    """Join lines to a part."""
    return "".join(f"{line}\n" for line in lines)


if __name__ == "__main__":
    sys.exit(run())
