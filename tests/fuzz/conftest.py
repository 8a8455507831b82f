"""Fixtures for fuzzing: boto3's own clients, connected to a fake AWS in this process."""

import os

import pytest

from tests.conftest import isolate
from tests.fuzz import aws


@pytest.fixture(scope="module", autouse=True)
def _aws():
    """Connect boto3 to the fake AWS, once for all of a test's Hypothesis examples."""
    isolate(os.environ)
    with aws.connected():
        yield


@pytest.fixture(autouse=True)
def aws_environment():
    """Give each test the same environment as in all suites, with ENDPOINT in it."""
    isolate(os.environ)
    os.environ["AWS_ENDPOINT_URL"] = aws.ENDPOINT
    # No certificates are loaded, because no connection is ever made.
    os.environ["SSL_CERT_FILE"] = os.devnull
