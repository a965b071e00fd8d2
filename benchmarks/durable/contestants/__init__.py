"""Who takes part in the durable steps a second: each takes an event, and what it led to is durable when it returns.

Each module has `contestant(folder)` (one has another function as well), which sets one up on files in a folder, and
returns what handles an event. All decide with the one `Lifecycle` and write JSON with the one codec, so all have the
same guards and the same effects. They run in the environment that `requirements.txt` is for, one process each: `python
-m benchmarks.durable.contestants NAME FOLDER CLOCK`, see `__main__`.
"""

from collections.abc import Callable

from incident_fsm.events import Event

Handle = Callable[[Event], None]
