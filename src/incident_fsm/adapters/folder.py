"""The embedded default: carries out every command by writing files that a person can use as they are.

One folder for each incident, below the root that it is given:

    INC-1/status-page.html         for the public, newest post first
    INC-1/thread.md                the one thread
    INC-1/support-case_1.md        what to send to a third party, and every chase
    INC-1/permanent-fix-issue.md   to be put into a tracker
    INC-1/incident-report.md       the report (and .html): a draft, then the reviewed one
    INC-1/runbook.md               a skeleton
    INC-1/post-mortem.ics          an invitation, or that it is called off
    INC-1/post-mortem.txt          for the public: what was learned
    INC-1/redirect.md, reminders.md, security-report.md (mode 0600)
    INC-1/.commands/               what was done, one entry for each command: see `_entries`

The same command again changes nothing. A page that a person edited is never lost: before it is written anew, their
version is kept beside it, as `incident-report.edited-1.md`.
"""

import errno
import os
import re
from collections.abc import Iterator, Sequence
from itertools import count
from pathlib import Path

from incident_fsm._values import Audience
from incident_fsm.adapters import (
    Absent,
    Adapter,
    AdapterSettings,
    Context,
    Finding,
    NotDone,
    Outcome,
    Receipt,
    Rejected,
    Unknown,
    _entries,
    _files,
)
from incident_fsm.adapters._pages import Files, Page, page_of
from incident_fsm.commands import Command, parse_command_id
from incident_fsm.errors import CodecError, InvalidValue

_INCIDENT = re.compile(r"[A-Za-z0-9][A-Za-z0-9-]{0,63}")
_PAGE = re.compile(r"[a-z][a-z0-9_-]{0,58}[a-z0-9_]")

_PASSES = {
    getattr(errno, name)
    for name in ("ENOSPC", "EDQUOT", "EAGAIN", "EINTR", "EBUSY", "EMFILE", "ENFILE", "ENOMEM", "ESTALE", "ETIMEDOUT")
    if hasattr(errno, name)
}
"""What may be better the next time without anybody's doing, or after making room. The rest needs a person."""


class FolderAdapter:
    """Writes files below `root`, which is made, open to its owner alone, where it is not there.

    Not live: nobody is told of anything, so a drill may use it too. Whoever may enter the root may read all of it.
    `templates` names a folder of templates of one's own for what is written.
    """

    name = "folder"
    live = False

    def __init__(self, root: Path, *, templates: Path | None = None) -> None:
        self.root: Path = root.absolute()
        self._templates = templates

    def accepts(self, command: Command) -> bool:
        """Every command of the process has its page."""
        return page_of(command) is not None

    def deliver(self, command: Command, context: Context) -> Outcome:
        """Write the command's page, whole or not at all. A full or unwritable disk is an answer, not an exception."""
        page = page_of(command)
        if page is None or not _may_name_files(command, page):
            return Rejected(why=f"{command.id!r:.120} cannot name a file; nothing was written")
        try:
            return self._deliver(command, page, context)
        except OSError as error:
            return _answer(error, self.root / command.incident_id)
        except InvalidValue as error:
            return Rejected(why=f"{error}; nothing was written, so retry when it is mended")
        except CodecError as error:
            return Rejected(why=f"an earlier entry is damaged, nothing was written: {error}")

    def find(self, command: Command, context: Context) -> Finding:  # noqa: ARG002  the port's signature
        """Look for the command's entry, which is written last."""
        page = page_of(command)
        if page is None or not _may_name_files(command, page):
            return Absent()
        folder = self.root / command.incident_id
        try:
            _files.check_folder(folder)
            _files.check_folder(folder / _entries.FOLDER)
            entry = _entries.find(command, folder, page.key)
        except FileNotFoundError:
            return Absent()
        except (OSError, CodecError) as error:
            return Unknown(why=f"cannot look: {error}")
        if entry is None:
            return Absent()
        return self._receipt(command, page) if entry.command == command else Unknown(why=_other(folder, command))

    def _deliver(self, command: Command, page: Page, context: Context) -> Outcome:
        """Write the page from all its entries and this command; then the entry."""
        folder = self.root / command.incident_id
        self.root.mkdir(mode=0o700, parents=True, exist_ok=True)
        _files.own_folder(folder)
        _files.own_folder(folder / _entries.FOLDER)
        done = _entries.find(command, folder, page.key)
        if done is not None:
            return self._receipt(command, page) if done.command == command else Rejected(why=_other(folder, command))
        earlier = _entries.of_page(folder, page.key)
        commands = sorted(
            (*(entry.command for entry in earlier), command), key=lambda one: parse_command_id(one.id) or ()
        )
        written = page.render(commands, context, self._templates)
        mode = _files.PRIVATE if command.audience is Audience.RESTRICTED else _files.ORDINARY
        _files.write_all(
            [
                *_edited(folder, written, earlier),
                *(_files.NewFile(folder / name, content, mode) for name, content in written.items()),
                _files.NewFile(
                    _entries.path_of(command, folder, page.key), _entries.encode(command, written), _files.PRIVATE
                ),
            ]
        )
        return self._receipt(command, page)

    def _receipt(self, command: Command, page: Page) -> Receipt:
        """Say where the page is."""
        return Receipt(reference=page.main, link=(self.root / command.incident_id / page.main).as_uri())


def _may_name_files(command: Command, page: Page) -> bool:
    """Whether the ids in a command are what they should be. They were checked when made; a path is checked again."""
    parsed = parse_command_id(command.id)
    return (
        parsed is not None
        and parsed[0] == command.incident_id
        and _INCIDENT.fullmatch(command.incident_id) is not None
        and _PAGE.fullmatch(page.key) is not None
    )


def _edited(folder: Path, written: Files, earlier: Sequence[_entries.Entry]) -> Iterator[_files.NewFile]:
    """Keep what a person made of a page: files that are neither as they were written nor as they will be."""
    for name, content in written.items():
        found = _files.read(folder / name)
        ours = {entry.digests.get(name) for entry in earlier}
        if found is not None and found != content and _entries.digest(found) not in ours:
            path = folder / name
            names = (path.with_name(f"{path.stem}.edited-{number}{path.suffix}") for number in count(1))
            free = next(name for name in names if not os.path.lexists(name))
            yield _files.NewFile(free, found, _files.PRIVATE)


def _answer(error: OSError, folder: Path) -> Outcome:
    """Say what a failure of the disk means for the command."""
    why = f"{error.filename or folder}: {error.strerror or error}"
    if isinstance(error, _files.HalfWritten):
        return Unknown(why=f"{why}; some of its files are written, and the same again completes them")
    if error.errno in _PASSES:
        return NotDone(why=f"{why}; nothing was written, and it is tried again")
    return Rejected(why=f"{why}; nothing was written: make the folder usable, then retry")


def _other(folder: Path, command: Command) -> str:
    """Say that an entry is there which cannot be ours."""
    return (
        f"{folder} already holds another command of the id {command.id}: it belongs to another journal; "
        "move that folder away, then retry"
    )


def from_settings(settings: AdapterSettings) -> Adapter:
    """Make one for the desk's own folder, for the entry point `folder`."""
    return FolderAdapter(settings.folder, templates=settings.templates)
