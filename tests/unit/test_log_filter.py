"""
What is written at each log level, and what Lambda's own filter leaves of it.

https://docs.aws.amazon.com/lambda/latest/dg/monitoring-cloudwatchlogs-log-level.html
"""

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

FUNCTIONS = Path(__file__).parents[2] / "functions"
LEVELS = ["TRACE", "DEBUG", "INFO", "WARN", "ERROR", "FATAL"]
RFC_3339 = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3,9}(Z|[+-]\d\d:\d\d)")
PROGRAM = """
from finalize_cutover.cutover.errors import MgnRefusedError
from finalize_cutover.cutover.finalize.result import failed
from finalize_cutover.observability.log import log_invocation, logger, record
from finalize_cutover.observability.metrics import flush_metrics

log_invocation(None)
logger.info("An information")
record(failed("s-0123456789abcdef0", MgnRefusedError("Denied.")))
logger.error("An error")
flush_metrics()
"""


def level_of(line):
    """Return the level that Lambda's filter reads in *line*: INFO without a known level or a readable timestamp."""
    is_timed = RFC_3339.fullmatch(line.get("timestamp", ""))
    level = {"WARNING": "WARN", "CRITICAL": "FATAL"}.get(line.get("level", ""), line.get("level", ""))
    return level if is_timed and level in LEVELS else "INFO"


def written_at(level):
    """Return the lines that the function writes with this LogLevel, as the template sets it."""
    levels = {"POWERTOOLS_LOG_LEVEL": level, "AWS_LAMBDA_LOG_LEVEL": lambdas_level(level)}
    environment = {**os.environ, **levels, "PYTHONPATH": str(FUNCTIONS)}
    run = subprocess.run(
        [sys.executable, "-W", "error", "-c", PROGRAM], env=environment, capture_output=True, text=True, check=True
    )
    return [json.loads(line) for line in run.stdout.splitlines()]


def lambdas_level(level):
    return "DEBUG" if level == "DEBUG" else "INFO"


@pytest.mark.parametrize(
    ("level", "messages"),
    [
        ("DEBUG", ["An information", "Cutover not finalized", "An error"]),
        ("INFO", ["An information", "Cutover not finalized", "An error"]),
        ("WARN", ["Cutover not finalized", "An error"]),
        ("ERROR", ["An error"]),
    ],
)
def test_metrics_and_errors_survive_lambdas_filter_at_every_level(level, messages):
    lines = written_at(level)
    kept = [line for line in lines if LEVELS.index(level_of(line)) >= LEVELS.index(lambdas_level(level))]

    assert [line["message"] for line in kept if "message" in line] == messages
    names = [
        metric["Name"] for line in kept if "_aws" in line for metric in line["_aws"]["CloudWatchMetrics"][0]["Metrics"]
    ]
    assert names == ["Failed", "RefusedRequests"]


def test_timestamps_are_those_that_lambda_reads():
    assert all(RFC_3339.fullmatch(line["timestamp"]) for line in written_at("INFO") if "message" in line)
