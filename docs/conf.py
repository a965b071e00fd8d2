"""The documentation site: Sphinx, with pages in Markdown. Build it: `make site`."""

import sys
from importlib.metadata import version as version_of
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "scripts"))

project = "incident_fsm"
author = "the authors of incident_fsm"
version = release = version_of("incident-fsm")
project_copyright = "the authors of incident_fsm, MIT licence"

extensions = ["myst_parser", "sphinx.ext.autodoc", "docs_site"]

myst_heading_anchors = 3
myst_fence_as_directive = ["mermaid"]

default_role = "quoted"
autodoc_member_order = "bysource"
autodoc_typehints_format = "short"
python_use_unqualified_type_names = True
python_maximum_signature_line_length = 88
add_module_names = False
toc_object_entries_show_parents = "hide"

html_theme = "furo"
html_title = "incident_fsm"
html_static_path = ["_static"]
html_css_files = ["site.css"]
html_copy_source = False
html_show_sourcelink = False
