"""The handler of the digest: judged like automation's dry run, nothing written, one message where there is a topic."""

from dataclasses import replace
from datetime import timedelta

import pytest

from finalize_cutover.aws.topic import AwsTopic
from finalize_cutover.cutover.errors import InvalidRequestError, MgnRefusedError, MgnUnavailableError
from finalize_cutover.cutover.ports import Found
from finalize_cutover.handlers.eventbridge import digest as handler
from finalize_cutover.settings import read_settings
from tests.unit import records
from tests.unit.automated import APPROVED, approved, archived
from tests.unit.builders import OTHER_SERVER
from tests.unit.digested import in_cutover, mixed_fleet
from tests.unit.fakes import FakeAws
from tests.unit.invocations import invocation, invocation_without_aws
from tests.unit.staged import FakeStaging, audited
from tests.unit.stubs import UNHURRIED, stubbed

TOPIC = "arn:aws:sns:eu-west-1:111122223333:digests"
MIXED = {
    **dict.fromkeys(["freeHoursLow", "leftBehind", "onHold", "waiting", "ready", "unapproved", "finalized"], 1),
    "blocked": 2,
}


class FakeTopic:
    """A topic that remembers its messages, or refuses them."""

    def __init__(self, error=None):
        self.messages = []
        self._error = error

    def publish(self, subject, message):
        if self._error:
            raise self._error
        self.messages.append((subject, message))
        return "message-1"


def digest(aws, staging=None, **differences):
    staging = staging or FakeStaging()
    return handler.handle({"action": "digest"}, invocation(aws, make_staging=lambda *_: staging, **differences))


def totals(report):
    return {name: found["total"] for name, found in report["lists"].items() if found["total"]}


def with_settings(**environment):
    return read_settings({"AWS_REGION": "eu-west-1", "WARN_FREE_HOURS_LEFT": "336", **environment})


@pytest.mark.parametrize("automation", ["ENABLED", "DISABLED"])
def test_everything_is_in_its_list_and_nothing_is_written(automation):
    aws, staging = mixed_fleet()

    report = digest(aws, staging, settings=with_settings(FINALIZE_ON_LAUNCH=automation))

    assert totals(report) == MIXED
    assert aws.writes == []


def test_without_a_number_of_hours_there_is_no_warning():
    aws, staging = mixed_fleet()

    assert digest(aws, staging)["lists"]["freeHoursLow"]["total"] == 0


@pytest.mark.parametrize("tags", [{}, APPROVED, {"FinalizeCutover": "no"}], ids=str)
def test_what_is_on_hold_is_listed_as_such_approved_or_not(tags):
    aws = FakeAws(in_cutover("s-0123456789abcdef6", tags={**tags, "finalizecutoverHOLD": ""}))

    report = digest(aws)

    assert totals(report) == {"onHold": 1}
    assert "Remove the tag if the source server may be finalized." in report["text"]


def test_the_tag_of_another_launch_approves_nothing():
    settings = with_settings(APPROVAL_BINDING="INSTANCE")
    aws = FakeAws(in_cutover("s-0123456789abcdef6", tags={"FinalizeCutover": "i-0fedcba9876543210"}))

    report = digest(aws, settings=settings)

    assert totals(report) == {"unapproved": 1}
    assert "i-0fedcba9876543210" not in report["text"]


def test_an_application_that_one_source_server_holds_back_waits_as_a_whole():
    servers = [in_cutover("s-" + digit * 17, **more) for digit, more in (("1", {}), ("2", {"first_boot": "STOPPED"}))]
    aws = FakeAws(*(replace(each, server=replace(each.server, application_id="app-1")) for each in servers))

    report = digest(aws, settings=with_settings(APPLICATIONS_TOGETHER="true"))

    assert totals(report) == {"blocked": 2}
    assert {server["rule"] for server in report["lists"]["blocked"]["servers"]} == {"application", "first-boot"}


def test_with_a_topic_one_message_is_sent_and_its_id_returned():
    topic = FakeTopic()

    report = digest(*mixed_fleet(), make_topic=lambda _until: topic)

    ((subject, _),) = topic.messages
    assert (subject, report["messageID"]) == (report["subject"], "message-1")


def test_no_result_is_logged_or_counted_as_a_sweeps(capsys):
    records.metrics(capsys)  # those that another test left in this process
    with records.log_lines() as lines:
        digest(*mixed_fleet())

    (line,) = lines
    assert (line["message"], line["in_cutover"], line["counts"]["blocked"]) == ("Digest made", 6, 2)
    assert records.metrics(capsys) == {}


@pytest.mark.parametrize("error", [MgnRefusedError("no"), MgnUnavailableError("busy")])
def test_what_the_topic_refuses_is_raised_and_counted_if_a_retry_does_not_help(capsys, error):
    with pytest.raises(type(error)):
        digest(*mixed_fleet(), make_topic=lambda _until: FakeTopic(error))

    assert records.metrics(capsys) == ({} if error.retryable else {"RefusedRequests": [1]})


@pytest.mark.parametrize("state_of", ["DescribeSourceServers"])
def test_what_mgn_refuses_to_list_is_raised(capsys, state_of):
    aws = FakeAws()
    aws.fail(state_of, MgnRefusedError("denied"))

    with pytest.raises(MgnRefusedError):
        digest(aws)

    assert records.metrics(capsys) == {"RefusedRequests": [1]}


def test_a_failed_audit_is_a_problem_and_the_rest_is_said():
    aws = FakeAws(approved(first_boot="WAITING"), audited(OTHER_SERVER))
    staging = FakeStaging(error=MgnUnavailableError("EC2 is busy."))

    report = digest(aws, staging)

    assert totals(report) == {"waiting": 1, "finalized": 1}
    assert report["problems"][0] == "The finalized source servers could not be audited: EC2 is busy."


