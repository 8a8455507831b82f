"""The demo's environment: a local AWS in this process, and the function's handler, which calls it over HTTP."""

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from local.client import LocalAws
from local.server import start

# The CodeUri of the function.
FUNCTIONS = Path(__file__).parents[2] / "functions"

# Variables of the user's environment that would change what the function does.
SETTINGS = (
    "AWS_",
    "APPROVAL_TAG_",
    "AUTOMATION_",
    "CHANGE_CALENDARS",
    "DIGEST_",
    "VALIDATOR_FUNCTION_ARN",
    "WARN_FREE_",
)

# The demo must not call a real account, whatever environment it runs in.
ENVIRONMENT = {
    "AWS_ACCESS_KEY_ID": "demo",
    "AWS_SECRET_ACCESS_KEY": "demo",
    "AWS_REGION": "eu-west-1",
    "AWS_DEFAULT_REGION": "eu-west-1",
    "AWS_CONFIG_FILE": os.devnull,
    "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
    "AWS_EC2_METADATA_DISABLED": "true",
    "MOTO_ACCOUNT_ID": "111122223333",
    "NO_PROXY": "127.0.0.1,localhost",
    # The demo prints the results itself.
    "POWERTOOLS_LOG_LEVEL": "CRITICAL",
    "POWERTOOLS_METRICS_DISABLED": "true",
    "POWERTOOLS_SERVICE_NAME": "finalize-cutover",
}


@contextmanager
def local_aws() -> Iterator[LocalAws]:
    """Serve a local AWS, and set the environment so that boto3 calls only this one."""
    for name in [name for name in os.environ if name.startswith(SETTINGS)]:
        del os.environ[name]
    os.environ.update(ENVIRONMENT)
    sys.path.insert(0, str(FUNCTIONS))
    aws = start()
    os.environ["AWS_ENDPOINT_URL"] = aws.url
    try:
        yield aws
    finally:
        aws.stop()


def ask(event: dict[str, Any]) -> Any:
    """Call the function's handler with *event*, as Lambda does; return the handler's result."""
    # Imported here, because the logger reads its level from the environment that ``local_aws`` sets.
    from finalize_cutover.app import lambda_handler  # noqa: PLC0415

    return lambda_handler(event)
