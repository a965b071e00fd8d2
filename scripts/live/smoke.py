"""What is wanted, what an outside system's module offers, and what its examination works with."""

from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Any, ClassVar

from attrs import frozen

from incident_fsm import Policy
from incident_fsm.adapters import Adapter, AdapterSettings
from live.points import Report
from live.story import Story
from live.terminal import Terminal
from live.tidying import Tidying
from live.trial import Clock, Trial, Withholding

Table = Mapping[str, Any]
"""An adapter's own table of `adapters.toml`."""


@frozen(kw_only=True)
class Options:
    """What was asked for on the command line."""

    channel: str = ""
    shared_channel: str = ""
    account: str = ""
    to: str = ""
    long: bool = False
    real_case: bool = False
    private_report: bool = False
    patience: int


@frozen(kw_only=True)
class Plan:
    """What will be done, and what stays behind if all goes well."""

    does: tuple[str, ...]
    leaves: str = "nothing"


@frozen
class Access:
    """The adapter as it is configured, and the official client for what the adapter does not do."""

    adapter: Adapter
    client: Any


Opener = Callable[[AdapterSettings], Access]


@frozen(kw_only=True)
class Smoke:
    """What an examination works with. `run_id` is in the id of every incident, so in every mark and title."""

    run_id: str
    access: Access
    policy: Policy
    options: Options
    settings: AdapterSettings
    report: Report
    tidying: Tidying
    terminal: Terminal
    clock: Clock

    @property
    def table(self) -> Table:
        """The adapter's own table."""
        return self.settings.table

    def trial(self, suffix: str = "", *, withhold: bool = True) -> Trial:
        """Begin an incident. Answers are withheld unless nothing could be looked for."""
        return Trial(
            Story(f"{self.run_id}{suffix}", self.policy, self.clock),
            Withholding(self.access.adapter, withhold=withhold),
            self.clock,
            self.report,
            timedelta(seconds=self.options.patience),
        )

    def count(self, what: str, found: int) -> None:
        """Report how many there are of what there must be one of."""
        self.report.judge(f"there is one {what}", f"{found} found", holds=found == 1)


class Vendor(ABC):
    """One outside system. `opener` makes the adapter and the client: a test gives one that leads to a fake."""

    name: ClassVar[str]
    secrets: ClassVar[tuple[str, ...]] = ()
    """Variables of the environment without which nothing can be done."""
    patience: ClassVar[int] = 60
    """How long, in seconds, to look for what was done, unless the command line says otherwise."""

    def __init__(self, opener: Opener | None = None) -> None:
        self.open = opener or self.connect

    @staticmethod
    @abstractmethod
    def connect(settings: AdapterSettings) -> Access:
        """Make the adapter by its own `from_settings`, and a client of the same kind. Nobody is called yet."""

    @abstractmethod
    def plan(self, options: Options, table: Table) -> Plan:
        """Say what will be done."""

    @abstractmethod
    def examine(self, smoke: Smoke) -> None:
        """Do it. What it makes, it first tells `smoke.tidying` to take away."""

    def lacks(self, options: Options) -> str:  # noqa: ARG002  for subclasses
        """What the command line lacks; empty where it lacks nothing."""
        return ""

    def table(self, options: Options, table: Table) -> Table:  # noqa: ARG002  for subclasses
        """The settings as a test wants them: tamer than in earnest."""
        return table

    def policy(self, options: Options, policy: Policy) -> Policy:  # noqa: ARG002  for subclasses
        """The policy as a test wants it: nobody is told beyond the private place."""
        return policy
