"""
The answer's JSON, within CloudFormation's 4096 bytes.

https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/crpg-ref-responses.html
"""

import json
from collections.abc import Mapping
from typing import Any

MAX_BYTES = 4096
# What of a reason must survive before attributes are dropped: more than the stack events show at a glance.
MIN_REASON = 512  # characters
CUT = " … (cut)"
DROPPED = " (The attributes were left out: the answer was too long.)"


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
