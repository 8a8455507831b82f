"""Input and output of automation: MGN's events, and a fake event bus."""

from collections.abc import Collection
from dataclasses import replace
from typing import Any

from finalize_cutover.cutover.evidence import Evidence
from finalize_cutover.cutover.report import Report
from tests.unit.builders import APPROVAL, SERVER, ready

APPROVED = {APPROVAL.key: APPROVAL.value}
SUCCEEDED = "CUTOVER_LAUNCH_SUCCEEDED"


def arn(server_id: str = SERVER, *, region: str = "eu-west-1", account: str = "111122223333") -> str:
    """Return the ARN of a source server."""
    return f"arn:aws:mgn:{region}:{account}:source-server/{server_id}"


def launch_result(*server_ids: str, state: object = SUCCEEDED, **differences: Any) -> dict[str, Any]:
    """
    Return an event as MGN documents it, changed by *differences*.

    https://docs.aws.amazon.com/mgn/latest/ug/eventbridge-events.html
    """
    return {
        "version": "0",
        "id": "9da9af57-9253-4406-87cb-7cc400e43465",
        "detail-type": "MGN Source Server Launch Result",
        "source": "aws.mgn",
        "account": "111122223333",
        "time": "2026-11-23T10:14:30Z",
        "region": "eu-west-1",
        "resources": [arn(server_id) for server_id in server_ids or (SERVER,)],
        "detail": {"state": state, "job-id": "mgnjob-0123456789abcdef0"},
        **differences,
    }


def approved(server_id: str = SERVER, **differences: Any) -> Evidence:
    """Return a ready source server with the approval tag and its own instance."""
    instance_id = f"i-{server_id.removeprefix('s-')}"
    own = {"tags": APPROVED, "instance_id": instance_id, "launch_instance": instance_id}
    return ready(server_id, **{**own, **differences})


def archived(evidence: Evidence) -> Evidence:
    """Return the same source server, archived."""
    return replace(evidence, server=replace(evidence.server, is_archived=True))


class FakeResultPublisher:
    """
    A fake event bus.

    Attributes:
        told: The published events, in order.

        refuses: Number of further calls that it refuses.
    """

    def __init__(self, *, refuses: int = 0) -> None:
        self.told: list[Report] = []
        self.refuses = refuses

    def publish(self, reports: Collection[Report]) -> dict[str, str]:
        if self.refuses:
            self.refuses -= 1
            return {report.source_server_id: "the bus is busy" for report in reports}
        self.told += reports
        return {}
