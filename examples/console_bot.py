"""A bot in a console: one line in, one answer out, until the input ends.

python examples/console_bot.py                  talk to it; anything it does not know makes it say what it knows
python examples/console_bot.py < /dev/null      watch a conversation
"""

import sys
from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

from incident_fsm import Answer, Assessment, Fix, Incident, Lifecycle, Policy, Refusal
from incident_fsm import events as e
from incident_fsm.errors import InvalidValue
from incident_fsm.policy_files import load_shipped

CONVERSATION = (
    "hello|report Airflow cannot scale|declare Minor Tasks wait|confirm an alert from Grafana|lead|lead Sam|"
    "declare Minor Tasks wait for an hour|lead Sam|note The quota is reached|next|resolve The quota was raised|next"
)


def event_of(word: str, said: str, policy: Policy, head: dict[str, Any]) -> e.Event | None:
    """Turn a line into an event; None for a word that the bot does not know."""
    yes, (impact, _, message) = Answer(met=True, evidence=said), said.partition(" ")
    soon = head["at"] + timedelta(minutes=30)
    makers: dict[str, Callable[[], e.Event]] = {
        "report": lambda: e.CandidateReported(**head, incident_id="INC-1", title=said),
        "confirm": lambda: e.CandidateConfirmed(**head, assessment=Assessment(unplanned=yes, impacts_users=yes)),
        "declare": lambda: e.IncidentDeclared(
            **head, services=policy.services[:1], impact=impact, message=message, next_update_at=soon
        ),
        "lead": lambda: e.ManagementStarted(**head, lead=said),
        "note": lambda: e.NoteTaken(**head, text=said),
        "resolve": lambda: e.IncidentResolved(**head, users_unaffected=True, fix=Fix.PERMANENT, how=said),
    }
    return makers[word]() if word in makers else None


def talk(lines: Iterable[str], lifecycle: Lifecycle) -> Iterator[str]:
    """Answer each line: the state and what is to be done, the reasons why not, or what can be done next."""
    incident: Incident | None = None
    for number, line in enumerate(lines, start=1):
        yield f"> {line.strip()}"
        word, _, said = line.strip().partition(" ")
        if word == "next" and incident is not None:
            for option in lifecycle.options(incident):
                blocks = "; ".join(reason.sentence for reason in option.blocked_by)
                yield f"  {option.event.__name__} leads to {option.target.value}" + (blocks and f", but {blocks}")
            continue
        try:
            event = event_of(
                word, said, lifecycle.policy, {"id": f"{number}", "at": datetime.now(UTC), "by": "console"}
            )
        except InvalidValue as error:
            yield f"  I did not get that: {error}"
            continue
        if event is None:
            yield "  I know: report, confirm, declare, lead, note, resolve, and next once something is reported"
        elif isinstance(answer := lifecycle.attempt(incident, event), Refusal):
            yield from (f"  no: {reason.sentence}" for reason in answer.reasons)
        else:
            incident = answer.after
            yield "; ".join([f"  {incident.state.value}", *(type(command).__name__ for command in answer.commands)])


def main() -> int:
    """Answer each line of the input; without any, play a conversation."""
    lifecycle, heard = Lifecycle(load_shipped()), ""
    for heard in talk(sys.stdin, lifecycle):
        print(heard, flush=True)
    if not heard:
        print(*talk(CONVERSATION.split("|"), lifecycle), sep="\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
