"""Builders for a correct run with throttling: a stack requests two source servers, a sweep finds three."""

import dataclasses
from datetime import UTC, datetime, timedelta

from tests.load.throttled.record import Record, Request, Server, Sweep

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
ASKED, LEFT, SWEPT, REMAINING, CHANGED = (f"s-{number:017x}" for number in range(5))
SERVERS = {
    server_id: Server(job_id=f"mgnjob-{server_id}", instance_id=f"i-{server_id}")
    for server_id in (ASKED, LEFT, SWEPT, REMAINING, CHANGED)
}
REASON = f"1 of 2 source servers are not finalized. Source server {LEFT} was not finalized: too little time was left."
OUT_OF_TIME = "The request ran out of time before it was complete. A cutover may have been finalized."
THROTTLED = {"code": "ThrottlingException", "message": "Rate exceeded", "retryable": True}


def after(seconds):
    return NOON + timedelta(seconds=seconds)


def call(operation, seconds, *, service="mgn", status=200, **parameters):
    return {
        "service": service,
        "operation": operation,
        "parameters": parameters,
        "status": status,
        "lostStatus": None,
        "fault": "throttle" if status == 429 else None,
        "seconds": 0.1,
        "receivedAt": after(seconds).timestamp(),
    }


def look(*server_ids, at=10, job=None, log=None, status=None):
    """Return the calls that read the evidence of *server_ids*, all at one time or each at its own time."""
    jobs, instances = [f"mgnjob-{id_}" for id_ in server_ids], [f"i-{id_}" for id_ in server_ids]
    named = {f"InstanceId.{number}": instance for number, instance in enumerate(instances, 1)}
    return [
        call("DescribeSourceServers", at, filters={"sourceServerIDs": list(server_ids)}),
        call("DescribeJobs", at if job is None else job, filters={"jobIDs": jobs}),
        *(call("DescribeJobLogItems", at if log is None else log, jobID=job_id) for job_id in jobs),
        call("DescribeInstanceStatus", at if status is None else status, service="ec2", **named),
    ]


def write(server_id=ASKED, *, at=20, operation="FinalizeCutover", status=200):
    return call(operation, at, status=status, sourceServerID=server_id)


def listed(*, at=100):
    return call("DescribeSourceServers", at, filters={"lifeCycleStates": ["CUTTING_OVER"], "isArchived": False})


def calls(*others):
    """Return the calls of a correct run, and *others*."""
    return [
        *look(ASKED, LEFT),
        write(LEFT, at=19, status=429),
        write(ASKED),
        listed(),
        *look(SWEPT, REMAINING, CHANGED, at=105),
        write(SWEPT, at=110),
        *others,
    ]


def request(**changes):
    well = Request(
        server_ids=(ASKED, LEFT),
        sent_at=NOON,
        service_timeout=60,
        answered_at=after(46),
        status="FAILED",
        reason=REASON,
    )
    return dataclasses.replace(well, **changes)


def report(server_id, outcome, error=None):
    return {"sourceServerID": server_id, "outcome": outcome, "error": error}


def sweep(*reports, remaining=(REMAINING,), unapproved=()):
    told = reports or (report(SWEPT, "FINALIZED"), report(CHANGED, "BLOCKED"))
    return Sweep(
        server_ids=(SWEPT, REMAINING, CHANGED),
        ended_at=after(165),
        timeout=75,
        report={"servers": list(told), "remaining": list(remaining)},
        changed_at={CHANGED: after(108)},
        unapproved=unapproved,
    )


def record(**changes):
    well = Record(
        servers=SERVERS,
        requests=[request()],
        sweep=sweep(),
        calls=calls(),
        finalized_at={ASKED: after(20), SWEPT: after(110)},
        seconds=165,
    )
    return dataclasses.replace(well, **changes)
