"""Fixtures for the suites that call the local AWS with boto3 clients."""

from functools import partial

import boto3
import pytest
from botocore.config import Config

from local.cloudformation import operations
from local.deploy.function import HANDLER
from local.lambda_runtime import functions
from local.step_functions import pace as step_functions_pace


@pytest.fixture(autouse=True)
def unhurried_stacks(monkeypatch):
    """Make stack operations return only after their end, however slow the machine is."""
    monkeypatch.setattr(operations, "ANSWER_WITHIN", 60)


@pytest.fixture
def client(aws):
    """Creates boto3 clients without retries, with long timeouts for a busy machine."""
    config = Config(retries={"mode": "standard", "total_max_attempts": 1}, connect_timeout=20, read_timeout=60)
    return partial(boto3.client, endpoint_url=aws.url, config=config)


@pytest.fixture
def mgn(client):
    return client("mgn")


@pytest.fixture
def ec2(client):
    return client("ec2")


@pytest.fixture
def hurried_machines():
    """Speeds up waits of state machines, one minute to a twentieth of a second; finally unregisters the function."""
    step_functions_pace.set_speed(1200)
    yield
    step_functions_pace.set_speed(1)
    functions.forget(HANDLER)


@pytest.fixture
def moved_machines():
    """For state machines whose waits end when a test moves the clock; finally unregisters the function."""
    yield
    functions.forget(HANDLER)
