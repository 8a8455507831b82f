"""An environment that points to the local AWS only, even if the user is logged in to a real account."""

import atexit
import os
from collections.abc import Mapping
from contextlib import redirect_stdout
from pathlib import Path
from typing import Any

from local.isolation import ENVIRONMENT

ROOT = Path(__file__).parents[1]
FUNCTIONS = ROOT / "functions"
FAMILIES = ("APPROVAL_TAG_", "AWS_", "LAMBDA_", "MOTO_", "POWERTOOLS_")
PROXIES = {"ALL_PROXY", "HTTP_PROXY", "HTTPS_PROXY", "NO_PROXY"}
# It stays open, because the function's logger keeps the output of the time when it was imported.
NOWHERE = Path(os.devnull).open("w")  # noqa: SIM115
atexit.register(NOWHERE.close)
SERVICES = ("CLOUDFORMATION", "CLOUDWATCH", "EC2", "LAMBDA", "MGN", "S3", "SSM")


def isolated(environment: Mapping[str, str], url: str) -> dict[str, str]:
    """Return *environment* with all AWS settings replaced by those for the local AWS at *url*."""
    kept = {
        name: value
        for name, value in environment.items()
        if not name.startswith(FAMILIES) and name.upper() not in PROXIES
    }
    return {
        **kept,
        **ENVIRONMENT,
        "POWERTOOLS_SERVICE_NAME": "finalize-cutover",
        "POWERTOOLS_METRICS_NAMESPACE": "FinalizeCutover",
        "PYTHONPATH": os.pathsep.join([str(ROOT), str(FUNCTIONS)]),
        **{f"AWS_ENDPOINT_URL_{service}": url for service in SERVICES},
    }


def without_output() -> "redirect_stdout[Any]":
    """Return a context in which the function's log and metrics go nowhere; the function must be imported in it."""
    return redirect_stdout(NOWHERE)
