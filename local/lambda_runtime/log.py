"""The log lines of a function and of Lambda."""

import json
import re
from pathlib import Path
from typing import Any

# Lambda's own lines in the function's log.
PLATFORM = re.compile(r"^(START|END|REPORT) RequestId: ")
DURATION = re.compile(r"\tDuration: ([\d.]+) ms")
INIT = re.compile(r"INIT REPORT\(durationMs: ([\d.]+)\)")


class Log:
    """
    The log of one execution environment.

    Args:
        folder: Folder of the log files.
    """

    def __init__(self, folder: Path) -> None:
        self.function = folder / "function.log"
        self.platform = folder / "platform.log"

    def lines(self) -> list[str]:
        """Return every line that the function or its runtime wrote."""
        return [line for line in self.function.read_text().splitlines() if line and not PLATFORM.match(line)]

    def records(self) -> list[dict[str, Any]]:
        """
        Return the lines, parsed as JSON objects.

        Raises:
            ValueError: A line is not JSON.
        """
        return [json.loads(line) for line in self.lines()]

    def durations(self) -> list[float]:
        """Return the duration of each invocation in milliseconds; the first one includes the function's start."""
        return [float(number) for number in DURATION.findall(self.function.read_text())]

    def init_durations(self) -> list[float]:
        """Return the duration of each start in milliseconds."""
        return [float(number) for number in INIT.findall(self.platform.read_text())]
