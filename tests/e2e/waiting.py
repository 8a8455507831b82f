"""Waits for events in other processes."""

import time


def wait_until(condition, within_seconds=20):
    """Wait until *condition* is true; fail if that takes too long."""
    deadline = time.monotonic() + within_seconds
    while not condition():
        assert time.monotonic() < deadline, "what was waited for did not happen"
        time.sleep(0.01)
