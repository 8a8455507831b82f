"""EC2 through boto3: the port ``Instances`` of the core."""

from collections.abc import Callable, Collection, Iterator
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from finalize_cutover.cutover.batches import in_batches
from finalize_cutover.cutover.errors import CutoverError, MgnUnavailableError
from finalize_cutover.cutover.evidence import InstanceStatus
from finalize_cutover.cutover.ports import Found

from .batches import without_unknown
from .errors import translated
from .json_fields import identifier, readable, text
from .time_limit import TimeLimit

if TYPE_CHECKING:
    from mypy_boto3_ec2 import EC2Client

# https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeInstanceStatus.html
OPERATION = "ec2:DescribeInstanceStatus"
INSTANCES_PER_CALL = 100


class AwsInstances:
    """
    EC2's instances in one account and Region.

    Args:
        client: Returns the boto3 client; called only when it is needed, because a finalized server needs no EC2 call.

        limit: When each call must have ended.
    """

    def __init__(self, client: "Callable[[], EC2Client]", *, limit: TimeLimit) -> None:
        self._client = client
        self._limit = limit

    def statuses(self, instance_ids: Collection[str]) -> Found[InstanceStatus]:
        """Return the status of each of *instance_ids* that EC2 lists, including stopped instances."""
        items: dict[str, InstanceStatus] = {}
        errors: dict[str, CutoverError] = {}
        for batch in in_batches(sorted(instance_ids), INSTANCES_PER_CALL):
            try:
                for item in self._ask(batch):
                    self._read(item, items, errors)
            except CutoverError as error:
                errors |= dict.fromkeys(batch, error)
        return Found(items={k: v for k, v in items.items() if k not in errors}, errors=errors)

    def _ask(self, batch: list[str]) -> list[Any]:
        with translated(OPERATION):
            return self._limit.run(lambda: without_unknown(batch, self._batch))

    @staticmethod
    def _read(item: Any, items: dict[str, InstanceStatus], errors: dict[str, CutoverError]) -> None:
        """Read *item* into *items* or *errors*; ignore it if its ID cannot be read."""
        with suppress(MgnUnavailableError), translated(OPERATION):
            instance_id = identifier(item, "InstanceId")
            try:
                with translated(OPERATION):
                    items[instance_id] = _status(readable(item))
            except MgnUnavailableError as error:
                errors[instance_id] = error

    def _batch(self, instance_ids: list[str]) -> list[Any]:
        answer = self._client().describe_instance_status(InstanceIds=instance_ids, IncludeAllInstances=True)
        return list(answer["InstanceStatuses"])


def _status(item: Any) -> InstanceStatus:
    return InstanceStatus(
        state=text(item.get("InstanceState", {}), "Name"),
        system=text(item.get("SystemStatus", {}), "Status"),
        instance=text(item.get("InstanceStatus", {}), "Status"),
        attached_ebs=text(item.get("AttachedEbsStatus", {}), "Status"),
        application=text(item.get("ApplicationStatus", {}), "Status"),
        scheduled_events=tuple(_open_events(item.get("Events", []))),
    )


def _open_events(events: Any) -> Iterator[str]:
    # EC2 lists an event for a week after it ended, and says so only in the description.
    for event in events:
        if not (text(event, "Description") or "").startswith(("[Completed]", "[Canceled]")):
            yield text(event, "Code") or "unknown"
