"""Whether the stack that asked still goes forward: asked before each write, because writes cannot be undone."""

import threading
from datetime import datetime, timedelta

from finalize_cutover.cutover.errors import CutoverError, WithdrawnError
from finalize_cutover.cutover.ports import Clock, Stack

# Every other status, one unknown today and none at all included, is no consent.
# https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/view-stack-events.html
GOES_FORWARD = frozenset({"CREATE_IN_PROGRESS", "UPDATE_IN_PROGRESS", "IMPORT_IN_PROGRESS"})
# A consent that is older is worth nothing, and a request that is older has waited.
FRESH = timedelta(seconds=15)


class StackGuard:
    """
    The consent of a stack to one request, whose work begins now; safe to ask from several threads.

    A request may have been withdrawn before it came to us, because a queue delivers twice, and late.  A stack that
    cannot be asked consents only to a Create that was sent just now: an Update may be part of a rollback.

    Args:
        stack: The stack.

        clock: The time.

        is_fresh_create: Whether the request is a Create that was sent just now, and has not been delivered before.
    """

    def __init__(self, stack: Stack, *, clock: Clock, is_fresh_create: bool) -> None:
        self._stack = stack
        self._clock = clock
        self._silence_consents_until = clock.now() + FRESH if is_fresh_create else clock.now()
        self._consents_until: datetime | None = None
        self._withdrawal: WithdrawnError | None = None
        self._lock = threading.Lock()

    @property
    def withdrawal(self) -> WithdrawnError | None:
        """What the stack has said once it no longer goes forward, after which it is not asked again; None before."""
        return self._withdrawal

    def note_wait(self) -> None:
        """Note that the request has waited just now: the next write needs another answer."""
        self._silence_consents_until = self._clock.now()
        self._consents_until = None

    def check(self) -> datetime:
        """
        Return until when the stack consents to what it asked for.

        Raises:
            WithdrawnError: It does not, or that cannot be found out.
        """
        with self._lock:
            if self._withdrawal:
                raise self._withdrawal  # another thread was told; silence must not take that back
            if self._consents_until is None or self._clock.now() >= self._consents_until:
                self._consents_until = self._ask()
            return self._consents_until

    def is_rolling_back(self) -> bool:
        """Say whether the stack takes an update back; False if it cannot be asked."""
        try:
            self.check()
        except WithdrawnError as error:
            return error.is_known and "ROLLBACK" in error.code
        return False

    def _ask(self) -> datetime:
        """Return until when the stack consents."""
        try:
            status = self._stack.status()
        except CutoverError as error:
            # A stack that does not answer may take long over it.
            if self._clock.now() < self._silence_consents_until:
                return self._silence_consents_until
            raise WithdrawnError(
                f"Nothing was finalized: CloudFormation did not say whether the stack still wants it ({error.code}).",
                is_known=False,
            ) from error
        if status not in GOES_FORWARD:
            words = f"the stack went to {status}" if status else "the stack shows no status"
            self._withdrawal = WithdrawnError(f"Nothing was finalized: {words}.", code=status or "NO_STATUS")
            raise self._withdrawal
        return self._clock.now() + FRESH
