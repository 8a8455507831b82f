"""The change calendars of the local Systems Manager."""

from datetime import UTC, datetime, timedelta

import pytest
from botocore.exceptions import ClientError

from local.client import LocalAwsError

ARN = "arn:aws:ssm:eu-west-1:111122223333:document/cutovers"


@pytest.fixture
def ssm(client):
    return client("ssm")


def state(ssm, *names, **request):
    return ssm.get_calendar_state(CalendarNames=list(names), **request)["State"]


def moment(text):
    return datetime.fromisoformat(text)


@pytest.mark.parametrize("expected", ["OPEN", "CLOSED"])
@pytest.mark.parametrize("name", ["cutovers", ARN])
def test_a_calendar_is_in_the_state_that_was_set(aws, ssm, name, expected):
    aws.set_calendar("cutovers", state=expected)

    answer = ssm.get_calendar_state(CalendarNames=[name])

    assert answer["State"] == expected
    assert abs(datetime.now(UTC) - moment(answer["AtTime"])) < timedelta(seconds=30)
    assert "NextTransitionTime" not in answer


@pytest.mark.parametrize(
    ("states", "expected"),
    [(("OPEN", "OPEN"), "OPEN"), (("OPEN", "CLOSED"), "CLOSED"), (("CLOSED", "CLOSED"), "CLOSED")],
)
def test_several_calendars_are_open_if_all_are(aws, ssm, states, expected):
    for index, one in enumerate(states):
        aws.set_calendar(f"c{index}", state=one)

    assert state(ssm, "c0", "c1") == expected


def test_a_calendar_changes_when_the_clock_passes_its_transition(aws, ssm):
    aws.set_calendar("cutovers", state="CLOSED", transitionInSeconds=600)

    history = []
    for seconds in (0, 590, 10):
        aws.advance(seconds)
        history.append(state(ssm, "cutovers"))

    assert history == ["CLOSED", "CLOSED", "OPEN"]


def test_the_next_transition_comes_nearer_with_the_clock_and_is_gone_afterwards(aws, ssm):
    aws.set_calendar("cutovers", transitionInSeconds=3600)

    def wait():
        answer = ssm.get_calendar_state(CalendarNames=["cutovers"])
        return moment(answer["NextTransitionTime"]) - moment(answer["AtTime"])

    before = wait()
    aws.advance(1800)
    later = wait()
    aws.advance(1800)

    assert abs(before - timedelta(hours=1)) < timedelta(seconds=30)
    assert abs(later - timedelta(minutes=30)) < timedelta(seconds=30)
    assert "NextTransitionTime" not in ssm.get_calendar_state(CalendarNames=["cutovers"])


def test_the_next_transition_of_several_is_when_their_common_state_changes(aws, ssm):
    aws.set_calendar("early", state="CLOSED", transitionInSeconds=600)
    aws.set_calendar("late", state="CLOSED", transitionInSeconds=3600)

    answer = ssm.get_calendar_state(CalendarNames=["early", "late"])

    wait = moment(answer["NextTransitionTime"]) - moment(answer["AtTime"])
    assert abs(wait - timedelta(hours=1)) < timedelta(seconds=30)


def test_a_time_can_be_asked_for(aws, ssm):
    aws.set_calendar("cutovers", state="CLOSED", transitionInSeconds=600)
    later = (datetime.now(UTC) + timedelta(minutes=20)).isoformat(timespec="seconds")

    answer = ssm.get_calendar_state(CalendarNames=["cutovers"], AtTime=later)

    assert (answer["State"], answer["AtTime"]) == ("OPEN", later)


def test_a_calendar_can_be_replaced(aws, ssm):
    aws.set_calendar("cutovers", transitionInSeconds=60)
    aws.set_calendar("cutovers", state="CLOSED")

    aws.advance(120)

    assert state(ssm, "cutovers") == "CLOSED"


def test_a_calendar_shared_by_another_account_is_found_by_its_arn(aws, ssm):
    aws._seed("calendars", {"name": "theirs", "state": "CLOSED", "accountID": "444455556666"}, method="PUT")

    assert state(ssm, "arn:aws:ssm:eu-west-1:444455556666:document/theirs") == "CLOSED"


@pytest.mark.parametrize(
    ("names", "request_", "code"),
    [
        (["cutovers", "unknown"], {}, "InvalidDocument"),
        ([ARN.replace("eu-west-1", "us-east-1")], {}, "InvalidDocument"),
        ([ARN.replace("111122223333", "444455556666")], {}, "InvalidDocument"),
        (["arn:aws:ssm"], {}, "InvalidDocument"),
        (["document"], {}, "InvalidDocumentType"),
        ([], {}, "ValidationException"),
        (["cutovers"], {"AtTime": "tomorrow"}, "ValidationException"),
    ],
)
def test_what_systems_manager_refuses_is_refused(aws, ssm, names, request_, code):
    aws.set_calendar("cutovers")
    ssm.create_document(Name="document", Content='{"schemaVersion": "2.2"}', DocumentType="Command")

    with pytest.raises(ClientError) as refusal:
        ssm.get_calendar_state(CalendarNames=names, **request_)

    answer = refusal.value.response
    assert (answer["Error"]["Code"], answer["ResponseMetadata"]["HTTPStatusCode"]) == (code, 400)


def test_a_deleted_calendar_is_gone(aws, ssm):
    aws.set_calendar("cutovers")

    aws.delete_calendar("cutovers")

    with pytest.raises(ssm.exceptions.InvalidDocument, match="cutovers does not exist"):
        state(ssm, "cutovers")


def test_a_reset_deletes_calendars(aws, ssm):
    aws.set_calendar("cutovers")

    aws.reset()

    with pytest.raises(ssm.exceptions.InvalidDocument):
        state(ssm, "cutovers")


@pytest.mark.parametrize(
    ("options", "complaint"),
    [
        ({"state": "AJAR"}, "The state is 'AJAR'; allowed: OPEN, CLOSED"),
        ({"opens": 5}, "Unknown members of a calendar: opens"),
    ],
)
def test_a_calendar_that_cannot_exist_is_refused_in_words(aws, options, complaint):
    with pytest.raises(LocalAwsError, match=complaint):
        aws.set_calendar("cutovers", **options)


def test_an_unknown_calendar_cannot_be_deleted(aws):
    with pytest.raises(LocalAwsError, match="There is no calendar cutovers"):
        aws.delete_calendar("cutovers")


def test_the_call_is_logged_with_its_parameters(aws, ssm):
    aws.set_calendar("cutovers")

    state(ssm, "cutovers")

    (call,) = aws.calls("ssm")
    assert (call["operation"], call["parameters"]) == ("GetCalendarState", {"CalendarNames": ["cutovers"]})
