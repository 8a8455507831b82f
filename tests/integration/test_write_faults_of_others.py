"""A read error about one source server does not prevent the finalization of others."""

import pytest

from tests.integration.caller import Caller
from tests.oddities import add_ready

BAD, OTHERS = 2, (1, 3, 4)
FOR_GOOD = 100


@pytest.fixture
def caller(aws):
    return Caller(aws)


@pytest.fixture(params=["direct", "sweep"])
def outcomes(request, caller):
    """Requests the finalization of source servers in one of two ways; returns {ID: outcome}."""

    def ask(server_ids):
        direct = {"sourceServerIDs": server_ids, "waitMinutes": 0}
        report = caller.send(direct if request.param == "direct" else {"action": "sweep"})
        return {server["sourceServerID"]: server["outcome"] for server in report["servers"]}

    return ask


def job_of(server_id):
    return f"mgnjob-{server_id.removeprefix('s-')}"


def add_all(aws):
    """Add four servers, each with its own job; return the ID of the faulty one, and the other IDs."""
    bad, *others = (add_ready(aws, number) for number in (BAD, *OTHERS))
    return bad, others


def all_but(bad, others, outcome):
    return {bad: outcome, **dict.fromkeys(others, "FINALIZED")}


@pytest.mark.parametrize("fault", ["internal", "not-found", "access-denied"])
def test_a_log_that_cannot_be_read_concerns_only_the_servers_of_its_job(caller, outcomes, fault):
    bad, others = add_all(caller.aws)
    caller.aws.add_fault("DescribeJobLogItems", fault, parameters={"jobID": job_of(bad)}, times=FOR_GOOD)

    found = outcomes([bad, *others])

    assert found == all_but(bad, others, "FAILED")
    assert len(caller.writes) == len(others)


def test_a_log_that_cannot_be_read_concerns_every_server_of_its_job(caller, outcomes):
    bad, others = add_all(caller.aws)
    brother = add_ready(caller.aws, 9, jobID=job_of(bad))
    caller.aws.add_fault("DescribeJobLogItems", "access-denied", parameters={"jobID": job_of(bad)}, times=FOR_GOOD)

    found = outcomes([bad, brother, *others])

    assert found == {brother: "FAILED", **all_but(bad, others, "FAILED")}


def test_a_source_server_that_cannot_be_read_concerns_no_other(caller, outcomes):
    bad, others = add_all(caller.aws)
    caller.aws.change_source_server(bad, launchedInstance={"firstBoot": 7})

    assert outcomes([bad, *others]) == all_but(bad, others, "FAILED")


@pytest.mark.parametrize(
    "changes", [{"status": 7}, {"endDateTime": 7}, {"participatingServers": [{"sourceServerID": 7}]}]
)
def test_a_job_that_cannot_be_read_concerns_only_its_own_servers(caller, outcomes, changes):
    bad, others = add_all(caller.aws)
    caller.aws.change_job(job_of(bad), **changes)

    assert outcomes([bad, *others]) == all_but(bad, others, "FAILED")


def test_what_a_job_says_of_one_server_concerns_no_other_of_the_same_job(caller, outcomes):
    bad, others = add_all(caller.aws)
    brother = add_ready(caller.aws, 9, jobID=job_of(bad))
    (launch, _) = caller.aws.change_job(job_of(bad))["participatingServers"]
    entries = caller.aws.change_job(job_of(bad))["participatingServers"]
    caller.aws.change_job(job_of(bad), participatingServers=[{**launch, "launchStatus": 7}, entries[1]])

    found = outcomes([bad, brother, *others])

    assert found == {brother: "FINALIZED", **all_but(bad, others, "FAILED")}


@pytest.mark.parametrize(
    ("service", "operation", "outcome"),
    [
        ("mgn", "DescribeJobs", "FAILED"),
        # The function then assumes that EC2 does not know the instance.
        ("ec2", "DescribeInstanceStatus", "BLOCKED"),
    ],
)
def test_an_item_of_a_list_that_comes_without_its_id_concerns_only_who_needs_it(
    caller, outcomes, service, operation, outcome
):
    bad, others = add_all(caller.aws)
    caller.aws.add_fault(operation, "nameless-item", service=service)

    found = outcomes([bad, *others])

    assert sorted(found.values()) == sorted([outcome, *["FINALIZED"] * len(others)])


def test_a_source_server_that_comes_without_its_id_is_not_finalized_by_a_direct_request_and_all_others_are(caller):
    bad, others = add_all(caller.aws)
    caller.aws.add_fault("DescribeSourceServers", "nameless-item")

    report = caller.send({"sourceServerIDs": [bad, *others], "waitMinutes": 0})

    assert report["counts"] == {"FINALIZED": len(others), "FAILED": 1}


def test_a_source_server_that_comes_without_its_id_is_left_to_the_next_sweep_and_all_others_are_finalized(caller):
    _, others = add_all(caller.aws)
    caller.aws.add_fault("DescribeSourceServers", "nameless-item")

    first, second = (caller.send({"action": "sweep"}) for _ in range(2))

    assert (first["counts"], second["counts"]) == ({"FINALIZED": len(others)}, {"FINALIZED": 1})
