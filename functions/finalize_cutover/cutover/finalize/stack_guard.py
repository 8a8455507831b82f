"""Checks before each write that the stack still goes forward, because writes cannot be undone."""

import threading
from datetime import datetime, timedelta

from finalize_cutover.cutover.errors import CutoverError, WithdrawnError
from finalize_cutover.cutover.ports import Clock, Stack

# Any other status is not a consent, including an unknown or missing one.
# https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/view-stack-events.html
GOES_FORWARD = frozenset({"CREATE_IN_PROGRESS", "UPDATE_IN_PROGRESS", "IMPORT_IN_PROGRESS"})
# A consent expires after this time; a request that is older has waited.
FRESH = timedelta(seconds=15)


class StackGuard:
    """
    The consent of a stack to one request that starts now; safe to use from several threads.

    A nested stack goes forward only if every stack that contains it does: a rollback begins at the root stack.

    A request may arrive after its stack stopped waiting, because a queue can deliver late or twice.  If the stack
    status cannot be read, only a Create that was just sent has consent: an Update may be part of a rollback.

    Args:
        stack: The stack.

        clock: The time source.

        is_fresh_create: Whether the request is a Create that was just sent, and was not delivered before.
    """

    def __init__(self, stack: Stack, *, clock: Clock, is_fresh_create: bool) -> None:
        self._stack = stack
        self._clock = clock
        self._silence_consents_until = clock.now() + FRESH if is_fresh_create else clock.now()
        self._consents_until: datetime | None = None
        self._withdrawal: WithdrawnError | None = None
        self._is_unknown = False
        self._lock = threading.Lock()

    @property
    def withdrawal(self) -> WithdrawnError | None:
        """The error once the stack no longer goes forward, after which its status is not read again; None before."""
        return self._withdrawal

    def note_wait(self) -> None:
        """
        Record that the request has waited: the next write needs a new stack status.

        A status that could not be read is read again, because a rollback must not wait.
        """
        self._silence_consents_until = self._clock.now()
        self._consents_until = None
        if self._is_unknown:
            self.is_rolling_back()

    def check(self) -> datetime:
        """
        Return until when the stack consents to writes.

        Raises:
            WithdrawnError: The stack does not consent, or its status is unknown.
        """
        with self._lock:
            if self._withdrawal:
                raise self._withdrawal  # another thread read it; a failed read must not revoke it
            if self._consents_until is None or self._clock.now() >= self._consents_until:
                self._consents_until = self._ask()
            return self._consents_until

    def is_rolling_back(self) -> bool:
        """Return whether the stack rolls back an update; False if its status is unknown."""
        try:
            self.check()
        except WithdrawnError as error:
            return error.is_known and "ROLLBACK" in error.code
        return False

    def _ask(self) -> datetime:
        """Return until when the stack consents."""
        statuses, first_at, error = self._read()
        self._is_unknown = error is not None
        if stopped := [status for status in statuses if status not in GOES_FORWARD]:
            # A rollback matters most: its requests must be let through.
            status = next((status for status in stopped if "ROLLBACK" in status), stopped[0])
            stack = "stack" if status == statuses[0] else "parent stack"
            words = f"the {stack} status is {status}" if status else f"the {stack} has no status"
            self._withdrawal = WithdrawnError(f"Nothing was finalized: {words}.", code=status or "NO_STATUS")
            raise self._withdrawal
        if error is None:
            return first_at + FRESH
        # The failed call may have taken long, so the time is checked after it.
        if self._clock.now() < self._silence_consents_until:
            return self._silence_consents_until
        raise WithdrawnError(
            f"Nothing was finalized: the stack status could not be read ({error.code}).", is_known=False
        ) from error

    def _read(self) -> tuple[list[str], datetime, CutoverError | None]:
        """Return the statuses, when the first one came, and the error that ended reading them; None without one."""
        statuses: list[str] = []
        first_at = self._clock.now()
        try:
            for status in self._stack.statuses():
                first_at = first_at if statuses else self._clock.now()
                statuses.append(status)
        except CutoverError as error:
            return statuses, first_at, error
        return statuses, first_at, None
