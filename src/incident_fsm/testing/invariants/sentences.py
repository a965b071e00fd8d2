"""The thirteen sentences, and how it is said that one of them does not hold."""

from incident_fsm import Step

SENTENCES: dict[int, str] = {
    1: "`attempt` is total: a step or a refusal, never another exception; inputs are not modified; same inputs, same"
    " answer.",
    2: "A refusal has at least one reason and changes nothing. A step grows the revision by exactly one, along a row of"
    " the table.",
    3: "Final states accept only receipts. Every state is reachable, and from every state a final one is.",
    4: "Past `candidate`, the recorded assessment meets the criteria. Past `declared`, services and impact are set.",
    5: "The public hears of a live incident exactly once per declaration, update, resolution and reopening: the last"
    " word is the all-clear if and only if the state is resolved or reviewed.",
    6: "A security breach is reported exactly once, whichever path flagged it.",
    7: "`reviewed` implies every *must* follow-up is done; a temporary fix has its permanent-fix issue.",
    8: "Command ids derive from incident id, revision and position only: unique, and equal on every replay.",
    9: "`replay(journal) == incident`; decode(encode(x)) == x, for every event, command, incident and policy.",
    10: "No command is wider than its incident's audience; a drill emits nothing a live adapter accepts; a backfilled"
    " incident emits nothing public.",
    11: "The same event id twice is one step. An event made for an older revision is refused as stale.",
    12: "No deadline is due after the end; reopening re-arms; being late never loses one.",
    13: "The cost of a step, and the size of an incident, do not grow with its timeline.",
}
"""What is true of every incident, under every policy, whatever is told."""


class InvariantBroken(AssertionError):
    """Something that must be true of every incident is not true of this one.

    `number` is the invariant's, `sentence` what was promised, `found` what is true instead.
    """

    def __init__(self, number: int, found: str) -> None:
        self.number, self.sentence, self.found = number, SENTENCES[number], found
        super().__init__(f'invariant {number} is broken.\n  promised: "{self.sentence}"\n  found: {found}')


def demand(number: int, holds: object, found: str) -> None:
    """Raise `InvariantBroken` unless something holds."""
    if not holds:
        raise InvariantBroken(number, found)


def at(step: Step) -> str:
    """Say where in an incident's way something was found."""
    after = step.after
    return f"after {type(step.event).__name__} ({after.id} revision {after.revision}, {after.state.value})"
