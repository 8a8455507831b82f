"""One request to a custom resource, and what CloudFormation makes of the answer."""

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
# As in the stack events of AWS.
FAILED = "Received response status [FAILED] from custom resource. Message returned: {reason} (RequestId: {request_id})"
SILENT = (
    "CloudFormation did not receive a response from your Custom Resource. "
    "Please check your logs for requestId [{request_id}]. "
    "If you are using the Python cfn-response module, you may need to update your Lambda function code "
    "so that CloudFormation can attach the updated version."
)


class ProtocolError(AssertionError):
    """A custom resource did not answer once, or not as it has to."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """
    How a request ended for CloudFormation.

    Attributes:
        reason: As it appears in the stack events; empty unless FAILED.

        physical_resource_id: The ID that the resource has from now on; None if none was answered.
    """

    status: Literal["SUCCESS", "FAILED", "CANCELLED"]
    reason: str = ""
    physical_resource_id: str | None = None
    data: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Exchange:
    """
    A request that was sent.

    Attributes:
        address: The resource it is about.

        mailbox: The request, and what was sent to its response URL.

        delivery: How the function took it.

        wait_seconds: How long CloudFormation waits for the answer.
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
        """Wait no longer; what the function does goes on."""
        self.mailbox.cancel()

    def conclude(self) -> Outcome:
        """Wait as CloudFormation does, and return how it ended."""
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
        Return the answer, once the function is done with the request.

        Raises:
            ProtocolError: There is none, there are two, something was refused that no fault explains, or it is not
                as it has to be.
        """
        if not self.delivery.wait(within_seconds):
            raise ProtocolError(f"the function still runs after {within_seconds} s")
        stored = [put for put in self.puts if put.stored]
        if len({put.body for put in stored}) != 1 or sum(put.delivered for put in stored) > 1:
            raise ProtocolError(f"not one answer, but {[put.body for put in stored]}")
        try:
            answer = answers.read(stored[0].body, self.document)
        except InvalidAnswerError as breach:
            raise ProtocolError(str(breach)) from None
        if not answer.has_valid_id:
            raise ProtocolError(f"{INVALID_ID}: {answer.physical_resource_id!r}")
        return answer

    def _outcome(self, answer: Answer) -> Outcome:
        # An ID that is none hides the real reason, in CloudFormation too.
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
    """Return an ID such as CloudFormation makes up where a resource has given none; its format is a guess."""
    suffix = "".join(secrets.choice(string.ascii_uppercase + string.digits) for _ in range(12))
    return f"{address.stack_name}-{address.logical_resource_id}-{suffix}"
