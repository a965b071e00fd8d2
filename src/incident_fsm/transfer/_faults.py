"""Why a journal cannot be taken out, or in."""

from incident_fsm.errors import IncidentFsmError

EXPORT_AGAIN = "export it again, or copy it again"
"""What helps against a file that is not what was exported."""

RESTORE = "restore the line as it was exported, or export it again"
"""What helps against a line that was changed."""


class TransferRefused(IncidentFsmError):
    """A journal cannot be transferred: `where` names file or incident, `line` the line (None: no line in particular).

    What was imported before that line stays: whole incidents, so that the journal is as valid as ever.
    """

    def __init__(self, where: str, line: int | None, problem: str, remedy: str) -> None:
        self.where = where
        self.line = line
        self.problem = problem
        self.remedy = remedy
        place = where if line is None else f"{where}, line {line}"
        super().__init__(f"{place}: {problem}; {remedy}")
