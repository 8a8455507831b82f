"""
The AWS account of each request to the local AWS.

If MOTO_ACCOUNT_ID is set, moto uses that account for *every* request, even for credentials of other accounts.
Here the credentials decide.  Unknown credentials belong to a default account.
"""

from moto.core.models import DEFAULT_ACCOUNT_ID
from moto.core.responses import BaseResponse
from moto.iam.models import get_account_id_from

ACCOUNT = "111122223333"
# Where admin routes and programs act unless they are given another Region.
REGION = "eu-west-1"


def account_of(access_key: str) -> str:
    """Return the account that issued *access_key*; the default account if the key is unknown."""
    issuer = get_account_id_from(access_key)
    return ACCOUNT if issuer == DEFAULT_ACCOUNT_ID else issuer


def install() -> None:
    """Make moto's services use ``account_of``.  Calling it again has no effect."""

    def get_current_account(self: BaseResponse) -> str:
        return account_of(self.get_access_key())

    BaseResponse.get_current_account = get_current_account  # type: ignore[method-assign] # moto has no setting for it
