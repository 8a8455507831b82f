"""What changes nothing: the preflight, a launch event and a sweep that can finalize nothing, and a check."""

import json
from collections import Counter
from collections.abc import Mapping
from typing import Any

from finalize_cutover.cutover.preflight.report import CheckName, PreflightVerdict
from finalize_cutover.cutover.report import Outcome
from finalize_cutover.cutover.source_server import CUTTING_OVER
from tests.account.deployment import ROOT
from tests.account.errors import AccountTestError
from tests.account.function import Function
from tests.account.report import PreflightLine
from tests.account.walk import Item, state_of

EVENT = ROOT / "events" / "cutover_launch_succeeded.json"
# In such an event, nothing is to be done.
IGNORED = ("CUTOVER_LAUNCH_FAILED", "TEST_LAUNCH_SUCCEEDED")
MOST_CHECKED = 20
# What automation may answer without the tag of the run on any source server.
HARMLESS = {Outcome.SKIPPED, Outcome.NOT_READY, Outcome.BLOCKED, Outcome.NOT_FOUND}


def preflight(function: Function) -> tuple[tuple[PreflightLine, ...], dict[str, Any]]:
    """Return the verdict of each check, and the whole report, which names resources."""
    report = function.invoke({"action": "preflight"})
    lines = tuple(
        PreflightLine(check=CheckName(line["check"]), verdict=PreflightVerdict(line["verdict"]))
        for line in report["checks"]
    )
    return lines, report


def launch_event(server: Item, *, account_id: str, region: str, state: str = "CUTOVER_LAUNCH_SUCCEEDED") -> Any:
    """
    Return the event that MGN sends after a launch of *server*.

    AWS accepts events of the source ``aws.mgn`` from MGN only, so the function is invoked with it.
    """
    event = json.loads(EVENT.read_text())
    event["detail"]["state"] = state
    return {**event, "account": account_id, "region": region, "resources": [server["arn"]]}


def send_launch_events(
    function: Function, server: Item, *, account_id: str, region: str
) -> tuple[dict[Outcome, int], int]:
    """
    Return the outcome of the event of a successful launch, and how many other events were ignored.

    Raises:
        AccountTestError: The function did not ignore another event, or changed something.
    """
    ignored = [
        function.invoke(launch_event(server, account_id=account_id, region=region, state=state)) for state in IGNORED
    ]
    if any(answer is not None for answer in ignored):
        raise AccountTestError("The function did not ignore the event of another launch.", "EventNotIgnored")
    report = function.invoke(launch_event(server, account_id=account_id, region=region))
    return _harmless({report["outcome"]: 1}, report["changed"]), len(ignored)


def sweep(function: Function) -> dict[Outcome, int]:
    """Return the outcomes of a sweep in dry run; raise AccountTestError if one server would be finalized."""
    report = function.invoke({"action": "sweep", "dryRun": True})
    return _harmless(report["counts"], report["changed"])


def check(function: Function, servers: list[Item]) -> dict[Outcome, int]:
    """Return the outcomes of a check of some of the *servers* that are in a cutover; empty if there are none."""
    in_cutover = [server["sourceServerID"] for server in servers if state_of(server) == CUTTING_OVER]
    if not in_cutover:
        return {}
    report = function.invoke({"action": "check", "sourceServerIDs": in_cutover[:MOST_CHECKED]})
    return {Outcome(outcome): number for outcome, number in report["counts"].items()}


def chosen(servers: list[Item]) -> Item | None:
    """Return a source server for the launch event, one in a cutover if there is one."""
    return min(servers, key=lambda server: state_of(server) != CUTTING_OVER, default=None)


def _harmless(counts: Mapping[str, int], changed: int) -> dict[Outcome, int]:
    outcomes = Counter({Outcome(outcome): number for outcome, number in counts.items()})
    if changed or outcomes.keys() - HARMLESS:
        names = sorted(outcomes.keys() - HARMLESS)
        raise AccountTestError(f"Automation without an approved source server: {', '.join(names)}.", *names)
    return dict(outcomes)
