"""Whether the one who asked still wants it: asked before acting, and again while a long fleet goes on."""

import threading
from datetime import datetime, timedelta

from .errors import WithdrawnError
from .ports import Clock, Mandate

# A request this old has waited, whatever for, and an answer this old is worth nothing.
FRESH = timedelta(seconds=15)


class Consent:
    """
    The consent to one request, which begins now; safe to ask from several threads.

    A request may have been withdrawn before it came to us: a queue delivers twice, and late.  So everybody is asked,
    but silence is a withdrawal only where the request has waited.

    Args:
        mandate: Who may withdraw; None where nobody can.

        clock: The time.

        has_waited: Whether the request had waited before.
    """

    def __init__(self, mandate: Mandate | None, *, clock: Clock, has_waited: bool) -> None:
        self._mandate = mandate
        self._clock = clock
        self._since = clock.now()
        self._has_waited = has_waited
        self._confirmed_at: datetime | None = None
        self._withdrawal: WithdrawnError | None = None
        self._lock = threading.Lock()

    def note_wait(self) -> None:
        """Note that the request waited just now: the next act must ask."""
        self._has_waited = True
        self._confirmed_at = None

    def check(self) -> None:
        """
        Return if the request may be acted on now.

        Raises:
            WithdrawnError: It is no longer wanted, or that cannot be found out.
        """
        if self._mandate is None:
            return
        with self._lock:
            if self._withdrawal:
                raise self._withdrawal  # another thread was told; silence must not take that back
            now = self._clock.now()
            if self._confirmed_at is None or now - self._confirmed_at >= FRESH:
                self._ask(self._mandate)
                self._confirmed_at = now

    def _ask(self, mandate: Mandate) -> None:
        try:
            mandate.confirm()
        except WithdrawnError as error:
            if error.is_known:
                self._withdrawal = error
            # Whoever does not answer may take long over it.
            if error.is_known or self._has_waited or self._clock.now() - self._since >= FRESH:
                raise
