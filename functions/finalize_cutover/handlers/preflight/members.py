"""The checks of the member accounts."""

from collections.abc import Mapping, Sequence
from functools import partial

from finalize_cutover.cutover.errors import CutoverError
from finalize_cutover.cutover.preflight import members
from finalize_cutover.cutover.preflight.report import CheckName
from finalize_cutover.cutover.source_server import CUTTING_OVER
from finalize_cutover.handlers.eventbridge import accounts
from finalize_cutover.handlers.invocation import Invocation

from .scope import Checks, Scope


def member_checks(scope: Scope) -> Checks:
    """Return the checks of the account of the request, or of the accounts of automation; none without any."""
    invocation, account_id = scope.for_members, scope.account_id
    listed = invocation.settings.member_accounts
    if not (account_id or listed):
        return {}
    where = f"account {account_id}" if account_id else "the accounts of MemberAccounts"
    by_role = invocation.settings.member_role_name is not None

    def list_accounts() -> Sequence[str]:
        if account_id:
            return [account_id]
        accounts.check(invocation.settings)
        return accounts.member_accounts(invocation)

    return {
        CheckName.MEMBER_ACCOUNTS: lambda: members.member_accounts(
            list_accounts,
            partial(_entered, invocation),
            is_listed=account_id is not None or listed != (accounts.MANAGED,),
        ),
        CheckName.MEMBER_PERMISSIONS: lambda: members.member_permissions(where, by_role=by_role),
    }


def _entered(invocation: Invocation, account_ids: Sequence[str]) -> Mapping[str, CutoverError | None]:
    def enter(account_id: accounts.Account, turn: Invocation) -> CutoverError | None:
        try:
            turn.services(account_id).mgn.in_state(CUTTING_OVER)
        except CutoverError as error:
            return error
        return None

    if not account_ids:
        return {}
    return {str(id_): error for id_, error in accounts.in_each(account_ids, invocation, enter).items()}
