"""§3 Managing an incident: somebody leads, and the roles are filled."""

from collections.abc import Iterable, Iterator

from incident_fsm._guards.answers import Reasons
from incident_fsm._incident import Incident
from incident_fsm._results import Reason
from incident_fsm._values import LIST_MAX, Kind
from incident_fsm.events import ManagementStarted, RoleAssigned
from incident_fsm.policy import Policy


def lead_named(incident: Incident, event: ManagementStarted, policy: Policy) -> Reasons:
    """Somebody leads, and every required role is filled. A backfilled incident records what is known of it (§3)."""
    held = {role.role for role in (*incident.roles, *event.roles)} | ({"lead"} if event.lead else set())
    return (
        *_unknown_roles((role.role for role in event.roles), "roles", policy),
        *_unfilled(incident, held, policy),
        *_too_many(held, "roles"),
    )


def _unfilled(incident: Incident, held: set[str], policy: Policy) -> Iterator[Reason]:
    """Yield each required role that nobody holds; a lead is always required."""
    if incident.kind is Kind.BACKFILLED:
        return
    for role in policy.roles:
        if (role.required or role.key == "lead") and role.key not in held:
            field = "lead" if role.key == "lead" else "roles"
            yield Reason("role_unfilled", f"nobody is {role.name}", "§3", field, RoleAssigned, role.key)


def _unknown_roles(roles: Iterable[str], field: str, policy: Policy) -> Iterator[Reason]:
    """Yield each role that the policy does not have."""
    for role in roles:
        if policy.role(role) is None:
            known = ", ".join(choice.key for choice in policy.roles)
            yield Reason("unknown_role", f"{role!r} is no role of the policy; there are {known}", "§3", field)


def _too_many(held: set[str], field: str) -> Reasons:
    """Say that more roles would be held than an incident keeps; it takes more than one policy to get there."""
    sentence = f"{len(held)} roles would be held; an incident keeps at most {LIST_MAX}"
    return (Reason("too_many_roles", sentence, "§3", field),) if len(held) > LIST_MAX else ()


def role_known(incident: Incident, event: RoleAssigned, policy: Policy) -> Reasons:
    """The role is one of the policy's (§3)."""
    held = {role.role for role in incident.roles} | {event.role}
    return (*_unknown_roles((event.role,), "role", policy), *_too_many(held, "role"))
