"""Sweeps over source servers that never become ready, end to end on the local AWS."""

import uuid

import pytest

from finalize_cutover.bootstrap import bootstrap
from local.deploy.stack import client

APPROVED = {"FinalizeCutover": "approved"}
SWEEP = {"action": "sweep"}


@pytest.fixture
def warm(aws, monkeypatch):
    """Return a function whose environment stays warm; its clients are new."""
    for service in ("MGN", "EC2"):
        monkeypatch.setenv(f"AWS_ENDPOINT_URL_{service}", aws.url)
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", f"testing-{uuid.uuid4().hex[:8]}")
    return bootstrap()


def add(aws, scenario="ready"):
    """Add an approved source server with a job of its own; return its ID and its job's ID."""
    server_id = aws.add_source_server(scenario, tags=APPROVED)["sourceServerID"]
    (server,) = client("mgn", aws.url).describe_source_servers(filters={"sourceServerIDs": [server_id]})["items"]
    return server_id, server["lifeCycle"]["lastCutover"]["initiated"]["jobID"]


def outcomes(report):
    return {server["sourceServerID"]: server["outcome"] for server in report["servers"]}


def test_a_warm_environment_reads_the_log_of_an_ended_job_once_and_a_new_one_reads_it_again(aws, warm):
    blocked, _ = add(aws, "impaired")

    for sweep in (warm, warm, bootstrap()):
        assert outcomes(sweep(SWEEP)) == {blocked: "BLOCKED"}

    assert aws.operations("mgn").count("DescribeJobLogItems") == 2
    assert aws.operations("mgn").count("DescribeJobs") == 3


def test_a_kept_log_still_blocks(aws, warm):
    blocked, _ = add(aws, "old-snapshot")

    reports = [warm(SWEEP) for _ in range(2)]

    assert [found["rule"] for report in reports for found in report["servers"][0]["readiness"]] == ["job-log"] * 2
    assert aws.operations("mgn").count("DescribeJobLogItems") == 1
    assert outcomes(reports[1]) == {blocked: "BLOCKED"}


def test_a_request_of_a_person_reads_the_log_that_a_sweep_kept(aws, warm):
    blocked, _ = add(aws, "impaired")

    warm(SWEEP)
    warm({"action": "check", "sourceServerID": blocked})

    assert aws.operations("mgn").count("DescribeJobLogItems") == 2


@pytest.mark.parametrize("fault", ["hang", "drip"])
def test_a_log_that_never_comes_fails_its_server_alone_and_soon(aws, warm, fault):
    (hanging, job_id), (prompt, _) = add(aws), add(aws)
    aws.add_fault("DescribeJobLogItems", fault, parameters={"jobID": job_id}, times=100, seconds=60)

    report = warm(SWEEP)

    assert outcomes(report) == {hanging: "FAILED", prompt: "FINALIZED"}
    calls = aws.calls("mgn")
    (write,) = [call for call in calls if call["operation"] == "FinalizeCutover"]
    assert write["receivedAt"] - calls[0]["receivedAt"] < 8
    assert report["audit"]["total"] == 1
