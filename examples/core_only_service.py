"""A service that imports the core alone: no journal, no file, no network, no JSON library of ours.

Incidents live in a dictionary, the policy is written in Python, and commands are handed back to whoever called.
"""

import sys
from datetime import UTC, date, datetime, timedelta

from incident_fsm import Answer, Assessment, Incident, Lifecycle, Policy, Refusal, Strength
from incident_fsm import events as e
from incident_fsm import policy as p

POLICY = Policy(
    key="bakery",
    name="The bakery's tills",
    page=p.Page(owner="till team", last_reviewed=date(2026, 1, 5), next_review=date(2027, 1, 5)),
    calendar=p.Calendar(timezone="Europe/London"),
    criteria=p.CriteriaWording(unplanned="unplanned?", impacts_users="do customers notice?",
                               degrades_services="do tills fail?", increases_risk="may tills fail?"),
    redirects=(p.Redirect(key="desk", description="ask the service desk"),),
    security=p.Security(description="ring the security desk", redirect="desk"),
    services=("Tills", "Ovens"),
    impacts=(p.Impact(name="Down", description="No customer is served", service_state="down"),
             p.Impact(name="Over", description="All is well", all_clear=True, service_state="up")),
    next_update_choices=(p.Span.parse("30 minutes"),),
    status_page=p.StatusPage(name="shop window", all_clear_message="We are open again."),
    thread=p.Thread(channel="#tills"),
    roles=(p.Role(key="lead", name="Lead", required=True),),
    follow_ups=(p.FollowUpRule(key="permanent_fix", strength=Strength.MUST, description="order a new till"),),
)  # fmt: skip


class Service:
    """Everything that a web service would do between request and response, with the core alone."""

    def __init__(self) -> None:
        self.lifecycle = Lifecycle(POLICY)
        self.incidents: dict[str, Incident] = {}

    def handle(self, incident_id: str, event: e.Event) -> tuple[int, list[str]]:
        """Answer an event as HTTP would: 200 and what is to be done, or 409 and the reasons why not."""
        answer = self.lifecycle.attempt(self.incidents.get(incident_id), event)
        if isinstance(answer, Refusal):
            return 409, [f"{reason.code}: {reason.sentence}" for reason in answer.reasons]
        self.incidents[incident_id] = answer.after
        return 200, [f"{type(command).__name__} {command.id}" for command in answer.commands]


def story(start: datetime) -> list[e.Event]:
    """Tell how the tills failed one morning. The declaration forgets nearly everything at first."""
    yes = Answer(met=True, evidence="a queue to the door")
    later, half_past = start + timedelta(minutes=5), start + timedelta(minutes=30)
    return [
        e.CandidateReported(id="1", at=start, by="ana", incident_id="TILL-1", title="Tills are dead"),
        e.CandidateConfirmed(id="2", at=start, by="ana", assessment=Assessment(unplanned=yes, impacts_users=yes)),
        e.IncidentDeclared(id="3", at=later, by="ana", services=("Tils",), impact="Over", message="Cash only, sorry."),
        e.IncidentDeclared(id="4", at=later, by="ana", services=("Tills",), impact="Down", message="Cash only, sorry.",
                           next_update_at=half_past),
        e.ManagementStarted(id="5", at=later, by="ana", lead="ana"),
    ]  # fmt: skip


def main() -> int:
    """Run the story through the service, and show that the core brought nothing else along."""
    service = Service()
    for event in story(datetime(2026, 11, 23, 7, 0, tzinfo=UTC)):
        code, lines = service.handle("TILL-1", event)
        print(f"{code} {type(event).__name__}", *lines, sep="\n      ")
    print("state:", service.incidents["TILL-1"].state.value)
    print("loaded besides the core:", {"cattrs", "sqlite3"} & sys.modules.keys() or "nothing")
    return 0


if __name__ == "__main__":
    sys.exit(main())
