"""An adapter's own table of `adapters.toml`, held to a class of settings: every fault at once, with path and remedy."""

from typing import TypeVar

from incident_fsm.adapters import AdapterSettings
from incident_fsm.codec import structure
from incident_fsm.errors import AdapterError, CodecError

T = TypeVar("T")


def read_settings(name: str, settings: AdapterSettings, kind: type[T]) -> T:
    """Build an adapter's settings (a frozen attrs class) from its table, or raise `AdapterError` with every fault.

    Unknown keys are refused: a secret that was put there by mistake is not accepted in silence.
    """
    try:
        return structure(dict(settings.table), kind, name)
    except CodecError as error:
        raise AdapterError(
            name, f"has wrong settings: {'; '.join(error.faults)}", f"mend [{name}] in adapters.toml"
        ) from None
