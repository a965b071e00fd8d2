"""An organisation's own policy: read from TOML, refused with every fault at once, and then applied.

The same process, but with this organisation's services, impacts, wording and follow-ups.
"""

import sys
from datetime import UTC, datetime, timedelta

from incident_fsm import Answer, Assessment, Kind, Lifecycle, Refusal
from incident_fsm import events as e
from incident_fsm.errors import PolicyError
from incident_fsm.policy_files import parse_policy

LIBRARY = """
key = "library"
name = "City Library"
services = ["Catalogue", "Self-checkout", "Reading room booking"]
impacts = [
    { name = "Closed", description = "Nobody can borrow anything", service_state = "down", update.within = "1 hour" },
    { name = "Slow", description = "Borrowing takes patience", service_state = "degraded" },
    { name = "Open", description = "Everything works again", all_clear = true, service_state = "up" },
]
next_update_choices = ["1 hour", "1 working day"]
redirects = [{ key = "front_desk", description = "ask at the front desk" }]
security = { description = "ring the data protection officer", redirect = "front_desk" }
status_page = { name = "library.example/status", all_clear_message = "We are open as usual." }
declaration = { wording = "The library has trouble because {reason}. For readers this means {impact}." }
thread = { channel = "#library-it", title = "{title} :books:" }
roles = [{ key = "lead", name = "Librarian on duty", required = true }]
page = { owner = "library IT", last_reviewed = 2026-01-05, next_review = 2027-01-05 }
calendar = { timezone = "Europe/Berlin", weekdays = ["tuesday", "friday"], opens = 09:00:00, closes = 18:00:00 }
criteria = { unplanned = "Was it unplanned?", impacts_users = "Do readers notice?", \
degrades_services = "Does a service fail?", increases_risk = "May one fail?" }
follow_ups = [
    { key = "permanent_fix", strength = "must", description = "order a replacement", due = "5 working days" },
    { key = "report", strength = "may", description = "write a page for the city council" },
]
"""


def main() -> int:
    """Load a policy that is wrong, load one that is right, and declare an incident under it."""
    try:
        parse_policy(LIBRARY.replace('"must"', '"may"').replace("{impact}", "{effect}"), "draft.toml")
    except PolicyError as error:
        print(f"The draft is refused. {error}\n")
    policy = parse_policy(LIBRARY, "library.toml")
    lifecycle = Lifecycle(policy)
    start = datetime(2026, 11, 24, 9, 30, tzinfo=UTC)
    yes = Answer(met=True, evidence="readers queue at the desk")
    incident = lifecycle.open(
        e.CandidateReported(
            id="1", at=start, by="jo", incident_id="LIB-1", title="Self-checkout is dead", kind=Kind.DRILL
        )
    ).after
    met = Assessment(unplanned=yes, impacts_users=yes)
    incident = lifecycle.step(incident, e.CandidateConfirmed(id="2", at=start, by="jo", assessment=met)).after

    filled_in = policy.declaration.wording.format(reason="the card readers fail", impact="queues at the desk")
    tries = (("Checkout", "The machines are down."), ("Self-checkout", filled_in))
    for number, (service, message) in enumerate(tries, start=3):
        declared = e.IncidentDeclared(id=f"{number}", at=start + timedelta(minutes=5), by="jo", services=(service,),
                                      impact="Closed", message=message)  # fmt: skip
        answer = lifecycle.attempt(incident, declared)
        if isinstance(answer, Refusal):
            print("The declaration is refused:", *(reason.sentence for reason in answer.reasons), sep="\n  ")
        else:
            print(f"\nThe declaration is accepted, and the next update is due at {answer.after.next_update_at}. To do:")
            print(*(f"  {type(command).__name__} {command.id}" for command in answer.commands), sep="\n")
            print(f"  which says: {answer.after.message}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
