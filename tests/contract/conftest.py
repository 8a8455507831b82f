"""CloudFormation, MGN and EC2 on this machine; two fixtures count the responses and check every log line."""

import os

import pytest

from local.cloudformation import endpoint as endpoints
from tests.contract.ledger import LEDGER
from tests.contract.log_lines import LogLines
from tests.contract.provider import Provider
from tests.moving_clock import MovingClock


@pytest.fixture
def aws(aws):
    """The local AWS, empty; boto3 clients use it."""
    os.environ["AWS_ENDPOINT_URL"] = aws.url
    return aws


@pytest.fixture
def endpoint():
    """The replacement for S3; the function trusts its certificate and accepts its host."""
    with endpoints.serving() as endpoint:
        os.environ["EXTRA_RESPONSE_HOSTS"] = endpoint.host
        os.environ["SSL_CERT_FILE"] = str(endpoint.certificate_file)
        yield endpoint


@pytest.fixture
def new_provider(aws, endpoint):
    """Creates providers; in the end each of their requests has exactly one response, unless a provider opts out."""
    providers = []

    def new(**options):
        providers.append(Provider(endpoint=endpoint, **options))
        return providers[-1]

    yield new
    for provider in providers:
        LEDGER.close(provider)


@pytest.fixture
def provider(new_provider):
    return new_provider()


@pytest.fixture
def clock(aws):
    return MovingClock(aws)


@pytest.fixture(autouse=True)
def log_lines(capfd):
    """All output of the test at DEBUG; at the end, it must contain no secret."""
    lines = LogLines(capfd)
    with lines.listening():
        yield lines
    assert lines.secrets(LEDGER.take_urls()) == []


def pytest_terminal_summary(terminalreporter):
    """Print the number of requests and of responses."""
    terminalreporter.write_line(f"contract: {LEDGER}")
