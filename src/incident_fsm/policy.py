"""What the organisation decides: services, impacts, cadence, channels, parties, obligations, texts.

A `Policy` is a frozen value. Build one in Python, or load one from TOML with
`incident_fsm.policy_files.load_policy`. `contradictions(policy)` lists what no single field can see.
"""

# No `from __future__ import annotations` here: Hypothesis' `st.builds` must be
# able to resolve the annotations of attrs classes.

from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import date, datetime
from typing import Any

from attrs import Attribute, field, fields, frozen

from incident_fsm import _values as v
from incident_fsm._calendar import Calendar, Span
from incident_fsm._values import Strength
from incident_fsm.errors import InvalidValue

FOLLOW_UPS = ("report", "post_mortem", "runbook", "permanent_fix")
"""The follow-ups that the process knows (§5, §6). Each belongs to one command."""

DECLARATION_SLOTS = ("reason", "impact")
"""What a fixed wording of the declaration may leave open, each written as {slot}."""


@frozen(kw_only=True)
class CriteriaWording:
    """The questions of §1 in the organisation's own words."""

    unplanned: str = field(validator=v.is_line)
    impacts_users: str = field(validator=v.is_line)
    degrades_services: str = field(validator=v.is_line)
    increases_risk: str = field(validator=v.is_line)


@frozen(kw_only=True)
class Redirect:
    """Where to send somebody whose event is not an incident (§1)."""

    key: str = field(validator=v.is_key)
    description: str = field(validator=v.is_line)
    target: str = field(default="", validator=v.is_link)


@frozen(kw_only=True)
class Cadence:
    """How soon the public is told again. `repeats` is False where one update is promised, not a rhythm."""

    within: Span = field(validator=v.of(Span))
    repeats: bool = field(default=True, validator=v.of(bool))


@frozen(kw_only=True)
class Impact:
    """One choice of "Impact" on the status page's form (§2; PagerDuty: severity of a post update).

    `service_state` is what each ticked service is shown as (PagerDuty: its impact).
    """

    name: str = field(validator=v.is_name)
    description: str = field(validator=v.is_text)
    all_clear: bool = field(default=False, validator=v.of(bool))
    service_state: str = field(validator=v.is_name)
    update: Cadence | None = field(default=None, validator=v.of(Cadence, optional=True))


@frozen(kw_only=True)
class StatusPage:
    """The external status page (§2). It tells `notified_channels` by itself: nobody else may post there."""

    name: str = field(validator=v.is_name)
    form: str = field(default="", validator=v.is_link)
    form_name: str = field(default="", validator=v.is_optional_name)
    notify_subscribers: bool = field(default=True, validator=v.of(bool))
    notified_channels: tuple[str, ...] = field(default=(), validator=v.each(v.is_name))
    all_clear_message: str = field(validator=v.is_text)


@frozen(kw_only=True)
class Thread:
    """The one thread that all communication is kept in (§3). `title` is a form with {title}."""

    channel: str = field(validator=v.is_name)
    title: str = field(default="{title} :thread:", validator=v.is_line)


@frozen(kw_only=True)
class Declaration:
    """The wording of a declaration: free, or a form with {reason} and {impact}."""

    wording: str = field(default="", validator=v.is_optional_text)


@frozen(kw_only=True)
class Role:
    """A part that somebody plays in an incident (§3)."""

    key: str = field(validator=v.is_key)
    name: str = field(validator=v.is_name)
    required: bool = field(default=False, validator=v.of(bool))


@frozen(kw_only=True)
class ThirdParty:
    """Somebody outside whom a support ticket is logged with (§4)."""

    key: str = field(validator=v.is_key)
    name: str = field(validator=v.is_name)
    how: str = field(validator=v.is_line)
    how_link: str = field(default="", validator=v.is_link)
    account_required: bool = field(default=False, validator=v.of(bool))
    chase_on_case: bool = field(default=True, validator=v.of(bool))
    channel: str = field(default="", validator=v.is_optional_name)
    chase_after: Span | None = field(default=None, validator=v.of(Span, optional=True))


