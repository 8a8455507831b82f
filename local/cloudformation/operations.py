"""
The operations of a stack, which take as long as they take.

The call that begins one returns when it has ended or after two seconds, whichever comes first: short operations seem to
be done at once, and a function that takes minutes can be watched, and can itself ask about the stack meanwhile.
"""

import threading
from collections.abc import Callable

# The waiters of the AWS CLI and of boto3 ask at once, and then only after 30 s.
ANSWER_WITHIN = 2.0  # s


class Operations:
    """Runs one operation after the other, each in a thread."""

    def __init__(self) -> None:
        self._last: threading.Thread | None = None

    def begin(self, operate: Callable[[], object]) -> None:
        """Begin *operate* as soon as nothing else is under way, and wait for it a little."""
        before = self._last

        def work() -> None:
            if before:
                before.join()
            operate()

        self._last = threading.Thread(target=work, name="stack-operation", daemon=True)
        self._last.start()
        self._last.join(ANSWER_WITHIN)
