"""EventBridge on the local AWS: which events reach a function, in which form, how often, and failed deliveries."""

import json

import pytest

from local.client import LocalAwsError
from local.lambda_runtime import functions

SERVER = "s-0123456789abcdef0"
ARN = "arn:aws:lambda:eu-west-1:111122223333:function:listener"
PATTERN = {"source": ["aws.mgn"], "detail": {"state": ["CUTOVER_LAUNCH_SUCCEEDED"]}}


class Listener:
    """A function that records its events, and fails a given number of times."""

    def __init__(self, failures=0):
        self.received = []
        self._failures = failures

    def __call__(self, event, _timeout_seconds):
        self.received.append(event)
        if len(self.received) <= self._failures:
            raise ValueError(f"failure {len(self.received)}")
        return {"number": len(self.received)}


@pytest.fixture
def listener(aws):
    listener = Listener()
    functions.register(ARN, listener)
    yield listener
    functions.forget(ARN)


@pytest.fixture
def events(client):
    return client("events")


@pytest.fixture
def rule(events):
    """Creates a rule with one target, the listener."""

    def make(name="launches", *, state="ENABLED", schedule=None, **target):
        trigger = {"ScheduleExpression": schedule} if schedule else {"EventPattern": json.dumps(PATTERN)}
        events.put_rule(Name=name, State=state, **trigger)
        events.put_targets(Rule=name, Targets=[{"Id": "1", "Arn": ARN, **target}])

    return make


@pytest.fixture
def queue(client):
    """Creates a queue; returns its ARN and a function that reads its messages."""
    sqs = client("sqs")

    def make(name):
        url = sqs.create_queue(QueueName=name)["QueueUrl"]
        read = lambda: sqs.receive_message(QueueUrl=url, MessageAttributeNames=["All"]).get("Messages", [])  # noqa: E731
        return f"arn:aws:sqs:eu-west-1:111122223333:{name}", read

    return make


def put(events, *, source="aws.mgn", state="CUTOVER_LAUNCH_SUCCEEDED", **more):
    entry = {"Source": source, "DetailType": "MGN Source Server Launch Result", "Detail": json.dumps({"state": state})}
    events.put_events(Entries=[{**entry, **more}])


def test_a_matching_event_arrives_as_eventbridge_would_deliver_it(aws, events, listener, rule):
    rule()

    put(events, Resources=["arn:1"], Time="2026-11-23T10:15:00Z")

    aws.invocations()
    (event,) = listener.received
    assert event.pop("id")
    assert event == {
        "version": "0",
        "detail-type": "MGN Source Server Launch Result",
        "source": "aws.mgn",
        "account": "111122223333",
        "time": "2026-11-23T10:15:00Z",
        "region": "eu-west-1",
        "resources": ["arn:1"],
        "detail": {"state": "CUTOVER_LAUNCH_SUCCEEDED"},
    }


@pytest.mark.parametrize("event", [{"source": "aws.ec2"}, {"state": "CUTOVER_LAUNCH_FAILED"}])
def test_any_other_event_does_not_arrive(aws, events, listener, rule, event):
    rule()

    put(events, **event)

    assert (aws.invocations(), listener.received) == ([], [])


def test_a_disabled_rule_rests_and_a_schedule_matches_no_event(aws, events, listener, rule):
    rule(state="DISABLED")
    rule("sweep", schedule="rate(15 minutes)")

    put(events)

    assert aws.invocations() == []


@pytest.mark.parametrize(
    ("target", "received"),
    [
        ({"Input": '{"action": "sweep"}'}, {"action": "sweep"}),
        ({"InputPath": "$.detail"}, {"state": "CUTOVER_LAUNCH_SUCCEEDED"}),
        ({"InputPath": "$.resources[3]"}, None),
        (
            {
                "InputTransformer": {
                    "InputPathsMap": {"state": "$.detail.state", "arns": "$.resources", "first": "$.resources[0]"},
                    "InputTemplate": '{"state": <state>, "arns": <arns>, "words": "<first> is <state>"}',
                }
            },
            {"state": "CUTOVER_LAUNCH_SUCCEEDED", "arns": ["a"], "words": "a is CUTOVER_LAUNCH_SUCCEEDED"},
        ),
    ],
    ids=["constant", "part", "nothing there", "transformed"],
)
def test_a_target_may_receive_something_else(aws, events, listener, rule, target, received):
    rule(**target)

    put(events, Resources=["a"])

    aws.invocations()
    assert listener.received == [received]


