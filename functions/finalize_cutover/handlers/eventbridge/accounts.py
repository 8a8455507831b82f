"""
The accounts of automation: the function's own, and the deployment's member accounts.

A sweep works on a few accounts at a time.  Each gets a fair share of the time that is left, and another account is the
first in each quarter of an hour, so that no account keeps the others waiting for ever.
"""

import itertools
import math
import re
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from typing import Any, TypeAlias, TypeVar

from finalize_cutover.cutover.errors import (
    CutoverError,
    InvalidRequestError,
    MgnRefusedError,
    UninitializedAccountError,
)
from finalize_cutover.handlers.eventbridge.order import rotated
from finalize_cutover.handlers.invocation import Invocation
from finalize_cutover.handlers.request import shown
from finalize_cutover.settings import Settings

T = TypeVar("T")
# None means the function's own account.
Account: TypeAlias = str | None

# The value of MemberAccounts for all accounts of MGN's global view.
MANAGED = "MANAGED"
ACCOUNT_ID = re.compile("[0-9]{12}")
# Each of them sends up to 10 writes at the same time (cutover/finalize/pace.py), and 64 calls to AWS can run
# (aws/time_limit.py).
MOST_AT_A_TIME = 5
# A smaller share would end before a write, so that a sweep with little time would finalize nothing in any account.
LEAST_SHARE = timedelta(seconds=60)


def check(settings: Settings) -> None:
    """Raise InvalidRequestError if the deployment's member accounts are no accounts, or cannot be entered."""
    listed = settings.member_accounts
    for entry in listed:
        if listed != (MANAGED,) and not ACCOUNT_ID.fullmatch(entry):
            raise InvalidRequestError(
                f"MemberAccounts contains {shown(entry)}; allowed: account IDs of 12 digits, or only {MANAGED}."
            )
    if listed and not settings.member_role_name:
        raise InvalidRequestError(
            f"MemberAccounts is {shown(','.join(listed))}, but MemberRoleName is empty; "
            "allowed: member accounts with the name of the role to assume in them."
        )


def member_accounts(invocation: Invocation) -> tuple[str, ...]:
    """
    Return the IDs of the deployment's member accounts, each once and without the function's own; see ``check``.

    Raises:
        CutoverError: MGN could not list the accounts of its global view.
    """
    listed = invocation.settings.member_accounts
    ids = _managed(invocation) if listed == (MANAGED,) else listed
    return tuple(id_ for id_ in dict.fromkeys(ids) if id_ != invocation.own_account_id)


def _managed(invocation: Invocation) -> Sequence[str]:
    try:
        found = invocation.services(None).mgn.managed_accounts()
    except CutoverError as error:
        if error.retryable:
            raise
        raise _not_listed(str(error), code=error.code, http_status=error.http_status) from error
    # AWS does not document what MGN returns while the global view is off.
    if not set(found) - {invocation.own_account_id}:
        raise _not_listed("the list is empty.", code="EmptyList")
    return found


def _not_listed(reason: str, **about: Any) -> MgnRefusedError:
    return MgnRefusedError(
        f"MemberAccounts is {MANAGED}, but MGN does not list the accounts of its global view: {reason}",
        hint="Turn on MGN's global view and allow mgn:ListManagedAccounts, or set MemberAccounts to account IDs.",
        **about,
    )


def account_of_event(account_id: str, invocation: Invocation) -> Account:
    """
    Return the account in which to handle an event of *account_id*: None for the function's own.

    Raises:
        LookupError: It is neither the own account nor a member account.

        InvalidRequestError: As for ``check``.

        CutoverError: MGN could not list the accounts of its global view.
    """
    check(invocation.settings)
    own = invocation.own_account_id
    if account_id == own:
        return None
    if invocation.settings.member_accounts and account_id in member_accounts(invocation):
        return account_id
    if own is None:
        return None  # what is unknown without Lambda is not compared
    raise LookupError(account_id)


def shown_id(account: Account, invocation: Invocation) -> str | None:
    """Return the ID of *account* for reports, logs and metrics; None if the deployment has no member accounts."""
    return account or (invocation.own_account_id if invocation.settings.member_accounts else None)


def is_excused(account: Account, error: CutoverError, invocation: Invocation) -> bool:
    """
    Return whether *error* in an account needs nobody: MGN is not initialized there, and need not be.

    A central account often has no migrations of its own, and an organization has accounts without any.
    """
    listed = invocation.settings.member_accounts
    need_not = listed == (MANAGED,) if account else bool(listed)
    return need_not and isinstance(error, UninitializedAccountError)


def in_each(
    accounts: Sequence[Account], invocation: Invocation, work: Callable[[Account, Invocation], T]
) -> dict[Account, T]:
    """
    Return ``{account: what work returns}``, in the order of *accounts*.

    Args:
        accounts: The accounts, distinct; the first one to work on is another one in each quarter of an hour.

        work: Called with an account, and the invocation with the account's share of its time; in several threads.
    """
    order = rotated(accounts, invocation.clock.now())
    waiting = itertools.count(len(order), -1)

    def work_on(account: Account) -> T:
        return work(account, _with_share(invocation, next(waiting)))

    with ThreadPoolExecutor(min(MOST_AT_A_TIME, len(order))) as pool:
        found = dict(zip(order, pool.map(work_on, order), strict=True))
    return {account: found[account] for account in accounts}


def _with_share(invocation: Invocation, waiting: int) -> Invocation:
    """Return *invocation* with the time of the next of *waiting* accounts: what the others leave to it."""
    now = invocation.clock.now()
    share = (invocation.ends_at - now) / math.ceil(waiting / MOST_AT_A_TIME)
    return replace(invocation, ends_at=min(invocation.ends_at, now + max(LEAST_SHARE, share)))
