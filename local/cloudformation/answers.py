"""
Reads and validates the responses of custom resources.

https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/crpg-ref-responses.html
"""

import json
from dataclasses import dataclass
from typing import Any

from local.cloudformation.requests import Document

LONGEST_BODY = 4096  # bytes
LONGEST_PHYSICAL_ID = 1024  # bytes
ECHOED = ("StackId", "RequestId", "LogicalResourceId")


class InvalidAnswerError(ValueError):
    """The response violates the protocol; the message is the reason in the stack events."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """
    A response that follows the protocol, except possibly for its physical ID.

    Attributes:
        status: SUCCESS or FAILED.

        reason: Empty unless FAILED.

        physical_resource_id: Can be empty or too long; CloudFormation then generates an ID and fails the resource.
    """

    status: str
    reason: str
    physical_resource_id: str
    data: dict[str, Any]
    no_echo: bool

    @property
    def has_valid_id(self) -> bool:
        return 0 < len(self.physical_resource_id.encode()) <= LONGEST_PHYSICAL_ID


def read(body: bytes, document: Document) -> Answer:
    """
    Parse *body*, the response to the request *document*.

    Raises:
        InvalidAnswerError: *body* is too long, is not a JSON object, does not echo the request, or lacks a field.
    """
    fields = _parse(body)
    for name in ECHOED:
        _demand(fields.get(name) == document[name], f"Invalid response object: {name} differs from the request")
    _demand("PhysicalResourceId" in fields, "Vendor response doesn't contain PhysicalResourceId key")
    _demand(isinstance(fields["PhysicalResourceId"], str), "Invalid PhysicalResourceId")
    _demand(fields.get("Status") in ("SUCCESS", "FAILED"), "Invalid response object: Status is not SUCCESS or FAILED")
    reason = fields.get("Reason") or ""
    _demand(isinstance(reason, str), "Invalid response object: Reason is not a string")
    _demand(fields["Status"] == "SUCCESS" or bool(reason), "Invalid response object: FAILED without a Reason")
    data = fields.get("Data") or {}
    _demand(isinstance(data, dict), "Invalid response object: Data is not an object")
    return Answer(
        status=fields["Status"],
        reason=reason,
        physical_resource_id=fields["PhysicalResourceId"],
        data=data,
        no_echo=fields.get("NoEcho") in (True, "true"),
    )


def _parse(body: bytes) -> dict[str, Any]:
    _demand(len(body) <= LONGEST_BODY, "Response object is too long.")
    try:
        fields = json.loads(body)
    except ValueError:
        raise InvalidAnswerError("Invalid response object: not JSON") from None
    _demand(isinstance(fields, dict), "Invalid response object: not a JSON object")
    return fields  # type: ignore[no-any-return] # checked above


def _demand(kept: bool, breach: str) -> None:
    if not kept:
        raise InvalidAnswerError(breach)
