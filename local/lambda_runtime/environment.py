"""The environment variables that Lambda sets for a function."""

import os
from collections.abc import Mapping

from local.lambda_runtime.artifact import Artifact

REGION = "eu-west-1"

# https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars.html#configuration-envvars-runtime
RUNTIME = {
    "AWS_ACCESS_KEY_ID": "testing",
    "AWS_SECRET_ACCESS_KEY": "testing",
    "AWS_SESSION_TOKEN": "testing",
    "AWS_DEFAULT_REGION": REGION,
    "AWS_REGION": REGION,
    "AWS_EXECUTION_ENV": "AWS_Lambda_python3.13",
    "AWS_LAMBDA_FUNCTION_VERSION": "$LATEST",
    "AWS_LAMBDA_INITIALIZATION_TYPE": "on-demand",
    "AWS_LAMBDA_LOG_FORMAT": "JSON",
    "AWS_LAMBDA_LOG_LEVEL": "INFO",
    "LANG": "en_US.UTF-8",
    "TZ": ":UTC",
}
# On Lambda the code's folder is read-only, so Python writes no bytecode there.  Here it is writable.
NOTHING_IS_WRITTEN = {"PYTHONDONTWRITEBYTECODE": "1"}


def variables(artifact: Artifact, timeout_seconds: int, more: Mapping[str, str]) -> dict[str, str]:
    """Return the function's complete environment; *more* overrides or adds variables."""
    return {
        **RUNTIME,
        **NOTHING_IS_WRITTEN,
        "AWS_LAMBDA_FUNCTION_MEMORY_SIZE": str(artifact.memory),
        "AWS_LAMBDA_FUNCTION_NAME": artifact.name,
        "AWS_LAMBDA_FUNCTION_TIMEOUT": str(timeout_seconds),
        "AWS_LAMBDA_LOG_GROUP_NAME": f"/aws/lambda/{artifact.name}",
        "AWS_LAMBDA_LOG_STREAM_NAME": "2026/11/23/[$LATEST]0123456789abcdef0123456789abcdef",
        "LAMBDA_TASK_ROOT": str(artifact.code),
        "PATH": "/usr/local/bin:/usr/bin:/bin",
        "PYTHONPATH": os.pathsep.join(str(layer / "python") for layer in artifact.layers),
        "_HANDLER": artifact.handler,
        **artifact.variables,
        **more,
    }
