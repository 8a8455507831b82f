"""
The contract tests of CloudFormation's registry, adapted to the custom resource.

They have the same names as in the registry.  There are two differences.  The Delete of a missing custom resource must
succeed; in the registry it must fail.  And a Delete removes only the resource; the cutover stays finalized.
https://github.com/aws-cloudformation/cloudformation-cli/tree/master/src/rpdk/core/contract/suite/resource
"""

import time

import boto3
import pytest

from tests.contract.provider import REVISION, SERVER, TAG_VALUE, TOKEN, WEB

# s; the registry's limit for a read.  Other operations have twice that.
BASE_TIMEOUT = 30


@pytest.fixture(autouse=True)
def ready_server(aws):
    aws.add_source_server("ready", sourceServerID=SERVER, tags={"owner": TAG_VALUE})


@pytest.fixture
def read(aws):
    """Reads the source server from MGN."""
    mgn = boto3.client("mgn")
    return lambda: mgn.describe_source_servers(filters={"sourceServerIDs": [SERVER]})["items"][0]


def listed(aws):
    mgn = boto3.client("mgn")
    items = mgn.describe_source_servers(filters={"lifeCycleStates": ["CUTOVER"]})["items"]
    return [item["sourceServerID"] for item in items]


def create(provider, **more):
    return provider.ask("Create", {**WEB, **more})


def delete(provider):
    return provider.ask("Delete", physical_id=SERVER)


def update(provider, **more):
    return provider.ask("Update", {**WEB, **more}, old=WEB, physical_id=SERVER)


def test_contract_create_delete(provider):
    began = time.monotonic()

    created, deleted = create(provider), delete(provider)

    assert (created.status, deleted.status) == ("SUCCESS", "SUCCESS")
    assert created.physical_resource_id == deleted.physical_resource_id == SERVER
    assert not {TOKEN, REVISION, "0"} & set(created.data.values())  # input-only properties are not returned
    assert time.monotonic() - began < 2 * BASE_TIMEOUT


def test_contract_create_create(provider, aws):
    """In the registry the second Create fails; here it succeeds, because Lambda can run the first one twice."""
    first, second = create(provider), create(provider)

    assert first == second
    assert aws.operations("mgn").count("FinalizeCutover") == 1


def test_contract_create_read(provider, read):
    created = create(provider)

    found = read()
    assert created.data["LifeCycleState"] == found["lifeCycle"]["state"]
    assert created.data["DataReplicationState"] == found["dataReplicationInfo"]["dataReplicationState"]
    assert created.data["SourceServerArn"] == found["arn"]
    assert created.data["LaunchedInstanceID"] == found["launchedInstance"]["ec2InstanceID"]


def test_contract_create_list(provider, aws):
    create(provider)

    assert listed(aws) == [SERVER]


def test_contract_create_taggable(provider, aws, read):
    """The resource accepts no tags, and does not change the source server's tags."""
    refused = create(provider, Tags=[{"Key": "owner", "Value": "nobody"}])

    assert '"Tags" is not a property of Custom::FinalizedCutover' in refused.reason
    assert read()["tags"] == {"owner": TAG_VALUE}


def test_contract_update_read(provider, read):
    created = create(provider)

    updated = update(provider, Archive=True)

    assert updated.physical_resource_id == created.physical_resource_id
    assert read()["isArchived"]


def test_contract_update_list(provider, aws):
    create(provider)
    update(provider, SoakMinutes=1)

    assert listed(aws) == [SERVER]


def test_contract_update_tag_updatable(provider, read):
    create(provider)

    refused = update(provider, Tags=[{"Key": "owner", "Value": "nobody"}])

    assert (refused.status, refused.physical_resource_id) == ("FAILED", SERVER)
    assert read()["tags"] == {"owner": TAG_VALUE}


def test_contract_update_without_create(provider):
    unknown = "s-00000000000000000"

    updated = provider.ask("Update", {**WEB, "SourceServerID": unknown}, physical_id=unknown)

    assert (updated.status, updated.physical_resource_id) == ("FAILED", unknown)
    assert updated.reason.startswith(f"MGN does not list source server {unknown}.")


def test_contract_delete_read(provider, read):
    """Only the resource is deleted: MGN keeps the finalized source server."""
    create(provider)
    delete(provider)

    assert read()["lifeCycle"]["state"] == "CUTOVER"


def test_contract_delete_list(provider, aws):
    create(provider)
    delete(provider)

    assert listed(aws) == [SERVER]


def test_contract_delete_update(provider):
    """An Update after the Delete finds the cutover finalized, and changes nothing."""
    create(provider)
    delete(provider)

    assert update(provider).data["Outcome"] == "FINALIZED"


def test_contract_delete_delete(provider, aws):
    """The opposite of the registry's contract: the Delete of a missing resource succeeds."""
    create(provider)
    aws.clear_calls()

    assert [delete(provider).status for _ in range(2)] == ["SUCCESS", "SUCCESS"]
    assert aws.operations() == []


def test_contract_delete_create(provider):
    first = create(provider)
    delete(provider)

    assert create(provider) == first


def test_contract_check_asserts_work():
    with pytest.raises(AssertionError):
        assert not __debug__
