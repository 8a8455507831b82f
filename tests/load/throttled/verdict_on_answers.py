"""Checks the responses in a load test with throttling: they name all servers not reached, and are true."""

import re
from collections.abc import Iterator

from tests.load.throttled.record import Document, Record, Request, Sweep

FINALIZED, FAILED = "FINALIZED", "FAILED"
NOT_FINALIZED = re.compile(r"(\d+) of (\d+) source servers are not finalized\.")
OUT_OF_TIME = "The request ran out of time before it was complete."


def violations(record: Record) -> Iterator[str]:
    """Yield the violations as sentences."""
    for request in record.requests:
        yield from _of_request(request, record)
    yield from _of_sweep(record.sweep, record)


def remaining(sweep: Sweep) -> list[str]:
    """Return the IDs that the sweep reports as not reached."""
    return list(sweep.report.get("remaining", []))


def _of_request(request: Request, record: Record) -> Iterator[str]:
    answered_at, total = request.answered_at, len(request.server_ids)
    if answered_at is None:
        yield f"untold: the request for {request.server_ids[0]} and others was never answered"
        return
    final = sum(id_ in record.finalized_at and record.finalized_at[id_] <= answered_at for id_ in request.server_ids)
    if not _is_told(request, total - final):
        yield f"untold: {total - final} of {total} were not final: {request.status} {request.reason}"


def _is_told(request: Request, left: int) -> bool:
    """Return whether the response says that *left* source servers are not finalized."""
    if request.status == "SUCCESS":
        return left == 0
    if told := NOT_FINALIZED.search(request.reason):
        return (int(told[1]), int(told[2])) == (left, len(request.server_ids))
    return request.reason.startswith(OUT_OF_TIME)


def _of_sweep(sweep: Sweep, record: Record) -> Iterator[str]:
    reports = {report["sourceServerID"]: report for report in sweep.report.get("servers", [])}
    left = remaining(sweep)
    for server_id in sweep.server_ids:
        report, is_final = reports.get(server_id), server_id in record.finalized_at
        # A server that lost its approval is only counted.
        least = 0 if server_id in sweep.unapproved and not is_final else 1
        if not least <= (report is not None) + left.count(server_id) <= 1:
            yield f"untold: the sweep lists {server_id} both in its reports and as remaining, or in neither"
        elif (report or {}).get("outcome") != FINALIZED if is_final else (report or {}).get("outcome") == FINALIZED:
            yield f"untrue: the sweep says {report and report['outcome']} of {server_id}"
        elif report and not is_final and server_id not in sweep.changed_at and not _is_throttled(report):
            yield f"untold: {server_id} was ready, and the sweep says {report['outcome']} {report.get('error')}"


def _is_throttled(report: Document) -> bool:
    error = report.get("error") or {}
    return report["outcome"] == FAILED and bool(error.get("retryable"))
