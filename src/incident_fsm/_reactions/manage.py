"""§3: somebody leads, the thread is opened, and notes and roles go into it."""

from incident_fsm._incident import Draft, Incident
from incident_fsm._reactions import making as make
from incident_fsm._reactions.emission import Emission
from incident_fsm._values import Kind, RoleHolder
from incident_fsm.events import ManagementStarted, RoleAssigned
from incident_fsm.policy import Policy


def evolve_managing(draft: Draft, event: ManagementStarted, _policy: Policy) -> None:
    """Remember who leads and who else plays a part."""
    named = (RoleHolder(role="lead", person=event.lead),) if event.lead else ()
    for held in (*named, *event.roles):
        assign(draft, held)
    draft.has_thread = draft.kind is not Kind.BACKFILLED


def evolve_role(draft: Draft, event: RoleAssigned, _policy: Policy) -> None:
    """Hand a role over."""
    assign(draft, RoleHolder(role=event.role, person=event.person))


def assign(draft: Draft, held: RoleHolder) -> None:
    """Put somebody into a role; one person a role, in the order in which the roles were first filled."""
    others = tuple(other for other in draft.roles if other.role != held.role)
    if len(others) == len(draft.roles):
        draft.roles = (*others, held)
    else:
        draft.roles = tuple(held if other.role == held.role else other for other in draft.roles)


def emit_thread(emission: Emission) -> None:
    """Open the thread with a clear starting message and the thread emoji (§3.1)."""
    if emission.tells:
        after, policy = emission.after, emission.policy
        title = policy.thread.title.replace("{title}", after.title)
        head = emission.head()
        emission.commands.append(
            make.OpenThread(
                **head,
                channel=emission.channel,
                title=emission.say(title),
                text=emission.say(_what_is_known(after)),
                roles=after.roles,
            )
        )


def _what_is_known(incident: Incident) -> str:
    """Say what is known when the thread opens."""
    known = [
        f"Impact: {incident.impact}",
        f"Services: {', '.join(incident.services)}",
        f"Public message: {incident.message}",
    ]
    return "\n".join(known)


def emit_note(emission: Emission) -> None:
    """Keep all communication in the thread: post a note that was not taken there (§3.2)."""
    if not emission.event.from_thread:
        emission.post(emission.event.text)


def emit_role(emission: Emission) -> None:
    """Announce who takes a role."""
    event: RoleAssigned = emission.event
    role = emission.policy.role(event.role)
    emission.post(f"{event.person} is now {role.name if role else event.role}")
