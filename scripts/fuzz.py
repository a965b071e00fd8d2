"""Fuzz a door of the library, guided by what each input makes the code do. Not part of CI: run it when a door changes.

    pip install atheris                     # a wheel exists for Linux on x86-64; it is no dependency of ours
    python scripts/fuzz.py                  # names the doors, which are the functions of fuzz_doors.py
    python scripts/fuzz.py event 120        # fuzz one for 120 seconds
    python scripts/fuzz.py event crash-…    # show a file that atheris kept to the door again

Atheris prints the bytes that broke something, and keeps them in the folder where it was started.
"""

import importlib
import sys
import tempfile
from pathlib import Path
from typing import Any


def main() -> None:
    """Fuzz the door that is named, for so many seconds; or show a file to it again."""
    name, more = (*sys.argv[1:3], "", "")[:2]
    if Path(more).is_file():
        importlib.import_module("fuzz_doors").DOORS[name](Path(more).read_bytes())
        return
    try:
        atheris: Any = importlib.import_module("atheris")
    except ModuleNotFoundError:
        sys.exit("atheris is not installed: pip install atheris")
    with atheris.instrument_imports(include=["incident_fsm", "tomllib", "json"]):
        doors: Any = importlib.import_module("fuzz_doors")
    if name not in doors.DOORS:
        sys.exit(
            "say which door, and for how many seconds:\n"
            + "\n".join(f"  {n}: {d.__doc__}" for n, d in doors.DOORS.items())
        )
    with tempfile.TemporaryDirectory() as place:
        corpus, known = Path(place) / "corpus", Path(place) / "words"
        corpus.mkdir()
        for number, said in enumerate(doors.SEEDS.get(name, (b"{}",))):
            (corpus / f"seed-{number}").write_bytes(said)
        known.write_text("".join(f'"{word}"\n' for word in doors.words()), "utf-8")
        limits = (f"-max_total_time={more or 60}", "-max_len=8192", "-timeout=20", "-rss_limit_mb=2048")
        atheris.Setup([sys.argv[0], *limits, f"-dict={known}", str(corpus)], doors.DOORS[name])
        atheris.Fuzz()  # ends the program


if __name__ == "__main__":
    main()
