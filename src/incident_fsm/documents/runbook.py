"""A runbook (§6), in the section order that the platform's guidance gives to everybody's.

Source of the order: Ministry of Justice technical guidance, "Documenting how your service is supported"
(ministryofjustice/technical-guidance, `source/documentation/standards/`): last review date, description, service URLs,
incident response hours, incident contact details, service team contact, hosting environment; of its optional parts,
other URLs, automatic alerts, impact of an outage, and how to resolve specific issues. It also asks that no contact is
a single person's, and for a description of fewer than 50 words.
"""

from collections.abc import Sequence
from datetime import datetime

from incident_fsm._incident import Incident
from incident_fsm.documents import data
from incident_fsm.documents.data import PlainData
from incident_fsm.documents.times import hours
from incident_fsm.policy import Policy


def runbook_data(incident: Incident, policy: Policy, at: datetime, *, services: Sequence[str], how: str) -> PlainData:
    """Everything that a runbook skeleton says: what was seen, and how it was fixed. `at`: when it was last reviewed."""
    return {
        **data.incident_data(incident, policy),
        "reviewed": at.astimezone(policy.calendar.zone).date(),
        "services": list(services),
        "how": how,
        # That it was unplanned, the first of the questions, is no symptom.
        "symptoms": [answer for answer in data.criteria(incident, policy)[1:] if answer["met"]],
        "fix": data.fix(incident),
        "cases": data.cases(incident, policy),
        "hours": hours(policy.calendar),
        "owner": policy.page.owner,
        "channel": data.channel(incident, policy),
        "parties": [data.plain(party, policy.calendar.zone) for party in policy.third_parties],
    }