@frozen(kw_only=True)
class Security:
    """Where a security breach is reported (§1), and whether it narrows who may read about the incident."""

    description: str = field(validator=v.is_line)
    target: str = field(default="", validator=v.is_link)
    redirect: str = field(validator=v.is_key)
    narrows_audience: bool = field(default=False, validator=v.of(bool))
    channel: str = field(default="", validator=v.is_optional_name)


@frozen(kw_only=True)
class FollowUpRule:
    """How strongly, and by when, something is owed after resolution (§5, §6)."""

    key: str = field(validator=v.is_key)
    strength: Strength = field(validator=v.of(Strength))
    description: str = field(validator=v.is_line)
    due: Span | None = field(default=None, validator=v.of(Span, optional=True))


@frozen(kw_only=True)
class Timeouts:
    """How long may pass before somebody is reminded. None = never."""

    decide: Span | None = field(default=None, validator=v.of(Span, optional=True))
    lead: Span | None = field(default=None, validator=v.of(Span, optional=True))
    publish: Span | None = field(default=None, validator=v.of(Span, optional=True))


@frozen(kw_only=True)
class Page:
    """The process page itself: who owns it and when it is reviewed."""

    owner: str = field(validator=v.is_name)
    source: str = field(default="", validator=v.is_link)
    last_reviewed: date = field(validator=v.is_date)
    next_review: date = field(validator=v.is_date)
    notes: tuple[str, ...] = field(default=(), validator=v.each(v.is_text))


def _some(check: v.Validator) -> v.Validator:
    """Make a validator for a tuple that is not empty."""
    each = v.each(check)

    def check_some(instance: object, attribute: "Attribute[Any]", value: object) -> None:
        each(instance, attribute, value)
        if not value:
            where = f"{type(instance).__name__}.{attribute.name}"
            raise InvalidValue(where, "is empty", "name at least one")

    return check_some


@frozen(kw_only=True)
class Policy:
    """One organisation's way of handling incidents, by section of its process."""

    key: str = field(validator=v.is_key)
    name: str = field(validator=v.is_name)
    page: Page = field(validator=v.of(Page))
    calendar: Calendar = field(validator=v.of(Calendar))
    criteria: CriteriaWording = field(validator=v.of(CriteriaWording))
    redirects: tuple[Redirect, ...] = field(validator=_some(v.of(Redirect)))
    security: Security = field(validator=v.of(Security))
    services: tuple[str, ...] = field(validator=_some(v.is_name))
    impacts: tuple[Impact, ...] = field(validator=_some(v.of(Impact)))
    next_update_choices: tuple[Span, ...] = field(validator=_some(v.of(Span)))
    status_page: StatusPage = field(validator=v.of(StatusPage))
    declaration: Declaration = field(factory=Declaration, validator=v.of(Declaration))
    thread: Thread = field(validator=v.of(Thread))
    roles: tuple[Role, ...] = field(validator=_some(v.of(Role)))
    third_parties: tuple[ThirdParty, ...] = field(default=(), validator=v.each(v.of(ThirdParty)))
    follow_ups: tuple[FollowUpRule, ...] = field(validator=_some(v.of(FollowUpRule)))
    timeouts: Timeouts = field(factory=Timeouts, validator=v.of(Timeouts))

    def impact(self, name: str) -> Impact | None:
        """Find an impact by its name; None where the policy has none of that name."""
        return next((impact for impact in self.impacts if impact.name == name), None)

    @property
    def all_clear(self) -> Impact:
        """The impact that says that all service is restored (§2: All Good)."""
        return next(impact for impact in self.impacts if impact.all_clear)

    def redirect(self, key: str) -> Redirect | None:
        """Find a redirect route by its key; None where the policy has none of that key."""
        return next((redirect for redirect in self.redirects if redirect.key == key), None)

    def role(self, key: str) -> Role | None:
        """Find a role by its key; None where the policy has none of that key."""
        return next((role for role in self.roles if role.key == key), None)

    def third_party(self, key: str) -> ThirdParty | None:
        """Find a third party by its key; None where the policy has none of that key."""
        return next((party for party in self.third_parties if party.key == key), None)

    def follow_up(self, key: str) -> FollowUpRule | None:
        """Find the rule of a follow-up; None where the policy does not ask for it."""
        return next((rule for rule in self.follow_ups if rule.key == key), None)

    def next_update(self, impact: str, at: datetime) -> datetime | None:
        """When an update is due if nobody says otherwise: by the impact's cadence, in UTC; None without one."""
        found = self.impact(impact)
        if found is None or found.update is None:
            return None
        return self.calendar.add(at, found.update.within)

    def past_review(self, today: date) -> bool:
        """Whether the process page should have been reviewed by now. It is said, and never blocks an incident."""
        return today > self.page.next_review


