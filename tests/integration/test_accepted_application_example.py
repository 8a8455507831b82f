"""examples/accepted-application.yaml, deployed to the local AWS, with the function's real handler."""

from pathlib import Path

import pytest

from local.cloudformation import moto_patches
from local.deploy.stack import Stack
from tests.integration.wave_machine import APPLICATION, WaveMachine, server_ids

EXAMPLE = Path(__file__).parents[2] / "examples" / "accepted-application.yaml"
ALARMS = ("shop-errors", "shop-latency")
CALENDAR = "change-freeze"
IDS = server_ids(2)
DAY = 1440  # minutes


@pytest.fixture
def instances(aws, ec2, mgn, monkeypatch, hurried_machines):
    """The instances of an application that is ready in every respect that the example asks about."""
    application = WaveMachine(aws)
    monkeypatch.setenv("AWS_ENDPOINT_URL", aws.url)
    monkeypatch.setenv("EXTRA_RESPONSE_HOSTS", moto_patches.installed().endpoint.host)
    application.seed(dict.fromkeys(IDS, "ready"))
    aws.advance(2 * DAY * 60)
    for name in ALARMS:
        aws.set_alarm(name, state="OK", minutesAgo=DAY + 1)
    aws.set_calendar(CALENDAR)
    launched = [server["launchedInstance"]["ec2InstanceID"] for server in mgn.describe_source_servers()["items"]]
    for instance_id in launched:
        aws.add_snapshot(instance_id)
        ec2.modify_instance_attribute(InstanceId=instance_id, DisableApiTermination={"Value": True})
    return launched


@pytest.fixture
def deploy(aws):
    """Deploys the example; returns the state of the stack, and the reasons in its events."""

    def deploy():
        reasons = []
        stack = Stack(aws.url, "shop", on_event=lambda event: reasons.append(event.get("ResourceStatusReason", "")))
        parameters = {"ApplicationID": APPLICATION, "AlarmNames": ",".join(ALARMS), "CalendarNames": CALENDAR}
        return stack.deploy(EXAMPLE, parameters), " ".join(reasons)

    return deploy


def test_a_stack_goes_on_when_the_application_is_accepted(aws, instances, deploy):
    state, _ = deploy()

    assert state.status == "CREATE_COMPLETE"
    assert state.outputs == {"Outcome": "FINALIZED", "Total": "2", "Finalized": "2"}


def unprotect(instance_id, ec2):
    ec2.modify_instance_attribute(InstanceId=instance_id, DisableApiTermination={"Value": False})


@pytest.mark.parametrize(
    ("spoil", "reason"),
    [
        (lambda aws, *_: aws.set_alarm(ALARMS[1], state="ALARM"), "alarm shop-latency is ALARM (alarms)"),
        (lambda aws, *_: aws.delete_calendar(CALENDAR), "change calendar change-freeze does not exist"),
        (lambda _, ec2, instance_id: unprotect(instance_id, ec2), "is off (termination-protection)"),
    ],
    ids=["alarm", "calendar", "protection"],
)
def test_a_stack_says_what_keeps_it_from_going_on_and_nothing_is_finalized(aws, ec2, instances, deploy, spoil, reason):
    spoil(aws, ec2, instances[0])
    aws.clear_calls()

    state, reasons = deploy()

    assert (state.has_failed, reason in reasons) == (True, True)
    assert "FinalizeCutover" not in aws.operations("mgn")
