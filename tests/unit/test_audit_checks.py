"""The audit's checks: when each returns PASS, WAIT or FAIL, to the minute."""

from dataclasses import replace
from datetime import timedelta, timezone

import pytest

from finalize_cutover.cutover.audit.checks import check_all
from finalize_cutover.cutover.audit.staging import Leftovers
from finalize_cutover.cutover.evidence import InstanceStatus
from tests.unit.builders import INSTANCE, NOW
from tests.unit.staged import audited, staged_volume

RUNNING = InstanceStatus(state="running", system="ok", instance="ok")
SECOND = timedelta(seconds=1)
CHECKS = ["agent-silent", "replication-disconnected", "no-staged-storage", "no-leftovers", "instance-running"]
GIVEN_90_MINUTES = CHECKS[1:4]


def checks(evidence, *, instance=RUNNING, leftovers=(), uncertain=0, after=timedelta(0)):
    found = check_all(evidence.server, instance, Leftovers(tuple(leftovers), uncertain), NOW + after)
    return {check.check: (check.verdict, check.reason) for check in found}


def verdicts(evidence, **found):
    return {name: verdict for name, (verdict, _) in checks(evidence, **found).items()}


def test_every_check_passes_where_all_is_gone_and_production_runs():
    assert verdicts(audited()) == dict.fromkeys(CHECKS, "PASS")


@pytest.mark.parametrize(("after", "verdict"), [(-SECOND, "WAIT"), (timedelta(0), "PASS")])
def test_the_agent_is_looked_for_from_the_tenth_minute(after, verdict):
    found = verdicts(audited(minutes_ago=10), after=after)

    assert found["agent-silent"] == verdict
    assert {found[name] for name in GIVEN_90_MINUTES} == {"WAIT"}


@pytest.mark.parametrize(("after", "verdict"), [(-SECOND, "WAIT"), (timedelta(0), "PASS")])
def test_the_replication_resources_are_looked_for_from_the_ninetieth_minute(after, verdict):
    found = verdicts(audited(minutes_ago=90), after=after)

    assert {found[name] for name in GIVEN_90_MINUTES} == {verdict}
    assert found["agent-silent"] == "PASS"


def test_what_waits_says_when_it_is_due():
    waiting = checks(audited(minutes_ago=0))

    assert waiting["agent-silent"][1] == "this check is due at 2026-11-23T10:25:00Z"
    assert waiting["no-leftovers"][1] == "this check is due at 2026-11-23T11:45:00Z"


def test_the_launched_instance_is_looked_for_at_once():
    assert verdicts(audited(minutes_ago=0))["instance-running"] == "PASS"


@pytest.mark.parametrize(("minutes", "verdict"), [(0, "PASS"), (10, "PASS"), (10 + 1 / 60, "FAIL"), (89, "FAIL")])
def test_an_agent_heard_of_later_than_ten_minutes_after_finalizing_is_still_installed(minutes, verdict):
    server = audited(last_seen_at=NOW - timedelta(minutes=90 - minutes))

    assert verdicts(server)["agent-silent"] == verdict


def test_an_agent_that_mgn_never_tells_of_is_silent():
    assert verdicts(audited(last_seen_at=None))["agent-silent"] == "PASS"


def test_an_agent_that_stays_is_told_with_the_time_in_utc_and_what_to_do():
    seen = (NOW - SECOND).astimezone(timezone(timedelta(hours=9)))

    assert checks(audited(last_seen_at=seen))["agent-silent"] == (
        "FAIL",
        "its agent is still installed: it contacted MGN at 2026-11-23T10:14:59Z; uninstall it on the source",
    )


@pytest.mark.parametrize("state", ["STALLED", "CONTINUOUS", "A_STATE_OF_TOMORROW", None])
def test_replication_in_any_other_state_than_disconnected_fails(state):
    assert checks(audited(replication_state=state))["replication-disconnected"] == (
        "FAIL",
        f"its replication state is {state}",
    )


@pytest.mark.parametrize(("staged_bytes", "verdict"), [((), "PASS"), ((0, 0), "PASS"), ((0, 1), "FAIL")])
def test_a_single_byte_of_replicated_storage_fails(staged_bytes, verdict):
    assert verdicts(audited(staged_bytes=staged_bytes))["no-staged-storage"] == verdict


def test_leftovers_fail_by_name():
    leftovers = [staged_volume("vol-1"), staged_volume("vol-2")]

    assert checks(audited(), leftovers=leftovers)["no-leftovers"] == (
        "FAIL",
        "EC2 still has volume vol-1, volume vol-2",
    )


@pytest.mark.parametrize("instance", [None, InstanceStatus(state="terminated", system=None, instance=None)])
def test_where_the_instance_is_gone_the_check_says_what_it_could_not_judge(instance):
    verdict, reason = checks(audited(), instance=instance)["no-leftovers"]

    assert verdict == "NOT_CHECKED"
    assert reason.endswith("volumes and snapshots were not checked, because its launched instance does not exist")


@pytest.mark.parametrize("state", ["pending", "stopping", "stopped", "shutting-down", "terminated", None])
def test_an_instance_in_any_other_state_than_running_fails(state):
    stopped = InstanceStatus(state=state, system="ok", instance="ok")

    assert checks(audited(), instance=stopped)["instance-running"] == ("FAIL", f"its instance {INSTANCE} is {state}")


def test_an_instance_that_ec2_does_not_know_fails():
    assert checks(audited(), instance=None)["instance-running"] == (
        "FAIL",
        f"its instance {INSTANCE} is unknown to EC2",
    )


def test_a_server_without_an_instance_fails():
    found = checks(audited(launched_instance=None), instance=None)

    assert found["instance-running"] == ("FAIL", "it has no launched instance")


def test_where_mgn_does_not_tell_the_date_everything_is_due_and_the_agent_silent_for_ten_minutes():
    undated = {"last_cutover": None}

    silent = verdicts(audited(**undated, last_seen_at=NOW - timedelta(minutes=10)))
    talking = verdicts(audited(**undated, last_seen_at=NOW - timedelta(minutes=10) + SECOND))

    assert silent == dict.fromkeys(CHECKS, "PASS")
    assert talking["agent-silent"] == "FAIL"


def test_a_server_that_was_replicated_without_an_agent_has_no_check_of_the_agent():
    found = verdicts(audited(replication_type="SNAPSHOT_SHIPPING", last_seen_at=NOW))

    assert found == dict.fromkeys(CHECKS[1:], "PASS")


def on_fsx(**differences):
    server = audited(**differences).server
    return audited(**differences, launched_instance=replace(server.launched_instance, is_on_fsx=True))


def test_storage_on_fsx_is_not_checked():
    verdict, reason = checks(on_fsx())["no-leftovers"]

    assert verdict == "NOT_CHECKED"
    assert reason == "its storage is on FSx for ONTAP, which this audit does not read; MGN's cleanup can take 24 hours"


@pytest.mark.parametrize(
    ("evidence", "leftovers", "verdict"), [(on_fsx(), [staged_volume()], "FAIL"), (on_fsx(minutes_ago=0), [], "WAIT")]
)
def test_storage_on_fsx_hides_no_other_verdict(evidence, leftovers, verdict):
    assert checks(evidence, leftovers=leftovers)["no-leftovers"][0] == verdict


def test_the_number_of_resources_that_are_not_named_is_told():
    verdict, reason = checks(audited(), uncertain=2)["no-leftovers"]

    assert verdict == "PASS"
    assert reason == (
        "EC2 has no certain leftovers; 2 resources with its tag are not named, because they may be production's"
    )
