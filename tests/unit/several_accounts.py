"""A deployment with member accounts: an invocation whose accounts have a fake MGN each."""

from dataclasses import replace
from types import SimpleNamespace
from typing import Any

from finalize_cutover.cutover.evidence import Evidence
from finalize_cutover.handlers.invocation import Invocation
from finalize_cutover.settings import read_settings
from tests.unit.automated import approved, arn
from tests.unit.fakes import FakeAws
from tests.unit.invocations import invocation
from tests.unit.staged import FakeStaging

OWN, WEB, DATABASE = "111122223333", "444455556666", "777788889999"
CONTEXT = SimpleNamespace(invoked_function_arn=f"arn:aws:lambda:eu-west-1:{OWN}:function:finalize-cutover")
ENVIRONMENT = {"AWS_REGION": "eu-west-1", "MEMBER_ROLE_NAME": "FinalizeCutoverMember"}
SERVERS = {None: "s-00000000000000001", WEB: "s-00000000000000002", DATABASE: "s-00000000000000003"}


def of_account(evidence: Evidence, account: str | None) -> Evidence:
    """Return the same source server, in another account; None means the function's own."""
    return replace(evidence, server=replace(evidence.server, arn=arn(evidence.server.id, account=account or OWN)))


def one_ready_server_each(**differences: Any) -> dict[str | None, FakeAws]:
    """Return MGN in the function's own account and in two member accounts, with an approved server in each."""
    return {
        account: FakeAws(of_account(approved(server_id, **differences), account))
        for account, server_id in SERVERS.items()
    }


def in_accounts(
    fleet: dict[str | None, FakeAws],
    *,
    members: str = f"{WEB},{DATABASE}",
    environment: dict[str, str] | None = None,
    seconds_left: float = 900,
    **differences: Any,
) -> Invocation:
    """Return an invocation of a deployment with these *members*; *fleet* has the fake MGN of each account."""
    usual: dict[str, Any] = {
        "settings": read_settings({**ENVIRONMENT, "MEMBER_ACCOUNTS": members, **(environment or {})}),
        "context": CONTEXT,
        "make_services": lambda account, _until: fleet[account].services,
        "make_staging": lambda *_: FakeStaging(),
    }
    return invocation(fleet[None], seconds_left=seconds_left, **{**usual, **differences})
