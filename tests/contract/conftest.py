"""CloudFormation, MGN and EC2 on this machine; and two watchmen: one counts answers, one reads every log line."""

import os

import pytest

from local.cloudformation import endpoint as endpoints
from tests.contract.ledger import LEDGER
from tests.contract.log_lines import LogLines
from tests.contract.provider import Provider
from tests.moving_clock import MovingClock


@pytest.fixture
def aws(aws):
    """The local AWS, with nothing in it; boto3 finds it."""
    os.environ["AWS_ENDPOINT_URL"] = aws.url
    return aws


@pytest.fixture
def endpoint():
    """What stands in for S3; the function trusts it and may answer it."""
    with endpoints.serving() as endpoint:
        os.environ["EXTRA_RESPONSE_HOSTS"] = endpoint.host
        os.environ["SSL_CERT_FILE"] = str(endpoint.certificate_file)
        yield endpoint


@pytest.fixture
def new_provider(aws, endpoint):
    """Makes providers; in the end each of their requests has exactly one answer, unless a provider says otherwise."""
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
    """Everything that is written in this test, at DEBUG; in the end none of it may be a secret."""
    lines = LogLines(capfd)
    with lines.listening():
        yield lines
    assert lines.secrets(LEDGER.take_urls()) == []


def pytest_terminal_summary(terminalreporter):
    """Say how many requests there were, and how many answers."""
    terminalreporter.write_line(f"contract: {LEDGER}")
