"""Shortens the pauses of the SAM CLI, which looks at a stack every 15 or 30 s; Python imports this at its start."""

import time

LONGEST_PAUSE = 0.3  # s

_sleep = time.sleep


def _sleep_shortly(seconds: float) -> None:
    _sleep(min(seconds, LONGEST_PAUSE))


time.sleep = _sleep_shortly
