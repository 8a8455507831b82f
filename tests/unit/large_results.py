"""Results and evidence of thousands of source servers, with reasons as long as the function's own."""

from datetime import timedelta

from tests.unit.evidence_records import an_audit_record, an_intent, store, store_finalization
from tests.unit.wave_results import FINALIZED_AT, a_fleet, a_fleet_audit, a_report, an_audit, server_id

SERVERS = 4000
AN_APPLICATION = 40
JOB = "mgnjob-0123456789abcdef0"


def passed(number):
    """Return what the rules find on the ready server *number*, in the function's words."""
    instance, minutes = f"i-{server_id(number)[2:]}", 1440 + number
    found = {
        "lifecycle": "its lifecycle state is CUTTING_OVER",
        "not-archived": "it is not archived",
        "hold": "it is not on hold",
        "not-before": "it carries no tag FinalizeCutoverNotBefore",
        "cutover-job": f"its cutover job {JOB} is COMPLETED and its launch status is LAUNCHED",
        "job-log": "its cutover job log contains no failure",
        "launched-instance": f"{instance} was launched by its last cutover",
        "instance-present": f"its instance {instance} is running",
        "first-boot": "its first boot SUCCEEDED",
        "mgn-checks": "all 3 MGN checks passed",
        "post-launch-actions": "all 4 post-launch actions succeeded",
        "instance-status": f"its instance {instance} is running, its status checks are ok, ok and ok",
        "application-status": f"the application status of its instance {instance} is ok",
        "alarms": f"alarm web-{number}-health is OK",
        "termination-protection": f"termination protection of its instance {instance} is on",
        "backup": f"volume vol-{number:017x} has a snapshot; instance store volumes are not covered",
        "validator": f"the validator passed it: orders {number} to {number + 99} were read and written in 12 ms",
        "soak": f"it was launched {minutes} minutes ago, and the soak time is 1440 minutes",
        "approval": f"it was approved with its instance {instance}",
    }
    return [{"rule": rule, "verdict": "PASS", "reason": reason} for rule, reason in found.items()]


def broken(number):
    """Return what the rules find on a server that is not ready."""
    instance, hint = (
        f"i-{server_id(number)[2:]}",
        "Read the job's log in the MGN console, and launch the cutover again.",
    )
    reasons = {
        "job-log": f"its cutover job log contains CONVERSION_FAIL (attempt {number % 3 + 1}): "
        + "the driver failed, " * 9,
        "instance-status": f"its instance {instance} is running, its status checks are impaired and insufficient-data",
        "post-launch-actions": f"its post-launch action Join domain {number} FAILED and must succeed: "
        + "no route, " * 20,
    }
    return [{"rule": rule, "verdict": "BLOCK", "reason": reason, "hint": hint} for rule, reason in reasons.items()]


def name(number):
    return {
        "hostname": f"application-server-{number:04}.example.com",
        "applicationID": f"app-{number // AN_APPLICATION:017x}",
    }


def large_results(count=SERVERS):
    """Return the results of a wave, in which every tenth server is blocked, and its audit."""
    reports = [
        a_report(
            server_id(number),
            "FINALIZED" if number % 10 else "BLOCKED",
            readiness=[] if number % 10 else broken(number),
            rulesPassed=19 if number % 10 else 16,
            **({"finalized_at": FINALIZED_AT + timedelta(seconds=number)} if number % 10 else {}),
            **name(number),
        )
        for number in range(count)
    ]
    audits = [an_audit(server_id(number)) for number in range(count) if number % 10]
    return [a_fleet(*reports), a_fleet_audit(*audits)]


def store_large_evidence(folder, count=SERVERS):
    """Write the evidence of *count* source servers; of every hundredth the result is missing."""
    for number in range(count):
        server, options = server_id(number), {"subject": name(number), "readiness": passed(number)}
        if number % 100 == 0:
            store(folder, an_intent(server, **options))
            continue
        report = {**name(number), "readiness": passed(number)}
        store_finalization(folder, server, intent=options, subject=name(number), report=report)
        store(folder, an_audit_record(server, subject=name(number)), "audit-20261123T121500Z")
