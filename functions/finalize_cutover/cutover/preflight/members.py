"""The member accounts: whether the function can enter them."""

from collections.abc import Callable, Mapping, Sequence

from finalize_cutover.cutover.errors import CutoverError, UninitializedAccountError

from .answer import Answer, failed, fails, passes, warns

# At most so many accounts are named in a reason; the others are counted.
NAMED = 5
ASSUME_ROLE = "sts:AssumeRole"
ENTER = (
    "Deploy examples/member-account-role.yaml in the account, under the name MemberRoleName: its trust policy must "
    "name the stack's output FinalizeCutoverRole, and its external ID must be MemberRoleExternalId."
)
UNKNOWABLE = (
    "Compare the role with examples/member-account-role.yaml, or send a request with the action check there; only a "
    "finalization shows whether it is allowed."
)


def member_accounts(
    list_accounts: Callable[[], Sequence[str]],
    enter: Callable[[Sequence[str]], Mapping[str, CutoverError | None]],
    *,
    is_listed: bool,
) -> Answer:
    """
    List the source servers of each member account.

    Args:
        list_accounts: Returns their IDs.

        enter: Returns what prevents the list, by account ID; None for nothing.

        is_listed: Whether somebody named the accounts, so that MGN must be initialized in each of them.
    """
    found = enter(list_accounts())
    errors = {
        account_id: error
        for account_id, error in found.items()
        if error and (is_listed or not isinstance(error, UninitializedAccountError))
    }
    if not errors:
        return passes(f"The source servers of {_accounts(len(found))} can be listed.")
    if len(found) == 1:
        (error,) = errors.values()
        return failed(error, _hint(error))
    named = "; ".join(f"{account_id}: {error.code}" for account_id, error in list(errors.items())[:NAMED])
    more = f" and {len(errors) - NAMED} more" if len(errors) > NAMED else ""
    first = next(iter(errors.values()))
    return fails(
        f"Of {_accounts(len(found))}, the source servers of {len(errors)} cannot be listed ({named}{more}). The first "
        f"error: {first}",
        _hint(first),
    )


def member_permissions(where: str, *, by_role: bool) -> Answer:
    """
    Say that nobody knows whether finalizing in member accounts is allowed.

    Args:
        where: Names the account, or the accounts.

        by_role: Whether a role in the account is assumed; otherwise MGN's global view is used.
    """
    because = (
        "IAM simulates only roles of the function's own account"
        if by_role
        else "AWS does not document which account is in the ARN that IAM evaluates for MGN's global view"
    )
    return warns(f"Whether finalizing in {where} is allowed cannot be known without writing: {because}.", UNKNOWABLE)


def _hint(error: CutoverError) -> str:
    return ENTER if ASSUME_ROLE in str(error) else error.hint


def _accounts(number: int) -> str:
    return "1 member account" if number == 1 else f"{number} member accounts"
