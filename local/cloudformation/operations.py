"""
The operations of a stack, which run in threads.

The call that starts an operation returns when the operation has ended, or after two seconds.  So a short operation is
complete when the call returns, and a function that runs for minutes can be watched and can itself describe the stack.
"""

import threading
from collections.abc import Callable

# The waiters of the AWS CLI and of boto3 poll at once, and then only after 30 s.
ANSWER_WITHIN = 2.0  # s


class Operations:
    """Runs operations one after another, each in a thread."""

    def __init__(self) -> None:
        self._last: threading.Thread | None = None

    def begin(self, operate: Callable[[], object]) -> None:
        """Start *operate* after all earlier operations, and wait up to two seconds for it."""
        before = self._last

        def work() -> None:
            if before:
                before.join()
            operate()

        self._last = threading.Thread(target=work, name="stack-operation", daemon=True)
        self._last.start()
        self._last.join(ANSWER_WITHIN)
