"""CloudFormation's sequences of requests to the provider: all documented and observed behaviour."""

import pytest

from tests.contract.provider import OTHER_SERVER, REVISION, SERVER, WEB

DATABASE = {**WEB, "SourceServerID": OTHER_SERVER}
AGAIN = {**WEB, "Revision": f"{REVISION}-2"}


@pytest.fixture
def stack(provider):
    return provider.stack()


@pytest.fixture
def servers(aws):
    for server_id in (SERVER, OTHER_SERVER):
        aws.add_source_server("ready", sourceServerID=server_id)


def requests(stack):
    return [(one.document["RequestType"], one.document.get("PhysicalResourceId")) for one in stack.exchanges]


def reasons(stack):
    return " ".join(event.reason for event in stack.events)


def finalizations(aws):
    return aws.operations("mgn").count("FinalizeCutover")


def test_a_create_a_change_and_a_delete_end_well(stack, servers, aws):
    statuses = [stack.create(WEB), stack.update(AGAIN), stack.delete()]

    assert statuses == ["CREATE_COMPLETE", "UPDATE_COMPLETE", "DELETE_COMPLETE"]
    assert requests(stack) == [("Create", None), ("Update", SERVER), ("Delete", SERVER)]
    assert finalizations(aws) == 1


def test_an_update_of_the_same_selection_is_in_place(stack, servers):
    stack.create(WEB)

    stack.update({**WEB, "Archive": True})

    assert stack.resource.physical_id == SERVER
    assert requests(stack) == [("Create", None), ("Update", SERVER)]


def test_an_update_to_another_selection_is_a_replacement_and_the_old_id_is_deleted_once(stack, servers, aws):
    stack.create(WEB)
    before = aws.operations("mgn").count("FinalizeCutover")

    status = stack.update(DATABASE)

    assert status == "UPDATE_COMPLETE"
    assert stack.resource.physical_id == OTHER_SERVER
    assert requests(stack)[1:] == [("Update", SERVER), ("Delete", SERVER)]
    assert finalizations(aws) == before + 1


def test_a_failed_create_is_deleted_by_the_id_that_it_answered(stack, aws):
    aws.add_source_server("impaired", sourceServerID=SERVER)

    status = stack.create(WEB)

    assert status == "ROLLBACK_COMPLETE"
    assert requests(stack) == [("Create", None), ("Delete", SERVER)]
    assert "impaired" in reasons(stack)


def test_the_id_of_a_failed_create_is_never_empty_so_that_its_reason_is_seen(stack):
    status = stack.create({"ServerID": SERVER})

    assert status == "ROLLBACK_COMPLETE"
    assert requests(stack) == [("Create", None), ("Delete", "WebServerCutover-invalid")]
    assert '"ServerID" is not a property of Custom::FinalizedCutover' in reasons(stack)
    assert "Invalid PhysicalResourceId" not in reasons(stack)


@pytest.mark.parametrize("made_up", ["", "web-WebServerCutover-1A2B3C4D5E6F", "2026/11/23/[$LATEST]0123", "☃"])
def test_a_delete_with_an_id_that_we_never_issued_succeeds_and_echoes_it(provider, aws, made_up):
    aws.add_source_server("ready", sourceServerID=SERVER)

    answer = provider.ask("Delete", physical_id=made_up)

    assert (answer.status, answer.physical_resource_id) == ("SUCCESS", made_up or SERVER)
    assert aws.operations("mgn") == []


def test_an_update_that_fails_is_rolled_back_to_what_it_was(stack, servers, aws):
    aws.add_source_server("impaired", sourceServerID="s-0123456789abcdef2")
    stack.create(WEB)

    status = stack.update({**WEB, "SourceServerID": "s-0123456789abcdef2"})

    assert status == "UPDATE_ROLLBACK_COMPLETE"
    assert requests(stack) == [("Create", None), ("Update", SERVER), ("Update", SERVER)]
    assert finalizations(aws) == 1


def test_a_failed_update_echoes_the_id_of_the_event(provider, aws):
    aws.add_source_server("impaired", sourceServerID=OTHER_SERVER)

    answer = provider.ask("Update", DATABASE, old=WEB, physical_id=SERVER)

    assert (answer.status, answer.physical_resource_id) == ("FAILED", SERVER)


def test_a_delete_succeeds_at_the_first_try_so_that_nothing_is_abandoned(stack, servers):
    stack.create(WEB)

    stack.update(DATABASE)

    statuses = [(event.logical_id, event.status) for event in stack.events if "DELETE" in event.status]
    assert statuses == [("WebServerCutover", "DELETE_IN_PROGRESS"), ("WebServerCutover", "DELETE_COMPLETE")]


@pytest.mark.parametrize(
    "properties",
    [
        {"SourceServerId": SERVER},
        {"SourceServerID": SERVER, "Force": "true"},
        {"ServerIDs": [SERVER], "WaitMinutes": "a while"},
        {},
        None,
        "text",
    ],
)
def test_a_delete_or_a_rollback_in_an_old_property_format_succeeds(provider, aws, properties):
    requests = [provider.document(kind, {}, physical_id=SERVER) for kind in ("Delete", "Update")]

    answers = [
        provider.deliver(
            {**request, "ResourceProperties": properties}, status="UPDATE_ROLLBACK_IN_PROGRESS"
        ).only_answer()
        for request in requests
    ]

    assert [(one.status, one.physical_resource_id) for one in answers] == [("SUCCESS", SERVER)] * 2
    assert finalizations(aws) == 0


def test_a_stack_can_be_deleted_whatever_mgn_says(stack, servers, aws):
    stack.create(WEB)
    aws.add_fault("*", "internal", times=100)

    assert stack.delete() == "DELETE_COMPLETE"
