"""An endpoint of one's own: it is told the commands of a whole incident, each signed, and asked what it has seen."""

from incident_fsm import Fix
from incident_fsm.adapters import AdapterSettings
from incident_fsm.adapters._settings import read_settings
from incident_fsm.adapters.webhook import Settings, from_settings
from incident_fsm.commands import COMMANDS
from live.points import Verdict
from live.smoke import Access, Options, Plan, Smoke, Table, Vendor


class Webhook(Vendor):
    """The endpoint that `[webhook]` names."""

    name = "webhook"
    secrets = ("WEBHOOK_SECRET",)

    @staticmethod
    def connect(settings: AdapterSettings) -> Access:
        """Make the adapter. No other client is needed."""
        return Access(from_settings(settings), None)

    def plan(self, options: Options, table: Table) -> Plan:  # noqa: ARG002  the base's signature
        """What an endpoint makes of a command is its own business."""
        named = ", ".join(table.get("commands", ())) or f"any of {len(COMMANDS)} types"
        return Plan(
            does=(f"post the commands of one made-up incident to {table.get('url')!r} ({named}), signed",),
            leaves="whatever your endpoint makes of them: they cannot be taken back",
        )

    def examine(self, smoke: Smoke) -> None:
        """Do it."""
        smoke.tidying.later("the endpoint", lambda: _kept(smoke), "see to what it made of the test's commands")
        own = read_settings(self.name, smoke.settings, Settings)
        trial = smoke.trial(withhold=bool(own.lookup_url))
        story = trial.story
        if not own.lookup_url:
            how = "by its idempotence: it is sent again" if own.idempotent else "by nobody: a person is asked"
            smoke.report.add("a command whose answer is lost is found", Verdict.SEEN, how)
        carried = trial.tell(*story.begun(), story.managed(), story.noted(), story.resolved(Fix.TEMPORARY))
        carried += trial.tell(*story.reviewed(trial.incident))
        if not carried:
            smoke.report.add("commands are posted", Verdict.OPEN, "none of the story's is among `commands`")
        done = [one for one in carried if one.receipt is not None]
        if own.idempotent and done:
            again = smoke.access.adapter.deliver(done[0].command, trial.context)
            same = "the same receipt" if again == done[0].receipt else f"another answer: {again}"
            smoke.report.judge("an id that was seen is ignored", same, holds=again == done[0].receipt)


def _kept(smoke: Smoke) -> str:
    """Say what stays."""
    return f"it keeps what it made of {smoke.run_id}: see to that there"
