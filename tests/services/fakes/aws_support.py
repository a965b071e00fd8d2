"""A fake of AWS Support (API 2013-04-15, JSON 1.1) and of the little of STS that leads there, held to botocore's model.

One fake is all accounts at once, as the real endpoint is: the credentials that a request is signed with choose the
account: `session(account)` has them. Each answer is held to the model's output shape before it is sent,
each error to the operation's list of errors (and the few that every service has).
"""

import json
import re
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any
from urllib.parse import parse_qs

import boto3
from attrs import define, field
from botocore.config import Config
from botocore.loaders import Loader
from botocore.model import ListShape, ServiceModel, Shape, StructureShape
from botocore.validate import ParamValidator

from incident_fsm.commands import Command
from tests.services.fakes.server import RETRY_AFTER, FakeServer, Request, Response

ACCOUNT = "123456789012"
ELSEWHERE = "234567890123"

SECRET = "wJalrXUtnFEMIK7MDENGbPxRfiCYcanarykey123"  # noqa: S105  a canary, of no account
SESSION_TOKEN = "IQoJb3JpZ2luX2VjEPTcanaryTOKEN" + "x" * 40

UNHURRIED = 20.0
"""How long, in seconds, clients wait where nothing is meant to be slow."""

_TARGET = "AWSSupport_20130415."
_OF_ANY_SERVICE = {
    "AccessDeniedException",
    "ExpiredTokenException",
    "SubscriptionRequiredException",
    "ThrottlingException",
    "UnrecognizedClientException",
    "ValidationException",
}
_KEY = re.compile(r"Credential=(?:AKIA|ASIA)(\d{12})/")
_LEVELS = {"low": "Low", "normal": "Normal", "high": "High", "urgent": "Urgent", "critical": "Critical"}


@cache
def service_model() -> ServiceModel:
    """AWS's own model of the service, as boto3 brings it along."""
    return ServiceModel(Loader().load_service_model("support", "service-2"), "support")


@cache
def session(account: str = ACCOUNT) -> boto3.Session:
    """Start a session with an account's credentials; one for all tests, because its first client is dear."""
    return boto3.Session(aws_access_key_id=f"AKIA{account}", aws_secret_access_key=SECRET)


def clients_of(endpoint: str, patience: float = UNHURRIED) -> Callable[[boto3.Session, str], Any]:
    """Make clients as the adapter does, but of a fake, and with a test's patience in seconds."""
    config = Config(
        retries={"total_max_attempts": 1, "mode": "standard"}, connect_timeout=patience, read_timeout=patience
    )

    def client(of: boto3.Session, service: str) -> Any:
        make: Any = of.client
        return make(service, region_name="us-east-1", endpoint_url=endpoint, config=config)

    return client


def over_maximum(shape: Shape, value: object, where: str = "") -> Iterator[str]:
    """Say what is longer, more or bigger than the model allows: botocore's own validator only looks at the minima."""
    most = shape.metadata.get("max")
    if most is not None:
        size = value if isinstance(value, int) else len(value)  # type: ignore[arg-type]  # the model says: text or list
        if size > most:
            yield f"{where or shape.name} is {size}, of at most {most}"
    if isinstance(shape, StructureShape) and isinstance(value, Mapping):
        for name, member in value.items():
            if name in shape.members:
                yield from over_maximum(shape.members[name], member, f"{where}.{name}")
    if isinstance(shape, ListShape) and isinstance(value, list):
        for number, member in enumerate(value):
            yield from over_maximum(shape.member, member, f"{where}[{number}]")


def faults_of(shape: Shape | None, value: Mapping[str, Any]) -> list[str]:
    """Say everything that is wrong with a request or an answer, by the model."""
    assert shape is not None, "every operation of AWS Support takes and gives something"
    report = ParamValidator().validate(value, shape)
    return [*([report.generate_report()] if report.has_errors() else []), *over_maximum(shape, value)]


def held_to_model(request: Request) -> None:
    """Complain about a request to AWS Support that is not as its model has it. STS is not looked at."""
    if "X-Amz-Target" not in request.headers:
        return
    assert (request.method, request.path) == ("POST", "/"), f"{request.method} {request.path}"
    assert request.headers["Content-Type"] == "application/x-amz-json-1.1", request.headers["Content-Type"]
    assert request.headers["X-Amz-Target"].startswith(_TARGET), request.headers["X-Amz-Target"]
    assert request.headers["Authorization"].startswith("AWS4-HMAC-SHA256 "), "not signed"
    operation = service_model().operation_model(request.headers["X-Amz-Target"].removeprefix(_TARGET))
    faults = faults_of(operation.input_shape, request.json)
    assert not faults, f"{operation.name}: {faults}"


