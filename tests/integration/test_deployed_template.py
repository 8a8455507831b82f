"""The deployed template: the default resources, and the effect of each option."""

import json
from pathlib import Path

import pytest

from local.deploy.stack import Stack

TEMPLATE = Path(__file__).parents[2] / "template.yaml"
KEY = "arn:aws:kms:eu-west-1:111122223333:key/0123abcd-0123-4567-89ab-0123456789ab"
TOPIC = "arn:aws:sns:eu-west-1:111122223333:migration-alarms"
OPTIONS = {
    "FinalizeOnLaunch": "ENABLED",
    "MemberRoleName": "FinalizeCutoverMember",
    "AlarmTopicArn": TOPIC,
    "EventBusName": "migration",
    "LongestWaitHours": "4",
    "ReservedConcurrency": "10",
    "EnforceApprovalTag": "true",
    "KmsKeyArn": KEY,
}


@pytest.fixture
def deploy(aws):
    """Deploys the template, and returns the outputs of the stack."""

    def deploy(**parameters):
        state = Stack(aws.url, "finalize-cutover").deploy(TEMPLATE, parameters)
        assert state.status == "CREATE_COMPLETE"
        return state.outputs

    return deploy


@pytest.fixture
def policies(client):
    """Returns ``{name: document}`` of the policies of the function's role."""

    def policies():
        iam = client("iam")
        (role,) = [one["RoleName"] for one in iam.list_roles()["Roles"] if "FinalizeCutoverRole" in one["RoleName"]]
        names = iam.list_role_policies(RoleName=role)["PolicyNames"]
        return {name: str(iam.get_role_policy(RoleName=role, PolicyName=name)["PolicyDocument"]) for name in names}

    return policies


@pytest.mark.parametrize(
    "options",
    [{}, OPTIONS, {"DeployWaveMachine": "false"}],
    ids=["as it is", "with every option", "without the state machine"],
)
def test_the_dashboard_can_be_read(deploy, client, options):
    name = deploy(**options)["Dashboard"]

    body = json.loads(client("cloudwatch").get_dashboard(DashboardName=name)["DashboardBody"])

    (wait,) = [one["properties"] for one in body["widgets"] if "annotations" in one["properties"]]
    assert wait["annotations"]["horizontal"][0]["value"] == int(options.get("LongestWaitHours", 24))
    assert "${" not in json.dumps(body)


@pytest.mark.parametrize(("options", "state"), [({}, "DISABLED"), (OPTIONS, "ENABLED")])
def test_automation_is_on_only_where_it_was_turned_on(deploy, client, options, state):
    deploy(**options)

    rules = {rule["Name"]: rule["State"] for rule in client("events").list_rules()["Rules"]}
    assert [found for name, found in rules.items() if "Digest" not in name] == [state] * 2


@pytest.mark.parametrize(("options", "limit"), [({}, None), (OPTIONS, 10)])
def test_concurrency_is_reserved_only_where_it_was_asked_for(deploy, client, options, limit):
    name = deploy(**options)["FinalizeCutover"]

    assert client("lambda").get_function_concurrency(FunctionName=name).get("ReservedConcurrentExecutions") == limit


@pytest.mark.parametrize(("options", "names"), [({}, []), (OPTIONS, ["MemberAccounts"])])
def test_other_accounts_are_open_only_where_a_role_was_named(deploy, policies, options, names):
    deploy(**options)

    opening = [name for name, document in policies().items() if "sts:AssumeRole" in document]

    assert opening == names
    assert all("arn:aws:iam::*:role/FinalizeCutoverMember'" in policies()[name] for name in names)


@pytest.mark.parametrize(("options", "names"), [({}, ["Hold"]), (OPTIONS, ["Approval", "Hold"])])
def test_finalizing_without_the_tag_is_denied_only_where_that_was_asked_for(deploy, policies, options, names):
    deploy(**options)

    denying = [name for name, document in policies().items() if "'Deny'" in document]

    assert denying == names
    assert all("'aws:ResourceTag/FinalizeCutover" in policies()[name] for name in names)


@pytest.mark.parametrize(("options", "key"), [({}, None), (OPTIONS, KEY)])
def test_queues_and_results_are_encrypted_with_the_key_that_was_named(deploy, client, options, key):
    bucket = deploy(**options)["WaveResults"]

    # moto's API does not return the encryption key of a log group.
    sqs, s3 = client("sqs"), client("s3")
    queues = [
        sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["All"])["Attributes"]
        for url in sqs.list_queues()["QueueUrls"]
    ]
    (rule,) = s3.get_bucket_encryption(Bucket=bucket)["ServerSideEncryptionConfiguration"]["Rules"]
    assert [queue.get("KmsMasterKeyId") for queue in queues] == [key] * 4
    assert rule["ApplyServerSideEncryptionByDefault"].get("KMSMasterKeyID") == key


def test_outcomes_are_told_to_the_bus_that_was_named(deploy, client, policies):
    name = deploy(**OPTIONS)["FinalizeCutover"]

    variables = client("lambda").get_function_configuration(FunctionName=name)["Environment"]["Variables"]

    assert variables["EVENT_BUS_NAME"] == "migration"
    assert "arn:aws:events:eu-west-1:111122223333:event-bus/migration'" in policies()["Observability"]


def test_what_failed_and_what_was_done_outlive_the_stack(deploy, aws, client):
    outputs = deploy()

    Stack(aws.url, "finalize-cutover").delete()

    names = ("FailedInvocations", "FailedRequests", "UndeliveredLaunchResults", "UndeliveredSweeps")
    queues = {url.rpartition("/")[2] for url in client("sqs").list_queues()["QueueUrls"]}
    groups = {group["logGroupName"] for group in client("logs").describe_log_groups()["logGroups"]}
    assert queues == {outputs[name].rpartition("/")[2] for name in names}
    assert outputs["FinalizeCutoverLogs"] in groups


def test_the_function_gets_what_automation_requires_as_lists_with_commas(deploy, client):
    function = "arn:aws:lambda:eu-west-1:111122223333:function:accept"
    options = {"AutomationRequire": "backup,validator", "ChangeCalendars": "freeze", "ValidatorFunctionArn": function}
    name = deploy(**options, AutomationAlarmPrefix="accept-")["FinalizeCutover"]

    variables = client("lambda").get_function_configuration(FunctionName=name)["Environment"]["Variables"]

    assert variables["AUTOMATION_REQUIRE"] == "backup,validator"
    assert variables["CHANGE_CALENDARS"] == "freeze"
    assert (variables["AUTOMATION_ALARM_PREFIX"], variables["VALIDATOR_FUNCTION_ARN"]) == ("accept-", function)


def test_by_default_automation_requires_nothing(deploy, client):
    name = deploy()["FinalizeCutover"]

    variables = client("lambda").get_function_configuration(FunctionName=name)["Environment"]["Variables"]

    names = ("AUTOMATION_REQUIRE", "CHANGE_CALENDARS", "AUTOMATION_ALARM_PREFIX", "VALIDATOR_FUNCTION_ARN")
    assert [variables[name] for name in names] == [""] * 4
