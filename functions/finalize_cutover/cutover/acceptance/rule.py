"""What the optional rules have in common."""

from abc import ABC, abstractmethod
from collections.abc import Callable, Collection
from datetime import datetime, timedelta
from typing import Any, ClassVar

from finalize_cutover.cutover.evidence import Evidence
from finalize_cutover.cutover.ports import Found
from finalize_cutover.cutover.readiness.finding import Finding, blocks, passes, waits
from finalize_cutover.cutover.readiness.policy import ReadinessPolicy
from finalize_cutover.cutover.source_server import SourceServer


class AcceptanceRule(ABC):
    """
    An optional rule, switched on and configured by a request or by the deployment.

    Attributes:
        name: The rule's name.

        hint: What you can do if it does not pass.

        is_read_per_server: Whether reading needs a call per source server, so that of many source servers only those
            that pass all other rules are read.

        reads_account: Whether it reads the account of the source servers; otherwise the function's own.
    """

    name: ClassVar[str]
    hint: ClassVar[str]
    is_read_per_server: ClassVar[bool] = False
    reads_account: ClassVar[bool] = True

    @abstractmethod
    def read(self, servers: Collection[SourceServer]) -> Found[Any]:
        """
        Return what ``judge`` needs by source server ID.

        Raises:
            CutoverError: Nothing could be read.
        """

    @abstractmethod
    def judge(self, fact: Any, evidence: Evidence, policy: ReadinessPolicy, now: datetime) -> Finding:
        """Return the finding for the source server of *evidence*; *fact* is what ``read`` returned about it."""

    def check_again(self, _evidence: Collection[Evidence]) -> Finding | None:
        """Return why no write may follow, just before a batch of writes that rest on *_evidence*; None if it may."""
        return None

    def good_until(self, _evidence: Evidence) -> datetime | None:
        """Return when a write that rests on *_evidence* must have been sent; None if this rule sets no limit."""
        return None

    def prepare(
        self,
        _evidence: Evidence,
        *,
        before_send: Callable[[], None],  # noqa: ARG002 - most rules change nothing
        until: datetime,  # noqa: ARG002
    ) -> Finding | None:
        """
        Do what must precede the write for the source server of *_evidence*, which is ready.

        Args:
            _evidence: Its evidence.

            before_send: Called just before a change is sent; if it raises, nothing is sent.

            until: When it must be done.

        Returns:
            The finding after the change; None without a change.

        Raises:
            CutoverError: It failed, so nothing must be finalized.
        """
        return None


def passes_if_old_enough(words: str, since: datetime | None, policy: ReadinessPolicy, now: datetime) -> Finding:
    """Return the finding for a good state, which *words* describe, that must have lasted for the soak time."""
    soak = timedelta(minutes=policy.soak_minutes)
    if not soak:
        return passes(words)
    if since is None:
        return blocks(f"{words} since an unknown time")
    if now >= since + soak:
        return passes(words)
    minutes, required = int((now - since) / timedelta(minutes=1)), policy.soak_minutes
    return waits(f"{words} for {minutes} of {required} minutes", passes_at=since + soak)
