"""A person's approval: asked for by SNS, given and refused by the commands in the message."""

import json
import re
import shlex
import time

import pytest
from botocore.exceptions import ClientError

from local.deploy_stack import client
from tests.integration.wave_machine import WAVE, FakeFunction, WaveMachine, server_ids

IDS = server_ids(60)
LONGEST_DELIVERY = 30  # s

pytestmark = pytest.mark.usefixtures("hurried_machines")


class Inbox:
    """Who is subscribed to the topic."""

    def __init__(self, url):
        sns, self._sqs = client("sns", url), client("sqs", url)
        self.topic = sns.create_topic(Name="wave-approvals")["TopicArn"]
        self._queue = self._sqs.create_queue(QueueName="inbox")["QueueUrl"]
        arn = self._sqs.get_queue_attributes(QueueUrl=self._queue, AttributeNames=["QueueArn"])["Attributes"][
            "QueueArn"
        ]
        sns.subscribe(TopicArn=self.topic, Protocol="sqs", Endpoint=arn)

    def mail(self):
        """Return the next message: subject and text."""
        deadline = time.monotonic() + LONGEST_DELIVERY
        while not (messages := self._sqs.receive_message(QueueUrl=self._queue).get("Messages")):
            assert time.monotonic() < deadline, "Nobody was asked."
            time.sleep(0.05)
        body = json.loads(messages[0]["Body"])
        return body["Subject"], body["Message"]

    def is_empty(self):
        return "Messages" not in self._sqs.receive_message(QueueUrl=self._queue)


@pytest.fixture
def inbox(aws):
    return Inbox(aws.url)


@pytest.fixture
def machine(aws, inbox):
    return WaveMachine(aws, ApprovalTopicArn=inbox.topic)


@pytest.fixture
def function(machine):
    return FakeFunction(IDS)


def command(mail, name):
    """Return the options of the command called *name* in the text of a mail, as a shell would pass them on."""
    (line,) = re.findall(rf"^aws stepfunctions {name} .*$", mail, flags=re.MULTILINE)
    words = shlex.split(line)[3:]
    return dict(zip(words[::2], words[1::2], strict=True))


def follow(machine, mail, name):
    """Do what the command called *name* in the text of a mail does."""
    options = command(mail, name)
    parameters = {_camel_case(option): value for option, value in options.items()}
    getattr(machine.client, name.replace("-", "_"))(**parameters)


def _camel_case(option):
    """Return the parameter that an option of the AWS CLI stands for; the client names an output by one word."""
    first, *rest = option.removeprefix("--").split("-")
    name = first + "".join(word.capitalize() for word in rest)
    return {"taskOutput": "output"}.get(name, name)


def actions(function):
    return {request["action"] for request in function.requests}


def test_nothing_is_finalized_until_a_person_approves(machine, function, inbox):
    execution = machine.start()
    _, text = inbox.mail()
    before = actions(function)

    follow(machine, text, "send-task-success")
    summary = json.loads(machine.ended(execution)["output"])

    assert before == {"check"}
    assert (summary["outcome"], summary["changed"]) == ("FINALIZED", 60)


def test_the_summary_says_who_approved(machine, function, inbox):
    execution = machine.start()
    _, text = inbox.mail()

    follow(machine, text.replace("YOUR NAME", "Ada"), "send-task-success")

    assert json.loads(machine.ended(execution)["output"])["approval"] == {"approvedBy": "Ada"}


def test_what_breaks_before_the_approval_is_not_finalized_after_it(aws, machine, inbox, monkeypatch):
    monkeypatch.setenv("AWS_ENDPOINT_URL", aws.url)
    sound, broken = IDS[:2]
    machine.seed({sound: "ready", broken: "ready"})
    execution = machine.start()
    _, text = inbox.mail()

    aws.change_instance(instance_of(aws, broken), systemStatus="impaired")
    follow(machine, text, "send-task-success")
    summary = json.loads(machine.ended(execution)["output"])

    writes = [call for call in aws.calls("mgn") if call["operation"] == "FinalizeCutover"]
    assert summary["check"]["counts"] == {"WOULD_FINALIZE": 2}
    assert (summary["outcome"], summary["counts"]) == ("PARTIAL", {"FINALIZED": 1, "BLOCKED": 1})
    assert sorted(machine.outcomes(summary["results"])) == [(sound, "FINALIZED"), (broken, "BLOCKED")]
    assert [call["parameters"]["sourceServerID"] for call in writes] == [sound]


def instance_of(aws, server_id):
    """Return the ID of the instance that was launched for a source server."""
    (server,) = client("mgn", aws.url).describe_source_servers(filters={"sourceServerIDs": [server_id]})["items"]
    return server["launchedInstance"]["ec2InstanceID"]


def test_a_refusal_ends_it_with_the_reason_and_nothing_is_finalized(machine, function, inbox):
    execution = machine.start()
    _, text = inbox.mail()

    follow(machine, text.replace("YOUR REASON", "The acceptance test is still running."), "send-task-failure")
    ended = machine.ended(execution)

    assert (ended["status"], ended["error"]) == ("FAILED", "Refused")
    assert ended["cause"] == "The acceptance test is still running."
    assert actions(function) == {"check"}


def test_the_message_says_what_was_found_where_it_is_and_that_it_cannot_be_undone(machine, function, inbox):
    machine.start()

    subject, text = inbox.mail()

    (manifest,) = re.findall(r"s3://\S+", text)
    assert len(subject) <= 100
    assert f"{WAVE}-1" in text
    assert '{"WOULD_FINALIZE":60}' in text
    assert "cannot be undone" in text
    assert len(machine.outcomes(manifest)) == 60


def test_nobody_is_asked_about_a_check(machine, function, inbox):
    machine.run({"waveID": WAVE, "action": "check"})

    assert inbox.is_empty()


def test_nobody_is_asked_where_nothing_can_be_finalized(aws, machine, inbox, monkeypatch):
    monkeypatch.setenv("AWS_ENDPOINT_URL", aws.url)
    machine.seed(dict.fromkeys(IDS[:2], "finalized"))

    machine.run()

    assert inbox.is_empty()


def test_an_approval_counts_once(machine, function, inbox):
    execution = machine.start()
    _, text = inbox.mail()
    follow(machine, text, "send-task-success")
    machine.ended(execution)

    with pytest.raises(ClientError):
        follow(machine, text, "send-task-success")

    assert len(function.requests) == 4
