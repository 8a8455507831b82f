"""One request to a custom resource, and its outcome for CloudFormation."""

import secrets
import string
from dataclasses import dataclass, field
from typing import Any, Literal

from local.cloudformation import answers
from local.cloudformation.answers import Answer, InvalidAnswerError
from local.cloudformation.mailbox import Mailbox, Put
from local.cloudformation.requests import Address, Document
from local.eventbridge.queue import Delivery

INVALID_ID = "Invalid PhysicalResourceId"
# Wording of AWS's stack events.
FAILED = "Received response status [FAILED] from custom resource. Message returned: {reason} (RequestId: {request_id})"
SILENT = (
    "CloudFormation did not receive a response from your Custom Resource. "
    "Please check your logs for requestId [{request_id}]. "
    "If you are using the Python cfn-response module, you may need to update your Lambda function code "
    "so that CloudFormation can attach the updated version."
)


class ProtocolError(AssertionError):
    """A custom resource did not send exactly one valid response."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """
    The outcome of a request for CloudFormation.

    Attributes:
        reason: Reason in the stack events; empty unless FAILED.

        physical_resource_id: The resource's ID from now on; None if the response has none.
    """

    status: Literal["SUCCESS", "FAILED", "CANCELLED"]
    reason: str = ""
    physical_resource_id: str | None = None
    data: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Exchange:
    """
    A request that was sent to a custom resource.

    Attributes:
        address: The resource of the request.

        mailbox: The request, and the PUTs to its response URL.

        delivery: The delivery of the request to the function.

        wait_seconds: Seconds that CloudFormation waits for the response.
    """

    address: Address
    mailbox: Mailbox
    delivery: Delivery
    wait_seconds: float

    @property
    def document(self) -> Document:
        return self.mailbox.document

    @property
    def puts(self) -> list[Put]:
        return self.mailbox.puts

    def cancel(self) -> None:
        """Stop waiting; the function continues to run."""
        self.mailbox.cancel()

    def conclude(self) -> Outcome:
        """Wait as CloudFormation does, and return the outcome."""
        request_id = self.document["RequestId"]
        try:
            body = self.mailbox.wait(self.wait_seconds)
        except TimeoutError:
            return Outcome(status="FAILED", reason=SILENT.format(request_id=request_id))
        if body is None:
            return Outcome(status="CANCELLED")
        try:
            answer = answers.read(body, self.document)
        except InvalidAnswerError as breach:
            return Outcome(status="FAILED", reason=str(breach))
        return self._outcome(answer)

    def only_answer(self, within_seconds: float = 30) -> Answer:
        """
        Wait until the function has handled the request, and return its only response.

        Raises:
            ProtocolError: The function still runs, sent no response or several, or sent an invalid response.
        """
        if not self.delivery.wait(within_seconds):
            raise ProtocolError(f"the function still runs after {within_seconds} s")
        stored = [put for put in self.puts if put.stored]
        if len({put.body for put in stored}) != 1 or sum(put.delivered for put in stored) > 1:
            raise ProtocolError(f"expected exactly one response, got {[put.body for put in stored]}")
        try:
            answer = answers.read(stored[0].body, self.document)
        except InvalidAnswerError as breach:
            raise ProtocolError(str(breach)) from None
        if not answer.has_valid_id:
            raise ProtocolError(f"{INVALID_ID}: {answer.physical_resource_id!r}")
        return answer

    def _outcome(self, answer: Answer) -> Outcome:
        # As in CloudFormation, an invalid ID hides the real reason.
        if not answer.has_valid_id:
            return Outcome(status="FAILED", reason=INVALID_ID, physical_resource_id=made_up_id(self.address))
        reason = FAILED.format(reason=answer.reason, request_id=self.document["RequestId"])
        return Outcome(
            status="SUCCESS" if answer.status == "SUCCESS" else "FAILED",
            reason="" if answer.status == "SUCCESS" else reason,
            physical_resource_id=answer.physical_resource_id,
            data=answer.data,
        )


def made_up_id(address: Address) -> str:
    """Generate an ID, as CloudFormation does if the response has no valid ID; its format is a guess."""
    suffix = "".join(secrets.choice(string.ascii_uppercase + string.digits) for _ in range(12))
    return f"{address.stack_name}-{address.logical_resource_id}-{suffix}"
