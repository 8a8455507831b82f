"""The function's results for a wave, as JSON values.  A test names only the differences."""

from datetime import UTC, datetime, timedelta

SERVER = "s-0123456789abcdef0"
LAUNCHED_AT = datetime(2026, 11, 23, 9, 15, tzinfo=UTC)
FINALIZED_AT = datetime(2026, 11, 23, 10, 15, tzinfo=UTC)
PASSED = {"rule": "lifecycle", "verdict": "PASS", "reason": "its lifecycle state is CUTTING_OVER"}
BLOCKED = {
    "rule": "post-launch-actions",
    "verdict": "BLOCK",
    "reason": "its post-launch action Join the domain FAILED and must succeed",
    "hint": "Fix the cause in the action's run in Systems Manager, and run the action again.",
}
WAITING = {
    "rule": "first-boot",
    "verdict": "WAIT",
    "reason": "its first boot is WAITING, not SUCCEEDED",
    "hint": "Wait until the instance has started.",
}
WAIVED = {"rule": "soak", "verdict": "WAIVED", "reason": "its cutover was launched 60 minutes ago, not 1440"}
ERROR = {
    "code": "ConflictException",
    "message": "Source server s-0123456789abcdef0: MGN is busy with it.",
    "httpStatus": 409,
    "retryable": True,
    "hint": "Wait for what runs in MGN, then ask again.",
}
UNKNOWN = {
    "arn": None,
    "lifeCycleState": None,
    "dataReplicationState": None,
    "launchedInstanceID": None,
    "cutoverJobID": None,
    "cutoverLaunchedAt": None,
    "readiness": [],
    "error": {
        "code": "SourceServerNotFoundError",
        "message": "MGN does not list it.",
        "httpStatus": None,
        "retryable": False,
        "hint": "Check the ID, the account and the Region.",
    },
}


def server_id(number):
    return f"s-{number:017x}"


def application(number):
    """Return the application of the wave's server *number*; the last ones are in none."""
    return f"app-{number // 10:017x}" if number < 52 else None


def in_wave(number, outcome="FINALIZED", **fields):
    return a_report(
        server_id(number), outcome, hostname=f"web-{number:02}", applicationID=application(number), **fields
    )


def at(time):
    return time.isoformat().replace("+00:00", "Z")


def a_report(server=SERVER, outcome="FINALIZED", **fields):
    """Return a report of a server that the request finalized, changed by *fields*."""
    is_final = outcome == "FINALIZED"
    finalized_at = fields.pop("finalized_at", FINALIZED_AT) if is_final else None
    return {
        "schemaVersion": "1.0",
        "sourceServerID": server,
        "hostname": None,
        "applicationID": None,
        "arn": f"arn:aws:mgn:eu-west-1:111122223333:source-server/{server}",
        "outcome": outcome,
        "changed": is_final,
        "finalizedAt": at(finalized_at) if is_final else None,
        "lifeCycleState": "CUTOVER" if is_final else "CUTTING_OVER",
        "dataReplicationState": "DISCONNECTED" if is_final else "CONTINUOUS",
        "launchedInstanceID": f"i-{server[2:]}",
        "cutoverJobID": "mgnjob-0123456789abcdef0",
        "cutoverLaunchedAt": at(LAUNCHED_AT),
        "readiness": [PASSED],
        "warnings": [],
        "agentUninstalledBy": at(finalized_at + timedelta(minutes=10)) if is_final else None,
        "replicationResourcesDeletedBy": at(finalized_at + timedelta(minutes=90)) if is_final else None,
        "error": None,
        **fields,
    }


def a_fleet(*reports, remaining=(), **fields):
    outcomes = [report["outcome"] for report in reports]
    return {
        "schemaVersion": "1.0",
        "outcome": "FINALIZED" if set(outcomes) == {"FINALIZED"} and not remaining else "PARTIAL",
        "total": len(reports) + len(remaining),
        "counts": {outcome: outcomes.count(outcome) for outcome in outcomes},
        "changed": sum(report["changed"] for report in reports),
        "servers": list(reports),
        "remaining": list(remaining),
        **fields,
    }


def a_leftover(name="vol-0123456789abcdef0", **fields):
    cost = {
        "isEstimate": True,
        "monthlyUsd": 1.28,
        "unitPriceUsd": 0.08,
        "unit": "GiB-month",
        "priceRegion": "us-east-1",
    }
    return {
        "type": "volume",
        "id": name,
        "createdAt": "2026-11-09T08:00:00Z",
        "ageHours": 340,
        "sizeGiB": 16,
        "cost": cost,
        **fields,
    }


def an_audit(server=SERVER, outcome="CLEAN", **fields):
    leftovers = fields.get("leftovers", [])
    verdict = "FAIL" if leftovers else "PASS"
    reason = f"{len(leftovers)} resources are left" if leftovers else "nothing is left"
    return {
        "schemaVersion": "1.0",
        "sourceServerID": server,
        "arn": f"arn:aws:mgn:eu-west-1:111122223333:source-server/{server}",
        "outcome": outcome,
        "finalizedAt": at(FINALIZED_AT),
        "launchedInstanceID": f"i-{server[2:]}",
        "checks": [{"check": "leftovers", "verdict": verdict, "reason": reason}],
        "leftovers": leftovers,
        "error": None,
        **fields,
    }


def a_fleet_audit(*audits):
    outcomes = [audit["outcome"] for audit in audits]
    counts = {outcome: outcomes.count(outcome) for outcome in outcomes}
    return {"schemaVersion": "1.0", "outcome": outcomes[0], "total": len(audits), "counts": counts, "servers": audits}


def a_wave_of_60():
    """Return the results of a wave that contains every outcome."""
    finalized = [in_wave(n, finalized_at=FINALIZED_AT + timedelta(seconds=7 * n)) for n in range(50)]
    finalized[3] = in_wave(3, readiness=[PASSED, WAIVED])
    finalized[4] = in_wave(4, changed=False, readiness=[], cutoverLaunchedAt="2026-11-20T07:00:00Z")
    finalized[5] = in_wave(5, warnings=["After finalizing, MGN still shows a replication lag of PT5M."])
    others = [
        *(in_wave(n, "BLOCKED", readiness=[PASSED, BLOCKED]) for n in (50, 51)),
        *(in_wave(n, "NOT_READY", readiness=[WAITING]) for n in (52, 53, 54)),
        in_wave(55, "FAILED", error=ERROR),
        a_report(server_id(56), "NOT_FOUND", **UNKNOWN),
    ]
    return a_fleet(*finalized, *others, remaining=[server_id(n) for n in (57, 58, 59)])


def its_audit():
    """Return the audit of the wave's finalized servers."""
    leftovers = [a_leftover(), a_leftover("snap-0123456789abcdef0", type="snapshot", sizeGiB=8, cost=None)]
    return a_fleet_audit(
        an_audit(server_id(7), "LEFT_BEHIND", leftovers=leftovers), *(an_audit(server_id(n)) for n in range(8, 50))
    )
