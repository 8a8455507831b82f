"""`make account-test` as a whole, against the local AWS."""

import os
import subprocess

import boto3
import pytest
from jsonschema import Draft202012Validator

from local.client import LocalAws
from schemas.generate import schemas
from tests.account.stack import TAG
from tests.e2e.account_kit import ROOT, STACK, Kit, served
from tests.e2e.conftest import BUILT

SERVER = "s-0123456789abcdef0"
HOSTNAME = "payroll-db-01"


@pytest.fixture(scope="module")
def url():
    if not BUILT.exists():
        pytest.fail("There is no build; run `make build`.")
    process, url = served()
    yield url
    process.terminate()
    process.wait()
    process.stdout.close()


@pytest.fixture
def kit(url, tmp_path, monkeypatch):
    local = LocalAws(url)
    local.reset()
    monkeypatch.setenv("AWS_ENDPOINT_URL", url)
    monkeypatch.setenv("SAM_CLI_POLL_DELAY", "0.1")
    monkeypatch.setenv("SAM_CLI_TELEMETRY", "0")
    monkeypatch.setenv("NO_PROXY", "localhost")
    return Kit(local, tmp_path)


def test_try(kit):
    kit.local.add_source_server("ready", sourceServerID=SERVER, hostname=HOSTNAME, staging=True)
    code = kit.run("yes", SERVER, SACRIFICE=SERVER)
    print(kit.said)
    print(kit.path.read_text())
    print(kit.left_behind())
    assert code == 0
