"""EC2 through boto3: the status of instances, of which some can be missing."""

import pytest

from finalize_cutover.aws.ec2 import AwsInstances
from finalize_cutover.cutover.errors import MgnRefusedError, MgnUnavailableError
from finalize_cutover.cutover.evidence import InstanceStatus
from tests.unit.stubs import UNHURRIED, ec2_of, stubbed

OK = InstanceStatus(state="running", system="ok", instance="ok")
GONE = "InvalidInstanceID.NotFound"


@pytest.fixture
def ec2():
    with stubbed("ec2") as pair:
        yield pair


def instance(number):
    return f"i-{number:017}"


def statuses(*instance_ids, state="running", system="ok", status="ok"):
    return {
        "InstanceStatuses": [
            {
                "InstanceId": instance_id,
                "InstanceState": {"Name": state},
                "SystemStatus": {"Status": system},
                "InstanceStatus": {"Status": status},
            }
            for instance_id in instance_ids
        ]
    }


def request(*instance_ids):
    return {"InstanceIds": list(instance_ids), "IncludeAllInstances": True}


def refuse(expected, *asked, code=GONE, named=()):
    ids = f" '{', '.join(named)}'" if named else ""
    message = f"The instance ID{ids} does not exist"
    expected.add_client_error("describe_instance_status", code, message, 400, expected_params=request(*asked))


def test_instances_that_do_not_run_are_asked_for_too(ec2):
    client, expected = ec2
    answer = statuses(instance(1), state="stopped", system="not-applicable", status="not-applicable")
    expected.add_response("describe_instance_status", answer, request(instance(1)))

    found = ec2_of(client).statuses([instance(1)])

    assert found.items == {
        instance(1): InstanceStatus(state="stopped", system="not-applicable", instance="not-applicable")
    }


def test_hundreds_of_instances_are_asked_for_a_hundred_at_a_time(ec2):
    client, expected = ec2
    ids = [instance(number) for number in range(250)]
    for start in (0, 100, 200):
        batch = ids[start : start + 100]
        expected.add_response("describe_instance_status", statuses(*batch), request(*batch))

    assert ec2_of(client).statuses(ids).items == dict.fromkeys(ids, OK)


def test_an_instance_that_is_gone_is_absent(ec2):
    client, expected = ec2
    refuse(expected, instance(1), named=[instance(1)])

    assert ec2_of(client).statuses([instance(1)]).items == {}


def test_one_instance_that_is_gone_does_not_hide_the_others(ec2):
    client, expected = ec2
    refuse(expected, instance(1), instance(2), instance(3), named=[instance(2)])
    expected.add_response(
        "describe_instance_status", statuses(instance(1), instance(3)), request(instance(1), instance(3))
    )

    found = ec2_of(client).statuses([instance(1), instance(2), instance(3)])

    assert found.items == {instance(1): OK, instance(3): OK}


def test_several_instances_that_are_gone_may_be_named_one_after_the_other(ec2):
    client, expected = ec2
    refuse(expected, instance(1), instance(2), instance(3), named=[instance(1)])
    refuse(expected, instance(2), instance(3), named=[instance(3)], code="InvalidInstanceID.Malformed")
    expected.add_response("describe_instance_status", statuses(instance(2)), request(instance(2)))

    assert ec2_of(client).statuses([instance(1), instance(2), instance(3)]).items == {instance(2): OK}


def test_several_instances_that_are_gone_may_be_named_together(ec2):
    client, expected = ec2
    refuse(expected, instance(1), instance(2), named=[instance(1), instance(2)])

    assert ec2_of(client).statuses([instance(1), instance(2)]).items == {}


def test_where_the_refusal_names_none_each_is_asked_for_alone(ec2):
    client, expected = ec2
    refuse(expected, instance(1), instance(2))
    refuse(expected, instance(1))
    expected.add_response("describe_instance_status", statuses(instance(2)), request(instance(2)))

    assert ec2_of(client).statuses([instance(1), instance(2)]).items == {instance(2): OK}


@pytest.mark.parametrize(
    ("kind", "code", "status"),
    [
        (MgnRefusedError, "UnauthorizedOperation", 403),
        (MgnUnavailableError, "RequestLimitExceeded", 503),
        (MgnUnavailableError, "InternalError", 500),
        (MgnUnavailableError, "Unavailable", 503),
    ],
)
def test_every_other_refusal_is_told_as_ec2s(ec2, kind, code, status):
    client, expected = ec2
    expected.add_client_error("describe_instance_status", code, "No.", status)

    errors = ec2_of(client).statuses([instance(1)]).errors

    assert type(errors[instance(1)]) is kind
    assert str(errors[instance(1)]).startswith(f"ec2:DescribeInstanceStatus failed with {code}")


def test_a_failure_concerns_those_that_were_asked_for_together(ec2):
    client, expected = ec2
    ids = [instance(number) for number in range(150)]
    expected.add_client_error("describe_instance_status", "InternalError", "No.", 500)
    expected.add_response("describe_instance_status", statuses(*ids[100:]), request(*ids[100:]))

    found = ec2_of(client).statuses(ids)

    assert list(found.errors) == ids[:100]
    assert found.items == dict.fromkeys(ids[100:], OK)


def test_a_status_of_which_ec2_tells_nothing_is_empty(ec2):
    client, expected = ec2
    expected.add_response("describe_instance_status", {"InstanceStatuses": [{"InstanceId": instance(1)}]})

    found = ec2_of(client).statuses([instance(1)])

    assert found.items == {instance(1): InstanceStatus(state=None, system=None, instance=None)}


def test_a_client_is_made_when_ec2_is_first_asked():
    def unwanted():
        raise AssertionError("EC2 was to be asked.")

    assert AwsInstances(unwanted, limit=UNHURRIED).statuses([]).items == {}