Fault = tuple[str, str, str]
"""What is wrong with a policy: path, problem, remedy."""


def contradictions(policy: Policy) -> tuple[Fault, ...]:
    """List what a policy's parts make wrong together: (path, problem, remedy), all at once."""
    return contradictions_among({attribute.name: getattr(policy, attribute.name) for attribute in fields(Policy)})


def contradictions_among(parts: Mapping[str, Any]) -> tuple[Fault, ...]:
    """As `contradictions`, for the parts of a policy that could be read at all, by the names of its fields."""
    return tuple(
        fault
        for needed, check in _CHECKS
        if all(name in parts for name in needed)
        for fault in check(*(parts[name] for name in needed))
    )


def _twice(path: str, values: Iterable[str]) -> Iterator[Fault]:
    """Yield a fault for each value that is named more than once."""
    seen: set[str] = set()
    for value in values:
        if value in seen:
            yield path, f"{value!r} is there twice", "name it once"
        seen.add(value)


def _review_faults(page: Page) -> Iterator[Fault]:
    """Yield what is wrong with the review dates."""
    if page.next_review < page.last_reviewed:
        yield "page.next_review", "is before last_reviewed", "give the later of the two dates"


def _service_faults(services: tuple[str, ...]) -> Iterator[Fault]:
    """Yield what is wrong with the services as a whole."""
    yield from _twice("services", services)


def _impact_faults(impacts: tuple[Impact, ...]) -> Iterator[Fault]:
    """Yield what is wrong with the impacts as a whole."""
    yield from _twice("impacts.name", (impact.name for impact in impacts))
    clear = [impact for impact in impacts if impact.all_clear]
    if len(clear) != 1:
        problem = f"{len(clear)} of them have all_clear = true"
        yield "impacts", problem, "mark exactly one, the impact that ends an incident"
    if len(clear) == len(impacts):
        yield "impacts", "none of them says that something is wrong", "add one without all_clear"


def _redirect_faults(redirects: tuple[Redirect, ...]) -> Iterator[Fault]:
    """Yield what is wrong with the redirects as a whole."""
    yield from _twice("redirects.key", (redirect.key for redirect in redirects))


def _security_route_faults(security: Security, redirects: tuple[Redirect, ...]) -> Iterator[Fault]:
    """Yield that the security route leads nowhere."""
    if all(redirect.key != security.redirect for redirect in redirects):
        yield "security.redirect", f"{security.redirect!r} is no redirect", "use the key of one in [[redirects]]"


def _security_faults(security: Security) -> Iterator[Fault]:
    """Yield that nobody could be told of a restricted incident."""
    if security.narrows_audience and not security.channel:
        yield "security.channel", "is missing though narrows_audience = true", "name the channel of those who may know"


def _channel_faults(
    thread: Thread, page: StatusPage, security: Security, parties: tuple[ThirdParty, ...]
) -> Iterator[Fault]:
    """Yield each channel of ours that the status page posts in by itself."""
    ours = [("thread.channel", thread.channel), ("security.channel", security.channel)]
    ours += [(f"third_parties[{number}].channel", party.channel) for number, party in enumerate(parties)]
    for path, channel in ours:
        if channel and channel in page.notified_channels:
            yield path, "the status page posts there by itself", "use another channel"


