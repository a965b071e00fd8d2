"""Pictures: the lifecycle, a timeline and metrics as SVG, and bars of text for terminals. Needs the extra `documents`.

What comes back is an SVG element that stands within a page whose style sheet holds `STYLE`; `standalone` makes a file
of its own of it, light and dark. Nothing in it comes from outside, and text stays text.
"""

from importlib.resources import files

from incident_fsm.pictures._moves import Move, moves
from incident_fsm.pictures.chronicle import Chronicle, chronicle
from incident_fsm.pictures.lifecycle import Course, lifecycle
from incident_fsm.pictures.plots import Plot, plots
from incident_fsm.pictures.timeline import timeline

STYLE = files(__name__).joinpath("pictures.css").read_text(encoding="utf-8")
"""The looks of the pictures. Their colours are the page's own: --ink, --paper, --line and so on."""


def standalone(picture: str) -> str:
    """Make a file of its own of a picture: with its style, its colours for light and dark, and paper below it."""
    colours = files(__name__).joinpath("standalone.css").read_text(encoding="utf-8")
    spoken, end, drawn = picture.partition("</desc>")
    paper = '<rect class="paper" width="100%" height="100%"/>'
    # Neither style sheet holds "<" or "&", so this is XML as it stands.
    return f"{spoken}{end}<style>{colours}{STYLE}</style>{paper}{drawn}\n"


__all__ = [
    "STYLE",
    "Chronicle",
    "Course",
    "Move",
    "Plot",
    "chronicle",
    "lifecycle",
    "moves",
    "plots",
    "standalone",
    "timeline",
]
