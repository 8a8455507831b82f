"""
Fixtures for all tests: an AWS environment without real credentials or endpoints.

The user who runs the tests can be logged in to a real account, use a proxy or trust other certificates.  This must not
affect any test.
"""

import functools
import os
from collections.abc import MutableMapping

import botocore.session
import pytest

ENVIRONMENT = {
    "AWS_ACCESS_KEY_ID": "testing",
    "AWS_SECRET_ACCESS_KEY": "testing",
    "AWS_SESSION_TOKEN": "testing",
    "AWS_REGION": "eu-west-1",
    "AWS_DEFAULT_REGION": "eu-west-1",
    "AWS_CONFIG_FILE": os.devnull,
    "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
    "AWS_EC2_METADATA_DISABLED": "true",
    "MOTO_ACCOUNT_ID": "111122223333",
    "POWERTOOLS_SERVICE_NAME": "finalize-cutover",
    "POWERTOOLS_METRICS_NAMESPACE": "FinalizeCutover",
    "POWERTOOLS_LOG_LEVEL": "INFO",
}
# Prefixes, because every release adds variables such as AWS_ENDPOINT_URL_* and POWERTOOLS_*.
FAMILIES = ("APPROVAL_TAG_", "AWS_", "LAMBDA_", "MOTO_", "POWERTOOLS_", "SAM_CLI_")
STRANGERS = {
    "ALL_PROXY",
    "CURL_CA_BUNDLE",
    "EXTRA_RESPONSE_HOSTS",
    "HTTPS_PROXY",
    "HTTP_PROXY",
    "LOG_LEVEL",
    "NO_PROXY",
    "REQUESTS_CA_BUNDLE",
    "SSL_CERT_DIR",
    "SSL_CERT_FILE",
}


# Otherwise each session loads and keeps its own copy of the API models: gigabytes, which slow the garbage collector.
botocore.session.create_loader = functools.cache(botocore.session.create_loader)


def isolate(environment: MutableMapping[str, str]) -> None:
    """Remove all variables about AWS and the network from *environment*, and set those that tests expect."""
    for name in list(environment):
        if name.startswith(FAMILIES) or name.upper() in STRANGERS:
            del environment[name]
    environment.update(ENVIRONMENT)


def pytest_configure() -> None:
    """Isolate the phase before the first test: the collection, and session fixtures."""
    isolate(os.environ)


@pytest.fixture(autouse=True)
def aws_environment():
    """Give each test the same environment, independently of earlier tests."""
    isolate(os.environ)


@pytest.fixture(scope="session")
def local_aws():
    """One local AWS for each process that runs tests."""
    from local.server import start  # noqa: PLC0415 - the import takes seconds, and most tests do not need it

    running = start()
    yield running
    running.stop()


@pytest.fixture
def aws(local_aws):
    """The local AWS, empty."""
    local_aws.reset()
    return local_aws
