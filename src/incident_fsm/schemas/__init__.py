"""JSON Schema (draft 2020-12) of events, commands, incident and policy, for those who read or write them elsewhere.

    from incident_fsm.schemas import schema_text
    print(schema_text("event"))

The files beside this module are generated from the classes themselves (`python -m incident_fsm.schemas` writes them
anew, a test says when they drift). They describe exactly the JSON that `incident_fsm.codec` writes. What a schema
cannot say, because it takes two fields or a calendar, is checked when a value is read all the same.
"""

from importlib import resources

NAMES = ("event", "command", "incident", "policy")
"""What there is a schema of."""


def file_name(name: str) -> str:
    """The file that holds a schema."""
    return f"{name}.schema.json"


def schema_text(name: str) -> str:
    """Return one of the schemas that ship, as JSON text; `name` is one of `NAMES`."""
    if name not in NAMES:
        raise ValueError(f"there is no schema of {name!r:.40}; there are {', '.join(NAMES)}")
    return (resources.files("incident_fsm.schemas") / file_name(name)).read_text("utf-8")
