"""A client of AWS Support for each account: the caller's credentials choose the account that a case is opened in.

Credentials come from boto3's own chain (environment, profile, container, instance) and, where a role is named, from
assuming it. They are asked for before the client is handed out, so whatever goes wrong with them goes wrong before
anything is sent to AWS Support.
"""

import os
import re
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

import boto3
import botocore.session
from botocore.config import Config
from botocore.credentials import (
    CredentialProvider,
    CredentialResolver,
    DeferredRefreshableCredentials,
    RefreshableCredentials,
)

from incident_fsm._secrets import Secret
from incident_fsm.errors import AdapterError

if TYPE_CHECKING:
    from mypy_boto3_support import SupportClient

TAMED = Config(retries={"total_max_attempts": 1, "mode": "standard"}, connect_timeout=5, read_timeout=10)
"""One attempt for each call: repeating is the runner's business, who looks first whether it happened."""

_NAME = "aws_support"
_GUARDED = ("AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN")
"""What boto3 may find in the environment, and no text may show."""

_REGION = "us-east-1"
"""Where AWS Support lives, whatever region an account works in. Partitions of their own need a client of one's own."""

_SESSION_NAME = "incident-fsm"
_HYPHENATED = re.compile(r"(\d{4})-(\d{4})-(\d{4})")


def new_session(profile: str) -> boto3.Session:
    """Start a session of boto3 for a profile, or as its chain has it where the profile is empty."""
    return boto3.Session(profile_name=profile or None)


def tamed_client(session: boto3.Session, service: str) -> Any:  # noqa: ANN401  boto3's overloads want the literal name
    """Make a client that sends each request once. A session without a region works where AWS Support lives."""
    make: Any = session.client
    return make(service, region_name=session.region_name or _REGION, config=TAMED)


class AccountClients:
    """Gives the client for an account, and says whose account that really is.

    `ways` are `Settings.accounts`, `default_profile` is as there. What `environment` holds of credentials is kept out
    of texts. `session` starts a session for a profile, `client` makes a session's client of a service.
    """

    def __init__(
        self,
        ways: Mapping[str, str],
        default_profile: str = "",
        *,
        environment: Mapping[str, str] = os.environ,
        session: Callable[[str], boto3.Session] = new_session,
        client: Callable[[boto3.Session, str], Any] = tamed_client,
    ) -> None:
        self._ways = ways
        self._default_profile = default_profile
        self._new_session = session
        self._new_client = client
        self._guarded = [Secret(_NAME, variable, environment) for variable in _GUARDED]
        self._sessions: dict[str, boto3.Session] = {}

    def __call__(self, account: str) -> "SupportClient":
        """Make a client whose credentials are known to be there; no account means the desk's own."""
        client: SupportClient = self._new_client(self._session(account), "support")
        return client

    def identity(self, account: str) -> str:
        """Ask AWS which account the credentials for an account belong to. Anybody may ask that of themselves."""
        sts = self._new_client(self._session(account), "sts")
        try:
            return str(sts.get_caller_identity()["Account"])
        finally:
            sts.close()

    def _session(self, account: str) -> boto3.Session:
        """Find or start the session of an account.

        Only those that renew their credentials by themselves are kept: others would go on with what a file or the
        environment said once, long after somebody renewed it there.
        """
        key = _HYPHENATED.sub(r"\1\2\3", account.strip())
        if key in self._sessions:
            return self._sessions[key]
        session = self._start(key)
        credentials = session.get_credentials()
        if credentials is None:
            raise AdapterError(
                _NAME,
                "finds no AWS credentials",
                "set AWS_PROFILE or AWS_ACCESS_KEY_ID and its secret, or name a profile",
            )
        credentials.get_frozen_credentials()  # assumes the role, if there is one
        if isinstance(credentials, RefreshableCredentials):
            self._sessions[key] = session
        return session

    def _start(self, account: str) -> boto3.Session:
        """Start the session that the settings name for an account."""
        if not account:
            return self._new_session(self._default_profile)
        way = self._ways.get(account)
        if way is None:
            known = ", ".join(sorted(self._ways)) or "none"
            remedy = "add it to [aws_support.accounts] in adapters.toml, with a role or profile"
            raise AdapterError(_NAME, f"knows no account {account!r:.60}; there are {known}", remedy)
        if not way.startswith("arn:"):
            return self._new_session(way or self._default_profile)
        core = botocore.session.get_session()
        role = _Role(way, lambda: self._new_client(self._new_session(self._default_profile), "sts"))
        core.register_component("credential_provider", CredentialResolver([role]))
        return boto3.Session(botocore_session=core)


class _Role(CredentialProvider):
    """Credentials by assuming a role, renewed by botocore before they expire."""

    METHOD = "assume-role"

    def __init__(self, role: str, sts: Callable[[], Any]) -> None:
        super().__init__()
        self._role = role
        self._sts = sts

    def load(self) -> DeferredRefreshableCredentials:
        """Give credentials that are fetched when they are first needed."""
        return DeferredRefreshableCredentials(refresh_using=self._fetch, method=self.METHOD)

    def _fetch(self) -> dict[str, str]:
        """Assume the role, in the words that botocore asks for."""
        sts = self._sts()
        try:
            given = sts.assume_role(RoleArn=self._role, RoleSessionName=_SESSION_NAME)["Credentials"]
        finally:
            sts.close()
        return {
            "access_key": given["AccessKeyId"],
            "secret_key": given["SecretAccessKey"],
            "token": given["SessionToken"],
            "expiry_time": given["Expiration"].isoformat(),
        }
