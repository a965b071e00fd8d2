"""Files: the incident report and the runbook (§6), at a path that names the incident.

A path is a natural key, so nothing is ever there twice. What must not happen is that a person's work is lost: a file
is only replaced while it is exactly as it was written, which its signature tells.
"""

import base64
import binascii
import re
from http import HTTPStatus
from urllib.parse import unquote, urlsplit

from attrs import frozen

from incident_fsm._values import Reference
from incident_fsm.adapters import Absent, Finding, NotDone, Outcome, Receipt, Rejected, Unknown
from incident_fsm.adapters.github import _marker
from incident_fsm.adapters.github._client import Repository
from incident_fsm.adapters.github._trouble import Trouble, Verdict, odd
from incident_fsm.commands import Command

_RULES = re.compile(r"protected branch|rule violation|pull request", re.IGNORECASE)
"""What GitHub says where nobody may write to a branch directly."""


@frozen
class _File:
    """A file as it stands. `text` is None where it is no text, or too large to be shown (above 1 MB)."""

    sha: str
    link: str
    text: str | None


class Files:
    """The files of one repository, on one branch (empty: its default branch)."""

    def __init__(self, repository: Repository, branch: str) -> None:
        self._repository = repository
        self._branch = branch

    def create(self, command: Command, path: str, text: str) -> Outcome:
        """Write a new file. Without a sha, GitHub never replaces one."""
        try:
            return self._write(command, path, _marker.sign(text, command))
        except Trouble as trouble:
            return self._refused(command, path, trouble)

    def replace(self, command: Command, path: str, text: str, draft: Reference | None) -> Outcome:
        """Write the reviewed version over the draft, if nobody touched that."""
        if draft is not None and not self._is_here(draft, path):
            where = draft.link or draft.reference
            return Rejected(why=f"the draft is kept at {where}, not in {self._repository.name}: {_BY_HAND}")
        try:
            found = self._read(path)
        except Trouble as trouble:
            return trouble.before_writing
        if found is None:
            return Rejected(why=f"the draft is no longer at {path} in {self._repository.name}: {_BY_HAND}")
        touched = self._receipt_or_refusal(command, path, found)
        if touched is not None:
            return touched
        try:
            return self._write(command, path, _marker.sign(text, command), found.sha)
        except Trouble as trouble:
            return self._refused(command, path, trouble, replacing=True)

    def find(self, command: Command, path: str) -> Finding:
        """Look whether the file names this command."""
        try:
            found = self._read(path)
            if found is None:
                self._repository.get()  # may it be seen at all? GitHub says 404 either way
                return Absent()
        except Trouble as trouble:
            return trouble.in_search
        if found.text is None:
            return Unknown(why=f"{found.link or path} cannot be read as text", ask_person=True)
        return _receipt(path, found.link) if _names(found, command) else Absent()

    def _read(self, path: str) -> _File | None:
        """Read a file; None where there is none."""
        parameters = {"ref": self._branch} if self._branch else {}
        try:
            answer = self._repository.get(f"/contents/{path}", **parameters)
        except Trouble as trouble:
            if trouble.status == HTTPStatus.NOT_FOUND:
                return None
            raise
        match answer:
            case {"sha": str(sha), "html_url": str(link), "encoding": "base64", "content": str(content)}:
                return _File(sha, link, _decoded(content))
            case {"sha": str(sha), "html_url": str(link)}:
                return _File(sha, link, None)
            case list():
                return _File("", "", None)  # a folder of that name
            case _:
                raise odd("no file and no folder")

    def _write(self, command: Command, path: str, signed: str, sha: str = "") -> Receipt:
        """Write a file, in a commit that names the incident by its id and nothing else."""
        body = {
            "message": f"{type(command).__name__} {command.incident_id} ({command.id})",
            "content": base64.b64encode(signed.encode("utf-8", "replace")).decode("ascii"),
            **({"branch": self._branch} if self._branch else {}),
            **({"sha": sha} if sha else {}),
        }
        match self._repository.send("PUT", f"/contents/{path}", body):
            case {"content": {"html_url": str(link)}}:
                return _receipt(path, link)
            case _:
                raise odd("the file has no address; was the repository renamed?")

    def _refused(self, command: Command, path: str, trouble: Trouble, *, replacing: bool = False) -> Outcome:
        """Look why GitHub did not write: because the file is there, because it changed, or because the branch did."""
        conflict = trouble.status == HTTPStatus.CONFLICT
        exists = trouble.status == HTTPStatus.UNPROCESSABLE_ENTITY and '"sha"' in trouble.said
        if trouble.verdict is Verdict.REFUSED and _RULES.search(trouble.said):
            return Rejected(why=f"{trouble.said}: let the token write to the branch, or name another in the settings")
        if not (exists or conflict):
            return trouble.in_writing
        try:
            found = self._read(path)
        except Trouble as again:
            return again.before_writing
        moved = NotDone(why=trouble.said)
        if found is None:
            return moved
        touched = self._receipt_or_refusal(command, path, found)
        if touched is not None:
            return touched
        return moved if replacing else Rejected(why=f"{found.link} was written for something else: {_BY_HAND}")

    def _receipt_or_refusal(self, command: Command, path: str, found: _File) -> Receipt | Rejected | None:
        """The receipt where a file is this command's own; a refusal where a person worked on it; else None."""
        signed = None if found.text is None else _marker.signature(found.text)
        if _marker.names(signed, command):
            return _receipt(path, found.link)
        if signed is None or not signed.intact:
            return Rejected(why=f"{found.link or path} was written or edited by hand, and is left as it is: {_BY_HAND}")
        return None

    def _is_here(self, draft: Reference, path: str) -> bool:
        """Whether the draft is the file at our path: by its path, or by a link that a person gave."""
        if draft.reference == path:
            return True
        place = unquote(urlsplit(draft.link).path)
        return place.lower().startswith(f"/{self._repository.name}/blob/".lower()) and place.endswith(f"/{path}")


_BY_HAND = "merge the texts there, then finish by hand"


def _names(found: _File, command: Command) -> bool:
    """Whether a file names a command in its last line."""
    return found.text is not None and _marker.names(_marker.signature(found.text), command)


def _receipt(path: str, link: str) -> Receipt:
    """A file is referred to by its path."""
    return Receipt(reference=path, link=link)


def _decoded(content: str) -> str | None:
    """The text of a file; None where it is none."""
    try:
        return base64.b64decode(content).decode()
    except (binascii.Error, UnicodeDecodeError):
        return None
