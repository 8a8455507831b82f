"""What ``Fn::GetAtt`` gives, and what the stack events say: the same for the same request, whoever did the work."""

from collections.abc import Sequence
from datetime import datetime

from finalize_cutover.cutover.errors import CutoverError
from finalize_cutover.cutover.finalize.result import Result
from finalize_cutover.cutover.fleet_report import FleetReport, fleet_report
from finalize_cutover.cutover.report import Outcome, Report

# More would not fit into what the stack events show.
FAILURES_TOLD = 3

MAY_BE_FINALIZED = "A cutover may have been finalized: ask again, which is safe and tells"
OUT_OF_TIME = (
    "The time ran out while the request was still being worked on. "
    f"{MAY_BE_FINALIZED}, by updating the stack with another Revision."
)
IN_FLIGHT = " No answer has come yet about {ids}, which may be finalized all the same."
# More would not fit beside the rest of the reason.
IN_FLIGHT_TOLD = 10
BROKEN = f"The function failed with {{name}}, which is a defect; its log tells more. {MAY_BE_FINALIZED}."


def attributes_of(report: Report) -> dict[str, str]:
    """Return the attributes of one source server; an empty string where MGN does not tell."""
    return {
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
    """Return the attributes of several source servers; counts as strings, since outputs take no numbers."""
    counts = report.counts
    not_ready = counts.get(Outcome.NOT_READY, 0) + counts.get(Outcome.BLOCKED, 0)
    failed = counts.get(Outcome.FAILED, 0) + counts.get(Outcome.NOT_FOUND, 0)
    return {
        "Outcome": report.outcome.value,
        "Total": str(report.total),
        "Finalized": str(counts.get(Outcome.FINALIZED, 0)),
        "NotReady": str(not_ready),
        "Failed": str(failed),
    }


def unknown_attributes() -> dict[str, str]:
    """Return every attribute there is, empty but for the outcome, for a request about which nothing was learned."""
    nothing = Report(source_server_id="", outcome=Outcome.FAILED)
    names = [*attributes_of(nothing), *fleet_attributes_of(fleet_report([nothing]))]
    return {**dict.fromkeys(names, ""), "Outcome": nothing.outcome.value}


def sentence(server_id: str, error: CutoverError) -> str:
    """Return what the stack events say: the server, what is wrong, what to do."""
    words = str(error)
    subject = "" if server_id in words else f"Source server {server_id}: "
    return f"{subject}{words} {error.hint}".strip()


def fleet_sentence(results: Sequence[Result], total: int) -> str:
    """Return what the stack events say of several servers: the first that failed, and how many more."""
    failed = [(result.report.source_server_id, result.cause) for result in results if result.cause]
    told = " ".join(sentence(server_id, cause) for server_id, cause in failed[:FAILURES_TOLD])
    more = f" And {len(failed) - FAILURES_TOLD} more." if len(failed) > FAILURES_TOLD else ""
    return f"{len(failed)} of {total} source servers are not finalized. {told}{more}"


def out_of_time(in_flight: Sequence[str]) -> str:
    """Return what the stack events say when the time has run out; *in_flight* are IDs of what is being finalized."""
    if not in_flight:
        return OUT_OF_TIME
    more = f" and {len(in_flight) - IN_FLIGHT_TOLD} more" if len(in_flight) > IN_FLIGHT_TOLD else ""
    return OUT_OF_TIME + IN_FLIGHT.format(ids=", ".join(in_flight[:IN_FLIGHT_TOLD]) + more)


def _text(time: datetime | None) -> str:
    return time.isoformat().replace("+00:00", "Z") if time else ""
