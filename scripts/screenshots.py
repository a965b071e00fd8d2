"""Draw what people see: the pages of a board full of trouble, in a real browser, as PNG files to be looked at.

Run: python scripts/screenshots.py [FOLDER]  (needs Chromium, as the tests of the pages do)
"""

import shutil
import sys
import tempfile
from pathlib import Path
from typing import Literal

from playwright.sync_api import Browser, sync_playwright

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from tests.board.conftest import CHROMIUM, FLAGS  # noqa: E402  the tests are found from the folder above
from tests.board.wall import NOW, wall  # noqa: E402  likewise

from incident_fsm import pictures  # noqa: E402  likewise
from incident_fsm.board import Board, write  # noqa: E402  likewise

SHOWN = ("index", "metrics", "incident-INC-2026-07", "incident-INC-2026-10", "incident-INC-2026-13")
SCHEMES: tuple[Literal["light", "dark"], ...] = ("light", "dark")
WIDTHS = (360, 1280)


def main() -> int:
    """Draw every page, narrow and wide, light and dark."""
    folder = Path(sys.argv[1] if len(sys.argv) > 1 else tempfile.mkdtemp(prefix="screenshots-"))
    found = next((place for place in map(shutil.which, CHROMIUM) if place), None)
    if found is None:
        print("there is no Chromium here", file=sys.stderr)
        return 1
    with tempfile.TemporaryDirectory() as journal, wall(Path(journal)) as desk:
        write(Board(desk), folder / "pages")
    (folder / "pages" / "lifecycle.svg").write_text(pictures.standalone(pictures.lifecycle()), encoding="utf-8")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=found, args=list(FLAGS))
        for page in sorted((folder / "pages").iterdir()):
            if page.stem in SHOWN or page.suffix == ".svg":
                draw(browser, page, folder)
        browser.close()
    print(folder)
    return 0


def draw(browser: Browser, page: Path, folder: Path) -> None:
    """Draw one page in every way."""
    for width in WIDTHS:
        for scheme in SCHEMES:
            context = browser.new_context(viewport={"width": width, "height": 800}, color_scheme=scheme)
            tab = context.new_page()
            tab.clock.set_fixed_time(NOW)
            tab.goto(page.as_uri())
            tab.screenshot(path=folder / f"{page.stem}-{width}-{scheme}.png", full_page=page.suffix == ".html")
            context.close()


if __name__ == "__main__":
    sys.exit(main())
