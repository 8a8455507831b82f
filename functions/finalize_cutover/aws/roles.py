"""
Sessions for member accounts, which assume a role with a fixed name there.

botocore fetches the credentials for the first call, and again before they
expire, so clients can be kept for the lifetime of the execution environment.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import boto3
import botocore.session
from botocore.credentials import (
    AssumeRoleCredentialFetcher,
    CredentialProvider,
    CredentialResolver,
    DeferredRefreshableCredentials,
)

SESSION_NAME = "finalize-cutover"


@dataclass(frozen=True, slots=True, kw_only=True)
class Member:
    """
    A member account, and the role to assume in it.

    Attributes:
        external_id: External ID that the role's trust policy requires; None if it requires none.
    """

    account_id: str
    role_name: str
    external_id: str | None = field(default=None, repr=False)


class _MemberProvider(CredentialProvider):
    """Provides the credentials of the assumed role to botocore."""

    METHOD = CANONICAL_NAME = "assume-role"

    def __init__(self, fetcher: AssumeRoleCredentialFetcher) -> None:
        super().__init__()
        self._fetcher = fetcher

    def load(self) -> DeferredRefreshableCredentials:
        return DeferredRefreshableCredentials(method=self.METHOD, refresh_using=self._fetcher.fetch_credentials)


def session_in(
    member: Member, *, create_client: Callable[..., Any], own: botocore.session.Session
) -> boto3.session.Session:
    """
    Return a session for *member* in the Region of the session *own*; it makes no call yet.

    It shares the API models that *own* has loaded: they are most of the memory of a session.

    Args:
        create_client: Creates the client of STS from *own*, in the thread that needs credentials.

        own: The session of the function's own account, whose credentials assume the role.
    """
    theirs = botocore.session.get_session()
    partition = own.get_partition_for_region(own.get_config_variable("region"))
    fetcher = AssumeRoleCredentialFetcher(
        client_creator=create_client,
        source_credentials=own.get_credentials(),
        role_arn=f"arn:{partition}:iam::{member.account_id}:role/{member.role_name}",
        extra_args={"RoleSessionName": SESSION_NAME}
        | ({"ExternalId": member.external_id} if member.external_id else {}),
    )
    theirs.register_component("credential_provider", CredentialResolver([_MemberProvider(fetcher)]))
    made = boto3.session.Session(botocore_session=theirs)
    # Registered after boto3 has changed the session's own loader, so that the shared one does not grow.
    theirs.register_component("data_loader", own.get_component("data_loader"))
    return made
