"""Fixtures of the suites that talk to the local AWS through boto3's clients."""

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
    """Let what is asked of a stack return when it is done, however slow the machine is."""
    monkeypatch.setattr(operations, "ANSWER_WITHIN", 60)


@pytest.fixture
def client(aws):
    """Makes boto3 clients that try once, and wait for a machine that is busy."""
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
    """State machines that wait a twentieth of a second for a minute, and whose function is forgotten in the end."""
    step_functions_pace.set_speed(1200)
    yield
    step_functions_pace.set_speed(1)
    functions.forget(HANDLER)
