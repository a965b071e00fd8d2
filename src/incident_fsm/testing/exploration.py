"""Every abstract state that a policy's incidents can be in, visited by driving the real machine.

    from incident_fsm.testing.exploration import explore

    report = explore(policy)
    assert report.ok, report

Breadth first from nothing: one concrete incident is kept for each abstract state (`_abstraction` says what that is and
what is left out), and asked every representative event (`_representatives`). So the machine explored is the real one,
and the way to each state, and to each fault, is a shortest script of events. Every invariant of the design that speaks
of states and steps is asked of every answer (`_claims`); at the end, a final state must be reachable from everywhere.

As a program:

    python -m incident_fsm.testing.exploration [POLICY ...] [--second]
    python -m incident_fsm.testing.exploration --replay SCRIPT.jsonl POLICY
"""

from collections import deque
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from time import perf_counter

from attrs import field, fields, frozen, define

from incident_fsm import deadlines
from incident_fsm import events as e
from incident_fsm._incident import Incident
from incident_fsm._results import Refusal, Step
from incident_fsm._states import State
from incident_fsm.events import Event
from incident_fsm.lifecycle import Lifecycle
from incident_fsm.policy import Policy
from incident_fsm.testing._abstraction import Abstraction, Facts, Heard
from incident_fsm.testing._claims import ASKED_OTHERWISE, CLAIMS, NOT_ASKED, Taken
from incident_fsm.testing._representatives import BEGINNING, Repertoire, head
from incident_fsm.testing._script import CounterExample, Process, read_script, retrace

_A_MINUTE = timedelta(minutes=1)
