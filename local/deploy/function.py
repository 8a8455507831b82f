"""
Our function as a function of the local AWS, in this process.

Whatever stack deploys the template, its function is run here, because its handler is registered.
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
CODE = Path(__file__).parents[1] / "functions"
SERVICES = ("CLOUDFORMATION", "EC2", "EVENTBRIDGE", "MGN", "STS")

# What Lambda and our template would set.
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

    The environment is the process's own, so this is for programs that do nothing else.

    Args:
        url: Where the local AWS is.

        answers_host: ``host:port`` of the endpoint that takes the function's answers, over plain HTTP.
    """
    environment.update({f"AWS_ENDPOINT_URL_{service}": url for service in SERVICES})
    environment.update(EXTRA_RESPONSE_HOSTS=answers_host)
    for name, value in LIKE_LAMBDA.items():
        environment.setdefault(name, value)
    if str(CODE) not in sys.path:
        sys.path.insert(0, str(CODE))
    # On Lambda each event has a process to itself; here they share one, so a second event waits.
    functions.register(HANDLER, InProcess(_start, name="finalize-cutover", concurrency=1))


def _start() -> Handler:
    module, _, name = HANDLER.rpartition(".")
    return cast(Handler, getattr(importlib.import_module(module), name))
