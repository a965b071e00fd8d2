"""The PagerDuty status page: the post of an incident, its updates, the all-clear and the post-mortem.

    [pagerduty]
    page = "Analytical Platform"            # its name or id
    region = "us"                           # or "eu"
    [pagerduty.services]                    # only where the page uses another word than the policy
    "Cloud Platform" = "Cloud Platform (EKS)"

The token is in the environment variable PAGERDUTY_TOKEN. What the form calls Impact (§2) is PagerDuty's severity; the
state of each service is PagerDuty's impact; the stage is its status. PagerDuty itself posts into the channels that
subscribe to the page, so this adapter never does.

Facts about PagerDuty: https://developer.pagerduty.com/api-reference/ (Status Pages).
"""

from collections.abc import Callable, Iterable
from functools import cache

from incident_fsm._secrets import Secret
from incident_fsm._values import Audience, Kind, Reference
from incident_fsm.adapters import (
    Absent,
    Adapter,
    AdapterSettings,
    Check,
    Context,
    Finding,
    Outcome,
    Receipt,
    Rejected,
    Unknown,
)
from incident_fsm.adapters._settings import read_settings
from incident_fsm.adapters.pagerduty import _check
from incident_fsm.adapters.pagerduty._page import StatusPage
from incident_fsm.adapters.pagerduty._settings import NAME, TOKEN, Region, Settings
from incident_fsm.adapters.pagerduty._texts import reference
from incident_fsm.adapters.pagerduty._wire import Client, Trouble, Wire, make_client
from incident_fsm.commands import Command, PublishPostMortem, PublishStatus
from incident_fsm.policy import Policy

_Public = PublishStatus | PublishPostMortem


class PagerDutyAdapter:
    """Publishes on one status page. `client` gives the official client; its own retries are switched off.

    The reference of every receipt is the id of the incident's post, its link the page.
    """

    name = NAME
    live = True

    def __init__(self, client: Callable[[], Client], settings: Settings) -> None:
        self._settings = settings
        self._wire = Wire(client)
        self._page = StatusPage(self._wire, settings)

    def accepts(self, command: Command) -> bool:
        """What is for everybody to read: the page is public. Never a drill's."""
        return _public(command) is not None

    def deliver(self, command: Command, context: Context) -> Outcome:
        """Publish it. Raises `AdapterError`, with nothing sent, where a token or a name on the page is missing."""
        public = _public(command)
        if public is None:
            return Rejected(why=f"{command.id} is not for a public status page")
        try:
            if isinstance(public, PublishStatus) and public.opens:
                link = self._page.link  # asked for first: once something is sent, nothing else may fail
                return Receipt(reference=self._page.open(public), link=link)
            return self._under_its_post(public, context)
        except Trouble as trouble:
            return trouble.delivering

    def find(self, command: Command, context: Context) -> Finding:
        """Look on the page itself. Raises `AdapterError` where a token or a name on the page is missing."""
        public = _public(command)
        if public is None:
            return Absent()
        try:
            post = self._page.post_of(command.incident_id, _known(public, context))
            found = bool(post) and self._is_there(public, post, context)
            if isinstance(found, str):
                return Unknown(why=found, ask_person=True)
            return Receipt(reference=post, link=self._page.link) if found else Absent()
        except Trouble as trouble:
            return trouble.looking

    def check(self, policy: Policy) -> Iterable[Check]:
        """Look for the page, for every word of the policy's, and for who is told.

        Whether the token may write is not tried, as that would be seen.
        """
        return _check.look(self._page.read, self._wire, self._settings, policy)

    def _under_its_post(self, command: _Public, context: Context) -> Outcome:
        """Publish what goes under the incident's post."""
        post = self._page.post_of(command.incident_id, _known(command, context))
        if not post:
            marker = reference(command.incident_id)
            why = f"no post on the page ends with {marker}; open one by hand with that in its title, then retry"
            return Rejected(why=why)
        receipt = Receipt(reference=post, link=self._page.link)
        if isinstance(command, PublishStatus):
            self._page.update(command, post)
        else:
            self._page.put_post_mortem(command, post, notify=context.policy.status_page.notify_subscribers)
        return receipt

    def _is_there(self, command: _Public, post: str, context: Context) -> bool | str:
        """Whether the incident's post holds what a command asked for; as a text, why that cannot be told."""
        if isinstance(command, PublishPostMortem):
            return self._page.has_post_mortem(command, post)
        if command.opens:
            return True  # a post and its first update are made by one request
        return self._page.has_update(command, post, context)


def _public(command: Command) -> _Public | None:
    """A command as one that everybody may read the result of; None where it is not."""
    if not isinstance(command, PublishStatus | PublishPostMortem) or command.kind is Kind.DRILL:
        return None
    return command if command.audience is Audience.PUBLIC else None


def _known(command: _Public, context: Context) -> Reference | None:
    """What is known of the incident's post. The one that opens it does not know of any."""
    opens = isinstance(command, PublishStatus) and command.opens
    return None if opens else context.incident.references.status_post


def from_settings(settings: AdapterSettings) -> Adapter:
    """Make one for the entry point `pagerduty`. The token is read when it is needed; nothing is asked of PagerDuty."""
    own = read_settings(NAME, settings, Settings)
    token = Secret(NAME, TOKEN, settings.environment)
    return PagerDutyAdapter(cache(lambda: make_client(token, own.region)), own)


__all__ = ["PagerDutyAdapter", "Region", "Settings", "from_settings"]