def _party_faults(parties: tuple[ThirdParty, ...]) -> Iterator[Fault]:
    """Yield what is wrong with the third parties as a whole."""
    yield from _twice("third_parties.key", (party.key for party in parties))
    for number, party in enumerate(parties):
        if not party.chase_on_case and not party.channel:
            remedy = "set chase_on_case = true, or name a channel"
            yield f"third_parties[{number}]", "there is no way to escalate", remedy


def _role_faults(roles: tuple[Role, ...]) -> Iterator[Fault]:
    """Yield what is wrong with the roles as a whole."""
    yield from _twice("roles.key", (role.key for role in roles))
    if all(role.key != "lead" for role in roles):
        yield "roles", "there is no role 'lead'", 'add one with key = "lead": somebody leads every incident'


def _follow_up_faults(rules: tuple[FollowUpRule, ...]) -> Iterator[Fault]:
    """Yield what is wrong with the follow-ups as a whole: a temporary fix owes a permanent one (§5)."""
    yield from _twice("follow_ups.key", (rule.key for rule in rules))
    for number, rule in enumerate(rules):
        if rule.key not in FOLLOW_UPS:
            yield f"follow_ups[{number}].key", f"{rule.key!r} is unknown", f"use one of {', '.join(FOLLOW_UPS)}"
        if rule.key == "permanent_fix" and rule.strength is not Strength.MUST:
            remedy = 'set strength = "must": a temporary fix owes a permanent one (§5)'
            yield "follow_ups", "'permanent_fix' is not a must", remedy
    if all(rule.key != "permanent_fix" for rule in rules):
        remedy = "add it: a temporary fix owes an issue for the permanent one (§5)"
        yield "follow_ups", "there is no 'permanent_fix'", remedy


def _title_faults(thread: Thread) -> Iterator[Fault]:
    """Yield what is wrong with the form of the thread's title."""
    if _slots(thread.title) != ["title"]:
        yield "thread.title", f"{thread.title!r} is no title form", "use {title} once and no other braces"


def _wording_faults(declaration: Declaration) -> Iterator[Fault]:
    """Yield what is wrong with the form of the declaration."""
    wording = declaration.wording
    if wording and sorted(_slots(wording)) != sorted(DECLARATION_SLOTS):
        yield "declaration.wording", "does not leave {reason} and {impact} open", "use each once and no other braces"
    if "}{" in wording:
        yield "declaration.wording", "nothing stands between its slots", "put words between {reason} and {impact}"


def _slots(form: str) -> list[str]:
    """List what stands in braces; a stray brace counts as a slot without a name."""
    slots, rest = [], form
    while "{" in rest or "}" in rest:
        _, opened, rest = rest.partition("{")
        inside, closed, rest = rest.partition("}")
        slots.append(inside if opened and closed else "")
    return slots


_CHECKS: tuple[tuple[tuple[str, ...], Callable[..., Iterator[Fault]]], ...] = (
    (("services",), _service_faults),
    (("impacts",), _impact_faults),
    (("redirects",), _redirect_faults),
    (("security", "redirects"), _security_route_faults),
    (("security",), _security_faults),
    (("thread", "status_page", "security", "third_parties"), _channel_faults),
    (("third_parties",), _party_faults),
    (("roles",), _role_faults),
    (("follow_ups",), _follow_up_faults),
    (("thread",), _title_faults),
    (("declaration",), _wording_faults),
    (("page",), _review_faults),
)
"""What is checked, each with the parts of a policy that it looks at: what cannot be read hides no other fault."""

__all__ = [
    "FOLLOW_UPS",
    "Cadence",
    "Calendar",
    "CriteriaWording",
    "Declaration",
    "FollowUpRule",
    "Impact",
    "Page",
    "Policy",
    "Redirect",
    "Role",
    "Security",
    "Span",
    "StatusPage",
    "ThirdParty",
    "Thread",
    "Timeouts",
    "contradictions",
    "contradictions_among",
]
