"""
The errors of this application; each message is a sentence for the reader of the stack events.

The class names are part of the contract: Step Functions matches them in ``Retry`` and ``Catch``.
"""

from collections.abc import Sequence
from typing import ClassVar, Self

from finalize_cutover.cutover.readiness.finding import Finding, Verdict


class CutoverError(Exception):
    """
    The base class: a request could not be fulfilled.

    Attributes:
        code: Error code of the AWS service; the class name if no service returned one.

        http_status: HTTP status of the AWS service; None without a response.

        retryable: Whether a retry of the same request is safe and may succeed.

        hint: What you can do about it.
    """

    retryable: ClassVar[bool] = False
    hint: str = ""

    def __init__(
        self, message: str, *, code: str | None = None, http_status: int | None = None, hint: str | None = None
    ) -> None:
        super().__init__(message)
        self.code = code or type(self).__name__
        self.http_status = http_status
        self.hint = hint or self.hint

    @property
    def is_transient(self) -> bool:
        """Whether time can cure it, so that a request that may wait looks again."""
        return self.retryable


class InvalidRequestError(CutoverError):
    """The request is malformed; MGN was not called."""

    hint = "Correct the request."


class SourceServerNotFoundError(CutoverError):
    """MGN returns 404, or does not list the source server."""

    hint = "Check the ID, the account and the Region; a source server exists in the Region it replicates to."

    @classmethod
    def not_listed(cls, server_id: str) -> Self:
        """Return the error for an ID that is missing in MGN's response."""
        return cls(f"MGN does not list source server {server_id}.")


class EmptySelectionError(CutoverError):
    """The requested application or wave has no source server."""

    hint = "Check the ID, the account and the Region."


class NotReadyError(CutoverError):
    """A readiness check returned WAIT or BLOCK; the hint is that of the first one."""

    def __init__(self, server_id: str, findings: Sequence[Finding], *, hostname: str | None = None) -> None:
        blocked = any(finding.verdict == Verdict.BLOCK for finding in findings)
        verb = "cannot be finalized" if blocked else "cannot be finalized yet"
        reasons = "; ".join(f"{finding.reason} ({finding.rule})" for finding in findings)
        subject = f"Source server {server_id}{f' ({hostname})' if hostname else ''}"
        super().__init__(f"{subject} {verb}: {reasons}.", hint=findings[0].hint)


class ConflictError(CutoverError):
    """
    MGN returns 409: another request is changing the source server, or its state does not allow the operation.

    Reported only after further reads, so an immediate retry of the same request does not help.
    """

    hint = (
        "MGN still refused after several seconds. Its message says why: correct the state of the source server, "
        "or wait until the other change has ended."
    )

    @property
    def is_transient(self) -> bool:
        return True


class UninitializedAccountError(CutoverError):
    """MGN is not initialized in this account and Region."""

    hint = "Initialize AWS Transform MGN in this account and Region, or use the Region where the source server is."


class MgnRefusedError(CutoverError):
    """The service refuses the request, and a retry does not help: validation, permissions, or an unknown error code."""

    hint = (
        "A retry of the same request does not help. Check the request, the function's permissions, the hold tag and, "
        "if EnforceApprovalTag is true, the approval tag."
    )


class MgnUnavailableError(CutoverError):
    """
    The service throttles, fails or cannot be reached; the SDK retries reads, but not writes.

    Attributes:
        is_throttled: Whether the service throttled the call, which then had no effect; any other call may have had one.
    """

    retryable = True
    hint = "Retry the request; this is safe."

    def __init__(
        self, message: str, *, code: str | None = None, http_status: int | None = None, is_throttled: bool = False
    ) -> None:
        super().__init__(message, code=code, http_status=http_status)
        self.is_throttled = is_throttled


class EvidenceNotStoredError(CutoverError):
    """What was done, or found, could not be stored in the evidence bucket; it is in the log and cannot be undone."""

    retryable = True
    hint = (
        "Correct the bucket or the permissions that the message names, and retry the request: it finalizes nothing "
        "again, and stores that the cutovers are finalized."
    )

    @classmethod
    def about(cls, server_ids: Sequence[str], error: CutoverError) -> Self:
        """Return the error about all *server_ids*, of which *error* is the first."""
        others = f" and {len(server_ids) - 1} more" if len(server_ids) > 1 else ""
        words = f"The evidence bucket does not have the record of source server {server_ids[0]}{others}: {error}"
        return cls(words, code=error.code, http_status=error.http_status)


class WithdrawnError(CutoverError):
    """
    The stack no longer goes forward, or its status is unknown, so nothing was done.

    Attributes:
        is_known: Whether the stack status is known and is the code; False if CloudFormation did not return it.
    """

    hint = "Retry the request if you still need it."

    def __init__(self, message: str, *, code: str | None = None, is_known: bool = True) -> None:
        super().__init__(message, code=code)
        self.is_known = is_known

    @property
    def is_transient(self) -> bool:
        return not self.is_known


class OutOfTimeError(CutoverError):
    """Too little time was left for a safe operation, so it was not started."""

    retryable = True
    hint = "Retry the request; this is safe and continues where this request stopped."


class EvidenceTooOldError(OutOfTimeError):
    """The evidence was too old just before the write, so the write was not sent."""
