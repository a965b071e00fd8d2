"""§5 and §6: resolve, reopen, done, waive, review."""

from collections.abc import Callable
from datetime import date
from typing import Annotated

import typer

from incident_fsm import events as e
from incident_fsm._values import Action, Fix
from incident_fsm.cli._answers import hand_over
from incident_fsm.cli._begin import Cleared, Impact, IncidentId, Message, NextUpdate, Notify
from incident_fsm.cli._complete import FOLLOW_UPS
from incident_fsm.cli._options import eventful
from incident_fsm.cli._session import Session, promised
from incident_fsm.errors import InvalidValue

FollowUpKey = Annotated[
    str, typer.Argument(metavar="FOLLOW_UP", autocompletion=FOLLOW_UPS, help="Like report or runbook.")
]
_ACTION_PARTS = 3


@eventful
def resolve(
    session: Session,
    *,
    incident_id: IncidentId,
    fix: Annotated[Fix, typer.Option("--fix", help="How it was ended; a temporary fix owes a permanent one.")],
    how: Annotated[str, typer.Option("--how", help="What was done.")],
    users_unaffected: Annotated[
        bool, typer.Option("--users-unaffected/--users-affected", help="Do users no longer face issues?")
    ],
    message: Annotated[str, typer.Option("--message", help="The all-clear.  [default: the policy's]")] = "",
    duplicate_of: Annotated[str, typer.Option("--duplicate-of", help="The incident that it is part of.")] = "",
    notify: Notify = None,
    cleared: Cleared = False,
    undated: Annotated[str, typer.Option("--undated", help="Backfilled: why the time is not known.")] = "",
) -> int:
    """End the incident: the user is no longer facing issues (§5)."""
    with session.desk() as desk:
        event = e.IncidentResolved(
            **session.head(desk),
            users_unaffected=users_unaffected,
            fix=fix,
            how=how,
            message=message,
            duplicate_of=duplicate_of,
            notify_subscribers=notify,
            cleared_for_public=cleared,
            undated=undated,
        )
        return hand_over(session, desk, incident_id, event)


@eventful
def reopen(
    session: Session,
    *,
    incident_id: IncidentId,
    reason: Annotated[str, typer.Option("--reason", help="Why it is not over.")],
    impact: Impact,
    message: Message,
    next_update: NextUpdate = "",
    notify: Notify = None,
    cleared: Cleared = False,
) -> int:
    """Reopen a resolved incident: the trouble is back, and the public is told (§5)."""
    with session.desk() as desk:
        head = session.head(desk)
        event = e.IncidentReopened(
            **head,
            reason=reason,
            impact=impact,
            message=message,
            next_update_at=promised(next_update, head["at"], desk.policy),
            notify_subscribers=notify,
            cleared_for_public=cleared,
        )
        return hand_over(session, desk, incident_id, event)


@eventful
def done(
    session: Session,
    *,
    incident_id: IncidentId,
    follow_up: FollowUpKey,
    link: Annotated[str, typer.Option("--link", help="Where it is.  [default: what its command brought back]")] = "",
) -> int:
    """A follow-up is done (§6)."""
    with session.desk() as desk:
        event = e.FollowUpDone(**session.head(desk), follow_up=follow_up, link=link)
        return hand_over(session, desk, incident_id, event)


@eventful
def waive(
    session: Session,
    *,
    incident_id: IncidentId,
    follow_up: FollowUpKey,
    reason: Annotated[str, typer.Option("--reason", help="Why it will not be done.")] = "",
) -> int:
    """A follow-up will not be done: not possible for a must (§6)."""
    with session.desk() as desk:
        event = e.FollowUpWaived(**session.head(desk), follow_up=follow_up, reason=reason)
        return hand_over(session, desk, incident_id, event)


@eventful
def review(
    session: Session,
    *,
    incident_id: IncidentId,
    lesson: Annotated[list[str] | None, typer.Option("--lesson", help="What was learnt; may be repeated.")] = None,
    action: Annotated[
        list[str] | None, typer.Option("--action", help='"TEXT; OWNER; 2026-12-31"; may be repeated.')
    ] = None,
    public_text: Annotated[
        str, typer.Option("--public-text", help="What the public may read, under the post.  [default: nothing]")
    ] = "",
) -> int:
    """Close the review: lessons and actions are recorded, nothing is owed (§6)."""
    actions = tuple(_action(said) for said in action or ())
    with session.desk() as desk:
        event = e.IncidentReviewed(
            **session.head(desk), lessons=tuple(lesson or ()), actions=actions, public_text=public_text
        )
        return hand_over(session, desk, incident_id, event)


def _action(said: str) -> Action:
    """Read "TEXT; OWNER; DATE". The text itself may hold semicolons."""
    parts = [part.strip() for part in said.rsplit(";", _ACTION_PARTS - 1)]
    if len(parts) < _ACTION_PARTS:
        raise InvalidValue(
            "--action", f"{said!r:.60} lacks owner or date", 'write it like "Alert on it; sam; 2026-12-31"'
        )
    try:
        due = date.fromisoformat(parts[2])
    except ValueError:
        raise InvalidValue("--action", f"{parts[2]!r:.40} is no date", "write it like 2026-12-31") from None
    return Action(text=parts[0], owner=parts[1], due=due)


VERBS: dict[str, Callable[..., None]] = {
    "resolve": resolve,
    "reopen": reopen,
    "done": done,
    "waive": waive,
    "review": review,
}
