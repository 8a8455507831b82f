"""
Everything raised on purpose; each class says when, each message is a sentence for who reads the stack events.

The class names are part of the contract: Step Functions retries and catches by them.
"""

from collections.abc import Sequence
from typing import ClassVar, Self

from finalize_cutover.cutover.readiness.finding import Finding, Verdict


class CutoverError(Exception):
    """
    A request that could not be met.

    Attributes:
        code: The service's own error code; the class name where no service gave one.

        http_status: The service's HTTP status; None where there was no answer.

        retryable: Whether asking again unchanged is safe and may help.

        hint: What to do about it, in words.
    """

    retryable: ClassVar[bool] = False
    hint: ClassVar[str] = ""

    def __init__(self, message: str, *, code: str | None = None, http_status: int | None = None) -> None:
        super().__init__(message)
        self.code = code or type(self).__name__
        self.http_status = http_status


class InvalidRequestError(CutoverError):
    """The request is malformed; nothing was called."""

    hint = "Correct the request."


class SourceServerNotFoundError(CutoverError):
    """MGN answers 404, or does not list the source server."""

    hint = "Check the ID, the account and the Region; a source server exists in the Region it replicates to."

    @classmethod
    def not_listed(cls, server_id: str) -> Self:
        """Return the error for an ID that MGN leaves out of its answer."""
        return cls(f"MGN does not list source server {server_id}.")


class EmptySelectionError(CutoverError):
    """The application or wave that was named holds no source server."""

    hint = "Check the ID, the account and the Region."


class NotReadyError(CutoverError):
    """A rule of readiness says WAIT or BLOCK."""

    hint = "Mend what blocks, wait for what waits, or waive the rule by its name."

    def __init__(self, server_id: str, findings: Sequence[Finding]) -> None:
        blocked = any(finding.verdict == Verdict.BLOCK for finding in findings)
        verb = "cannot be finalized" if blocked else "cannot be finalized yet"
        reasons = "; ".join(f"{finding.reason} ({finding.rule})" for finding in findings)
        super().__init__(f"Source server {server_id} {verb}: {reasons}.")


class ConflictError(CutoverError):
    """MGN answers 409: someone else is changing the source server, or its state forbids it."""

    retryable = True
    hint = "Someone else was changing this source server; ask again."


class UninitializedAccountError(CutoverError):
    """MGN was never set up in this account and Region."""

    hint = "Initialize AWS Transform MGN in this account and Region, or use the Region where the source server is."


class MgnRefusedError(CutoverError):
    """The service refuses and would refuse again: validation, a permission, or an answer unknown to us."""

    hint = (
        "Asking again unchanged does not help; check the request, the function's permissions and, "
        "where EnforceApprovalTag is true, the approval tag."
    )


class MgnUnavailableError(CutoverError):
    """
    The service throttles, fails or cannot be reached; reads have been retried by the SDK, writes have not.

    Attributes:
        is_throttled: Whether it only refused for now; otherwise the call may have had its effect.
    """

    retryable = True
    hint = "Ask again; that is safe."

    def __init__(
        self, message: str, *, code: str | None = None, http_status: int | None = None, is_throttled: bool = False
    ) -> None:
        super().__init__(message, code=code, http_status=http_status)
        self.is_throttled = is_throttled


class WithdrawnError(CutoverError):
    """
    The stack no longer wants what it asked for, or cannot be asked, so that nothing was done.

    Attributes:
        is_known: Whether the stack's status is known, and then is the code; otherwise CloudFormation did not answer.
    """

    hint = "Ask again if it is still wanted."

    def __init__(self, message: str, *, code: str | None = None, is_known: bool = True) -> None:
        super().__init__(message, code=code)
        self.is_known = is_known


class OutOfTimeError(CutoverError):
    """Too little time was left to act safely, so that it was not begun."""

    retryable = True
    hint = "Ask again; that is safe, and continues where this request stopped."


class EvidenceTooOldError(OutOfTimeError):
    """The evidence had become too old when the write was about to be sent, so that nothing was sent."""
