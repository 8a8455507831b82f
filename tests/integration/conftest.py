"""The handler with real boto3, against the local AWS over HTTP."""

import uuid

import pytest

from local.deploy.function import HANDLER
from local.lambda_runtime import functions
from tests.aws_clients import client, ec2, hurried_machines, mgn, moved_machines, unhurried_stacks  # noqa: F401 - fixtures
from tests.integration.deployed import Deployed


@pytest.fixture
def here(aws, monkeypatch):
    """The local AWS that the function calls."""
    monkeypatch.setenv("AWS_ENDPOINT_URL", aws.url)
    return aws


@pytest.fixture
def deploy_application(aws, monkeypatch):
    """Deploys the template to the local AWS, with the given parameters."""
    for service in ("MGN", "EC2", "EVENTBRIDGE"):
        monkeypatch.setenv(f"AWS_ENDPOINT_URL_{service}", aws.url)
    monkeypatch.setenv("EVENT_BUS_NAME", "default")
    # New clients: those of an earlier test can still be throttled by that test's faults.
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", f"testing-{uuid.uuid4().hex[:8]}")
    yield lambda **parameters: Deployed(aws, **parameters)
    functions.forget(HANDLER)
