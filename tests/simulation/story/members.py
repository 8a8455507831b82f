"""Draws the member accounts of a deployment, what is wrong in one of them, and an account that is none."""

import math
import random
from dataclasses import dataclass

from tests.simulation.aws.accounts import ILLNESSES, Account
from tests.simulation.aws.truth import ACCOUNT

MEMBERS = ("222233334444", "333344445555")
# It has source servers, too, and forwards its events to the function.
STRANGER = "999900001111"
APPLICATIONS = {ACCOUNT: 1, MEMBERS[0]: 11, MEMBERS[1]: 12, STRANGER: 13}


@dataclass(frozen=True, slots=True, kw_only=True)
class Members:
    """
    The accounts of a history.

    Attributes:
        chance: Their own, so that histories without them stay the same.

        accounts: The accounts of automation, the function's own first.

        managed: IDs of the accounts of MGN's global view; none if it is off.

        lists_members: Whether the function can know its member accounts.

        variables: The function's variables.
    """

    chance: random.Random
    accounts: tuple[Account, ...]
    managed: tuple[str, ...]
    lists_members: bool
    variables: dict[str, str]

    def account_of(self, number: int) -> str:
        """Return the account of a source server, by its number: each account of automation has one."""
        if number < len(self.accounts):
            return self.accounts[number].id
        return self.chance.choice((*(account.id for account in self.accounts), STRANGER))


def draw_members(chance: random.Random, *, until: float) -> Members:
    """Draw the accounts; what is wrong in one ends at *until*, or never."""
    ids = (ACCOUNT, *chance.sample(MEMBERS, chance.choice((1, 2, 2))))
    ill = chance.choice(ids) if chance.random() < 0.5 else None
    accounts = tuple(_account(chance, id_, is_ill=id_ == ill, until=until) for id_ in ids)
    is_managed, is_off = chance.random() < 0.4, chance.random() < 0.1
    listed = sorted(ids if chance.random() < 0.3 else ids[1:])
    if not is_managed:
        chance.shuffle(listed)
    return Members(
        chance=chance,
        accounts=(accounts[0], *sorted(accounts[1:], key=lambda account: listed.index(account.id))),
        managed=tuple(listed) if is_managed and not is_off else (),
        lists_members=not (is_managed and is_off),
        variables={
            "MEMBER_ACCOUNTS": "MANAGED" if is_managed else ",".join(listed),
            "MEMBER_ROLE_NAME": "finalize-cutover-member",
        },
    )


def _account(chance: random.Random, account_id: str, *, is_ill: bool, until: float) -> Account:
    illness = chance.choice(ILLNESSES[1:] if account_id == ACCOUNT else ILLNESSES)
    begins, ends = chance.choice((0.0, 0.0, chance.uniform(0, until))), chance.choice((until, math.inf))
    return Account(id=account_id, illness=illness if is_ill else None, ill_from=begins, ill_until=ends)
