"""Private vulnerability reports: the security route (§1), read by those who handle breaches and by nobody else."""

from incident_fsm.adapters import Absent, Finding, Outcome, Receipt, Unknown
from incident_fsm.adapters.github import _marker
from incident_fsm.adapters.github._client import Repository
from incident_fsm.adapters.github._marker import Place
from incident_fsm.adapters.github._trouble import Trouble, odd
from incident_fsm.commands import Command


class Advisories:
    """The private reports of one repository."""

    def __init__(self, repository: Repository) -> None:
        self._repository = repository

    def report(self, command: Command, summary: str, text: str) -> Outcome:
        """Make the report. Its severity is left to those who read it."""
        body = {"summary": summary, "description": _marker.mark(text, command)}
        try:
            match self._repository.send("POST", "/security-advisories/reports", body):
                case {"ghsa_id": str(ghsa), "html_url": str(link)}:
                    return Receipt(reference=ghsa, link=link)
                case _:
                    raise odd("the report has no id; was the repository renamed?")
        except Trouble as trouble:
            return trouble.in_writing

    def find(self, command: Command) -> Finding:
        """Look for the report. Only administrators surely see every one of them; nobody else can say "absent"."""
        try:
            for advisory in self._repository.all("/security-advisories"):
                match advisory:
                    case {"ghsa_id": str(ghsa), "html_url": str(link), "description": str(said)}:
                        place = _marker.place(said, command)
                        if place is Place.LAST:
                            return Receipt(reference=ghsa, link=link)
                        if place is Place.ELSEWHERE:
                            return Unknown(why=f"{link} bears the mark, but not in its last line", ask_person=True)
            return Absent() if self._sees_all() else Unknown(why=_PARTLY, ask_person=True)
        except Trouble as trouble:
            return trouble.in_search

    def _sees_all(self) -> bool:
        """Whether the token is an administrator's."""
        match self._repository.get():
            case {"permissions": {"admin": True}}:
                return True
            case _:
                return False


_PARTLY = "it is not among the private reports that this token may list, and only an administrator sees all of them"
