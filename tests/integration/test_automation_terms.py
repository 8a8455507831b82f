"""The terms of automation, on the deployed template: soak time, waivers, archiving, one launch's approval, hold."""

from datetime import UTC, datetime, timedelta
from functools import partial

import pytest

MINUTE, DAY = 60, 86_400  # s
TAG, HOLD, NOT_BEFORE = "FinalizeCutover", "FinalizeCutoverHold", "FinalizeCutoverNotBefore"


@pytest.fixture
def deploy(deploy_application):
    """Deploys the template with automation enabled."""
    return partial(deploy_application, FinalizeOnLaunch="ENABLED")


def swept(app):
    """Return the outcome and the first reason of the only server that a sweep lists."""
    (server,) = app.sweep()["servers"]
    obstacles = [found for found in server["readiness"] if found["verdict"] in {"BLOCK", "WAIT"}]
    return server["outcome"], obstacles[0]["reason"] if obstacles else ""


def instance_of(mgn, server_id):
    (server,) = mgn.describe_source_servers(filters={"sourceServerIDs": [server_id]})["items"]
    return server["launchedInstance"]["ec2InstanceID"]


def tag(mgn, server_id, **tags):
    mgn.tag_resource(resourceArn=f"arn:aws:mgn:eu-west-1:111122223333:source-server/{server_id}", tags=tags)


def untag(mgn, server_id, key):
    mgn.untag_resource(resourceArn=f"arn:aws:mgn:eu-west-1:111122223333:source-server/{server_id}", tagKeys=[key])


def test_by_default_automation_waits_for_a_day_after_the_launch(deploy):
    app = deploy(AutomationSoakMinutes="1440")
    server = app.add()

    early = app.launched(server)[0]["answer"]
    app.aws.advance(DAY)

    assert (early["outcome"], early["readiness"][-2]["rule"]) == ("NOT_READY", "soak")
    assert swept(app) == ("FINALIZED", "")


def test_a_server_that_was_stopped_on_purpose_needs_a_waiver_of_the_deployment(deploy, ec2, mgn):
    app = deploy()
    server = app.add()
    ec2.stop_instances(InstanceIds=[instance_of(mgn, server)])

    outcome, reason = swept(app)

    assert (outcome, "stopped" in reason) == ("BLOCKED", True)
    assert swept(deploy(AutomationWaive="instance-status,first-boot")) == ("FINALIZED", "")


def test_automation_archives_what_it_finalized_where_the_deployment_says_so(deploy, mgn):
    for archives in ("false", "true"):
        app = deploy(ArchiveAfterFinalize=archives)
        server = app.add()
        app.launched(server)

        (found,) = mgn.describe_source_servers(filters={"sourceServerIDs": [server]})["items"]
        assert (found["lifeCycle"]["state"], found["isArchived"]) == ("CUTOVER", archives == "true")


def test_automation_archives_the_application_and_the_wave_of_the_last_server(deploy, mgn):
    app = deploy(ArchiveAfterFinalize="true", ArchiveApplicationAndWave="true")
    wave = app.aws.add_wave()["waveID"]
    application = app.aws.add_application(waveID=wave)["applicationID"]
    first, last = app.add(applicationID=application), app.add("launching", applicationID=application)

    early = app.launched(first)[0]["answer"]
    app.aws.advance(DAY)
    report = app.sweep()

    assert early["archivedGroups"] == {"applicationIDs": [], "waveIDs": [], "warnings": []}
    assert app.state(last) == "CUTOVER"
    assert report["archivedGroups"] == {"applicationIDs": [application], "waveIDs": [wave], "warnings": []}
    assert mgn.list_waves()["items"][0]["isArchived"]
    assert app.sweep()["archivedGroups"] == early["archivedGroups"]


@pytest.mark.parametrize("tags", [{}, {TAG: "approved", HOLD: ""}], ids=["not approved", "on hold"])
def test_automation_does_not_archive_what_somebody_else_finalized(deploy, mgn, tags):
    app = deploy(ArchiveAfterFinalize="true")
    server = app.add("finalized", tags=tags)

    answer = app.launched(server)[0]["answer"]

    (found,) = mgn.describe_source_servers(filters={"sourceServerIDs": [server]})["items"]
    assert (answer["outcome"], answer["changed"], found["isArchived"]) == ("FINALIZED", False, False)


def test_an_approval_of_one_launch_does_not_cover_the_next_one(deploy, mgn):
    app = deploy(ApprovalBinding="INSTANCE")
    server = app.add(tags={})
    first = instance_of(mgn, server)
    tag(mgn, server, **{TAG: first})

    mgn.change_server_life_cycle_state(sourceServerID=server, lifeCycle={"state": "READY_FOR_CUTOVER"})
    mgn.start_cutover(sourceServerIDs=[server])
    app.aws.advance(30 * MINUTE)
    second = instance_of(mgn, server)

    assert second != first
    answer = app.launched(server)[0]["answer"]
    assert (answer["outcome"], answer["readiness"][-1]["reason"]) == (
        "SKIPPED",
        f"the value of its approval tag {TAG} is not the ID of its launched instance {second}",
    )
    assert app.sweep()["counts"] == {"SKIPPED": 1}
    tag(mgn, server, **{TAG: second})
    assert swept(app) == ("FINALIZED", "")


def test_with_an_approval_of_one_launch_the_usual_value_approves_nothing(deploy):
    app = deploy(ApprovalBinding="INSTANCE")
    app.add()

    assert app.sweep()["counts"] == {"SKIPPED": 1}


def test_a_server_on_hold_is_finalized_by_no_handler_until_it_is_released(deploy, mgn):
    app = deploy()
    server = app.add()
    tag(mgn, server, **{HOLD: ""})
    reason = f"it carries the hold tag {HOLD}"

    assert app.launched(server)[0]["answer"]["outcome"] == "BLOCKED"
    assert swept(app) == ("BLOCKED", reason)
    direct = app.asked(sourceServerID=server, waitMinutes=0, waive=["approval", "soak"])
    assert [found["reason"] for found in direct["readiness"] if found["verdict"] == "BLOCK"] == [reason]
    untag(mgn, server, HOLD)
    assert swept(app) == ("FINALIZED", "")


def test_the_hold_tag_is_the_one_of_the_deployment(deploy, mgn):
    app = deploy(HoldTagKey="Not now")
    server = app.add()
    tag(mgn, server, **{"Not now": "", HOLD: ""})

    assert swept(app) == ("BLOCKED", "it carries the hold tag Not now")


def test_a_server_waits_for_the_time_in_its_tag(deploy, mgn):
    app = deploy()
    server = app.add()
    at = datetime.now(UTC) + timedelta(hours=2)
    tag(mgn, server, **{NOT_BEFORE: at.isoformat()})

    assert swept(app) == ("NOT_READY", f"its tag {NOT_BEFORE} is {at:%Y-%m-%dT%H:%M:%SZ}")
    tag(mgn, server, **{NOT_BEFORE: datetime.now(UTC).isoformat()})
    assert swept(app) == ("FINALIZED", "")


def test_a_tag_that_is_no_time_blocks_until_it_is_corrected(deploy, mgn):
    app = deploy()
    server = app.add()
    tag(mgn, server, **{NOT_BEFORE: "after the freeze"})

    outcome, reason = swept(app)

    assert (outcome, "is not a time with a time zone" in reason) == ("BLOCKED", True)
    tag(mgn, server, **{NOT_BEFORE: "2020-01-01T00:00:00Z"})
    assert swept(app) == ("FINALIZED", "")
