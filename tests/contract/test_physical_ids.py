"""The physical ID is derived from the selection only: another selection is another resource."""

import pytest

from tests.contract.provider import OTHER_SERVER, SERVER

APPLICATION = "app-0123456789abcdef0"
WAVE = "wave-0123456789abcdef0"
THIRD = "s-0123456789abcdef2"
LIST_ID = "cutover-6ae356e0c7ee"


@pytest.fixture
def servers(aws):
    aws.add_wave(waveID=WAVE)
    aws.add_application(applicationID=APPLICATION, waveID=WAVE)
    for server_id in (SERVER, OTHER_SERVER):
        aws.add_source_server("ready", sourceServerID=server_id, applicationID=APPLICATION)


def id_of(provider, properties, request_type="Create", **rest):
    return provider.ask(request_type, {"WaitMinutes": 0, **properties}, **rest).physical_resource_id


SELECTIONS = [
    ({"SourceServerID": SERVER}, SERVER),
    ({"ApplicationID": APPLICATION}, APPLICATION),
    ({"WaveID": WAVE}, WAVE),
    ({"SourceServerIDs": [SERVER, OTHER_SERVER]}, LIST_ID),
    ({"SourceServerIDs": [OTHER_SERVER, SERVER]}, LIST_ID),
    ({"SourceServerIDs": [SERVER, OTHER_SERVER, SERVER]}, LIST_ID),
]


@pytest.mark.parametrize(("selection", "expected"), SELECTIONS)
def test_the_id_is_what_is_selected(provider, servers, selection, expected):
    assert id_of(provider, selection) == expected


@pytest.mark.parametrize(("selection", "expected"), SELECTIONS)
def test_a_failed_create_has_the_id_that_it_would_have_had(provider, selection, expected):
    answer = provider.ask("Create", selection)

    assert (answer.status, answer.physical_resource_id) == ("FAILED", expected)


@pytest.mark.parametrize(("selection", "expected"), SELECTIONS)
def test_a_create_that_fails_for_another_property_has_it_too(provider, selection, expected):
    assert id_of(provider, {**selection, "DryRun": "perhaps", "Unknown": "1"}) == expected


@pytest.mark.parametrize(
    "selection",
    [{}, {"SourceServerID": "web"}, {"SourceServerID": SERVER, "WaveID": WAVE}, {"SourceServerIDs": [SERVER, "web"]}],
)
def test_where_nothing_is_selected_the_id_says_so(provider, selection):
    assert id_of(provider, selection) == "WebServerCutover-invalid"


@pytest.mark.parametrize("others", [[SERVER, THIRD], [SERVER], [SERVER, OTHER_SERVER, THIRD]])
def test_other_members_are_another_id(provider, others):
    identifier = id_of(provider, {"SourceServerIDs": others})

    assert identifier.startswith("cutover-")
    assert identifier != LIST_ID


@pytest.mark.parametrize(
    "more", [{"SoakMinutes": 1}, {"Archive": True}, {"Revision": "2"}, {"Waive": ["soak"]}, {"DryRun": True}]
)
def test_no_other_property_changes_the_id(provider, servers, more):
    assert id_of(provider, {"SourceServerID": SERVER, **more}, "Update", physical_id=SERVER) == SERVER


@pytest.mark.parametrize(("selection", "_expected"), SELECTIONS)
@pytest.mark.parametrize("asked_about", [SERVER, "web-WebServerCutover-1A2B3C4D5E6F", "WebServerCutover-invalid", "é☃"])
def test_a_failed_update_echoes_the_id_of_the_event(provider, selection, _expected, asked_about):
    answer = provider.ask("Update", selection, physical_id=asked_about)

    assert (answer.status, answer.physical_resource_id) == ("FAILED", asked_about)


@pytest.mark.parametrize("asked_about", [SERVER, LIST_ID, WAVE, "WebServerCutover-invalid", "x" * 1024])
def test_a_delete_echoes_the_id_of_the_event(provider, asked_about):
    assert id_of(provider, {"SourceServerID": OTHER_SERVER}, "Delete", physical_id=asked_about) == asked_about


def test_another_kind_of_selection_of_the_same_servers_is_another_resource(provider, servers):
    stack = provider.stack()
    stack.create({"WaveID": WAVE})

    stack.update({"ApplicationID": APPLICATION})

    requests = [(one.document["RequestType"], one.document.get("PhysicalResourceId")) for one in stack.exchanges]
    assert requests == [("Create", None), ("Update", WAVE), ("Delete", WAVE)]
    assert stack.resource.physical_id == APPLICATION
