"""
The answer's JSON, within CloudFormation's 4096 bytes.

https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/crpg-ref-responses.html
"""

import json
from collections.abc import Mapping
from typing import Any

from finalize_cutover.cutover.errors import InvalidRequestError
from finalize_cutover.handlers.request import shown

MAX_BYTES = 4096
# What an answer must repeat, and how many of its bytes that may take, so that there is room for a reason.
# CloudFormation's own are far shorter, and a physical ID has at most 1 KB.
REPEATED = {"StackId": 512, "RequestId": 512, "LogicalResourceId": 512, "PhysicalResourceId": 1024}
# What of a reason must survive before attributes are dropped: more than the stack events show at a glance.
MIN_REASON = 512  # characters
CUT = " … (cut)"
DROPPED = " (The attributes were left out: the answer was too long.)"


def check_ids(event: Mapping[str, Any]) -> None:
    """
    Return if *event* can be answered.

    Raises:
        InvalidRequestError: One of the IDs that an answer must repeat is missing, or could not be repeated.
    """
    for name, longest in REPEATED.items():
        value = event.get(name)
        if name == "PhysicalResourceId" and not value:
            continue  # a Create has none
        if not (isinstance(value, str) and 0 < _size(value) <= longest):
            raise InvalidRequestError(
                f"{name} is {shown(value)}, so that the CloudFormation request cannot be answered; "
                f"allowed is text of 1 to {longest} bytes."
            )


def _size(text: str) -> int:
    """Return how many bytes *text* takes in an answer; 0 where it holds half a character and could not be repeated."""
    try:
        return len(json.dumps(text, ensure_ascii=False).encode()) - len('""')
    except UnicodeEncodeError:
        return 0


def answer(
    event: Mapping[str, Any], *, status: str, reason: str, physical_id: str, attributes: Mapping[str, str]
) -> dict[str, Any]:
    """Return the answer to the request *event*; *attributes* only count where it is met."""
    return {
        "Status": status,
        "Reason": reason,
        "PhysicalResourceId": physical_id,
        "StackId": event["StackId"],
        "RequestId": event["RequestId"],
        "LogicalResourceId": event["LogicalResourceId"],
        "NoEcho": False,
        "Data": dict(attributes) if status == "SUCCESS" else {},
    }


def encode(body: Mapping[str, Any]) -> bytes:
    """
    Return *body* in at most 4096 bytes.

    The head of ``Reason`` is kept as long as it can be, then ``Data`` is dropped; both are said in ``Reason``.
    """
    encoded = _json(body)
    if len(encoded) > MAX_BYTES:
        encoded = _json(_with_shorter_reason(body, MIN_REASON))
    if len(encoded) > MAX_BYTES:
        bare = {**body, "Data": {}, "Reason": f"{str(body.get('Reason', ''))[:MIN_REASON]}{DROPPED}"}
        encoded = _json(_with_shorter_reason(bare, 0))
    return encoded


def _with_shorter_reason(body: Mapping[str, Any], shortest: int) -> dict[str, Any]:
    """Cut the end of the reason until *body* fits, but never below *shortest* characters."""
    head = str(body.get("Reason", ""))
    shorter = dict(body)
    while (excess := len(_json(shorter)) - MAX_BYTES) > 0 and len(head) > shortest:
        # A character takes up to 6 bytes once it is escaped, so that too much is never cut at once.
        head = head[: max(shortest, len(head) - max(1, excess // 6))]
        shorter["Reason"] = head + CUT
    return shorter


def _json(body: Mapping[str, Any]) -> bytes:
    # Escapes would make six bytes of a letter; a lone surrogate has no UTF-8 at all.
    return json.dumps(body, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "replace")
