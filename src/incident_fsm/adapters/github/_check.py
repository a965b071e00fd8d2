"""What can be looked at beforehand, without writing anything: the token, the repositories, what may be done there."""

from collections.abc import Callable, Iterable, Iterator

from attrs import evolve

from incident_fsm.adapters import Check
from incident_fsm.adapters.github._client import Repository
from incident_fsm.adapters.github._settings import Settings
from incident_fsm.adapters.github._trouble import Trouble
from incident_fsm.errors import AdapterError
from incident_fsm.policy import Policy


def checks(settings: Settings, repository: Repository, security: Repository, policy: Policy) -> Iterator[Check]:
    """Check everything that the settings ask for."""
    yield from _routes(settings, policy)
    yield from _asking(f"repository {repository.name}", lambda: _repository(repository))
    if settings.branch:
        yield from _asking(f"branch {settings.branch}", lambda: _branch(repository, settings.branch))
    if settings.security_repository:
        yield from _asking(f"private reports to {security.name}", lambda: _private_reports(security))


def _asking(what: str, look: Callable[[], Iterable[Check]]) -> Iterator[Check]:
    """Look, and turn whatever goes wrong into a check."""
    try:
        yield from look()
    except AdapterError as error:
        yield Check(what=what, problem=error.problem, remedy=error.remedy)
    except Trouble as trouble:
        yield Check(what=what, problem=trouble.said, remedy=trouble.remedy)


def _routes(settings: Settings, policy: Policy) -> Iterator[Check]:
    """Whether the policy knows the routes that become tickets."""
    for key in settings.redirects:
        what = f"redirect {key}"
        if key == policy.security.redirect:
            yield Check(what=what, problem="it is the security route, which leads to no ticket", remedy=_LEAVE_OUT)
        else:
            others = ", ".join(redirect.key for redirect in policy.redirects)
            yield _judge(what, policy.redirect(key) is not None, "the policy has no such route", f"it has {others}")


def _repository(repository: Repository) -> Iterator[Check]:
    """Whether the repository takes issues and files from this token, and who may read them."""
    what, said = f"repository {repository.name}", repository.get()
    match said:
        case {
            "full_name": str(full_name),
            "archived": bool(archived),
            "has_issues": bool(has_issues),
            "private": private,
        }:
            same = full_name.lower() == repository.name.lower()
            yield _judge(what, same, f"it is {full_name} by now", "put its new name into the settings")
            yield _judge(f"{what}: open", not archived, "it is archived", "name another, or have it unarchived")
            yield _judge(f"{what}: issues", has_issues, "they are switched off", "switch them on in its settings")
            yield _judge(f"{what}: files and labels", _may(said, "push"), "the token may not push", _PUSH)
            readers = _judge(f"{what}: readers", bool(private), "it is public: everybody may read it", _PUBLIC)
            yield evolve(readers, grave=False)
        case _:
            yield Check(what=what, problem="GitHub described no repository", remedy=_URL)


def _branch(repository: Repository, branch: str) -> Iterator[Check]:
    """Whether the branch is there."""
    repository.get(f"/branches/{branch}")
    yield Check(what=f"branch {branch}")


def _private_reports(security: Repository) -> Iterator[Check]:
    """Whether private reports are taken, and whether they can be found again."""
    what = f"private reports to {security.name}"
    match security.get("/private-vulnerability-reporting"):
        case {"enabled": bool(enabled)}:
            yield _judge(what, enabled, "they are switched off", "switch private vulnerability reporting on there")
        case _:
            yield Check(what=what, problem="GitHub does not say whether they are switched on", remedy=_URL)
    found = _judge(f"{what}: found again", _may(security.get(), "admin"), "the token is no administrator's", _ADMIN)
    yield evolve(found, grave=False)


_LEAVE_OUT = "leave it out of redirects"
_URL = "check base_url in the settings"
_PUSH = "let it write contents and issues"
_PUBLIC = "name a private repository, unless that is meant"
_ADMIN = "use one that sees every report, unless a person is to look where one is in doubt"


def _may(said: object, permission: str) -> bool:
    """Whether GitHub says of a repository that this token's user has a permission there."""
    match said:
        case {"permissions": {**permissions}}:
            return permissions.get(permission) is True
        case _:
            return False


def _judge(what: str, fine: bool, problem: str, remedy: str) -> Check:  # noqa: FBT001  a row of a table
    """Make a check."""
    return Check(what=what) if fine else Check(what=what, problem=problem, remedy=remedy)
