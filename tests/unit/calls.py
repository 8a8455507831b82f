"""Invocations of a door, with fakes behind it."""

from datetime import timedelta
from typing import Any

from finalize_cutover.doors.call import Call
from finalize_cutover.settings import read_settings
from tests.unit.fakes import FakeAws, FakeMandate


def call(
    aws: FakeAws, *, seconds_left: float = 900, accounts: list[str | None] | None = None, **differences: Any
) -> Call:
    """
    Return an invocation that has *seconds_left* and finds *aws* in every account.

    Args:
        accounts: Where the accounts that are asked for are written down.

        differences: Other fields of the call.
    """

    def world(account_id: str | None) -> Any:
        if accounts is not None:
            accounts.append(account_id)
        return aws.world

    usual: dict[str, Any] = {
        "settings": read_settings({"AWS_REGION": "eu-west-1"}),
        "context": None,
        "world": world,
        "staging": lambda *_account: _nobody("EC2"),
        "announcements": None,
        "mandate": lambda _stack_id: FakeMandate(),
        "clock": aws.clock,
        "deadline": aws.clock.now() + timedelta(seconds=seconds_left),
    }
    return Call(**{**usual, **differences})


def call_that_asks_nobody(aws: FakeAws) -> Call:
    """Return an invocation that must not reach AWS."""
    return call(aws, world=lambda _account_id: _nobody("MGN"))


def _nobody(service: str) -> Any:
    raise AssertionError(f"{service} was to be asked.")
