"""The attributes for ``Fn::GetAtt`` and the reasons for stack events; a repeated request gets the same ones."""

from collections.abc import Sequence
from datetime import datetime

from finalize_cutover.cutover.errors import CutoverError, NotReadyError
from finalize_cutover.cutover.finalize.result import Result
from finalize_cutover.cutover.fleet_report import FleetReport
from finalize_cutover.cutover.report import Outcome, Report

# The attributes besides ``Outcome``.
OF_ONE = (
    *("SourceServerArn", "LifeCycleState", "DataReplicationState", "FinalizedAt", "LaunchedInstanceID"),
    *("CutoverJobID", "ReplicationResourcesDeletedBy"),
)
OF_SEVERAL = ("Total", "Finalized", "NotReady", "Failed")

# More would not fit into the reason in the stack events.
FAILURES_TOLD = 3

# Characters of a reason that stay readable in the stack events; a hint that makes it longer is left to the report.
SHORT_REASON = 256

MAY_BE_FINALIZED = "A cutover may have been finalized; a retry is safe and shows the outcome"
OUT_OF_TIME = (
    f"The request ran out of time before it was complete. {MAY_BE_FINALIZED}: update the stack with another Revision."
)
IN_FLIGHT = " MGN has not responded yet about {ids}; they may be finalized."
# More would not fit beside the rest of the reason.
IN_FLIGHT_TOLD = 10
BROKEN = f"The function failed with {{name}}, which is a defect; see its log. {MAY_BE_FINALIZED}."


def attributes_of(report: Report) -> dict[str, str]:
    """
    Return the attributes of one source server; an empty string for a value that MGN does not return.

    Those of several source servers are empty: ``Fn::GetAtt`` on a missing attribute would roll back a finalized stack.
    """
    return {
        **dict.fromkeys(OF_SEVERAL, ""),
        "Outcome": report.outcome.value,
        "SourceServerArn": report.arn or "",
        "LifeCycleState": report.life_cycle_state or "",
        "DataReplicationState": report.data_replication_state or "",
        "FinalizedAt": _text(report.finalized_at),
        "LaunchedInstanceID": report.launched_instance_id or "",
        "CutoverJobID": report.cutover_job_id or "",
        "ReplicationResourcesDeletedBy": _text(report.replication_resources_deleted_by),
    }


def fleet_attributes_of(report: FleetReport) -> dict[str, str]:
    """
    Return the attributes of several source servers; counts are strings, because outputs accept no numbers.

    Those of a single source server are empty.
    """
    counts = report.counts
    not_ready = counts.get(Outcome.NOT_READY, 0) + counts.get(Outcome.BLOCKED, 0)
    failed = counts.get(Outcome.FAILED, 0) + counts.get(Outcome.NOT_FOUND, 0)
    return {
        **dict.fromkeys(OF_ONE, ""),
        "Outcome": report.outcome.value,
        "Total": str(report.total),
        "Finalized": str(counts.get(Outcome.FINALIZED, 0)),
        "NotReady": str(not_ready),
        "Failed": str(failed),
    }


def unknown_attributes() -> dict[str, str]:
    """Return every attribute, empty except for the outcome, for a request that failed before any result."""
    return {**dict.fromkeys((*OF_ONE, *OF_SEVERAL), ""), "Outcome": Outcome.FAILED.value}


def sentence(server_id: str, error: CutoverError) -> str:
    """Return the reason for the stack events: the server, the problem and, if there is space, what to do."""
    words = str(error)
    subject = "" if server_id in words else f"Source server {server_id}: "
    return with_hint(f"{subject}{words}", error)


def with_hint(words: str, error: CutoverError) -> str:
    """Return *words* with the hint of *error*; without that of a readiness check if the reason would become long."""
    full = f"{words} {error.hint}".strip()
    return words if isinstance(error, NotReadyError) and len(full) > SHORT_REASON else full


def fleet_sentence(results: Sequence[Result], total: int) -> str:
    """Return the reason for several servers: the first failures, and the number of the others."""
    failed = [(result.report.source_server_id, result.cause) for result in results if result.cause]
    told = " ".join(sentence(server_id, cause) for server_id, cause in failed[:FAILURES_TOLD])
    more = f" And {len(failed) - FAILURES_TOLD} more." if len(failed) > FAILURES_TOLD else ""
    return f"{len(failed)} of {total} source servers are not finalized. {told}{more}"


def out_of_time(in_flight: Sequence[str]) -> str:
    """Return the reason for a timeout; *in_flight* are the IDs of source servers whose write is in flight."""
    if not in_flight:
        return OUT_OF_TIME
    more = f" and {len(in_flight) - IN_FLIGHT_TOLD} more" if len(in_flight) > IN_FLIGHT_TOLD else ""
    return OUT_OF_TIME + IN_FLIGHT.format(ids=", ".join(in_flight[:IN_FLIGHT_TOLD]) + more)


def _text(time: datetime | None) -> str:
    return time.isoformat().replace("+00:00", "Z") if time else ""
