"""crhelper's defects in its responses (IDs, reasons, length, foreign events) are all worked around."""

import json

import pytest

from finalize_cutover.app import lambda_handler
from finalize_cutover.cutover.errors import InvalidRequestError
from tests.contract.provider import LOGICAL_ID, OTHER_SERVER, SERVER, WEB

# The numbers refer to a list of the defects in crhelper 2.0.12.  Other modules test these: 2 and 3 (403 and 503 count
# as delivered, endless retries) in test_delivery and test_undeliverable, 5 and 17 (too long, beginning cut off) in
# test_answer_length, 16 (two responses at the timeout) and 21 (no response when the process ends) in test_races.
LONG = "s-" + "☃" * 3000


@pytest.fixture
def ready_server(aws):
    aws.add_source_server("ready", sourceServerID=SERVER)


def test_02_03_04_every_answer_is_a_put_with_an_empty_content_type_and_its_length(provider, ready_server):
    exchange = provider.send("Create")
    exchange.only_answer()

    (put,) = exchange.puts
    assert (put.method, put.headers["content-type"]) == ("PUT", "")
    assert put.headers["content-length"] == str(len(put.body))


@pytest.mark.parametrize("properties", [WEB, {"SourceServerIDs": [SERVER, OTHER_SERVER]}, {"SourceServerID": "web"}])
def test_10_13_the_id_is_the_same_each_time(provider, ready_server, properties):
    request = provider.document("Create", properties)

    ids = {provider.deliver(request).only_answer().physical_resource_id for _ in range(2)}

    assert len(ids) == 1


FOREIGN = [
    {"source": "aws.mgn", "detail-type": "MGN Source Server Launch Result", "detail": {}, "resources": []},
    {"action": "check", "sourceServerID": SERVER},
    {"sourceServerID": "web"},
    {"RequestType": "Create"},
    {"ResponseURL": "https://example.com"},
    {},
    [],
    None,
    "Create",
]


@pytest.mark.parametrize("foreign", FOREIGN, ids=repr)
def test_14_an_event_of_somebody_else_answers_no_earlier_request(provider, endpoint, ready_server, foreign):
    provider.ask("Create")
    answered = len(endpoint.puts)

    try:
        lambda_handler(foreign, None)
    except InvalidRequestError as error:
        refusal = str(error)
    else:
        refusal = ""

    assert len(endpoint.puts) == answered
    assert "ResponseURL" not in refusal or "RequestType and ResponseURL" in refusal


def test_15_a_delete_is_answered_with_its_id_even_if_it_has_nothing_else(provider):
    document = provider.document("Delete", physical_id=SERVER)
    del document["ResourceProperties"]

    assert provider.deliver(document).only_answer().physical_resource_id == SERVER


def test_16_a_failed_answer_always_has_the_id_of_the_event(provider):
    answer = provider.ask("Update", {"SourceServerID": "web"}, physical_id=SERVER)

    assert (answer.status, answer.physical_resource_id) == ("FAILED", SERVER)


def test_18_no_answer_is_masked_and_none_inherits_a_mask(provider, ready_server):
    exchanges = [provider.send("Create"), provider.send("Delete", physical_id=SERVER)]

    bodies = [json.loads(one.puts[0].body) for one in exchanges if one.only_answer()]

    assert [body["NoEcho"] for body in bodies] == [False, False]


@pytest.mark.parametrize("request_type", ["create", "Read", "", None, 5, ["Create"], {"Create": 1}, "__init__"])
def test_22_an_unknown_request_type_is_answered_with_what_is_allowed(provider, aws, request_type):
    document = {**provider.document("Create"), "RequestType": request_type}

    answer = provider.deliver(document).only_answer()

    assert (answer.status, answer.physical_resource_id) == ("FAILED", SERVER)
    assert "allowed: Create, Update or Delete" in answer.reason
    assert aws.operations() == []


def test_23_an_update_is_no_empty_success(provider, aws):
    answer = provider.ask("Update", physical_id=SERVER)

    assert answer.status == "FAILED"
    assert aws.operations("mgn") == ["DescribeSourceServers"]


def test_24_attributes_are_text_whatever_mgn_says(provider, ready_server, aws):
    aws.change_source_server(SERVER, launchedInstance={"firstBoot": "SUCCEEDED"}, fqdnForActionFramework="\ud83d☃")

    answer = provider.ask("Create")

    assert {type(value) for value in answer.data.values()} == {str}


def test_25_the_same_request_twice_gets_the_same_answer(provider, ready_server, aws):
    request = provider.document("Create")

    answers = [provider.deliver(request).only_answer() for _ in range(2)]

    assert answers[0] == answers[1]
    assert aws.operations("mgn").count("FinalizeCutover") == 1


@pytest.mark.parametrize("missing", ["StackId", "RequestId", "LogicalResourceId"])
def test_27_what_cannot_be_answered_fails_the_run(new_provider, endpoint, missing):
    provider = new_provider(is_answered=False)
    document = endpoint.open(provider.document("Create")).document
    del document[missing]

    with pytest.raises(InvalidRequestError, match=f"{missing} is null, so the CloudFormation request cannot"):
        provider.function(document, 900)

    assert endpoint.puts == []


def test_27_a_refusal_is_logged_and_counted_though_the_run_succeeds(provider, aws, log_lines):
    aws.add_source_server("impaired", sourceServerID=SERVER)

    exchange = provider.send("Create")
    exchange.only_answer()

    assert exchange.delivery.attempts == [None]
    assert "Cutover refused" in log_lines.messages()
    assert '"Blocked":[1.0]' in log_lines.text()


def test_the_logical_id_stands_in_where_nothing_is_selected(provider):
    assert provider.ask("Create", {"SourceServerID": LONG}).physical_resource_id == f"{LOGICAL_ID}-invalid"