@pytest.mark.parametrize("state", ["CUTOVER", "CUTTING_OVER"])
def test_what_mgn_returns_unreadable_is_said_and_counted(monkeypatch, state):
    aws = FakeAws(approved(first_boot="WAITING"), audited(OTHER_SERVER))
    known = aws.in_state

    def in_state(asked, **options):
        found = known(asked, **options)
        broken = {"s-" + "9" * 17: MgnUnavailableError("unreadable")} if asked == state else {}
        return Found(items=found.items, errors=broken, unnamed=2 * len(broken))

    monkeypatch.setattr(aws, "in_state", in_state)

    report = digest(aws)

    assert ("unreadable source servers" in report["problems"][0], report["inCutover"]) == (
        True,
        1 + (state != "CUTOVER"),
    )
    assert totals(report).get("notChecked", 0) == (state != "CUTOVER")


def test_a_finalization_of_the_day_before_yesterday_is_no_news():
    aws = FakeAws(audited(minutes_ago=24 * 60 + 1), audited(OTHER_SERVER, minutes_ago=24 * 60 - 1))

    assert totals(digest(aws))["finalized"] == 1


def test_what_was_archived_after_its_finalization_is_news_too():
    assert totals(digest(FakeAws(archived(audited())))) == {"finalized": 1}


def test_what_time_does_not_allow_to_judge_is_not_checked():
    aws = FakeAws(*(in_cutover(f"s-{number:017}") for number in range(300)))
    aws.take("DescribeInstanceStatus", 51)

    report = digest(aws, seconds_left=60)

    assert sum(totals(report).values()) == report["inCutover"] == 300
    assert totals(report)["notChecked"] > 0


def test_the_message_of_a_digest_that_takes_long_is_still_sent():
    aws = FakeAws(*(in_cutover(f"s-{number:017}") for number in range(300)))
    aws.take("DescribeInstanceStatus", 20)
    left = []
    start = aws.clock.now()

    def make_topic(until):
        left.append(until - aws.clock.now())
        return FakeTopic()

    digest(aws, seconds_left=120, make_topic=make_topic)

    assert aws.clock.now() - start <= timedelta(seconds=120)
    assert left[0] >= timedelta(seconds=10)


@pytest.mark.parametrize(
    ("event", "field"), [({"action": "digest", "dryRun": True}, "dryRun"), ({"action": "digest", "x": 1}, "x")]
)
def test_an_unknown_field_is_refused_without_a_call(event, field):
    with pytest.raises(InvalidRequestError, match=f'A digest has no field "{field}"; allowed: action.'):
        handler.handle(event, invocation_without_aws(FakeAws()))


@pytest.mark.parametrize(
    ("environment", "words"),
    [
        ({"DIGEST_TOPIC_ARN": "digests"}, 'DigestTopicArn is "digests"; allowed: the ARN of a standard SNS topic'),
        ({"DIGEST_TOPIC_ARN": f"{TOPIC}.fifo"}, "allowed: the ARN of a standard SNS topic in the function's Region"),
        ({"DIGEST_TOPIC_ARN": TOPIC.replace("eu-west-1", "us-east-1")}, "in the function's Region eu-west-1"),
        ({"WARN_FREE_HOURS_LEFT": "-1"}, 'WarnFreeHoursLeft is "-1"; allowed: a number of hours from 0 to 2160.'),
        ({"WARN_FREE_HOURS_LEFT": "2161"}, 'WarnFreeHoursLeft is "2161"'),
        ({"WARN_FREE_HOURS_LEFT": "two"}, 'WarnFreeHoursLeft is "two"'),
        ({"AUTOMATION_REQUIRE": "Backup"}, 'AutomationRequire[0] is "Backup"'),
        ({"WARN_FREE_HOURS_LEFT": "1e3"}, 'WarnFreeHoursLeft is "1e3"'),
    ],
)
def test_a_bad_setting_is_refused_without_a_call(environment, words):
    with pytest.raises(InvalidRequestError) as caught:
        handler.handle({"action": "digest"}, invocation_without_aws(FakeAws(), settings=with_settings(**environment)))

    assert words in str(caught.value)


def test_sns_is_asked_once_with_a_text_for_each_kind_of_subscription():
    with stubbed("sns") as (client, stubber):
        request = {"TopicArn": TOPIC, "Subject": "News", "Message": "{}", "MessageStructure": "json"}
        stubber.add_response("publish", {"MessageId": "1"}, request)

        assert AwsTopic(lambda: client, arn=TOPIC, limit=UNHURRIED).publish("News", "{}") == "1"


@pytest.mark.parametrize(
    ("code", "status", "error", "hint"),
    [
        ("AuthorizationError", 403, MgnRefusedError, "Allow sns:Publish in the policies of the function's role"),
        ("NotFound", 404, MgnRefusedError, "Correct DigestTopicArn."),
        ("InvalidParameter", 400, MgnRefusedError, "A retry of the same request does not help."),
        ("KMSAccessDenied", 400, MgnRefusedError, "A retry of the same request does not help."),
        ("Throttling", 400, MgnUnavailableError, "Retry the request"),
        ("InternalError", 500, MgnUnavailableError, "Retry the request"),
    ],
)
def test_errors_of_sns_are_translated(code, status, error, hint):
    with stubbed("sns") as (client, stubber):
        stubber.add_client_error("publish", code, "no", http_status_code=status)

        with pytest.raises(error, match=f"sns:Publish failed with {code}") as caught:
            AwsTopic(lambda: client, arn=TOPIC, limit=UNHURRIED).publish("News", "{}")

    assert caught.value.hint.startswith(hint)
