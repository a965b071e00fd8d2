"""One status page: every request about it that the adapter makes, and each write once.

All of it raises `Trouble` where a request does not succeed, and `AdapterError` where the token, the page or a name on
it is missing: then nothing was written.
"""

from http import HTTPStatus

from incident_fsm._values import Reference
from incident_fsm.adapters import Context, Rejected, Unknown
from incident_fsm.adapters.pagerduty import _posts, _texts
from incident_fsm.adapters.pagerduty._names import Directory, read_directory
from incident_fsm.adapters.pagerduty._settings import Settings
from incident_fsm.adapters.pagerduty._wire import Trouble, Wire, identifier
from incident_fsm.commands import PublishPostMortem, PublishStatus
from incident_fsm.errors import AdapterError


class StatusPage:
    """The page that the settings name. What has a name on it is read when it is first needed, and kept."""

    def __init__(self, wire: Wire, settings: Settings) -> None:
        self._wire = wire
        self._settings = settings
        self._kept: Directory | None = None

    def read(self) -> Directory:
        """Read what has a name on the page, anew."""
        self._kept = read_directory(self._wire, self._settings)
        return self._kept

    @property
    def link(self) -> str:
        """Where people see the page; empty where PagerDuty names no secure address."""
        return self._directory.page.link

    def open(self, command: PublishStatus) -> str:
        """Create the incident's post with its first update, and give its id."""
        ids = self._ids(command)
        body = {"post": _posts.post(command, ids, self._directory.page.id)}
        post = self._write("POST", self._path(), body).get("post")
        return identifier(post, "POST of a post", wrote=True)

    def update(self, command: PublishStatus, post: str) -> None:
        """Add an update to the incident's post."""
        body = {"post_update": _posts.update(command, self._ids(command), post)}
        made = self._write("POST", self._path(post, "post_updates"), body).get("post_update")
        identifier(made, "POST of an update", wrote=True)

    def has_update(self, command: PublishStatus, post: str, context: Context) -> bool | str:
        """Whether a command's update is on the post; as a text, why that cannot be told."""
        ids = self._ids(command)
        updates = self._wire.every(self._path(post, "post_updates"), "post_updates")
        return _posts.known_again(command, ids, updates, context)

    def post_of(self, incident_id: str, known: Reference | None) -> str:
        """The id of the incident's post: as it is known, or else by the title of some post; empty without one."""
        told = _posts.id_in(known)
        if told:
            return told
        posts = self._wire.every(self._path(), "posts", post_type="incident")
        found = _posts.of_incident(posts, incident_id)
        if len(found) > 1:
            ids = ", ".join(str(post.get("id")) for post in found)
            marker = _texts.reference(incident_id)
            why = f"{len(found)} posts end with {marker}: {ids}; take all but one down, or finish it by hand"
            raise Trouble(Unknown(why=why, ask_person=True))
        return identifier(found[0], "GET of the posts") if found else ""

    def post_mortem_of(self, post: str) -> str:
        """What a reader sees of a post's post-mortem; empty where there is none."""
        try:
            answer = self._wire.ask("GET", self._path(post, "postmortem"))
        except Trouble as trouble:
            if trouble.status == HTTPStatus.NOT_FOUND:
                return ""
            raise
        found = answer.get("postmortem")
        return _texts.plain(found.get("message")) if isinstance(found, dict) else ""

    def has_post_mortem(self, command: PublishPostMortem, post: str) -> bool:
        """Whether a command's post-mortem is on the post."""
        return self.post_mortem_of(post) == _posts.post_mortem_text(command)

    def put_post_mortem(self, command: PublishPostMortem, post: str, *, notify: bool) -> None:
        """Put a post-mortem to a post, unless it stands there already. Another's text is never written over."""
        there = self.post_mortem_of(post)
        if there == _posts.post_mortem_text(command):
            return  # the same again would be another mail to every subscriber
        if there:
            why = f"the post {post} has another post-mortem already; take it down and retry, or finish it by hand"
            raise Trouble(Rejected(why=why))
        body = {"postmortem": _posts.post_mortem(command, post, notify=notify)}
        self._write("PUT", self._path(post, "postmortem"), body)

    @property
    def _directory(self) -> Directory:
        """What has a name on the page."""
        return self._kept or self.read()

    def _ids(self, command: PublishStatus) -> _posts.Ids:
        """The ids that a command needs. What is not found is looked for once more: the page may have changed."""
        wanted = list(_posts.wanted(command))
        kept = self._kept
        if kept is not None:
            try:
                return kept.ids(wanted)
            except AdapterError:
                self._kept = None
        return self._directory.ids(wanted)

    def _write(self, method: str, path: str, body: _posts.Body) -> _posts.Body:
        """Send what changes the page. Where it is refused, an id may be out of date: they are read anew next time."""
        try:
            return self._wire.ask(method, path, body=body)
        except Trouble as trouble:
            if isinstance(trouble.outcome, Rejected):
                self._kept = None
            raise

    def _path(self, *further: str) -> str:
        """The path of the page's posts, or of something of a post's."""
        return "/".join((f"/status_pages/{self._directory.page.id}/posts", *further))
