"""The local AWS as a program: for boto3, for the AWS CLI, and inside ``mock_aws``."""

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import boto3
import pytest
from moto import mock_aws

from local import mgn as mgn_backend
from local.client import LocalAwsError
from local.mgn.exceptions import ConflictException
from local.server import start

SERVER = "s-0123456789abcdef0"
ROOT = Path(__file__).parents[2]
# The AWS CLI that `make` installs, or the one on this machine.
AWS_CLI = shutil.which("aws", path=f"{ROOT / '.venv-aws' / 'bin'}{os.pathsep}{os.environ['PATH']}")


def test_a_fresh_local_aws_is_set_up_and_empty(mgn):
    assert mgn.describe_source_servers()["items"] == []


def test_reset_forgets_servers_instances_faults_and_the_pace(aws, mgn, ec2):
    aws.add_source_server("ready", staging=True)
    aws.add_fault("*", "internal", times=10)
    aws.set_pace(callsPerSecond=0.001, burst=1)

    aws.reset()

    assert [mgn.describe_source_servers()["items"] for _ in range(3)] == [[], [], []]
    assert mgn.describe_jobs()["items"] == []
    assert ec2.describe_instances()["Reservations"] == []


def test_what_was_to_happen_before_a_reset_never_happens(aws, mgn):
    aws.add_source_server("launching", sourceServerID=SERVER, staging=True)
    mgn.finalize_cutover(sourceServerID=SERVER)

    aws.reset()
    aws.advance(24 * 3600)

    assert mgn.describe_source_servers()["items"] == []


def test_regions_and_accounts_know_nothing_of_each_other(aws, client):
    aws.add_source_server("ready", region="us-east-1")
    aws.add_source_server("ready", accountID="444455556666")

    assert len(client("mgn", region_name="us-east-1").describe_source_servers()["items"]) == 1
    assert client("mgn").describe_source_servers()["items"] == []


def test_the_other_services_of_moto_are_there_too(client):
    assert client("sts").get_caller_identity()["Account"] == "111122223333"
    assert client("sqs").create_queue(QueueName="failed")["QueueUrl"]


@pytest.mark.parametrize(
    ("method", "route", "complaint"),
    [
        ("GET", "nothing", "There is no GET /local-aws/nothing"),
        ("POST", "clock", "advanceSeconds"),
        ("POST", "source-servers/s-unknown", "s-unknown"),
        ("POST", "instances/i-unknown", "There is no instance i-unknown"),
    ],
)
def test_what_the_admin_routes_do_not_understand_is_refused_in_words(aws, method, route, complaint):
    with pytest.raises(LocalAwsError, match=complaint):
        aws._request(method, route, {})


def test_two_can_be_started_and_stopped_in_one_process():
    servers = [start() for _ in range(2)]

    urls = [server.url for server in servers]
    for server in servers:
        server.stop()

    assert len(set(urls)) == 2


def test_the_program_says_where_it_serves_and_what_it_begins_with():
    command = [sys.executable, "-m", "local", "--port", "0", "--seed", "booting", "--seed", f"finalized={SERVER}"]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as process:
        try:
            greeting = [process.stdout.readline() for _ in range(4)]
            url = re.search(r"http://\S+?(?=,)", greeting[0])[0]
            servers = boto3.client("mgn", endpoint_url=url).describe_source_servers()["items"]
        finally:
            process.terminate()

    assert [server["lifeCycle"]["state"] for server in servers] == ["CUTTING_OVER", "CUTOVER"]
    assert greeting[2].split() == [SERVER, "CUTOVER", "finalized"]
    assert url in greeting[3]


def test_the_program_says_which_scenarios_there_are():
    command = [sys.executable, "-m", "local", "--seed", "redy"]

    ended = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)

    assert ended.returncode == 2
    assert "Unknown scenario 'redy'; known are ready, booting" in ended.stderr


@pytest.mark.skipif(
    AWS_CLI is None and "CI" not in os.environ, reason="no AWS CLI: `make .venv-aws/.installed` installs one"
)
def test_the_aws_cli_talks_to_it(aws):
    aws.add_source_server("ready", sourceServerID=SERVER)

    def run(*arguments):
        command = [AWS_CLI, "mgn", *arguments, "--endpoint-url", aws.url, "--output", "json"]
        return json.loads(subprocess.run(command, check=True, capture_output=True, text=True, timeout=60).stdout)

    (server,) = run("describe-source-servers", "--filters", "lifeCycleStates=CUTTING_OVER")["items"]
    finalized = run("finalize-cutover", "--source-server-id", server["sourceServerID"])

    assert finalized["lifeCycle"]["state"] == "CUTOVER"


def test_the_backend_serves_mock_aws_without_a_server():
    mgn_backend.register()
    with mock_aws():
        backend = mgn_backend.mgn_backends["123456789012"]["eu-west-1"]
        server = backend.add_source_server()
        mgn = boto3.client("mgn")

        (document,) = mgn.describe_source_servers(accountID="123456789012")["items"]

    assert document["sourceServerID"] == server.id
    assert document["lifeCycle"]["state"] == "READY_FOR_CUTOVER"


def test_mock_aws_forgets_what_was_in_it():
    mgn_backend.register()
    with mock_aws():
        mgn_backend.mgn_backends["111122223333"]["eu-west-1"].add_source_server()
    with mock_aws():
        mgn = boto3.client("mgn")

        with pytest.raises(mgn.exceptions.UninitializedAccountException):
            mgn.describe_source_servers()


def test_the_backend_speaks_its_own_errors_too():
    with mock_aws():
        backend = mgn_backend.mgn_backends["111122223333"]["eu-west-1"]
        server = backend.add_source_server()

        with pytest.raises(ConflictException, match="READY_FOR_CUTOVER"):
            backend.finalize_cutover(server.id)
