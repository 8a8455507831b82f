"""Invocations of a handler with fakes."""

from datetime import timedelta
from typing import Any

from finalize_cutover.handlers.invocation import Invocation
from finalize_cutover.settings import read_settings
from tests.unit.fakes import FakeAws, FakeStack


def invocation(
    aws: FakeAws, *, seconds_left: float = 900, accounts: list[str | None] | None = None, **differences: Any
) -> Invocation:
    """
    Return an invocation with *seconds_left* that uses *aws* in every account.

    Args:
        accounts: List to which the requested accounts are appended.

        differences: Other fields of the invocation.
    """

    def make_services(account_id: str | None, _until: Any) -> Any:
        if accounts is not None:
            accounts.append(account_id)
        return aws.services

    usual: dict[str, Any] = {
        "settings": read_settings({"AWS_REGION": "eu-west-1"}),
        "context": None,
        "clock": aws.clock,
        "deadline": aws.clock.now() + timedelta(seconds=seconds_left),
        "ends_at": aws.clock.now() + timedelta(seconds=seconds_left),
        "make_services": make_services,
        "make_acceptance": lambda *_: None,
        "make_staging": lambda *_: _nobody("EC2"),
        "make_stack": lambda *_: FakeStack(),
        "make_publisher": lambda _until: None,
        "make_evidence_bucket": lambda *_: _nobody("S3"),
        "make_topic": lambda _until: None,
        "make_preflight": lambda *_: _nobody("IAM"),
    }
    return Invocation(**{**usual, **differences})


def invocation_without_aws(aws: FakeAws, **differences: Any) -> Invocation:
    """Return an invocation that must not call AWS."""
    return invocation(aws, make_services=lambda *_: _nobody("MGN"), **differences)


def _nobody(service: str) -> Any:
    raise AssertionError(f"{service} was to be asked.")
