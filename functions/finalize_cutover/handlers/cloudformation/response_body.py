"""
The JSON of the response, within CloudFormation's limit of 4096 bytes.

https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/crpg-ref-responses.html
"""

import json
from collections.abc import Mapping
from typing import Any

from finalize_cutover.cutover.errors import InvalidRequestError
from finalize_cutover.handlers.request import shown

MAX_BYTES = 4096
# The IDs that a response must repeat, and their maximum size in bytes, so that a reason also fits.
# CloudFormation's IDs are far shorter, and a physical ID has at most 1 KB.
REPEATED = {"StackId": 512, "RequestId": 512, "LogicalResourceId": 512, "PhysicalResourceId": 1024}
# Minimum length of the reason; if the response is still too long, the attributes are dropped.
MIN_REASON = 512  # characters
CUT = " … (cut)"
DROPPED = " (The attributes were left out: the response was too long.)"


def check_ids(event: Mapping[str, Any]) -> None:
    """
    Return if *event* can be answered.

    Raises:
        InvalidRequestError: An ID that the response must repeat is missing, too long, or cannot be encoded.
    """
    for name, longest in REPEATED.items():
        value = event.get(name)
        if name == "PhysicalResourceId" and not value:
            continue  # a Create has none
        if not (isinstance(value, str) and 0 < _size(value) <= longest):
            raise InvalidRequestError(
                f"{name} is {shown(value)}, so the CloudFormation request cannot be answered; "
                f"allowed: text of 1 to {longest} bytes."
            )


def _size(text: str) -> int:
    """Return the size of *text* in a response, in bytes; 0 if it has a lone surrogate, which cannot be encoded."""
    try:
        return len(json.dumps(text, ensure_ascii=False).encode()) - len('""')
    except UnicodeEncodeError:
        return 0


def answer(
    event: Mapping[str, Any], *, status: str, reason: str, physical_id: str, attributes: Mapping[str, str]
) -> dict[str, Any]:
    """Return the response to the request *event*; *attributes* are used only for SUCCESS."""
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

    First the end of ``Reason`` is cut, then ``Data`` is dropped; ``Reason`` mentions both.
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
        # An escaped character takes up to 6 bytes, so this never cuts too much at once.
        head = head[: max(shortest, len(head) - max(1, excess // 6))]
        shorter["Reason"] = head + CUT
    return shorter


def _json(body: Mapping[str, Any]) -> bytes:
    # Escapes would take six bytes per letter; UTF-8 cannot encode a lone surrogate, so it is replaced.
    return json.dumps(body, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "replace")
