"""What an error of boto3 means for a command: every one sorted into the port's outcomes, in words, without secrets.

AWS names its errors by code, in answers of any status; some codes are in no model (`SubscriptionRequiredException`), so
the code is looked at and not the class. What is not known to have stopped before the request was sent is `Unknown`.
"""

import re
from collections.abc import Mapping
from http import HTTPStatus

from attrs import frozen
from botocore import exceptions as b

from incident_fsm.adapters import NotDone, Outcome, Rejected, Unknown
from incident_fsm.adapters._http import refusal, retry_after

_NO_PLAN = (
    "has no support plan with an API: that takes Business Support+, Enterprise Support or Unified Operations (or an "
    "older Business, Enterprise On-Ramp or Enterprise plan)"
)
"""What `SubscriptionRequiredException` means (API reference, Welcome)."""

_LATER = {
    "CaseCreationLimitExceeded",
    "RequestLimitExceeded",
    "RequestThrottled",
    "RequestThrottledException",
    "SlowDown",
    "Throttling",
    "ThrottlingException",
    "TooManyRequestsException",
}
_DENIED = {"AccessDenied", "AccessDeniedException", "UnauthorizedOperation", "NotAuthorized"}
_BAD_CREDENTIALS = {
    "ExpiredToken",
    "ExpiredTokenException",
    "IncompleteSignature",
    "InvalidClientTokenId",
    "InvalidSignatureException",
    "MissingAuthenticationToken",
    "MissingAuthenticationTokenException",
    "RequestExpired",
    "RequestTimeTooSkewed",
    "SignatureDoesNotMatch",
    "UnrecognizedClientException",
}
_DOUBTFUL = {
    "InternalError",
    "InternalFailure",
    "InternalServerError",
    "InternalServerException",
    "RequestTimeout",
    "RequestTimeoutException",
    "ServiceUnavailable",
    "ServiceUnavailableException",
}

_NOT_CONNECTED = (b.EndpointConnectionError, b.ConnectTimeoutError, b.ProxyConnectionError)
_NOTHING_SENT = (
    b.NoCredentialsError,
    b.PartialCredentialsError,
    b.CredentialRetrievalError,
    b.TokenRetrievalError,
    b.ProfileNotFound,
    b.NoRegionError,
    b.ConfigNotFound,
    b.ConfigParseError,
    b.ParamValidationError,
    b.SSOError,
)
_UNTRUSTED = "certificate verify failed"
_LOOKS_SECRET = re.compile(r"[A-Za-z0-9+/=]{40,}")
"""A secret key has 40 such characters, a session token more; ARNs and words have other ones in between."""

_SAID_MAX = 300


@frozen
class Fault:
    """What is wrong, and what a person can do about it."""

    problem: str
    remedy: str


def code_of(error: Exception) -> str:
    """AWS's own name of an error; empty for what is not an answer of AWS."""
    return str(error.response.get("Error", {}).get("Code", "")) if isinstance(error, b.ClientError) else ""


def said(error: Exception) -> str:
    """What an error says, as one line that holds no credentials: AWS and its client quote what was sent."""
    return _LOOKS_SECRET.sub("***", " ".join(str(error).split()))[:_SAID_MAX]


def sort(error: Exception, action: str, account: str) -> Outcome:
    """Say what an error means for the call of `action` (as IAM names it), in `account`."""
    refused = fault(error, action, account)
    if refused is not None:
        return Rejected(why=f"{refused.problem}; {refused.remedy}")
    said_so = f"{action} in {place(account)}: {said(error)}"
    if isinstance(error, b.ClientError):
        status, headers = _status(error)
        if code_of(error) in _LATER or status == HTTPStatus.TOO_MANY_REQUESTS:
            return NotDone(why=said_so, wait=retry_after(headers))
        return Unknown(why=said_so, wait=retry_after(headers))
    if isinstance(error, _NOT_CONNECTED) or (isinstance(error, b.SSLError) and _UNTRUSTED in str(error)):
        return NotDone(why=f"AWS cannot be reached: {said_so}")
    return Unknown(why=f"{said_so} ({type(error).__name__})")


def fault(error: Exception, action: str, account: str) -> Fault | None:
    """Say what a person must mend, where one must; None where waiting or looking may help."""
    if isinstance(error, _NOTHING_SENT):
        return Fault(f"{action} was not sent to {place(account)}: {said(error)}", "mend that, then retry")
    if not isinstance(error, b.ClientError):
        return None
    code, where, (status, headers) = code_of(error), place(account), _status(error)
    by_hand = "then finish this command by hand"
    if code in _LATER or code in _DOUBTFUL:
        found = None
    elif code == "SubscriptionRequiredException":
        found = Fault(f"{where} {_NO_PLAN}", f"open the case in Support Center, {by_hand}")
    elif code in _DENIED:
        found = Fault(f"the credentials for {where} may not do {action}", "allow it to their role or user, then retry")
    elif code in _BAD_CREDENTIALS:  # the message is left out: AWS may quote the whole request in it, with its token
        found = Fault(f"the credentials for {where} were refused ({code})", "renew them (or set the clock), then retry")
    elif code == "CaseIdNotFound":
        found = Fault(f"{where} has no such case, or it is too old", f"chase it in Support Center, {by_hand}")
    elif isinstance(refusal(status, "", headers), Rejected):
        found = Fault(f"{action} in {where}: {said(error)}", "mend [aws_support] in adapters.toml, then retry")
    else:
        found = None
    return found


def before(error: Exception, action: str, account: str) -> Outcome:
    """As `sort`, for what came before anything that could matter was sent: it surely did not happen."""
    match sort(error, action, account):
        case Unknown(why=why, wait=wait):
            return NotDone(why=why, wait=wait)
        case outcome:
            return outcome


def looking(error: Exception, action: str, account: str) -> Unknown:
    """As `sort`, for a search: it never tells that something is absent, and a person must tell what it may not see."""
    match sort(error, action, account):
        case NotDone(why=why, wait=wait) | Unknown(why=why, wait=wait):
            return Unknown(why=why, wait=wait)
        case outcome:
            return Unknown(why=getattr(outcome, "why", ""), ask_person=True)


def place(account: str) -> str:
    """Name an account."""
    return f"the account {account}" if account else "the desk's own account"


def _status(error: b.ClientError) -> tuple[int, Mapping[str, str]]:
    """The status and headers of an answer."""
    answer = error.response.get("ResponseMetadata", {})
    return answer.get("HTTPStatusCode", 0), answer.get("HTTPHeaders", {})
