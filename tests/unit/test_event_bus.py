"""The event bus through boto3: the published events, the number of calls, and what is never published."""

import json

import pytest
from botocore.stub import ANY

from finalize_cutover.aws.event_bus import DETAIL_TYPE, EVENTS_PER_CALL, SOURCE, EventBus
from finalize_cutover.cutover.errors import CutoverError, MgnRefusedError, MgnUnavailableError
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


def expect(stubber, count, *, refused=0, like=LIKE_THE_REPORT):
    answer = {"FailedEntryCount": refused, "Entries": [{"EventId": str(number)} for number in range(count)]}
    stubber.add_response("put_events", answer, {"Entries": [like] * count})


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

    assert bus(client).publish([REPORT]) == 0


@pytest.mark.parametrize(("count", "calls"), [(9, [9]), (10, [10]), (11, [10, 1]), (25, [10, 10, 5])])
def test_no_call_carries_more_than_ten_events(events, count, calls):
    client, expected = events
    for size in calls:
        expect(expected, size)

    bus(client).publish([REPORT] * count)

    assert max(calls) <= EVENTS_PER_CALL


def test_events_that_the_bus_did_not_take_are_counted_over_all_calls(events):
    client, expected = events
    expect(expected, 10, refused=2)
    expect(expected, 2, refused=1)

    assert bus(client).publish([REPORT] * 12) == 3


def test_an_answer_that_cannot_be_read_tells_of_none_that_were_taken():
    class Silent:
        def put_events(self, **_request):
            return {}  # botocore's result for a body that is not JSON

    assert bus(Silent()).publish([REPORT] * 12) == 12


def test_nothing_to_tell_is_not_told(events):
    client, _ = events

    assert bus(client).publish([]) == 0


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
    ("code", "status", "error"),
    [
        ("InternalException", 500, MgnUnavailableError),
        ("ThrottlingException", 400, MgnUnavailableError),
        ("AccessDeniedException", 400, MgnRefusedError),
        ("ResourceNotFoundException", 400, CutoverError),
    ],
)
def test_what_eventbridge_answers_is_translated(events, code, status, error):
    client, expected = events
    expected.add_client_error("put_events", code, "because", status)

    with pytest.raises(error, match="events:PutEvents failed with"):
        bus(client).publish([REPORT])
