"""A mixed fleet for the digest."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

from finalize_cutover.cutover.evidence import Evidence, JobEvent
from finalize_cutover.cutover.readiness.policy import HOLD_TAG_KEY
from tests.unit.automated import APPROVED
from tests.unit.builders import INITIATED_AT, SERVER, ready
from tests.unit.fakes import FakeAws
from tests.unit.staged import FakeStaging, audited, production, staged_volume


def in_cutover(server_id: str, *, days: float = 14, **differences: Any) -> Evidence:
    """Return an approved source server that has replicated for *days*, with its own job and instance."""
    own = f"i-{server_id.removeprefix('s-')}"
    job = f"mgnjob-{server_id.removeprefix('s-')}"
    usual = {"tags": APPROVED, "instance_id": own, "launch_instance": own, "cutover_job": job, "instance_job": job}
    evidence = ready(server_id, **{**usual, **differences})
    return replace(evidence, server=replace(evidence.server, replicated_for=timedelta(days=days)))


def mixed_fleet() -> tuple[FakeAws, FakeStaging]:
    """Return MGN and EC2 with a source server in each state, and a leftover."""
    failed = (JobEvent(event="JOB_START"), JobEvent(event="SNAPSHOT_FAIL"), JobEvent(event="JOB_END"))
    earlier = [INITIATED_AT - timedelta(hours=hours) for hours in range(1, 7)]
    aws = FakeAws(
        in_cutover("s-0123456789abcdef1", hostname="db-1", log=failed, initiated_at=earlier[5], days=82),
        in_cutover("s-0123456789abcdef2", hostname="db-2", ec2_system="impaired", initiated_at=earlier[4]),
        in_cutover("s-0123456789abcdef3", hostname="web-2", first_boot="WAITING", initiated_at=earlier[3]),
        in_cutover("s-0123456789abcdef4", hostname="web-3", initiated_at=earlier[2]),
        in_cutover("s-0123456789abcdef5", hostname="app-1", tags={}, initiated_at=earlier[1]),
        in_cutover(
            "s-0123456789abcdef6", hostname="app-2", tags={HOLD_TAG_KEY: "until Monday"}, initiated_at=earlier[0]
        ),
        audited(SERVER, hostname="web-1"),
    )
    return aws, FakeStaging(*production(), staged_volume())
