"""MGN's templates and configurations in the local AWS, which keep to botocore's model."""

import pytest

from tests.account.comparison import differences

SERVER = "s-0123456789abcdef0"
LISTS = {
    "describe_replication_configuration_templates": "replicationConfigurationTemplateID",
    "describe_launch_configuration_templates": "launchConfigurationTemplateID",
}


@pytest.fixture
def server(aws):
    return aws.add_source_server("ready", sourceServerID=SERVER, hostname="web-1")


def demand_model(mgn, method, answer):
    operation = mgn.meta.method_to_api_mapping[method]
    answer.pop("ResponseMetadata")
    shape = mgn.meta.service_model.operation_model(operation).output_shape

    assert list(differences(answer, shape)) == []


@pytest.mark.parametrize("method", ["get_replication_configuration", "get_launch_configuration"])
def test_a_source_server_has_a_configuration(mgn, server, method):
    answer = getattr(mgn, method)(sourceServerID=SERVER)

    assert (answer["sourceServerID"], answer["name"]) == (SERVER, "web-1")
    demand_model(mgn, method, answer)


def test_the_configuration_has_every_replicated_disk_and_the_first_one_boots(mgn, server):
    disks = mgn.get_replication_configuration(sourceServerID=SERVER)["replicatedDisks"]

    replicated = server["dataReplicationInfo"]["replicatedDisks"]
    assert [disk["deviceName"] for disk in disks] == [disk["deviceName"] for disk in replicated]
    assert [disk["isBootDisk"] for disk in disks] == [True, False]


@pytest.mark.parametrize(("method", "key"), LISTS.items())
def test_an_account_has_a_template_of_each_kind_which_stays_the_same(mgn, server, method, key):
    [template] = getattr(mgn, method)()["items"]

    answer = getattr(mgn, method)(**{f"{key}s": [template[key]]})

    assert [one[key] for one in answer["items"]] == [template[key]]
    demand_model(mgn, method, answer)


@pytest.mark.parametrize("method", ["describe_vcenter_clients", "list_connectors"])
def test_there_are_neither_vcenter_clients_nor_connectors(mgn, server, method):
    assert getattr(mgn, method)()["items"] == []


def test_there_are_no_actions_of_known_servers_and_templates(mgn, server):
    [template] = mgn.describe_launch_configuration_templates()["items"]
    template_id = template["launchConfigurationTemplateID"]

    assert mgn.list_source_server_actions(sourceServerID=SERVER)["items"] == []
    assert mgn.list_template_actions(launchConfigurationTemplateID=template_id)["items"] == []


@pytest.mark.parametrize(
    ("method", "request_"),
    [
        ("get_replication_configuration", {"sourceServerID": "s-00000000000000000"}),
        ("get_launch_configuration", {"sourceServerID": "s-00000000000000000"}),
        ("list_source_server_actions", {"sourceServerID": "s-00000000000000000"}),
        ("list_template_actions", {"launchConfigurationTemplateID": "lct-00000000000000000"}),
    ],
)
def test_what_does_not_exist_is_not_found(mgn, server, method, request_):
    with pytest.raises(mgn.exceptions.ResourceNotFoundException):
        getattr(mgn, method)(**request_)