def test_other_targets_are_still_moto_s(aws, events, listener, rule, queue):
    arn, read = queue("listener")
    rule()
    events.put_targets(Rule="launches", Targets=[{"Id": "2", "Arn": arn}])

    put(events)

    assert len(aws.invocations()) == len(read()) == 1


def test_mgn_tells_of_a_launch_in_its_documented_words(aws, listener, rule):
    rule()
    job = aws.add_source_server(sourceServerID=SERVER)["launchedInstance"]["jobID"]

    aws.emit_launch_result(SERVER)

    aws.invocations()
    (event,) = listener.received
    assert event["resources"] == [f"arn:aws:mgn:eu-west-1:111122223333:source-server/{SERVER}"]
    assert event["detail"] == {"state": "CUTOVER_LAUNCH_SUCCEEDED", "job-id": job}


def test_a_launch_of_an_unknown_server_is_told_by_nobody(aws, listener, rule):
    with pytest.raises(LocalAwsError, match="not found"):
        aws.emit_launch_result(SERVER)


def test_a_schedule_fires_when_it_is_told_to(aws, listener, rule):
    rule("sweep", schedule="rate(15 minutes)", Input='{"action": "sweep"}')
    rule("plain", schedule="rate(1 day)")

    aws.fire_schedule("sweep")
    aws.invocations()
    aws.fire_schedule("arn:aws:events:eu-west-1:111122223333:rule/plain")
    aws.invocations()

    assert listener.received[0] == {"action": "sweep"}
    assert (listener.received[1]["detail-type"], listener.received[1]["source"]) == ("Scheduled Event", "aws.events")


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("launches", "There is no schedule rule launches; known are: resting."),
        ("no-such-rule", "There is no schedule rule no-such-rule; known are: resting."),
        ("resting", "Rule resting is DISABLED, so it does not fire."),
    ],
)
def test_what_would_never_fire_does_not(aws, listener, rule, name, reason):
    rule()
    rule("resting", schedule="rate(1 day)", state="DISABLED")

    with pytest.raises(LocalAwsError, match=reason):
        aws.fire_schedule(name)


def test_an_event_that_the_function_fails_on_is_given_to_it_twice_more(aws, events, rule):
    listener = Listener(failures=2)
    functions.register(ARN, listener)
    rule()

    put(events)

    (invocation,) = aws.invocations()
    assert invocation["attempts"] == [
        {"errorType": "ValueError", "errorMessage": "failure 1"},
        {"errorType": "ValueError", "errorMessage": "failure 2"},
        {"answer": {"number": 3}},
    ]
    assert listener.received[0] == listener.received[1] == listener.received[2]
    functions.forget(ARN)


def test_an_event_that_nobody_can_take_waits_in_the_targets_own_queue(aws, events, rule, queue):
    arn, read = queue("undelivered")
    rule(DeadLetterConfig={"Arn": arn})

    put(events)

    (message,) = read()
    attributes = {name: value["StringValue"] for name, value in message["MessageAttributes"].items()}
    assert json.loads(message["Body"])["detail"]["state"] == "CUTOVER_LAUNCH_SUCCEEDED"
    assert attributes == {
        "RULE_ARN": "arn:aws:events:eu-west-1:111122223333:rule/launches",
        "TARGET_ARN": ARN,
        "ERROR_CODE": "RESOURCE_NOT_FOUND",
        "ERROR_MESSAGE": f"Function not found: {ARN}",
    }


def test_a_reset_forgets_what_was_invoked(aws, events, listener, rule):
    rule()
    put(events)
    assert len(aws.invocations()) == 1

    aws.reset()

    assert aws.invocations() == []
