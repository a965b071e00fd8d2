"""The machine beside a naive model: a dict that somebody might keep by hand, with the table as they would tell it.

The model shares no code with the package. It is asked before each event whether it would be accepted, and compared
afterwards: state, revision, follow-ups, last public word, breach reports, roles, cases and milestones.
"""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from incident_fsm import (
    Answer,
    Assessment,
    ChaseVia,
    Fix,
    Incident,
    Kind,
    Lifecycle,
    RoleHolder,
    Stage,
    Step,
)
from incident_fsm import events as e
from incident_fsm.commands import PublishStatus, ReportSecurityBreach
from incident_fsm.events import Event
from tests.core.stories import DEFAULT, GDS

START = datetime(2024, 3, 30, 22, 0, tzinfo=UTC)  # the clocks change in the night that follows

LIVE_STATES = ["candidate", "confirmed", "declared", "managing", "resolved"]
TABLE: dict[str, dict[str, str]] = {
    "confirm": {"candidate": "confirmed"},
    "dismiss": {"candidate": "dismissed", "confirmed": "dismissed"},
    "declare": {"confirmed": "declared"},
    "manage": {"declared": "managing"},
    "note": {state: state for state in LIVE_STATES},
    "role": {state: state for state in LIVE_STATES[1:]},
    "update": {"declared": "declared", "managing": "managing"},
    "restore": {"declared": "declared", "managing": "managing"},
    "support": {state: state for state in LIVE_STATES[2:]},
    "chase": {state: state for state in LIVE_STATES[2:]},
    "flag": {state: state for state in LIVE_STATES},
    "amend": {state: state for state in LIVE_STATES},
    "resolve": {"managing": "resolved"},
    "reopen": {"resolved": "managing"},
    "done": {"resolved": "resolved"},
    "waive": {"resolved": "resolved"},
    "review": {"resolved": "reviewed"},
    "receipt": {state: state for state in [*LIVE_STATES, "reviewed", "dismissed"]},
}
OWED = {
    "analytical_platform": {"permanent_fix": "must", "report": "should", "post_mortem": "should", "runbook": "should"},
    "gds": {"permanent_fix": "must", "report": "must", "post_mortem": "must", "runbook": "may"},
}
BEFORE = {
    "detected": ["fault"],
    "aware": ["fault"],
    "declared": ["fault"],
    "repaired": ["fault", "detected"],
    "resolved": ["fault", "detected", "aware", "repaired"],
}
NAMES = ["fault", "detected", "aware", "declared", "repaired", "resolved"]


def in_order(known: dict[str, datetime | None]) -> bool:
    """Whether these turning points can have happened."""
    for later, earlier_ones in BEFORE.items():
        for earlier in earlier_ones:
            first, second = known[earlier], known[later]
            if first and second and second < first:
                return False
    return True


def possible(name: str) -> Callable[[Any], bool]:
    """When to try a rule: where the table has a row for it, and now and then where it has none."""
    return lambda self: self.model["state"] in TABLE[name] or self.number % 6 == 5


