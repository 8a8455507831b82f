"""Failed requests and events: nothing is lost, and no one else can send messages to the queues."""

import pytest

FUNCTION_QUEUES = ("FailedInvocations", "FailedRequests")
EVENT_QUEUES = ("UndeliveredLaunchResults", "UndeliveredSweeps")
RULES = ("FinalizeCutoverLaunchResult", "FinalizeCutoverSweep", "FinalizeCutoverDigest")
OUR_RULES = [{"Fn::GetAtt": [rule, "Arn"]} for rule in RULES]
QUEUES = (*FUNCTION_QUEUES, *EVENT_QUEUES)
# https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/aws-resource-cloudformation-customresource.html
LONGEST_SERVICE_TIMEOUT = 3600  # s
# Lambda retries a request after one minute, and after two more.
PAUSES = (60, 120)  # s


@pytest.fixture(scope="module")
def resources(transformed):
    return transformed["Resources"]


@pytest.fixture(scope="module")
def invocations(resources):
    """Return the function's settings for asynchronous invocation."""
    (config,) = [r["Properties"] for r in resources.values() if r["Type"] == "AWS::Lambda::EventInvokeConfig"]
    return config


@pytest.fixture(scope="module")
def policies(resources):
    """Return ``{queue: {Sid: statement}}``."""
    found = [r for r in resources.values() if r["Type"] == "AWS::SQS::QueuePolicy"]
    return {
        queue["Ref"]: {one["Sid"]: one for one in policy["Properties"]["PolicyDocument"]["Statement"]}
        for policy in found
        for queue in policy["Properties"]["Queues"]
    }


def test_there_are_four_queues(resources):
    assert {name for name, r in resources.items() if r["Type"] == "AWS::SQS::Queue"} == set(QUEUES)


@pytest.mark.parametrize("name", QUEUES)
def test_a_queue_keeps_what_it_has_when_the_stack_is_deleted(resources, name):
    assert (resources[name]["DeletionPolicy"], resources[name]["UpdateReplacePolicy"]) == ("Retain", "Retain")


@pytest.mark.parametrize("name", ["FailedQueuesPolicy", "UndeliveredQueuesPolicy"])
def test_what_protects_a_queue_stays_as_long_as_the_queue(resources, name):
    assert (resources[name]["DeletionPolicy"], resources[name]["UpdateReplacePolicy"]) == ("Retain", "Retain")


@pytest.mark.parametrize("name", QUEUES)
def test_a_queue_keeps_what_it_has_for_14_days(resources, name):
    assert resources[name]["Properties"]["MessageRetentionPeriod"] == 14 * 24 * 60 * 60


@pytest.mark.parametrize("name", QUEUES)
def test_a_queue_refuses_unencrypted_connections(policies, name):
    statement = policies[name]["RefuseUnencryptedConnections"]

    assert (statement["Effect"], statement["Principal"], statement["Action"]) == ("Deny", "*", "sqs:*")
    assert statement["Condition"] == {"Bool": {"aws:SecureTransport": False}}


@pytest.mark.parametrize("name", FUNCTION_QUEUES)
def test_nobody_but_the_function_adds_to_the_requests_that_failed(policies, name):
    statement = policies[name]["TakeFromTheFunctionOnly"]

    assert (statement["Effect"], statement["Principal"], statement["Action"]) == ("Deny", "*", "sqs:SendMessage")
    assert statement["Condition"] == {
        "ArnNotEquals": {"aws:PrincipalArn": {"Fn::GetAtt": ["FinalizeCutoverRole", "Arn"]}}
    }


@pytest.mark.parametrize("name", EVENT_QUEUES)
def test_eventbridge_adds_to_its_queues_for_our_rules_only(policies, name):
    statement = policies[name]["TakeFromOurRules"]

    assert statement["Principal"] == {"Service": "events.amazonaws.com"}
    assert statement["Action"] == "sqs:SendMessage"
    assert statement["Condition"] == {"ArnEquals": {"aws:SourceArn": OUR_RULES}}


@pytest.mark.parametrize("name", EVENT_QUEUES)
def test_nobody_but_our_rules_adds_to_the_events_that_were_not_delivered(policies, name):
    statement = policies[name]["TakeFromNobodyElse"]

    assert (statement["Effect"], statement["Principal"], statement["Action"]) == ("Deny", "*", "sqs:SendMessage")
    # A caller that is not a service has no source ARN, and is also denied, because the operator has no IfExists.
    assert statement["Condition"] == {"ArnNotEquals": {"aws:SourceArn": OUR_RULES}}


@pytest.mark.parametrize("name", QUEUES)
def test_a_queue_allows_nothing_else(policies, name):
    allowed = [sid for sid, statement in policies[name].items() if statement["Effect"] == "Allow"]

    assert allowed == (["TakeFromOurRules"] if name in EVENT_QUEUES else [])


def test_what_fails_for_good_is_kept_with_its_reason(invocations):
    assert invocations["DestinationConfig"] == {
        "OnFailure": {"Destination": {"Fn::GetAtt": ["FailedInvocations", "Arn"]}}
    }


def test_what_fails_for_good_is_kept_as_it_came(function):
    assert function["DeadLetterConfig"] == {"TargetArn": {"Fn::GetAtt": ["FailedRequests", "Arn"]}}


def test_the_configuration_is_of_the_function_that_service_tokens_name(invocations, template):
    assert invocations["FunctionName"] == {"Ref": "FinalizeCutover"}
    assert invocations["Qualifier"] == "$LATEST"
    assert template["Outputs"]["ServiceToken"]["Value"] == {"Fn::GetAtt": ["FinalizeCutover", "Arn"]}


def test_a_crash_is_followed_by_another_run(invocations):
    assert invocations["MaximumRetryAttempts"] == 2


def test_no_request_is_run_when_nobody_waits_for_its_answer_any_more(invocations):
    assert invocations["MaximumEventAgeInSeconds"] <= LONGEST_SERVICE_TIMEOUT


def test_every_run_has_its_full_time_before_the_request_is_too_old(invocations, function):
    runs = (1 + invocations["MaximumRetryAttempts"]) * function["Timeout"]

    assert runs + sum(PAUSES) <= invocations["MaximumEventAgeInSeconds"]


def test_every_queue_can_be_found_from_the_outputs(template):
    outputs = {name: output["Value"] for name, output in template["Outputs"].items()}

    assert {name: outputs[name] for name in QUEUES} == {name: {"Ref": name} for name in QUEUES}
