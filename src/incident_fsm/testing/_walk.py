"""The enumeration itself: breadth first from nothing, one concrete incident for each abstract state."""

from collections import deque
from datetime import datetime, timedelta

from attrs import define, field, fields, frozen

from incident_fsm import deadlines
from incident_fsm import events as e
from incident_fsm._incident import Incident
from incident_fsm._results import Refusal, Step
from incident_fsm._states import State
from incident_fsm.events import Event
from incident_fsm.policy import Policy
from incident_fsm.testing._abstraction import Abstraction, Facts, Heard
from incident_fsm.testing._claims import ASKED_OTHERWISE, CLAIMS, Taken
from incident_fsm.testing._representatives import BEGINNING, Repertoire, head
from incident_fsm.testing._script import CounterExample, Process

_A_MINUTE = timedelta(minutes=1)
_VALUES = tuple(attribute.name for attribute in fields(Incident))

NO_DEAD_END = "From every abstract state a final one can be reached"

Edge = tuple[int, str, int]
"""An accepted step between abstract states: from, the label of the event, to. By their places among the nodes."""


@frozen
class Node:
    """An abstract state, with the incident kept for it, what the outside heard, and how it came about.

    `now` is when the next event comes; `parent` is the place of the node before, -1 for nothing at all.
    """

    facts: Facts
    incident: Incident | None
    heard: Heard
    now: datetime
    parent: int
    label: str
    event: Event | None


