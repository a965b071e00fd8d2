"""§2 and the status page: what the public is told, and when it is told again."""

from datetime import datetime

from incident_fsm._incident import Draft
from incident_fsm._reactions import making as make
from incident_fsm._reactions.emission import Emission
from incident_fsm._values import AffectedService, Audience, Kind, Stage
from incident_fsm.commands import command_id
from incident_fsm.events import IncidentDeclared, IncidentReopened, StatusUpdated
from incident_fsm.policy import Impact, Policy

PublicWord = IncidentDeclared | StatusUpdated | IncidentReopened
"""The events that tell the public how it stands."""


def evolve_declared(draft: Draft, event: IncidentDeclared, policy: Policy) -> None:
    """Keep the form of the status page; the official start."""
    draft.services = event.services
    if not event.undated:
        draft.milestones = make.changed_milestones(draft.milestones, declared=event.at)
    tell(draft, event, event.impact, policy)


def evolve_updated(draft: Draft, event: StatusUpdated, policy: Policy) -> None:
    """Keep what the public was told; what was left empty stays."""
    draft.services = event.services or draft.services
    tell(draft, event, event.impact or draft.impact, policy)


def tell(draft: Draft, event: PublicWord, impact: str, policy: Policy) -> None:
    """Note what the public is told, and when it is told again."""
    draft.impact = impact
    draft.message = event.message
    if draft.kind is Kind.BACKFILLED:
        return
    draft.next_update_at = promised(event, impact, policy)
    note_status(draft, event.at)


def promised(event: PublicWord, impact: str, policy: Policy) -> datetime | None:
    """When the public was promised to hear again: as the event says, else by the cadence of the impact."""
    return event.next_update_at or _by_cadence(event, impact, policy)


def _by_cadence(event: PublicWord, impact: str, policy: Policy) -> datetime | None:
    """When the impact's cadence asks for the next update; one that does not repeat asks only after the first word."""
    found = policy.impact(impact)
    if isinstance(event, StatusUpdated) and found is not None and found.update is not None and not found.update.repeats:
        return None
    return policy.next_update(impact, event.at)


def note_status(draft: Draft, at: datetime) -> None:
    """Count a status post. It is always the first command of its step, and the step's revision is the next one."""
    draft.updates += 1
    draft.told_at = at
    draft.status_command = command_id(draft.id, draft.revision + 1, 0)
    draft.status_published = False


def emit_status(emission: Emission) -> None:
    """Tell the public what this step says, on the external status page (§2, §3.2)."""
    if emission.tells:
        event: PublicWord = emission.event
        stage = event.stage if isinstance(event, StatusUpdated) else Stage.INVESTIGATING
        publish(emission, emission.after.impact, event.message, stage, cleared=event.cleared_for_public)


def _shown(emission: Emission, impact: Impact) -> tuple[AffectedService, ...]:
    """How each service stands: those affected, and as well again those that this very step no longer names."""
    before, after = emission.before, emission.after
    left = () if before is None else tuple(name for name in before.services if name not in after.services)
    clear = emission.policy.all_clear.service_state
    affected = tuple(make.AffectedService(service=name, state=impact.service_state) for name in after.services)
    return (*affected, *(make.AffectedService(service=name, state=clear) for name in left))


def publish(emission: Emission, impact_name: str, message: str, stage: Stage, *, cleared: bool) -> None:
    """Ask for one post on the status page.

    A restricted incident's title says nothing: only the message was cleared for the public. The post is the one kind
    of command that stays public then, because it carries nothing but cleared wording.
    """
    after, policy, event = emission.after, emission.policy, emission.event
    impact = policy.impact(impact_name) or policy.all_clear
    title = f"Incident {after.id}" if after.audience is Audience.RESTRICTED else after.title
    notify = policy.status_page.notify_subscribers if event.notify_subscribers is None else event.notify_subscribers
    head = emission.head()
    head["audience"] = Audience.PUBLIC
    emission.commands.append(
        make.PublishStatus(
            **head,
            opens=after.updates == 1,
            update=after.updates,
            title=emission.say(title),
            message=emission.say(message),
            stage=stage,
            impact=impact.name,
            impact_description=impact.description,
            all_clear=impact.all_clear,
            services=_shown(emission, impact),
            next_update_at=after.next_update_at,
            notify_subscribers=notify,
            cleared=cleared,
        )
    )