@define
class Case:
    """A support case. `communications` are the bodies with the time of each, the newest last."""

    account: str
    number: int
    asked: Mapping[str, Any]
    created: datetime
    communications: list[tuple[datetime, str]] = field(factory=list)
    status: str = "opened"

    @property
    def case_id(self) -> str:
        """The API's id."""
        return f"case-{self.account}-muen-2026-{self.number:016x}"

    @property
    def display_id(self) -> str:
        """The number that Support Center shows."""
        return f"{170000000000000 + self.number}"

    @property
    def details(self) -> dict[str, Any]:
        """As DescribeCases tells of it."""
        told = {
            name: self.asked[name] for name in ("subject", "serviceCode", "categoryCode", "severityCode", "language")
        }
        return {
            **told,
            "caseId": self.case_id,
            "displayId": self.display_id,
            "status": self.status,
            "submittedBy": "ada@example.org",
            "timeCreated": _iso(self.created),
            "ccEmailAddresses": self.asked.get("ccEmailAddresses", []),
        }


class Refused(Exception):
    """An error of the service."""

    def __init__(self, code: str, message: str, status: int = 400) -> None:
        super().__init__(message)
        self.code, self.message, self.status = code, message, status


class FakeAwsSupport(FakeServer):
    """AWS Support for every account, with knobs for what accounts lack and for what its answers may look like."""

    def __init__(self, now: Callable[[], datetime]) -> None:
        super().__init__(now)
        self.watch = held_to_model
        self.cases: list[Case] = []
        self.refuse: dict[str, Refused] = {}
        """What an operation is refused with, by its name."""
        self.levels = list(_LEVELS)
        self.page = 100
        """So many items are given in one page, even if more are asked for."""
        self.listed_after = timedelta()
        """How long a new case takes to be listed."""
        self.heeds_dry_run = True
        self.odd: dict[str, Any] = {}
        """What an operation answers in place of the truth, by its name; not held to the model."""
        self.roles: list[str] = []
        """Every role that was assumed."""
        self.role_seconds = 3600

    # ── What a test asks ───────────────────────────────────────────────────────────────────────────────────────────

    def count(self, command: Command) -> int:
        """How many cases or communications bear the command's id."""
        mark = f"[{command.id}]"
        subjects = [case.asked["subject"] for case in self.cases]
        chases = [body for case in self.cases for _, body in case.communications[1:]]
        return sum(mark in text for text in (*subjects, *chases))

    def client(self, account: str = ACCOUNT, patience: float = UNHURRIED) -> Any:
        """Make a client of boto3 for an account, with its own retries off."""
        return clients_of(self.url, patience)(session(account), "support")

    # ── The service ────────────────────────────────────────────────────────────────────────────────────────────────

    def handle(self, request: Request) -> Response:
        """Answer as the service would."""
        if "X-Amz-Target" not in request.headers:
            return self._sts(request)
        name = request.headers["X-Amz-Target"].removeprefix(_TARGET)
        model = service_model().operation_model(name)
        try:
            answer = self._do(name, request)
        except Refused as refused:
            known = {shape.name for shape in model.error_shapes} | _OF_ANY_SERVICE
            if refused.code not in known:
                raise ValueError(f"{name} never answers {refused.code}") from None
            return _error(refused)
        if name in self.odd:
            return Response(data=self.odd[name])
        faults = faults_of(model.output_shape, answer)
        assert not faults, f"this fake's own answer to {name}: {faults}"
        return Response(data=answer, headers={"Content-Type": "application/x-amz-json-1.1"})

    def forbid(self, request: Request) -> Response:
        """Lack the permission for what is asked, in IAM's words."""
        name = request.headers.get("X-Amz-Target", "").removeprefix(_TARGET) or "AssumeRole"
        who = f"User: arn:aws:iam::{ACCOUNT}:user/ada"
        return _error(Refused("AccessDeniedException", f"{who} is not authorized to perform: support:{name}"))

    def limit(self, request: Request) -> Response:  # noqa: ARG002  the same for all
        """Be asked too often."""
        return _error(Refused("ThrottlingException", "Rate exceeded"), {"Retry-After": str(RETRY_AFTER)})

    def _do(self, name: str, request: Request) -> dict[str, Any]:
        """Carry one operation out."""
        asked, account = request.json, _account(request)
        if name in self.refuse:
            raise self.refuse[name]
        if asked.get("dryRun") and self.heeds_dry_run:
            raise Refused("DryRunOperationException", "Request would have succeeded, but DryRun flag is set.")
        operations: dict[str, Callable[[dict[str, Any], str], dict[str, Any]]] = {
            "CreateCase": self._create,
            "AddCommunicationToCase": self._add,
            "DescribeCases": self._describe,
            "DescribeCommunications": self._communications,
            "DescribeSeverityLevels": self._severity_levels,
        }
        return operations[name](asked, account)

    def _create(self, asked: dict[str, Any], account: str) -> dict[str, Any]:
        if asked["severityCode"] not in self.levels:
            raise Refused("ValidationException", f"severity {asked['severityCode']} is not of your plan")
        case = Case(account, len(self.cases) + 1, asked, self.now())
        case.communications.append((self.now(), asked["communicationBody"]))
        self.cases.append(case)
        return {"caseId": case.case_id}

    def _add(self, asked: dict[str, Any], account: str) -> dict[str, Any]:
        self._case(asked.get("caseId", ""), account).communications.append((self.now(), asked["communicationBody"]))
        return {"result": True}

    def _describe(self, asked: dict[str, Any], account: str) -> dict[str, Any]:
        """List cases: without resolved ones unless asked for them, of one language, and not before they are listed."""
        found = [
            case.details
            for case in reversed(self.cases)
            if case.account == account
            and case.created + self.listed_after <= self.now()
            and (asked.get("includeResolvedCases") or case.status != "resolved")
            and case.asked["language"] == asked.get("language", "en")
            and case.details["timeCreated"] >= asked.get("afterTime", "")
            and case.case_id in asked.get("caseIdList", [case.case_id])
            and case.display_id == asked.get("displayId", case.display_id)
        ]
        return self._paged("cases", found, asked)

    def _communications(self, asked: dict[str, Any], account: str) -> dict[str, Any]:
        case = self._case(asked["caseId"], account)
        told = [
            {"caseId": case.case_id, "body": body, "submittedBy": "ada@example.org", "timeCreated": _iso(at)}
            for at, body in reversed(case.communications)
        ]
        return self._paged("communications", told, asked)

    def _severity_levels(self, _asked: dict[str, Any], _account: str) -> dict[str, Any]:
        return {"severityLevels": [{"code": code, "name": _LEVELS[code]} for code in self.levels]}

    def _case(self, case_id: str, account: str) -> Case:
        """Find a case of an account."""
        for case in self.cases:
            if (case.case_id, case.account) == (case_id, account):
                return case
        raise Refused("CaseIdNotFound", f"{case_id} is not there")

    def _paged(self, key: str, items: list[dict[str, Any]], asked: dict[str, Any]) -> dict[str, Any]:
        """Give one page."""
        start = int(asked.get("nextToken", "0"))
        end = start + min(self.page, asked.get("maxResults", 100))
        more = {"nextToken": str(end)} if end < len(items) else {}
        return {key: items[start:end], **more}

    # ── STS ────────────────────────────────────────────────────────────────────────────────────────────────────────

    def _sts(self, request: Request) -> Response:
        """Assume roles, and tell who somebody is."""
        asked = parse_qs(request.body.decode())
        action = asked["Action"][0]
        if action in self.refuse:
            said = self.refuse[action]
            body = f"<Error><Code>{said.code}</Code><Message>{said.message}</Message></Error>"
            return Response(status=said.status, text=f"<ErrorResponse>{body}</ErrorResponse>")
        if action == "GetCallerIdentity":
            return _xml(action, f"<Account>{_account(request)}</Account>")
        self.roles.append(asked["RoleArn"][0])
        account = asked["RoleArn"][0].split(":")[4]
        ends = _iso(datetime.now(UTC) + timedelta(seconds=self.role_seconds))
        given = {
            "AccessKeyId": f"ASIA{account}",
            "SecretAccessKey": SECRET,
            "SessionToken": SESSION_TOKEN,
            "Expiration": ends,
        }
        inner = "".join(f"<{name}>{value}</{name}>" for name, value in given.items())
        return _xml(action, f"<Credentials>{inner}</Credentials>")


def _account(request: Request) -> str:
    """Whose request it is, by the key that it is signed with."""
    found = _KEY.search(request.headers.get("Authorization", ""))
    assert found, f"signed with no key of this fake's: {request.headers.get('Authorization')}"
    return found[1]


def _error(refused: Refused, headers: Mapping[str, str] | None = None) -> Response:
    """Say an error as JSON 1.1 does."""
    body = {"__type": f"com.amazonaws.support#{refused.code}", "message": refused.message}
    return Response(status=refused.status, text=json.dumps(body), headers=headers or {})


def _xml(action: str, inner: str) -> Response:
    """Say an answer as STS does."""
    return Response(text=f"<{action}Response><{action}Result>{inner}</{action}Result></{action}Response>")


def _iso(moment: datetime) -> str:
    """Write a time as AWS does."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.000Z")