@define
class Walk:
    """One enumeration under one policy, of one process."""

    policy: Policy
    process: Process
    abstraction: Abstraction
    astray: bool = False
    nodes: list[Node] = field(factory=list)
    edges: list[Edge] = field(factory=list)
    refused: int = 0
    codes: set[tuple[str, str]] = field(factory=set)
    faults: dict[tuple[int, str], CounterExample] = field(factory=dict)
    _places: dict[Facts, int] = field(factory=dict)
    _ahead: deque[int] = field(factory=deque)

    @classmethod
    def whole(
        cls, policy: Policy, process: Process, *, deep: bool = False, astray: bool = False, to_fault: bool = False
    ) -> "Walk":
        """Visit everything that can be reached; or only what is no farther than the first fault.

        Astray, the walk goes depth first, and asks in the opposite order, a drill first: so the incidents kept have
        other and longer histories, and the ways to them are not the shortest.
        """
        walk = cls(policy, process, Abstraction(policy, deep=deep), astray)
        repertoire = Repertoire(policy, walk.abstraction)
        walk._arrive(Node(walk.abstraction.unreported, None, Heard(), BEGINNING, -1, "", None))
        while walk._ahead and not (to_fault and walk.faults):
            walk._visit(walk._ahead.pop() if astray else walk._ahead.popleft(), repertoire)
        if not walk._ahead:
            walk._look_for_dead_ends()
        return walk

    def _arrive(self, node: Node) -> int:
        """Keep a node if its facts are new; say where it is."""
        place = self._places.setdefault(node.facts, len(self.nodes))
        if place == len(self.nodes):
            self.nodes.append(node)
            self._ahead.append(place)
        return place

    def _visit(self, place: int, repertoire: Repertoire) -> None:
        """Ask the incident of a node every representative event, and the claims of every answer."""
        node = self.nodes[place]
        kept = None if node.incident is None else [getattr(node.incident, name) for name in _VALUES]
        accepted: set[type[Event]] = set()
        asked = repertoire.events(node.incident, node.heard, node.now)
        for label, event in reversed(tuple(asked)) if self.astray else asked:
            step = self._ask(place, node, label, event)
            if step is None:
                continue
            accepted.add(type(event))
            self.edges.append((place, label, self._arrive(self._led_to(place, node, label, step))))
        if node.incident is not None:
            if kept != [getattr(node.incident, name) for name in _VALUES]:
                self._fault(1, "the incident was modified", place)
            self._ask_of_the_whole(place, node.incident, accepted)

    def _ask(self, place: int, node: Node, label: str, event: Event) -> Step | None:
        """Ask one event; None where it is refused."""
        try:
            answer = self.process.attempt(node.incident, event)
        except Exception as error:  # noqa: BLE001  that any exception escapes is what invariant 1 denies
            self._fault(1, f"{type(error).__name__} escapes: {error}", place, (label, event))
            return None
        if isinstance(answer, Refusal):
            self.refused += 1
            self.codes.update((type(event).__name__, code) for code in answer.codes)
            if not answer.reasons:
                self._fault(2, "it is refused without a reason", place, (label, event))
            return None
        return answer

    def _led_to(self, place: int, node: Node, label: str, step: Step) -> Node:
        """Follow a step, and ask the claims of it."""
        heard = node.heard.and_then(step.commands) if step.commands else node.heard
        taken = Taken(step, self.policy, heard)
        for claim in CLAIMS:
            for problem in claim.faults(taken):
                self._fault(claim.number, problem, place, (label, step.event), claim.sentence)
        after, now = step.after, max(node.now, step.event.at) + _A_MINUTE
        return Node(self.abstraction.of(after, heard), after, heard, now, place, label, step.event)

    def _ask_of_the_whole(self, place: int, incident: Incident, accepted: set[type[Event]]) -> None:
        """Ask what concerns an abstract state as a whole: its options, its deadlines, its coming about."""
        node = self.nodes[place]
        for option in self.process.options(incident):
            if option.blocked_by and option.event in accepted:
                self._fault(1, f"{option.event.__name__} is blocked, and accepted all the same", place)
        for deadline in deadlines.unreminded(incident, self.policy):
            late = max(deadline.due, node.now)
            passed = e.DeadlinePassed(**head(late), deadline=deadline.name, due_at=deadline.due)
            if not isinstance(self.process.attempt(incident, passed), Step):
                self._fault(12, f"{deadline.name} stands, and nobody can be reminded of it", place)
        if node.event is not None:
            again = self.process.attempt(self.nodes[node.parent].incident, node.event)
            if not (isinstance(again, Step) and again.after == incident):
                self._fault(9, "the same event leads elsewhere when it is told again", place)

    def _fault(
        self, number: int, problem: str, place: int, last: tuple[str, Event] | None = None, sentence: str = ""
    ) -> None:
        """Keep the first counter-example to each sentence: breadth first, it is a shortest one.

        It is the way to a place, and then the `last` event with its label, if it takes one more.
        """
        sentence = sentence or ASKED_OTHERWISE[number]
        if (number, sentence) in self.faults:
            return
        way = self.way_to(place)
        events = tuple(node.event for node in way if node.event is not None)
        labels = tuple(node.label for node in way)
        if last is not None:
            labels, events = (*labels, last[0]), (*events, last[1])
        self.faults[number, sentence] = CounterExample(number, sentence, problem, events, labels)

    def way_to(self, place: int) -> list[Node]:
        """The nodes that led to a node, itself the last, without the beginning."""
        way: list[Node] = []
        while place > 0:
            way.append(self.nodes[place])
            place = self.nodes[place].parent
        return way[::-1]

    def depth(self) -> int:
        """How many events it takes to the farthest node: they are kept in that order."""
        return len(self.way_to(len(self.nodes) - 1))

    def _look_for_dead_ends(self) -> None:
        """Find states of the process that were never reached, and abstract states without a way to a final one."""
        reached = {node.incident.state for node in self.nodes if node.incident is not None}
        for state in State:
            if state not in reached:
                self._fault(3, f"the state {state.value} cannot be reached", 0)
        ending = self.ending()
        for place in range(len(self.nodes)):
            if place not in ending:
                self._fault(3, "no final state can be reached from here", place, sentence=NO_DEAD_END)
                return

    def ending(self) -> set[int]:
        """The places of the nodes from which a final state can be reached."""
        before: dict[int, list[int]] = {}
        for source, _, target in self.edges:
            before.setdefault(target, []).append(source)
        found = {
            place for place, node in enumerate(self.nodes) if node.incident is not None and node.incident.state.final
        }
        ahead = list(found)
        while ahead:
            fresh = [source for source in before.get(ahead.pop(), ()) if source not in found]
            found.update(fresh)
            ahead.extend(fresh)
        return found

    def graph(self) -> set[tuple[Facts, str, Facts]]:
        """The accepted steps by facts: the same whichever incidents were kept, if the abstraction is sound."""
        return {(self.nodes[source].facts, label, self.nodes[target].facts) for source, label, target in self.edges}
