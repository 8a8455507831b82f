"""EC2 through boto3: the port ``Instances`` of the core."""

from collections.abc import Callable, Collection
from typing import TYPE_CHECKING, Any

from botocore.exceptions import ClientError

from finalize_cutover.cutover.evidence import InstanceStatus

from .batches import in_batches
from .errors import translated

if TYPE_CHECKING:
    from mypy_boto3_ec2 import EC2Client

# https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeInstanceStatus.html
INSTANCES_PER_CALL = 100
# EC2 refuses the whole batch for one instance that is gone.
UNKNOWN_INSTANCE = frozenset({"InvalidInstanceID.NotFound", "InvalidInstanceID.Malformed"})


class AwsInstances:
    """
    EC2's instances in one account and Region.

    Args:
        client: Returns boto3's client; called when EC2 is first asked, since a finalized server needs none.
    """

    def __init__(self, client: "Callable[[], EC2Client]") -> None:
        self._client = client

    def statuses(self, instance_ids: Collection[str]) -> dict[str, InstanceStatus]:
        """Return ``{ID: status}``, stopped instances included; IDs that EC2 does not know are absent."""
        with translated("ec2:DescribeInstanceStatus"):
            return {
                instance_id: status
                for batch in in_batches(instance_ids, INSTANCES_PER_CALL)
                for instance_id, status in self._batch(batch).items()
            }

    def _batch(self, instance_ids: list[str]) -> dict[str, InstanceStatus]:
        try:
            answer = self._client().describe_instance_status(InstanceIds=instance_ids, IncludeAllInstances=True)
        except ClientError as error:
            if error.response["Error"]["Code"] not in UNKNOWN_INSTANCE:
                raise
            return self._without_unknown(instance_ids, error.response["Error"]["Message"])
        return {item["InstanceId"]: _status(item) for item in answer["InstanceStatuses"]}

    def _without_unknown(self, instance_ids: list[str], message: str) -> dict[str, InstanceStatus]:
        """Ask again for those that the *message* does not name; one by one where it names none."""
        known = [instance_id for instance_id in instance_ids if instance_id not in message]
        if len(known) < len(instance_ids):
            return self._batch(known) if known else {}
        if len(instance_ids) == 1:
            return {}
        return {k: v for instance_id in instance_ids for k, v in self._batch([instance_id]).items()}


def _status(item: Any) -> InstanceStatus:
    return InstanceStatus(
        state=item.get("InstanceState", {}).get("Name"),
        system=item.get("SystemStatus", {}).get("Status"),
        instance=item.get("InstanceStatus", {}).get("Status"),
    )
