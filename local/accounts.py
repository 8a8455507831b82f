"""
Whose account a request to the local AWS belongs to.

moto asks MOTO_ACCOUNT_ID first and then answers *every* request for that one account, credentials of other
accounts included.  Here credentials decide, and unknown ones belong to one account of ours.
"""

from moto.core.models import DEFAULT_ACCOUNT_ID
from moto.core.responses import BaseResponse
from moto.iam.models import get_account_id_from

ACCOUNT = "111122223333"


def account_of(access_key: str) -> str:
    """Return the account that issued *access_key*, ours if nobody is known to have."""
    issuer = get_account_id_from(access_key)
    return ACCOUNT if issuer == DEFAULT_ACCOUNT_ID else issuer


def install() -> None:
    """Let moto's services ask us; a second time changes nothing."""

    def get_current_account(self: BaseResponse) -> str:
        return account_of(self.get_access_key())

    BaseResponse.get_current_account = get_current_account  # type: ignore[method-assign] # moto has no setting for it
