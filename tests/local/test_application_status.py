"""The application status of instances in the local EC2."""

from datetime import UTC, datetime, timedelta

import pytest
from botocore.exceptions import ClientError

from local.client import LocalAwsError

STATUSES = ("ok", "impaired", "initializing", "insufficient-data", "suppressed")
MOMENT = timedelta(seconds=30)


@pytest.fixture
def instance_id(aws):
    return aws.add_source_server("ready")["launchedInstance"]["ec2InstanceID"]


def instances(ec2, **request):
    return ec2.describe_application_status(**request)["ApplicationStatuses"]["Instances"]


def application_status(ec2, instance_id):
    (found,) = instances(ec2, InstanceIds=[instance_id])
    return found["ApplicationStatus"]


def age(status):
    return datetime.now(UTC) - status["StatusSince"]


def test_an_instance_without_checks_has_a_status_that_does_not_apply_and_no_times(ec2, instance_id):
    assert application_status(ec2, instance_id) == {"Status": "not-applicable"}


@pytest.mark.parametrize("status", STATUSES)
def test_a_status_begins_when_it_is_set(aws, ec2, instance_id, status):
    aws.change_instance(instance_id, applicationStatus=status)

    found = application_status(ec2, instance_id)

    assert found["Status"] == status
    assert age(found) < MOMENT
    assert abs(datetime.now(UTC) - found["StatusTimeStamp"]) < MOMENT


def test_it_is_the_status_that_describe_instance_status_returns(aws, ec2, instance_id):
    aws.change_instance(instance_id, applicationStatus="impaired")

    (status,) = ec2.describe_instance_status(InstanceIds=[instance_id])["InstanceStatuses"]

    assert status["ApplicationStatus"]["Status"] == application_status(ec2, instance_id)["Status"] == "impaired"


def test_a_status_can_have_begun_earlier(aws, ec2, instance_id):
    aws.change_instance(instance_id, applicationStatus="ok", applicationStatusMinutesAgo=90)

    assert abs(age(application_status(ec2, instance_id)) - timedelta(minutes=90)) < MOMENT


def test_a_status_gets_older_with_the_clock_and_stays_up_to_date(aws, ec2, instance_id):
    aws.change_instance(instance_id, applicationStatus="ok")

    aws.advance(3600)

    found = application_status(ec2, instance_id)
    assert abs(age(found) - timedelta(hours=1)) < MOMENT
    assert abs(datetime.now(UTC) - found["StatusTimeStamp"]) < MOMENT


def test_a_status_that_is_set_again_goes_on_and_another_begins(aws, ec2, instance_id):
    aws.change_instance(instance_id, applicationStatus="ok", applicationStatusMinutesAgo=90)

    aws.change_instance(instance_id, applicationStatus="ok")
    same = age(application_status(ec2, instance_id))
    aws.change_instance(instance_id, applicationStatus="impaired")

    assert same > timedelta(minutes=89)
    assert age(application_status(ec2, instance_id)) < MOMENT


def test_the_status_of_an_instance_that_does_not_run_does_not_apply(aws, ec2, instance_id):
    aws.change_instance(instance_id, applicationStatus="ok", state="stopped")

    assert application_status(ec2, instance_id) == {"Status": "not-applicable"}


def test_an_instance_is_described_with_its_zone_and_tags(ec2, instance_id):
    (found,) = instances(ec2)

    assert (found["InstanceId"], found["AvailabilityZone"]) == (instance_id, "eu-west-1a")
    assert {"Key": "Name", "Value": "web-1"} in found["Tags"]


def test_instances_are_found_by_their_status(aws, ec2, instance_id):
    aws.add_source_server("ready")
    aws.change_instance(instance_id, applicationStatus="ok")

    found = instances(ec2, Filters=[{"Name": "status", "Values": ["ok", "impaired"]}])

    assert [item["InstanceId"] for item in found] == [instance_id]


def test_pages_end(aws, ec2):
    ids = {aws.add_source_server("ready")["launchedInstance"]["ec2InstanceID"] for _ in range(5)}

    pages, token = [], {}
    while token is not None:
        answer = ec2.describe_application_status(InstanceIds=list(ids), MaxResults=2, **token)
        pages.append([item["InstanceId"] for item in answer["ApplicationStatuses"]["Instances"]])
        token = {"NextToken": answer["NextToken"]} if "NextToken" in answer else None

    assert [len(page) for page in pages] == [2, 2, 1]
    assert {instance_id for page in pages for instance_id in page} == ids


def test_a_page_has_at_most_100_instances(ec2):
    ec2.run_instances(ImageId="ami-12345678", MinCount=101, MaxCount=101)

    answer = ec2.describe_application_status()

    assert len(answer["ApplicationStatuses"]["Instances"]) == 100
    assert len(instances(ec2, NextToken=answer["NextToken"])) == 1


@pytest.mark.parametrize(
    ("request_", "code"),
    [
        ({"InstanceIds": ["i-0123456789abcdef0"]}, "InvalidInstanceID.NotFound"),
        ({"MaxResults": 101}, "InvalidParameterValue"),
        ({"NextToken": "made up"}, "InvalidNextToken"),
        ({"DryRun": True}, "DryRunOperation"),
    ],
)
def test_what_ec2_refuses_is_refused(ec2, instance_id, request_, code):
    with pytest.raises(ClientError) as refusal:
        ec2.describe_application_status(**request_)

    assert refusal.value.response["Error"]["Code"] == code


def test_an_unknown_option_of_an_instance_is_refused_in_words(aws, instance_id):
    with pytest.raises(LocalAwsError, match="Unknown members of an instance: applicationstatus"):
        aws.change_instance(instance_id, applicationstatus="ok")


def test_a_change_of_the_status_leaves_scheduled_events_alone(aws, ec2, instance_id):
    aws.change_instance(instance_id, scheduledEvents=["instance-retirement"])

    aws.change_instance(instance_id, applicationStatus="ok")

    (status,) = ec2.describe_instance_status()["InstanceStatuses"]
    assert [event["Code"] for event in status["Events"]] == ["instance-retirement"]
