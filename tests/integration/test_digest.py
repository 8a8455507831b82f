"""The digest over HTTP: the function's handler, the local AWS, and the messages that its topic received."""

import json

import pytest

from finalize_cutover.bootstrap import bootstrap
from finalize_cutover.cutover.errors import MgnRefusedError, MgnUnavailableError
from local.deploy.stack import client
from tests.integration.acting import AUDITING, LOOKING, Acting

APPROVED = {"FinalizeCutover": "approved"}
LARGEST_MESSAGE = 262_144  # bytes; https://docs.aws.amazon.com/sns/latest/api/API_Publish.html
WRITES = {"FinalizeCutover", "MarkAsArchived", "PutEvents"}
DIGEST = {"action": "digest"}


@pytest.fixture
def topic(aws, monkeypatch):
    monkeypatch.setenv("AWS_ENDPOINT_URL", aws.url)
    arn = client("sns", aws.url).create_topic(Name="digests")["TopicArn"]
    monkeypatch.setenv("DIGEST_TOPIC_ARN", arn)
    aws.clear_calls()
    return arn


def seed(aws):
    aws.add_source_server("ready", hostname="web-1", tags=APPROVED)
    aws.add_source_server("booting", hostname="web-2", tags=APPROVED)
    aws.add_source_server("old-snapshot", hostname="db-1", tags=APPROVED)
    aws.add_source_server("ready", hostname="web-3")
    aws.add_source_server("finalized", hostname="web-4", leftovers=["volume"])


def totals(report):
    return {name: found["total"] for name, found in report["lists"].items() if found["total"]}


MIXED = {"blocked": 1, "leftBehind": 1, "waiting": 1, "ready": 1, "unapproved": 1, "finalized": 1}


@pytest.mark.parametrize("automation", ["ENABLED", "DISABLED"])
def test_the_topic_gets_one_message_about_everything(aws, topic, monkeypatch, automation):
    monkeypatch.setenv("FINALIZE_ON_LAUNCH", automation)
    seed(aws)

    report = bootstrap()(DIGEST)

    (message,) = aws.messages()
    assert totals(report) == MIXED
    assert (message["topicArn"], message["subject"]) == (topic, report["subject"])
    assert message["messageID"] == report["messageID"]
    assert message["texts"]["default"] == report["text"]
    chat = json.loads(message["texts"]["https"])
    assert (chat["version"], chat["source"], chat["content"]["title"]) == ("1.0", "custom", report["subject"])
    assert "db-1" in chat["content"]["description"]


def test_nothing_is_written_counted_or_published_as_a_result(aws, topic, monkeypatch, capsys):
    monkeypatch.setenv("EVENT_BUS_NAME", "default")
    seed(aws)

    bootstrap()(DIGEST)

    assert set(aws.operations()) & WRITES == set()
    assert [call["operation"] for call in aws.calls("sns")] == ["Publish"]
    assert "CloudWatchMetrics" not in capsys.readouterr().out


def test_without_a_topic_it_is_returned_and_nothing_is_published(aws, monkeypatch):
    monkeypatch.setenv("AWS_ENDPOINT_URL", aws.url)
    seed(aws)

    report = bootstrap()(DIGEST)

    assert (totals(report), report["messageID"]) == (MIXED, None)
    assert aws.calls("sns") == []


def test_free_hours_and_cost_come_from_mgn(aws, monkeypatch):
    monkeypatch.setenv("AWS_ENDPOINT_URL", aws.url)
    monkeypatch.setenv("WARN_FREE_HOURS_LEFT", "200")
    aws.add_source_server("ready", hostname="fresh")
    aws.add_source_server("ready", hostname="old", overrides={"lifeCycle": {"elapsedReplicationDuration": "P82DT1H"}})

    report = bootstrap()(DIGEST)

    (low,) = report["lists"]["freeHoursLow"]["servers"]
    assert (low["hostname"], low["freeHoursLeft"]) == ("old", 2160 - 82 * 24 - 1)
    assert report["stagingCost"]["stagedGiB"] == 64
    assert "about 191 free hours left" in report["text"]


@pytest.mark.parametrize(("fault", "error"), [("access-denied", MgnRefusedError), ("throttle", MgnUnavailableError)])
def test_a_topic_that_refuses_is_an_error_for_lambdas_retry(aws, topic, fault, error):
    seed(aws)
    aws.add_fault("Publish", fault, service="sns", times=3)

    with pytest.raises(error, match="sns:Publish failed"):
        bootstrap()(DIGEST)

    assert aws.messages() == []


def test_a_topic_that_does_not_exist_is_named(aws, topic, monkeypatch):
    monkeypatch.setenv("DIGEST_TOPIC_ARN", topic.replace("digests", "gone"))

    with pytest.raises(MgnRefusedError, match="sns:Publish") as caught:
        bootstrap()(DIGEST)

    assert caught.value.hint == "Correct DigestTopicArn."


def test_an_audit_that_fails_is_said_and_the_rest_arrives(aws, topic):
    seed(aws)
    aws.add_fault("DescribeVolumes", "throttle", service="ec2", times=9)

    report = bootstrap()(DIGEST)

    assert "could not be audited" in aws.messages()[0]["texts"]["default"]
    assert totals(report) == {name: total for name, total in MIXED.items() if name != "leftBehind"}


@pytest.mark.slow
def test_4000_source_servers_fit_into_one_message(aws, topic):
    in_cutover = {"lifeCycle": {"state": "CUTTING_OVER"}}  # without an instance, which would take the local AWS minutes
    for number in range(4000):
        tags = APPROVED if number % 4 else {}
        name = f"server-{number}-with-a-long-name.eu-west-1.example.com"
        aws.add_source_server("replicating", hostname=name, tags=tags, overrides=in_cutover)

    report = bootstrap()(DIGEST)

    (message,) = aws.messages()
    assert (report["inCutover"], totals(report)) == (4000, {"blocked": 3000, "unapproved": 1000})
    assert len(message["message"].encode()) < LARGEST_MESSAGE
    assert len(json.dumps(report)) < 1_000_000
    assert "and 2,900 more, which are not listed here" in report["text"]


def test_the_role_may_send_the_digest_and_needs_no_more(aws, monkeypatch, topic):
    seed(aws)
    acting = Acting(aws, monkeypatch, DigestTopicArn=topic)

    report = acting.asks(DIGEST)

    assert totals(report) == MIXED
    assert len(aws.messages()) == 1
    assert "sns:Publish" in acting.role.actions
    assert {f"{call['service']}:{call['operation']}" for call in aws.calls()} <= {*LOOKING, *AUDITING, "sns:Publish"}


def test_without_the_parameter_the_role_may_not(aws, monkeypatch, topic):
    acting = Acting(aws, monkeypatch)

    with pytest.raises(MgnRefusedError, match="sns:Publish") as caught:
        acting.asks(DIGEST)

    assert caught.value.hint.startswith("Allow sns:Publish in the policies of the function's role")
    assert aws.messages() == []
