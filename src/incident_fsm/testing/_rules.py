"""Guarded rules learned from a graph: the fewest conditions on facts that tell every answer of the machine apart.

A rule says: this event, under these conditions, sets these facts. For each label, the answers of all abstract states
are sorted by a decision tree; where an event is accepted, and every fact is either left alone or set to one word, a
branch ends. So on every abstract state that was visited, the rules say exactly what the machine said.
"""

from collections.abc import Iterator

from attrs import frozen

from incident_fsm.testing._abstraction import Facts
from incident_fsm.testing._walk import Walk

Sample = tuple[Facts, Facts | None]
"""An abstract state, and where an event led from it; None where it was refused."""

Conditions = tuple[tuple[int, tuple[str, ...]], ...]
"""Which facts, by place, must be one of which words."""


Assigned = tuple[tuple[int, str], ...]
"""Which facts, by place, are set to which word."""


@frozen
class Rule:
    """One guarded command: under all conditions, the event sets these facts."""

    label: str
    conditions: Conditions
    sets: Assigned


def rules(walk: Walk) -> tuple[Rule, ...]:
    """Learn the rules of a whole graph, label by label, in the order in which the labels were first accepted."""
    accepted: dict[str, dict[int, int]] = {}
    for source, label, target in walk.edges:
        accepted.setdefault(label, {})[source] = target
    by_state: dict[str, list[int]] = {}
    for place, node in enumerate(walk.nodes):
        by_state.setdefault(node.facts[0], []).append(place)
    found: dict[tuple[str, Conditions, Assigned], list[str]] = {}
    for label, steps in accepted.items():
        for state, places in by_state.items():
            if any(place in steps for place in places):
                samples: list[Sample] = [
                    (walk.nodes[place].facts, walk.nodes[steps[place]].facts if place in steps else None)
                    for place in places
                ]
                for more, sets in _branches(samples):
                    found.setdefault((label, more, sets), []).append(state)
    return tuple(Rule(label, ((0, tuple(states)), *more), sets) for (label, more, sets), states in found.items())


Branch = tuple[Conditions, Assigned]


def _branches(samples: list[Sample]) -> Iterator[Branch]:
    """Yield the branches of the smallest tree that greed finds, those that end in acceptance."""
    if all(target is None for _, target in samples):
        return
    sets = _assignment(samples)
    if sets is not None:
        yield (), sets
        return
    place, children = min(_splits(samples), key=lambda split: (_impurity(split[1]), len(split[1]), split[0]))
    same: dict[tuple[Branch, ...], list[str]] = {}
    for word, child in children.items():
        same.setdefault(tuple(_branches(child)), []).append(word)
    for branches, words in same.items():
        for more, assigned in branches:
            yield ((place, tuple(words)), *more), assigned


def _assignment(samples: list[Sample]) -> Assigned | None:
    """What all of some answers do alike: each fact is left alone or set to one word; None where they differ."""
    sets: list[tuple[int, str]] = []
    if any(target is None for _, target in samples):
        return None
    for place in range(len(samples[0][0])):
        if all(target is not None and target[place] == source[place] for source, target in samples):
            continue
        words = {target[place] for _, target in samples if target is not None}
        if len(words) > 1:
            return None
        sets.append((place, words.pop()))
    return tuple(sets)


def _splits(samples: list[Sample]) -> Iterator[tuple[int, dict[str, list[Sample]]]]:
    """Yield each way to part some samples by the word of one fact."""
    for place in range(1, len(samples[0][0])):
        children: dict[str, list[Sample]] = {}
        for sample in samples:
            children.setdefault(sample[0][place], []).append(sample)
        if len(children) > 1:
            yield place, children


def _impurity(children: dict[str, list[Sample]]) -> int:
    """How many samples are left in branches that do not end yet."""
    return sum(
        len(child)
        for child in children.values()
        if not all(target is None for _, target in child) and _assignment(child) is None
    )