class Naive(RuleBasedStateMachine):
    """One incident, told to the package and to the model alike."""

    def __init__(self) -> None:
        super().__init__()
        self.number = 0
        self.now = START
        self.model: dict[str, Any] = {}
        self.incident: Incident | None = None
        self.commands: list[Any] = []

    # ---- beginning ----

    @initialize(
        gds=st.booleans(),
        kind=st.sampled_from(["live", "live", "backfilled", "drill"]),
        breach=st.booleans(),
        fault=st.none() | st.integers(-60, 0),
    )
    def report(self, gds: bool, kind: str, breach: bool, fault: int | None) -> None:  # noqa: FBT001  drawn
        """An incident is reported."""
        self.lifecycle = Lifecycle(GDS if gds else DEFAULT)
        self.known = OWED["gds" if gds else "analytical_platform"]
        began = None if fault is None else START + timedelta(minutes=fault)
        self.model = {
            "state": "candidate",
            "revision": 0,
            "kind": kind,
            "breach": breach,
            "reports": int(breach),
            "narrow": breach and gds,
            "word": None,
            "posts": 0,
            "roles": {},
            "cases": 0,
            "followups": {},
            "links": set(),
            "fix": None,
            "times": {**dict.fromkeys(NAMES), "fault": began},
        }
        event = e.CandidateReported(
            **self.head(), incident_id="INC-1", title="t", kind=Kind(kind), security_breach=breach, fault_at=began
        )
        self.accept(event, "candidate")

    def head(self) -> dict[str, Any]:
        """What every event carries."""
        self.number += 1
        return {"id": f"e-{self.number}", "at": self.now, "by": "ann"}

    def accept(self, event: Event, target: str) -> None:
        """The package must accept this."""
        answer = self.lifecycle.attempt(self.incident, event)
        assert isinstance(answer, Step), answer
        self.incident = answer.after
        self.commands += answer.commands
        self.model["state"] = target
        self.model["revision"] += 1

    def tell(self, name: str, kind: type[Event], good: bool, **fields: Any) -> bool:  # noqa: FBT001  the model's verdict
        """Tell an event to both, and say whether it was accepted. `good`: it would be, where the table has a row."""
        target = TABLE[name].get(self.model["state"])
        event = kind(**self.head(), **fields)
        if good and target is not None:
            self.accept(event, target)
            return True
        answer = self.lifecycle.attempt(self.incident, event)
        assert not isinstance(answer, Step), f"{name} was accepted while {self.model['state']}: {event}"
        return False

    @property
    def quiet(self) -> bool:
        """Whether nobody outside is told."""
        return bool(self.model["kind"] == "backfilled")

    @property
    def impacts(self) -> tuple[str, str]:
        """An impact that is trouble, and the all-clear."""
        return ("P1", "Resolved") if self.lifecycle.policy is GDS else ("Major", "All Good")

    def speak(self, word: str) -> None:
        """The public hears of it."""
        if not self.quiet:
            self.model["word"] = word
            self.model["posts"] += 1

    def breach(self) -> None:
        """A breach is flagged."""
        if not self.model["breach"]:
            self.model["breach"] = True
            self.model["reports"] += 1
            self.model["narrow"] = self.lifecycle.policy is GDS

    # ---- what can happen ----

    @rule()
    def onward(self) -> None:
        """What leads on comes next: without it, few drawn lives would see an end."""
        match self.model["state"]:
            case "candidate":
                self.confirm(unplanned=True, effect=True, shown=True, breach=False)
            case "confirmed":
                self.declare(services="one", clear=False, cleared=True, promise=30)
            case "declared":
                self.manage(lead="lea", other="communications")
            case "managing":
                self.resolve(over=True, fix=Fix.TEMPORARY, original=False, own_words=False, cleared=True)
            case "resolved":
                owed = [key for key, state in self.model["followups"].items() if state == "open"]
                self.done(key=owed[0], shown=True) if owed else self.review(lessons=True)
            case _:
                self.receipt(own=True, failed=False)

    @rule(minutes=st.integers(-15, 90))
    def time_passes(self, minutes: int) -> None:
        """Some time passes; or somebody tells later what was earlier."""
        self.now += timedelta(minutes=minutes)

    @precondition(possible("confirm"))
    @rule(unplanned=st.sampled_from([True, True, True, False]), effect=st.sampled_from([True, True, True, False]),
          shown=st.sampled_from([True, True, True, False]), breach=st.booleans())  # fmt: skip
    def confirm(self, unplanned: bool, effect: bool, shown: bool, breach: bool) -> None:  # noqa: FBT001  drawn
        """The criteria are answered."""
        yes = Answer(met=True, evidence="seen" if shown else "")
        answers = {"unplanned": yes} if unplanned else {}
        answers |= {"increases_risk": yes} if effect else {}
        good = unplanned and effect and shown
        if (
            self.tell("confirm", e.CandidateConfirmed, good, assessment=Assessment(**answers), security_breach=breach)
            and breach
        ):
            self.breach()

    @precondition(lambda self: self.number % 9 == 8)
    @rule(ground=st.sampled_from(["none", "criteria", "duplicate", "itself", "override"]))
    def dismiss(self, ground: str) -> None:
        """It is no incident after all."""
        grounds: dict[str, dict[str, Any]] = {
            "none": {},
            "criteria": {"assessment": Assessment()},
            "duplicate": {"duplicate_of": "INC-2"},
            "itself": {"duplicate_of": "INC-1"},
            "override": {"override_reason": "so it is"},
        }
        self.tell("dismiss", e.CandidateDismissed, ground not in {"none", "itself"}, **grounds[ground])

    @precondition(possible("declare"))
    @rule(services=st.sampled_from(["one", "two", "none", "unknown"]), clear=st.sampled_from([False, False, True]),
          cleared=st.sampled_from([True, True, False]), promise=st.sampled_from([30, 30, 0, None]))  # fmt: skip
    def declare(self, services: str, clear: bool, cleared: bool, promise: int | None) -> None:  # noqa: FBT001  drawn
        """The form of the status page is filled in."""
        named = self.lifecycle.policy.services
        chosen = {"one": named[:1], "two": named[:2], "none": (), "unknown": ("Fax",)}[services]
        good = services in {"one", "two"} and not clear and self.may_speak(cleared) and self.may_promise(promise)
        if self.tell(
            "declare", e.IncidentDeclared, good, services=chosen, message="x", **self.form(clear, cleared, promise)
        ):
            self.model["times"]["declared"] = self.now
            self.speak("trouble")

    def form(self, clear: bool, cleared: bool, promise: int | None) -> dict[str, Any]:  # noqa: FBT001  drawn
        """What the public is told of the impact, and of the next update."""
        at = None if promise is None else self.now + timedelta(minutes=promise)
        return {"impact": self.impacts[clear], "cleared_for_public": cleared, "next_update_at": at}

    def may_speak(self, cleared: bool) -> bool:  # noqa: FBT001  drawn
        """Whether these words may be said in public."""
        return cleared or not self.model["narrow"] or self.quiet

    def may_promise(self, promise: int | None) -> bool:
        """Whether this is a next update: later than now, or by the cadence that only one of the policies has."""
        if promise is None:
            return self.lifecycle.policy is GDS or self.quiet
        return promise > 0

    @precondition(possible("manage"))
    @rule(lead=st.sampled_from(["lea", "lea", ""]), other=st.sampled_from(["communications", "communications", "cook"]))
    def manage(self, lead: str, other: str) -> None:
        """Somebody takes over."""
        filled = {**self.model["roles"], other: "cleo", **({"lead": lead} if lead else {})}
        good = other != "cook" and ("lead" in filled or self.quiet)  # afterwards, nobody may know who led
        if self.tell("manage", e.ManagementStarted, good, lead=lead, roles=(RoleHolder(role=other, person="cleo"),)):
            self.model["roles"] = filled

    @precondition(possible("note"))
    @rule(echo=st.booleans())
    def note(self, echo: bool) -> None:  # noqa: FBT001  drawn
        """Somebody notes something."""
        self.tell("note", e.NoteTaken, True, text="x", from_thread=echo)

    @precondition(possible("role"))
    @rule(role=st.sampled_from(["lead", "communications", "cook"]), person=st.sampled_from(["lou", "bob"]))
    def role(self, role: str, person: str) -> None:
        """A role is handed over."""
        if self.tell("role", e.RoleAssigned, role != "cook", role=role, person=person):
            self.model["roles"][role] = person

    @precondition(possible("update"))
    @rule(clear=st.sampled_from([False, False, False, True]), cleared=st.booleans(),
          promise=st.sampled_from([30, 0, None]), stage=st.sampled_from(Stage))  # fmt: skip
    def update(self, clear: bool, cleared: bool, promise: int | None, stage: Stage) -> None:  # noqa: FBT001  drawn
        """The public is told how it goes."""
        good = not clear and self.may_speak(cleared) and self.may_promise(promise) and stage is not Stage.RESOLVED
        if self.tell("update", e.StatusUpdated, good, message="x", stage=stage, **self.form(clear, cleared, promise)):
            self.speak("trouble")

    @precondition(possible("restore"))
    @rule()
    def restore(self) -> None:
        """Service is back."""
        times = self.model["times"]
        good = all(times[name] is None or times[name] <= self.now for name in ("fault", "detected"))
        if self.tell("restore", e.ServiceRestored, good):
            times["repaired"] = self.now

    @precondition(possible("support"))
    @rule(account=st.sampled_from(["prod", ""]))
    def support(self, account: str) -> None:
        """A ticket is logged with AWS, which only one of the policies knows."""
        good = self.lifecycle.policy is DEFAULT and bool(account) and self.model["cases"] < 20
        if self.tell("support", e.SupportRequested, good, third_party="aws", account=account, summary="help"):
            self.model["cases"] += 1

    @precondition(possible("chase"))
    @rule(number=st.integers(1, 3), via=st.sampled_from(ChaseVia))
    def chase(self, number: int, via: ChaseVia) -> None:
        """A ticket is chased."""
        self.tell("chase", e.SupportChased, number <= self.model["cases"], case=f"case_{number}", message="?", via=via)

    @precondition(lambda self: self.number % 7 == 6)
    @rule()
    def flag(self) -> None:
        """It is a security breach."""
        if self.tell("flag", e.SecurityBreachFlagged, not self.model["breach"]):
            self.breach()

    @precondition(possible("amend"))
    @rule(name=st.sampled_from(NAMES), minutes=st.integers(-90, 0), forget=st.booleans())
    def amend(self, name: str, minutes: int, forget: bool) -> None:  # noqa: FBT001  drawn
        """A turning point is corrected, or not known after all."""
        moment = None if forget else self.now + timedelta(minutes=minutes)
        times = {**self.model["times"], name: moment}
        state = self.model["state"]
        reached = {
            "declared": state in LIVE_STATES[2:],
            "repaired": state in LIVE_STATES[2:],
            "resolved": state == "resolved",
        }
        good = times != self.model["times"] and in_order(times)
        if forget:
            good = good and (name not in {"declared", "resolved"} or self.quiet)
        else:
            good = good and reached.get(name, True)
        fields: dict[str, Any] = {"forget": (name,)} if forget else {f"{name}_at": moment}
        if self.tell("amend", e.DetailsAmended, good, **fields):
            self.model["times"] = times

    @precondition(possible("resolve"))
    @rule(over=st.sampled_from([True, True, True, False]), fix=st.sampled_from(Fix), original=st.booleans(),
          own_words=st.booleans(), cleared=st.booleans())  # fmt: skip
    def resolve(self, over: bool, fix: Fix, original: bool, own_words: bool, cleared: bool) -> None:  # noqa: FBT001  drawn
        """Users no longer face it."""
        times = {**self.model["times"], "resolved": self.now}
        good = over and in_order(times) and (fix is not Fix.DUPLICATE or original)
        good = good and (not own_words or self.may_speak(cleared))
        said = {"users_unaffected": over, "fix": fix, "how": "x", "duplicate_of": "INC-2" if original else ""}
        words = {"message": "all is well" if own_words else "", "cleared_for_public": cleared}
        if self.tell("resolve", e.IncidentResolved, good, **said, **words):
            self.model["times"] = times
            self.model["fix"] = fix
            had = "permanent_fix" in self.model["followups"]
            self.model["followups"] = {
                key: "open" for key in self.known if key != "permanent_fix" or fix is Fix.TEMPORARY or had
            }
            self.speak("clear")

    @precondition(possible("reopen"))
    @rule(clear=st.sampled_from([False, False, True]), cleared=st.booleans(), promise=st.sampled_from([30, 0, None]))
    def reopen(self, clear: bool, cleared: bool, promise: int | None) -> None:  # noqa: FBT001  drawn
        """It is back."""
        good = not clear and self.may_speak(cleared) and self.may_promise(promise)
        if self.tell("reopen", e.IncidentReopened, good, reason="x", message="x", **self.form(clear, cleared, promise)):
            self.model["times"] |= {"repaired": None, "resolved": None}
            self.model["fix"] = None
            self.speak("trouble")

    @precondition(possible("done"))
    @rule(key=st.sampled_from(["permanent_fix", "report", "post_mortem", "runbook", "party"]), shown=st.booleans())
    def done(self, key: str, shown: bool) -> None:  # noqa: FBT001  drawn
        """Something that is owed is done."""
        good = self.model["followups"].get(key) == "open" and (key != "permanent_fix" or shown)
        if self.tell("done", e.FollowUpDone, good, follow_up=key, link="https://example.org" if shown else ""):
            self.model["followups"][key] = "done"

    @precondition(possible("waive"))
    @rule(key=st.sampled_from(["permanent_fix", "report", "post_mortem", "runbook"]), reason=st.sampled_from(["", "x"]))
    def waive(self, key: str, reason: str) -> None:
        """Something that is owed will not be done."""
        strength = self.known[key]
        good = self.model["followups"].get(key) == "open" and (
            strength == "may" or (strength == "should" and bool(reason))
        )
        if self.tell("waive", e.FollowUpWaived, good, follow_up=key, reason=reason):
            self.model["followups"][key] = "waived"

    @precondition(lambda self: self.model["state"] in {"resolved", "reviewed"})
    @rule(lessons=st.booleans())
    def review(self, lessons: bool) -> None:  # noqa: FBT001  drawn
        """The post-mortem is over."""
        settled = "open" not in self.model["followups"].values()
        self.tell("review", e.IncidentReviewed, settled and (lessons or self.quiet), lessons=("x",) if lessons else ())

    @precondition(possible("receipt"))
    @rule(own=st.booleans(), failed=st.booleans())
    def receipt(self, own: bool, failed: bool) -> None:  # noqa: FBT001  drawn
        """Something comes back from outside."""
        fields: dict[str, Any] = {"command_id": f"INC-{1 if own else 2}:1:0", "command": "Remind"}
        if failed:
            self.tell("receipt", e.CommandFailed, own, **fields, error="x")
        else:
            self.tell("receipt", e.CommandDone, own, **fields)

    # ---- what must be the same ----

    @invariant()
    def both_agree(self) -> None:
        """Expect the package and the model to tell the same."""
        incident, model = self.incident, self.model
        if incident is None:
            return
        assert incident.state.value == model["state"]
        assert incident.revision == model["revision"]
        assert {owed.key: owed.state.value for owed in incident.follow_ups} == model["followups"]
        assert {held.role: held.person for held in incident.roles} == model["roles"]
        assert [case.key for case in incident.cases] == [f"case_{one + 1}" for one in range(model["cases"])]
        assert {name: getattr(incident.milestones, name) for name in NAMES} == model["times"]
        assert incident.breach is model["breach"]
        assert (incident.fix.value if incident.fix else None) == (model["fix"].value if model["fix"] else None)
        words = [command for command in self.commands if isinstance(command, PublishStatus)]
        assert len(words) == model["posts"] == incident.updates
        assert (None if not words else "clear" if words[-1].all_clear else "trouble") == model["word"]
        assert sum(isinstance(command, ReportSecurityBreach) for command in self.commands) == model["reports"]


class TestTheMachineBesideANaiveModel(Naive.TestCase):  # type: ignore[misc,valid-type]  # made as it runs
    """Expect the two to agree after every event, whatever is told."""

    settings = settings(max_examples=150, stateful_step_count=50, deadline=None)
