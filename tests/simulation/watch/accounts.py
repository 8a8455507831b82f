"""Checks that each account is served on its own: by calls there, whatever is wrong in another one."""

from collections import Counter
from typing import TYPE_CHECKING, Any

from tests.simulation.aws.invocation import AUTOMATION, Invocation
from tests.simulation.aws.truth import ACCOUNT
from tests.simulation.watch import evidence

if TYPE_CHECKING:
    from tests.simulation.watch.watch import Watch

# These services are called in the function's own account, whatever the source server's.
OF_OWN_ACCOUNT = {"ssm", "lambda", "events", "cloudformation", "s3"}


def check_call(watch: "Watch", invocation: Invocation, service: str, account_id: str) -> None:
    """Check that a call is in an account that automation covers, and that the event is about."""
    asked = invocation.asked
    allowed = {account.id for account in watch.accounts} if asked.handler in AUTOMATION else {ACCOUNT}
    if service in OF_OWN_ACCOUNT:
        allowed = {ACCOUNT}
    elif asked.handler == "launch_result" and not asked.may_finalize:
        allowed = {ACCOUNT}  # the list of the accounts is read there
    watch.demand(account_id in allowed, "called in another account", invocation, service, account_id)


def check_write(watch: "Watch", invocation: Invocation, account_id: str, server_id: str) -> None:
    """Check that a write is sent in the account of its source server."""
    is_there = server_id in watch.mgn.servers and watch.mgn.servers[server_id].account == account_id
    watch.demand(is_there, "written in another account", invocation, server_id, account_id)
    watch.counts["writes in a member account"] += account_id != ACCOUNT


def check_report(watch: "Watch", invocation: Invocation, result: dict[str, Any]) -> None:
    """Check the parts of a sweep's report: one for each account, whose numbers are those of its source servers."""
    parts = result.get("accounts", [])
    expected = [account.id for account in watch.accounts] if len(watch.accounts) > 1 else []
    found = [part["accountID"] for part in parts]
    watch.demand(found == expected, "untrue part", invocation, found, "instead of", expected)
    for part in parts:
        _check_part(watch, invocation, part)
    if parts:
        for name in ("total", "changed"):
            watch.demand(sum(part[name] for part in parts) == result[name], "untrue part", invocation, name, result)
        counts = sum((Counter(part["counts"]) for part in parts), Counter())
        watch.demand(counts == Counter(result["counts"]), "untrue part", invocation, counts, result["counts"])
    for report in result["servers"]:
        named = report.get("accountID") or (report.get("arn") or ":::::").split(":")[4]
        owner = watch.mgn.servers[report["sourceServerID"]].account
        watch.demand(named == owner or not parts, "reported for another account", invocation, report)


def _check_part(watch: "Watch", invocation: Invocation, part: dict[str, Any]) -> None:
    account_id = part["accountID"]
    if part["error"]:
        watch.counts["accounts not swept"] += 1
        if evidence.is_not_stored(reason := part["error"].get("message", "")):
            evidence.check_not_stored(watch, invocation, reason)
            return
        is_excused = could_not_be_listed(invocation, account_id)
        watch.demand(is_excused and part["total"] == 0, "groundless error", invocation, part)
        return
    watch.counts["accounts swept"] += 1
    listed = [id_ for id_ in invocation.record.listed if watch.mgn.servers[id_].account == account_id]
    watch.demand(part["total"] == len(listed), "untrue part", invocation, part, "of", listed)
    sent = {send.server_id for send in invocation.record.sends if not send.is_refused}
    changed = part["changed"] - len(sent & set(listed))
    watch.demand(changed <= 0, "untrue part", invocation, part, "sent for", sent)


def could_not_be_listed(invocation: Invocation, account_id: str) -> bool:
    """Return whether a fault can have prevented listing the source servers of an account."""
    return any(fault.about is None and fault.account in {None, account_id} for fault in invocation.record.faults)


def is_served(watch: "Watch", account_id: str) -> bool:
    """Return whether a sweep can finalize source servers of an account now."""
    account = next((account for account in watch.accounts if account.id == account_id), None)
    if account is None or account.illness_at(watch.machine.now):
        return False
    return account_id == ACCOUNT or watch.lists_members
