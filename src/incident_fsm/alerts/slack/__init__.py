"""Slack's forms, buttons and messages: drawn from the policy and from what comes next, and read back as events.

    client.views_open(trigger_id=…, view=form(NEW, policy))         # for /incident, say
    incident_id, events = submitted(view, by, policy, desk.now())   # the form was sent
    panel(incident, desk.options(incident.id))                      # an incident, with its buttons
    pressed(body)                                                   # one of them was pressed
    note(message, by)                                               # something was said in the thread

Pure, and without Slack's client: what is drawn is data for `views.open` and for messages (Block Kit), what is read is
data of Slack's requests. Check their signatures first (`slack_sdk.signature`). As nobody but Slack can sign one, a
request that is not shaped like Slack's is not explained: it raises `KeyError`.

Slack says things again where an answer was late. Event ids derive from its own ids (of the form, of the press, of the
message), so the same thing again has the same ids. Where our clock moved on meanwhile, the journal raises
`EventIdReused`, and nothing changed.
"""

from incident_fsm.alerts.slack._drawing import NEW, form, panel, paragraph
from incident_fsm.alerts.slack._reading import Press, beside, note, pressed, submitted, thread_of

__all__ = [
    "NEW",
    "Press",
    "beside",
    "form",
    "note",
    "panel",
    "paragraph",
    "pressed",
    "submitted",
    "thread_of",
]
