"""Links between pages: every relative one leads to a file of this repository, and to a heading that is there."""

import pytest

from tests.docs.pages import ROOT, headings, links, pages


@pytest.mark.parametrize("page", pages())
def test_links_lead_somewhere(page: str) -> None:
    """README and every other page: the file is there, and so is the heading in it."""
    for target in links(page):
        path, _, heading = target.partition("#")
        if "://" not in target:
            there = (ROOT / page).parent / path if path else ROOT / page
            assert there.exists(), f"{page}: {target}"
            assert not heading or heading in headings(str(there.resolve().relative_to(ROOT))), f"{page}: {target}"


def test_links_are_found() -> None:
    """Those of the README, those in tables, and pictures."""
    found = list(links("README.md"))
    assert "docs/lifecycle.md" in found
    assert "src/incident_fsm/policies" in found
    assert len(found) > 10
