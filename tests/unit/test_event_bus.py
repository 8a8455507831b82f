"""The event bus through boto3: the published events, the number of calls, and what is never published."""

import json

import msgspec
import pytest
from botocore.stub import ANY

from finalize_cutover.aws.event_bus import DETAIL_TYPE, EVENTS_PER_CALL, SOURCE, EventBus
from finalize_cutover.cutover.report import Outcome, Report, document, report_on
from tests.unit.builders import SERVER, finalized
from tests.unit.stubs import UNHURRIED, stubbed

REPORT = report_on(finalized(tags={"Owner": "a secret"}).server, Outcome.FINALIZED, changed=True)
LIKE_THE_REPORT = {
    "EventBusName": "migrations",
    "Source": SOURCE,
    "DetailType": DETAIL_TYPE,
    "Resources": [REPORT.arn],
    "Detail": ANY,
}


@pytest.fixture
def events():
    with stubbed("events") as pair:
        yield pair


def bus(client):
    return EventBus(lambda: client, name="migrations", limit=UNHURRIED)


def expect(stubber, count, *, refused=(), like=LIKE_THE_REPORT):
    codes = [{"ErrorCode": "ThrottlingException"} if number in refused else {"EventId": "1"} for number in range(count)]
    stubber.add_response(
        "put_events", {"FailedEntryCount": len(refused), "Entries": codes}, {"Entries": [like] * count}
    )


def reports_on(count):
    return [msgspec.structs.replace(REPORT, source_server_id=f"s-{number:017}") for number in range(count)]


def details(client):
    """Return a list to which *client* appends the details of every published event."""
    told = []

    def remember(params, **_):
        told.extend(json.loads(entry["Detail"]) for entry in params["Entries"])

    client.meta.events.register("provide-client-params.events.PutEvents", remember)
    return told


def test_a_report_is_an_event_about_its_source_server(events):
    client, expected = events
    expect(expected, 1)

    assert bus(client).publish([REPORT]) == {}


@pytest.mark.parametrize(("count", "calls"), [(9, [9]), (10, [10]), (11, [10, 1]), (25, [10, 10, 5])])
def test_no_call_carries_more_than_ten_events(events, count, calls):
    client, expected = events
    for size in calls:
        expect(expected, size)

    bus(client).publish(reports_on(count))

    assert max(calls) <= EVENTS_PER_CALL


def test_events_that_the_bus_refused_are_named_over_all_calls(events):
    client, expected = events
    expect(expected, 10, refused=(2, 5))
    expect(expected, 2, refused=(0,))

    refused = bus(client).publish(reports_on(12))

    assert list(refused) == [f"s-{number:017}" for number in (2, 5, 10)]
    assert set(refused.values()) == {"events:PutEvents refused the event with ThrottlingException"}


def test_a_call_that_fails_affects_no_other(events):
    client, expected = events
    expected.add_client_error("put_events", "InternalException", "because", 500)
    expect(expected, 10)

    refused = bus(client).publish(reports_on(20))

    assert list(refused) == [f"s-{number:017}" for number in range(10)]


@pytest.mark.parametrize("answer", [{}, {"FailedEntryCount": 1, "Entries": []}, {"FailedEntryCount": 1}])
def test_an_answer_that_cannot_be_read_tells_of_none_that_were_taken(answer):
    class Odd:
        def put_events(self, **_request):
            return answer

    assert len(bus(Odd()).publish(reports_on(12))) == 12


def test_nothing_to_tell_is_not_told(events):
    client, _ = events

    assert bus(client).publish([]) == {}


def test_the_event_holds_the_report_and_nothing_of_mgns_own_answer(events):
    client, expected = events
    expect(expected, 1)
    told = details(client)

    bus(client).publish([REPORT])

    assert told == [{k: v for k, v in document(REPORT).items() if k != "sourceServer"}]
    assert (told[0]["sourceServerID"], told[0]["outcome"], told[0]["changed"]) == (SERVER, "FINALIZED", True)
    assert "a secret" not in json.dumps(told)


def test_a_server_of_which_nothing_is_known_has_no_resource(events):
    client, expected = events
    expect(expected, 1, like={**LIKE_THE_REPORT, "Resources": []})

    bus(client).publish([Report(source_server_id=SERVER, outcome=Outcome.FAILED)])


def test_our_events_cannot_wake_our_own_rule():
    assert not SOURCE.startswith("aws.")
    assert DETAIL_TYPE != "MGN Source Server Launch Result"


@pytest.mark.parametrize(
    ("code", "status"),
    [("InternalException", 500), ("AccessDeniedException", 400), ("ResourceNotFoundException", 400)],
)
def test_what_eventbridge_answers_is_the_reason(events, code, status):
    client, expected = events
    expected.add_client_error("put_events", code, "because", status)

    (reason,) = bus(client).publish([REPORT]).values()

    assert reason == f"events:PutEvents failed with {code} ({status}): because."
