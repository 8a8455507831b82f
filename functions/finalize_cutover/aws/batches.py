"""Calls about many resources: in batches, of which one that fails does not affect the others."""

from collections.abc import Callable, Collection, Mapping
from functools import partial
from typing import TypeVar

from botocore.exceptions import ClientError

from finalize_cutover.cutover.batches import in_batches
from finalize_cutover.cutover.errors import CutoverError
from finalize_cutover.cutover.ports import Found
from finalize_cutover.cutover.time_budget import READING

from .errors import translated
from .time_limit import TimeLimit

T = TypeVar("T")

# EC2 refuses the whole batch if one instance does not exist.
UNKNOWN_INSTANCE = frozenset({"InvalidInstanceID.NotFound", "InvalidInstanceID.Malformed"})


def in_calls(
    ids: Collection[str],
    ask: Callable[[list[str]], Mapping[str, T]],
    *,
    operation: str,
    limit: TimeLimit,
    size: int,
) -> Found[T]:
    """
    Return what *ask* returns for batches of at most *size* of *ids*, each in the time limit for evidence.

    Args:
        ids: IDs or names.

        ask: Calls the *operation* and reads its response.

        operation: The operation with its IAM prefix, for errors.

        limit: When each call must have ended.

        size: Maximum number of IDs in a call.
    """
    items: dict[str, T] = {}
    errors: dict[str, CutoverError] = {}
    for batch in in_batches(sorted(ids), size):
        try:
            with translated(operation):
                items |= limit.run(partial(ask, batch), within=READING)
        except CutoverError as error:
            errors |= dict.fromkeys(batch, error)
    return Found(items={id_: item for id_, item in items.items() if id_ in ids}, errors=errors)


def without_unknown(instance_ids: list[str], ask: Callable[[list[str]], list[T]]) -> list[T]:
    """Return what *ask* returns for those of *instance_ids* that EC2 knows."""
    try:
        return ask(instance_ids)
    except ClientError as error:
        if error.response["Error"]["Code"] not in UNKNOWN_INSTANCE:
            raise
        message = error.response["Error"]["Message"]
    known = [instance_id for instance_id in instance_ids if instance_id not in message]
    if len(known) < len(instance_ids):
        return without_unknown(known, ask) if known else []
    if len(instance_ids) == 1:
        return []
    # The message names none, so each is asked for alone.
    return [item for instance_id in instance_ids for item in without_unknown([instance_id], ask)]
