"""Where the journal lies, and what is found there after a crash."""

import shutil
from pathlib import Path


class Disk:
    """A folder with the journal in it. After a crash, what had reached the file system goes on as another file.

    A copy, because closing a connection in an orderly way would clear the write-ahead log up, which no process does
    that dies. So each restart recovers from the log as it was left.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.number = 0
        self.journal = folder / "journal-0.sqlite3"
        """The journal's path now."""
        self.log = folder / "journal-0.sqlite3-wal"
        """The write-ahead log's path now."""

    def log_size(self) -> int:
        """How long the write-ahead log is."""
        try:
            return self.log.stat().st_size
        except FileNotFoundError:
            return 0

    def survive(self, torn: int | None) -> list[Path]:
        """Keep what is on the disk at this moment, of the log only so much; return what is of no use any more."""
        old, old_log = self.journal, self.log
        self.number += 1
        self.journal = self.folder / f"journal-{self.number}.sqlite3"
        self.log = self.folder / f"journal-{self.number}.sqlite3-wal"
        if old.exists():
            shutil.copyfile(old, self.journal)
            self.journal.chmod(0o600)
        if old_log.exists():
            shutil.copyfile(old_log, self.log)
            if torn is not None:
                with self.log.open("r+b") as log:
                    log.truncate(torn)
        return [old, old_log, old.with_name(old.name + "-shm")]
