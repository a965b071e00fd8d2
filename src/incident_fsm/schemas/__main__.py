"""Write the schemas anew, after the classes have changed: `python -m incident_fsm.schemas`."""

from pathlib import Path

from incident_fsm.schemas import NAMES, file_name
from incident_fsm.schemas._generate import generated


def write_all(folder: Path) -> None:
    """Write every schema into a folder."""
    for name in NAMES:
        (folder / file_name(name)).write_text(generated(name), "utf-8")


if __name__ == "__main__":
    write_all(Path(__file__).parent)
