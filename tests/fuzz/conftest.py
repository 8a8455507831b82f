"""What fuzzing stands on: boto3's own clients, connected with an AWS of this process."""

import os

import pytest

from tests.conftest import isolate
from tests.fuzz import aws


@pytest.fixture(scope="module", autouse=True)
def _aws():
    """Let boto3 find the AWS of this process; Hypothesis calls for many examples within one test."""
    isolate(os.environ)
    with aws.connected():
        yield


@pytest.fixture(autouse=True)
def aws_environment():
    """Give each test the same environment, as everywhere, and ENDPOINT in it."""
    isolate(os.environ)
    os.environ["AWS_ENDPOINT_URL"] = aws.ENDPOINT
    # No certificates are read: nobody is ever connected to.
    os.environ["SSL_CERT_FILE"] = os.devnull
