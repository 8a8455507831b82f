"""
Runs this project's function as a Lambda function of the local AWS, in this process.

The handler is registered, so this process runs the function of every stack that deploys the template.
"""

import importlib
import os
import sys
from collections.abc import MutableMapping
from pathlib import Path
from typing import cast

from local.lambda_runtime import functions
from local.lambda_runtime.execution_environments import Handler, InProcess

HANDLER = "finalize_cutover.app.lambda_handler"
CODE = Path(__file__).parents[2] / "functions"
SERVICES = (
    *("CLOUDFORMATION", "CLOUDWATCH", "EC2", "EVENTBRIDGE", "IAM", "KMS"),
    *("LAMBDA", "MGN", "S3", "SNS", "SSM", "STS"),
)

# Environment variables that Lambda and the template set.
LIKE_LAMBDA = {
    "AWS_ACCESS_KEY_ID": "testing",
    "AWS_SECRET_ACCESS_KEY": "testing",
    "AWS_REGION": "eu-west-1",
    "AWS_DEFAULT_REGION": "eu-west-1",
    "EVENT_BUS_NAME": "default",
    "POWERTOOLS_METRICS_NAMESPACE": "FinalizeCutover",
    "POWERTOOLS_SERVICE_NAME": "finalize-cutover",
}


def register(url: str, answers_host: str, environment: MutableMapping[str, str] = os.environ) -> None:
    """
    Run the function in this process, one event at a time, for every stack of the local AWS.

    It changes the environment of the process, so use it only in programs that do nothing else.

    Args:
        url: URL of the local AWS.

        answers_host: ``host:port`` of the endpoint that receives the function's responses, over plain HTTP.
    """
    environment.update({f"AWS_ENDPOINT_URL_{service}": url for service in SERVICES})
    environment.update(EXTRA_RESPONSE_HOSTS=answers_host)
    for name, value in LIKE_LAMBDA.items():
        environment.setdefault(name, value)
    if str(CODE) not in sys.path:
        sys.path.insert(0, str(CODE))
    # On Lambda each concurrent event has its own process.  Here all events share one, so a second event waits.
    functions.register(HANDLER, InProcess(_start, name="finalize-cutover", concurrency=1))


def _start() -> Handler:
    module, _, name = HANDLER.rpartition(".")
    return cast(Handler, getattr(importlib.import_module(module), name))
