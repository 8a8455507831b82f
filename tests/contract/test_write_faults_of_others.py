"""A read error about one source server of a request does not prevent the finalization of the others."""

import pytest

from tests.oddities import add_ready

FOR_GOOD = 100
BAD_JOB = "mgnjob-00000000000000002"
BAD = "s-00000000000000002"


@pytest.fixture(autouse=True)
def servers(aws):
    """Four servers, each with its own job."""
    return [add_ready(aws, number) for number in (2, 1, 3, 4)]


@pytest.fixture
def answer(provider, servers):
    """Returns the response to a Create for all of them."""
    return lambda: provider.ask("Create", {"SourceServerIDs": servers, "WaitMinutes": 0})


ONE_FAILED = "1 of 4 source servers are not finalized."


def finalized(aws):
    return {call["parameters"]["sourceServerID"] for call in aws.calls("mgn") if call["operation"] == "FinalizeCutover"}


@pytest.mark.parametrize("fault", ["internal", "not-found", "access-denied"])
def test_a_log_that_cannot_be_read_fails_only_the_servers_of_its_job(answer, aws, servers, fault):
    aws.add_fault("DescribeJobLogItems", fault, parameters={"jobID": BAD_JOB}, times=FOR_GOOD)

    answered = answer()

    assert (answered.status, finalized(aws)) == ("FAILED", set(servers) - {BAD})
    assert answered.reason.startswith(f"{ONE_FAILED} ")
    assert BAD in answered.reason


def test_a_source_server_that_cannot_be_read_fails_no_other(answer, aws):
    aws.change_source_server(BAD, launchedInstance={"firstBoot": 7})

    answered = answer()

    assert answered.reason.startswith(ONE_FAILED)
    assert len(finalized(aws)) == 3


def test_a_job_that_cannot_be_read_fails_only_its_own_servers(answer, aws):
    aws.change_job(BAD_JOB, status=7)

    answered = answer()

    assert answered.reason.startswith(ONE_FAILED)
    assert len(finalized(aws)) == 3


@pytest.mark.parametrize(
    ("service", "operation"),
    [("mgn", "DescribeSourceServers"), ("mgn", "DescribeJobs"), ("ec2", "DescribeInstanceStatus")],
)
def test_an_item_of_a_list_that_comes_without_its_id_fails_only_who_needs_it(answer, aws, service, operation):
    aws.add_fault(operation, "nameless-item", service=service)

    answered = answer()

    assert answered.reason.startswith(ONE_FAILED)
    assert len(finalized(aws)) == 3
