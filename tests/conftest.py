"""
What every test stands on: an AWS environment that is none.

Whoever runs the tests may be logged in to a real account, sit behind a proxy or
trust other certificates; no test may notice.
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
# Whole families, because AWS_ENDPOINT_URL_* and POWERTOOLS_* grow with every release.
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


# Each session would read the models of the APIs anew, and keep them: gigabytes, which Python then searches for garbage.
botocore.session.create_loader = functools.cache(botocore.session.create_loader)


def isolate(environment: MutableMapping[str, str]) -> None:
    """Take everything about AWS and the network out of *environment*, and put what tests expect in."""
    for name in list(environment):
        if name.startswith(FAMILIES) or name.upper() in STRANGERS:
            del environment[name]
    environment.update(ENVIRONMENT)


def pytest_configure() -> None:
    """Isolate what happens before the first test: collection, and fixtures of the session."""
    isolate(os.environ)


@pytest.fixture(autouse=True)
def aws_environment():
    """Give each test the same environment, whatever the test before left behind."""
    isolate(os.environ)


@pytest.fixture(scope="session")
def local_aws():
    """One local AWS for each process that runs tests."""
    from local.server import start  # noqa: PLC0415 - it takes seconds, which most tests can do without

    running = start()
    yield running
    running.stop()


@pytest.fixture
def aws(local_aws):
    """The local AWS, with nothing in it."""
    local_aws.reset()
    return local_aws
