"""Chapter 2: a launch that succeeded is not yet an accepted application: alarms, a backup and a change calendar."""

import json
from typing import Any

from local.client import LocalAws
from local.demo.local_aws import ask
from local.demo.terminal import Expectations, aside, heading, outcome, say

SERVER = "s-00000000000000c01"
ALARM, CALENDAR = "shop-errors", "change-freeze"
HOUR = 3600  # s
OPTIONAL = ("alarms", "backup", "change-calendar")
REQUIRED = {"alarms": [ALARM], "require": ["backup"], "changeCalendars": [CALENDAR], "soakMinutes": 60}


def run(aws: LocalAws, expectations: Expectations) -> None:
    """Request the finalization of a server whose application is not accepted, and fix what the function names."""
    heading("2. Acceptance: the launch succeeded, but does the application work, and is there a backup?")
    instance_id = _seed(aws)

    say("shop-01 is launched, booted and healthy, so the readiness checks of the launch pass:")
    expectations.check(_asked(action="check")["outcome"] == "WOULD_FINALIZE", "the launch alone would be finalized")

    _step("The team also requires an alarm, a backup, an open change calendar and a soak time of 60 minutes")
    print(f"    {json.dumps(REQUIRED)}")
    _expect(_asked(**REQUIRED), {"alarms": "BLOCK", "backup": "WAIT", "change-calendar": "WAIT"}, expectations)

    _step("The team fixes the errors, and the alarm goes back to OK")
    aws.set_alarm(ALARM, state="OK")
    _expect(_asked(**REQUIRED), {"alarms": "WAIT", "backup": "WAIT", "change-calendar": "WAIT"}, expectations)

    _step("The team takes a snapshot of the instance's volume; an hour passes")
    aside("(The demo does not wait: it moves every time in the local AWS an hour into the past.)", indent=4)
    aws.add_snapshot(instance_id)
    aws.advance(HOUR)
    _expect(_asked(**REQUIRED), {"change-calendar": "WAIT"}, expectations)

    _step("Another hour passes, and the change calendar opens")
    aws.advance(HOUR)
    _expect(_asked(**REQUIRED), {}, expectations)
    expectations.check(aws.operations("mgn").count("FinalizeCutover") == 1, "only the last request finalizes")


def _seed(aws: LocalAws) -> str:
    """Add the source server, the alarm and the calendar; return the ID of the launched instance."""
    server = aws.add_source_server("ready", sourceServerID=SERVER, hostname="shop-01")
    aws.set_alarm(ALARM, state="ALARM", minutesAgo=30)
    aws.set_calendar(CALENDAR, state="CLOSED", transitionInSeconds=2 * HOUR)
    aws.clear_calls()
    return str(server["launchedInstance"]["ec2InstanceID"])


def _asked(**request: Any) -> Any:
    """Send a request about the source server, and print the outcome and what keeps it from being finalized."""
    report = ask({"sourceServerID": SERVER, "waitMinutes": 0, **request})
    findings = report["readiness"]
    passed = sum(finding["verdict"] == "PASS" for finding in findings)
    print(f"    {'shop-01':<8} {outcome(report['outcome'], 14)} {passed} of {len(findings)} readiness checks pass")
    for finding in findings:
        # Those of the launch all pass, and chapter 1 shows them.
        if finding["verdict"] != "PASS" or finding["rule"] in OPTIONAL:
            aside(f"check {finding['rule']} ({finding['verdict']}): {finding['reason']}", indent=13)
        if finding["verdict"] != "PASS":
            aside(f"what to do: {finding['hint']}", indent=15)
    return report


def _expect(report: Any, expected: dict[str, str], expectations: Expectations) -> None:
    found = {f["rule"]: f["verdict"] for f in report["readiness"] if f["verdict"] != "PASS"}
    words = ", ".join(f"{rule} is {verdict}" for rule, verdict in expected.items()) or "every readiness check passes"
    expectations.check(found == expected, words)
    expectations.check((report["outcome"] == "FINALIZED") == (not expected), "only an accepted server is finalized")


def _step(text: str) -> None:
    print()
    say(f"{text}:")
