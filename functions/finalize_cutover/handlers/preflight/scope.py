"""What a preflight is about."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol, TypeAlias, TypeVar

from finalize_cutover.cutover.preflight.report import CheckName
from finalize_cutover.cutover.preflight.run import Check
from finalize_cutover.handlers.invocation import Invocation

T = TypeVar("T")
Checks: TypeAlias = dict[CheckName, Check]


class Share(Protocol):
    """Starts a read that several checks need, and returns a function that waits for its result, or raises its error."""

    def __call__(self, read: Callable[[], T]) -> Callable[[], T]: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Scope:
    """
    What a preflight is about.

    Attributes:
        account_id: The member account; None for the function's own.

        source_server_id: The source server of the request; None without one.

        invocation: With the time of a check.

        for_shared: With less time, for what several checks need.

        for_members: With more time, for many accounts.

        shared: Starts a read that several checks need.
    """

    account_id: str | None
    source_server_id: str | None
    invocation: Invocation
    for_shared: Invocation
    for_members: Invocation
    shared: Share

    @property
    def reads_account(self) -> bool:
        """Whether services other than MGN can be read in the account."""
        return self.account_id is None or self.invocation.reads_account(self.account_id)

    @property
    def region(self) -> str:
        """The function's Region."""
        return self.invocation.own_region or ""
