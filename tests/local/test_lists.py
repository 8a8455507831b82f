"""The list operations of the local MGN: filters and pagination."""

import pytest

SERVER = "s-0123456789abcdef0"
APPLICATION = "app-0123456789abcdef0"
WAVE = "wave-0123456789abcdef0"


def hosts(mgn, **filters):
    items = mgn.describe_source_servers(filters=filters)["items"]
    return [item["sourceProperties"]["identificationHints"]["hostname"] for item in items]


@pytest.fixture
def fleet(aws):
    aws.add_source_server("ready", sourceServerID=SERVER, hostname="ready", applicationID=APPLICATION)
    aws.add_source_server("archived", hostname="archived", applicationID=APPLICATION)
    aws.add_source_server("replicating", hostname="agentless", overrides={"replicationType": "SNAPSHOT_SHIPPING"})


@pytest.mark.parametrize(
    ("filters", "expected"),
    [
        ({}, ["ready", "archived", "agentless"]),
        ({"sourceServerIDs": [SERVER]}, ["ready"]),
        ({"sourceServerIDs": [SERVER, "s-fedcba9876543210f"]}, ["ready"]),
        ({"sourceServerIDs": []}, ["ready", "archived", "agentless"]),
        ({"applicationIDs": [APPLICATION]}, ["ready", "archived"]),
        ({"lifeCycleStates": ["CUTTING_OVER"]}, ["ready"]),
        ({"lifeCycleStates": ["CUTTING_OVER", "CUTOVER"]}, ["ready", "archived"]),
        ({"replicationTypes": ["SNAPSHOT_SHIPPING"]}, ["agentless"]),
        ({"isArchived": True}, ["archived"]),
        ({"isArchived": False}, ["ready", "agentless"]),
        ({"applicationIDs": [APPLICATION], "isArchived": False}, ["ready"]),
    ],
)
def test_each_filter_of_source_servers_narrows_the_list(mgn, fleet, filters, expected):
    assert hosts(mgn, **filters) == expected


def test_pages_hold_no_more_than_was_asked_for_and_miss_nobody(aws, mgn):
    everyone = [aws.add_source_server("replicating")["sourceServerID"] for _ in range(7)]

    pages = list(mgn.get_paginator("describe_source_servers").paginate(PaginationConfig={"PageSize": 3}))

    assert [[item["sourceServerID"] for item in page["items"]] for page in pages] == [
        everyone[:3],
        everyone[3:6],
        everyone[6:],
    ]


def test_a_page_that_ends_with_the_list_has_no_token(aws, mgn):
    for _ in range(2):
        aws.add_source_server("replicating")

    assert "nextToken" not in mgn.describe_source_servers(maxResults=2)


def test_a_list_that_shrinks_while_it_is_read_stays_readable(aws, mgn):
    everyone = [aws.add_source_server("ready")["sourceServerID"] for _ in range(3)]
    filters = {"lifeCycleStates": ["CUTTING_OVER"]}
    first = mgn.describe_source_servers(filters=filters, maxResults=1)

    mgn.finalize_cutover(sourceServerID=everyone[0])
    rest = mgn.describe_source_servers(filters=filters, nextToken=first["nextToken"])

    assert [item["sourceServerID"] for item in rest["items"]] == everyone[1:]


@pytest.mark.parametrize("token", ["made up", "bm9uc2Vuc2U=", "é"])
def test_a_token_that_was_never_given_out_is_invalid(mgn, fleet, token):
    with pytest.raises(mgn.exceptions.ValidationException) as refusal:
        mgn.describe_source_servers(nextToken=token)

    assert [field["name"] for field in refusal.value.response["fieldList"]] == ["nextToken"]


@pytest.fixture
def groups(aws):
    aws.add_wave(waveID=WAVE, name="First")
    aws.add_wave(name="Second", isArchived=True)
    aws.add_application(applicationID=APPLICATION, name="Shop", waveID=WAVE)
    aws.add_application(name="Blog", isArchived=True)


@pytest.mark.parametrize(
    ("filters", "expected"),
    [
        ({}, ["Shop", "Blog"]),
        ({"applicationIDs": [APPLICATION]}, ["Shop"]),
        ({"waveIDs": [WAVE]}, ["Shop"]),
        ({"isArchived": True}, ["Blog"]),
    ],
)
def test_each_filter_of_applications_narrows_the_list(mgn, groups, filters, expected):
    assert [item["name"] for item in mgn.list_applications(filters=filters)["items"]] == expected


@pytest.mark.parametrize(
    ("filters", "expected"),
    [({}, ["First", "Second"]), ({"waveIDs": [WAVE]}, ["First"]), ({"isArchived": False}, ["First"])],
)
def test_each_filter_of_waves_narrows_the_list(mgn, groups, filters, expected):
    assert [item["name"] for item in mgn.list_waves(filters=filters)["items"]] == expected


def test_applications_and_waves_come_in_pages_too(mgn, groups):
    assert [
        len(list(mgn.get_paginator(operation).paginate(PaginationConfig={"PageSize": 1})))
        for operation in ("list_applications", "list_waves")
    ] == [2, 2]


def test_a_wave_is_completed_when_all_its_servers_are_cut_over(aws, mgn, groups):
    aws.add_source_server("ready", sourceServerID=SERVER, applicationID=APPLICATION)
    before = mgn.list_waves(filters={"waveIDs": [WAVE]})["items"][0]["waveAggregatedStatus"]

    mgn.finalize_cutover(sourceServerID=SERVER)

    after = mgn.list_waves(filters={"waveIDs": [WAVE]})["items"][0]["waveAggregatedStatus"]
    assert (before["progressStatus"], after["progressStatus"]) == ("IN_PROGRESS", "COMPLETED")
    assert after["totalApplications"] == 1


def test_an_application_counts_its_servers(mgn, groups, fleet):
    (application,) = mgn.list_applications(filters={"applicationIDs": [APPLICATION]})["items"]

    assert application["applicationAggregatedStatus"]["totalSourceServers"] == 2
