"""Saying and asking. Every line goes through `scrub`, so that no secret is shown whatever a client's error quotes."""

from typing import TextIO

from incident_fsm._secrets import scrub
from incident_fsm.documents.text import printable

_YES, _NO = {"y", "yes"}, {"n", "no"}


class Terminal:
    """Where a person may sit. `confirmed`: they said yes beforehand, with --yes."""

    def __init__(self, reading: TextIO, writing: TextIO, *, confirmed: bool = False) -> None:
        self._reading = reading
        self._writing = writing
        self._confirmed = confirmed

    @property
    def attended(self) -> bool:
        """Whether somebody can be asked."""
        return self._reading.isatty()

    def say(self, text: str = "") -> None:
        """Say something, at once."""
        self._writing.write("\n".join(map(printable, scrub(text).split("\n"))) + "\n")
        self._writing.flush()

    def may_begin(self) -> bool | None:
        """Whether to begin; None where nobody said so and nobody can be asked."""
        if self._confirmed:
            return True
        return self._asked("Go on? [y/N] ", otherwise=False) if self.attended else None

    def sees(self, question: str) -> bool | None:
        """Ask a person who looks; None where nobody is there, or they cannot tell."""
        return self._asked(f"           {question} [y/n, Enter: cannot tell] ", otherwise=None)

    def _asked(self, question: str, *, otherwise: bool | None) -> bool | None:
        """Ask until there is an answer. The end of the input is none."""
        while self.attended:
            self._writing.write(scrub(question))
            self._writing.flush()
            said = self._reading.readline()
            word = said.strip().lower()
            if word in _YES | _NO:
                return word in _YES
            if not word:
                return otherwise
        return None
