"""The local AWS, and the function in Lambda's emulator, which responds to CloudFormation over TLS."""

from pathlib import Path

import pytest

from local.cloudformation import moto_patches
from local.cloudformation.endpoint import serving
from local.cloudformation.service import CloudFormation
from local.deploy import function as deploy_function
from local.eventbridge.queue import EventQueue
from local.lambda_runtime import artifact, environments, functions, moto_functions, runtime
from tests.e2e.report_page import browser, tab, tab_without_scripts, wave, write  # noqa: F401 - fixtures
from tests.e2e.skips import pytest_runtest_makereport  # noqa: F401 - a hook of pytest

ROOT = Path(__file__).parents[2]
FUNCTION_ARN = "arn:aws:lambda:eu-west-1:111122223333:function:finalize-cutover"
BUILT = ROOT / ".aws-sam" / "build" / "template.yaml"


@pytest.fixture(scope="session")
def built():
    """Return the function that `make build` has built."""
    return artifact.load(BUILT, "FinalizeCutover")


@pytest.fixture(scope="session")
def lambda_runtime():
    """Return the Lambda runtime on this machine."""
    try:
        return runtime.find()
    except runtime.RuntimeMissingError as reason:
        pytest.skip(str(reason))


@pytest.fixture(scope="session")
def endpoint():
    """The endpoint that receives the function's responses to CloudFormation."""
    with serving("https") as endpoint:
        yield endpoint


@pytest.fixture
def cloudformation(endpoint):
    """CloudFormation of the local AWS; failed events are retried at once."""
    queue = EventQueue(retry_delays=(0.1, 0.1))
    service = CloudFormation(endpoint, find_function=moto_functions.find, queue=queue, patience=30)
    moto_patches.install(service)
    return service


@pytest.fixture(scope="session")
def variables(local_aws, endpoint):
    """Return the environment variables that the function needs on this machine, but not on Lambda."""
    return {
        # The template switches automation off by default.
        "FINALIZE_ON_LAUNCH": "ENABLED",
        "AUTOMATION_SOAK_MINUTES": "0",
        "AWS_ENDPOINT_URL": local_aws.url,
        "EXTRA_RESPONSE_HOSTS": endpoint.host,
        "SSL_CERT_FILE": str(endpoint.certificate_file),
    }


@pytest.fixture(scope="session")
def warm(built, lambda_runtime, variables):
    """Environments that all tests share, so that an event can use a warm one, as on Lambda."""
    with environments.running(built, lambda_runtime, variables) as shared:
        yield shared


@pytest.fixture
def cold(built, lambda_runtime, variables):
    """Create new environments for one test, with a given timeout."""
    started = []

    def start_cold(**options):
        started.append(environments.Environments(built, lambda_runtime, variables, **options))
        return started[-1]

    yield start_cold
    for one in started:
        one.stop()


@pytest.fixture
def deployed():
    """Make stacks use the given function: stacks of the local AWS, and those that use its ARN."""
    names = (deploy_function.HANDLER, FUNCTION_ARN)

    def deploy(function):
        for name in names:
            functions.register(name, function)

    yield deploy
    for name in names:
        functions.forget(name)
