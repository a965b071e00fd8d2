"""A reader who does what a page says, from top to bottom, in a folder of their own."""

import contextlib
import io
import os
import re
import subprocess
import sys
from collections.abc import Iterator, Sequence
from doctest import ELLIPSIS, OutputChecker
from pathlib import Path

from tests.docs.pages import RUN, Block

SECONDS = 60


class Reader:
    """Saves, runs and types what stands on one page. `ran` is what was run."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.names: dict[str, object] = {"__name__": "__main__"}
        self.ran: list[Block] = []

    def follow(self, page: Sequence[Block]) -> None:
        """Do everything; raise AssertionError where the page says something else than what happens."""
        with self._at_home():
            for block, after in zip(page, [*page[1:], None], strict=True):
                if block.name:
                    (self.folder / block.name).write_text(block.text, "utf-8")
                elif block.language == "python":
                    self._run(block, after.text if after and after.language == "text" and not after.name else "")
                elif block.language == "console":
                    self._type(block)
        for block in page:
            if block.saved_python:
                self._see_that_it_ran(block, page)

    @contextlib.contextmanager
    def _at_home(self) -> Iterator[None]:
        """Work in the reader's folder, and forget the modules that were loaded from there."""
        with contextlib.chdir(self.folder):
            sys.path.insert(0, str(self.folder))
            try:
                yield
            finally:
                sys.path.remove(str(self.folder))
                for name, module in list(sys.modules.items()):
                    if str(getattr(module, "__file__", None)).startswith(str(self.folder)):
                        del sys.modules[name]

    def _run(self, block: Block, wanted: str) -> None:
        """Run a block with the names of those before it."""
        printed = io.StringIO()
        code = "\n" * block.line + block.text
        with contextlib.redirect_stdout(printed):
            exec(compile(code, block.page, "exec"), self.names)  # noqa: S102  our own pages
        self.ran.append(block)
        expect(wanted, printed.getvalue(), str(block))

    def _type(self, block: Block) -> None:
        """Type each command, and hold its answer against the page."""
        for command, wanted in exchanges(block.text):
            done = subprocess.run(
                ["bash", "-c", command],
                cwd=self.folder,
                env=self._environment(),
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                text=True,
                timeout=SECONDS,
                check=False,
            )
            expect(wanted, done.stdout, f"{block}: {command}")
            assert done.returncode == 0 or wanted, f"{block}: {command} fails without a word"
        self.ran.append(block)

    def _environment(self) -> dict[str, str]:
        """The environment of somebody who has just installed it all: this interpreter's commands, nothing else set."""
        path = os.pathsep.join((str(Path(sys.executable).parent), os.environ["PATH"]))
        return {"PATH": path, "HOME": str(self.folder), "COLUMNS": "100", "LANG": "C.UTF-8", "PYTHONWARNINGS": "error"}

    def _see_that_it_ran(self, block: Block, page: Sequence[Block]) -> None:
        """A program that is saved has to be run, or imported by what runs."""
        stem = re.escape(block.name.removesuffix(".py"))
        used = re.compile(rf"^\$ .*\b{stem}(\.py\b|:)|^ *(from|import) {stem}\b|\"{stem}:\w", flags=re.MULTILINE)
        others = (other for other in page if other is not block and (other in self.ran or other.saved_python))
        assert any(used.search(other.text) for other in others), f"{block}: {block.name} is saved, and never run"
        self.ran.append(block)


def must_run(page: Sequence[Block]) -> list[Block]:
    """Everything of a page that a reader has to have run."""
    return [block for block in page if block.saved_python or (block.language in RUN and not block.name)]


def exchanges(text: str) -> Iterator[tuple[str, str]]:
    """Yield each command of a console block with the answer below it."""
    first, *rest = re.split(r"^\$ ", text, flags=re.MULTILINE)
    assert not first, f"a console block begins with $ and a command, not with {first!r:.60}"
    for part in rest:
        command, _, answer = part.partition("\n")
        while command.endswith("\\"):
            line, _, answer = answer.partition("\n")
            command += f"\n{line}"
        yield command, answer


def expect(wanted: str, got: str, where: str) -> None:
    """Hold what came against what was said; `...` stands for anything, blanks at the end of lines for nothing."""
    plain = "".join(f"{line.rstrip()}\n" for line in got.splitlines())
    assert OutputChecker().check_output(wanted, plain, ELLIPSIS), f"{where} says\n{wanted}\nand it is\n{plain}"
