"""The pages of the board, each a whole HTML document: nothing is fetched but, live, the page itself again."""

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

from attrs import field, frozen
from markupsafe import Markup

from incident_fsm._incident import Incident
from incident_fsm._states import State
from incident_fsm.board import assets, outbox
from incident_fsm.board.cards import card, is_restricted, urgency
from incident_fsm.board.links import page_of
from incident_fsm.board.numbers import numbers
from incident_fsm.board.story import story
from incident_fsm.desk import Desk
from incident_fsm.documents import PlainData, render
from incident_fsm.errors import UnknownIncident

INDEX, METRICS = "index.html", "metrics.html"
"""File names of the pages that are always there."""

_TEMPLATES = Path(__file__).parent / "templates"
_OPEN = tuple(state for state in State if not state.final)


@frozen
class Board:
    """Makes the pages of a desk. `refresh`: live, so many seconds until a page asks again; 0 for files.

    Restricted incidents are counted and not told, unless `restricted`: the page may stand open on a wall.
    """

    desk: Desk
    restricted: bool = field(default=False, kw_only=True)
    refresh: int = field(default=0, kw_only=True)

    def index(self) -> str:
        """The page of all open incidents, the most urgent first."""
        now = self.desk.now()
        incidents = list(self.desk.find(*_OPEN))
        waiting = outbox.by_incident(self.desk.outbox(None, *outbox.UNSETTLED))
        cards = sorted(
            (card(one, self.desk.policy, waiting.get(one.id, ()), now) for one in incidents if self._may_show(one)),
            key=urgency,
        )
        hidden = sum(not self._may_show(one) for one in incidents)
        return self._filled("index.html.j2", now, _counted(cards, hidden))

    def incident(self, incident_id: str) -> str | None:
        """The page of one incident, open or over; None where there is none, or it may not be shown."""
        try:
            incident = self.desk.incident(incident_id)
        except UnknownIncident:
            return None
        if not self._may_show(incident):
            return None
        now = self.desk.now()
        data = story(self.desk, incident, now)
        drawn = {name: _own(data[name]) for name in ("lifecycle", "picture")}
        return self._filled("incident.html.j2", now, {**data, **drawn})

    def metrics(self) -> str:
        """The page of metrics over time."""
        now = self.desk.now()
        data = numbers(self.desk, now, restricted=self.restricted)
        drawn = [{"picture": _own(plot.picture), "plot": plot} for plot in data["plots"]]
        return self._filled("metrics.html.j2", now, {**data, "plots": drawn})

    def missing(self) -> str:
        """What is answered where there is no such page. It says the same of what may not be shown."""
        return self._filled("missing.html.j2", self.desk.now(), {})

    def all(self) -> Iterator[tuple[str, str]]:
        """Yield every page with its file name, the index last: it leads to none that is not there."""
        for incident in list(self.desk.find(*_OPEN)):
            page = self.incident(incident.id)
            if page is not None:
                yield page_of(incident.id), page
        yield METRICS, self.metrics()
        yield INDEX, self.index()

    def _may_show(self, incident: Incident) -> bool:
        """Whether an incident may be told of here."""
        return self.restricted or not is_restricted(incident)

    def _filled(self, template: str, now: datetime, data: PlainData) -> str:
        """Fill a template in with what every page says."""
        policy = self.desk.policy
        local = now.astimezone(policy.calendar.zone)
        shared: dict[str, Any] = {
            "organisation": policy.name,
            "zone": policy.calendar.timezone,
            "written": local,
            "refresh": self.refresh,
            "index_page": INDEX,
            "metrics_page": METRICS,
            "overdue_review": policy.page.next_review if policy.past_review(local.date()) else None,
            "board_script": _own(assets.SCRIPT),
            "csp": assets.csp(live=bool(self.refresh)),
        }
        return render(template, {**shared, **data}, _TEMPLATES, style=assets.STYLE)


def _counted(cards: list[PlainData], hidden: int) -> PlainData:
    """The cards of the index by what is still to be done, with how many of what."""
    going_on = [shown for shown in cards if shown["state"] != State.RESOLVED.value]
    owing = [shown for shown in cards if shown["state"] == State.RESOLVED.value]
    groups = [("Going on", going_on), ("Resolved, and something still owed", owing)]
    return {
        "groups": groups if owing else groups[:1],
        "going_on": len(going_on),
        "owing": len(owing),
        "hidden": hidden,
        "late": sum(bool(shown["late"]) for shown in cards),
        "stuck": sum(bool(shown["troubles"]) for shown in cards),
    }


def _own(markup: str) -> Markup:
    """What we made ourselves: our style and script, and pictures whose texts are escaped in the making."""
    return Markup(markup)  # noqa: S704  ours, see above
