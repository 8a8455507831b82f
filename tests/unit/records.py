"""The output of an invocation as CloudWatch receives it: log lines and metrics."""

import io
import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from finalize_cutover.observability.log import logger
from finalize_cutover.observability.metrics import flush_metrics


@contextmanager
def log_lines() -> Iterator[list[dict[str, Any]]]:
    """Yield a list; at the end of the block it contains every line that the function logged."""
    (handler,) = logger.handlers
    text, lines = io.StringIO(), []
    before = handler.setStream(text)
    try:
        yield lines
    finally:
        handler.setStream(before)
        lines += map(json.loads, text.getvalue().splitlines())


def metric_lines(capsys: Any) -> list[dict[str, Any]]:
    """Return every line in the embedded metric format since the last call."""
    flush_metrics()
    lines = capsys.readouterr().out.splitlines()
    return [json.loads(line) for line in lines if line.startswith('{"_aws"')]


def metrics(capsys: Any) -> dict[str, list[float]]:
    """Return ``{name: values}`` of every metric since the last call."""
    found: dict[str, list[float]] = {}
    for line in metric_lines(capsys):
        for metric in line["_aws"]["CloudWatchMetrics"][0]["Metrics"]:
            found.setdefault(metric["Name"], []).extend(line[metric["Name"]])
    return found
