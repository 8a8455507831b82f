"""EC2's application status checks through boto3: the port ``ApplicationStatuses`` of the core."""

from collections.abc import Callable, Collection
from typing import TYPE_CHECKING, Any

from finalize_cutover.aws.batches import in_calls, without_unknown
from finalize_cutover.aws.json_fields import identifier, text, timestamp
from finalize_cutover.aws.time_limit import TimeLimit
from finalize_cutover.cutover.acceptance.application_status import ApplicationStatus
from finalize_cutover.cutover.ports import Found

if TYPE_CHECKING:
    from mypy_boto3_ec2 import EC2Client

# https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeApplicationStatus.html
OPERATION = "ec2:DescribeApplicationStatus"
INSTANCES_PER_CALL = 100


class AwsApplicationStatuses:
    """
    EC2's application status checks in one account and Region.

    Args:
        client: Returns the boto3 client.

        limit: When each call must have ended.
    """

    def __init__(self, client: "Callable[[], EC2Client]", *, limit: TimeLimit) -> None:
        self._client = client
        self._limit = limit

    def application_statuses(self, instance_ids: Collection[str]) -> Found[ApplicationStatus]:
        """Return the application status of each of *instance_ids* that EC2 lists."""
        return in_calls(instance_ids, self._statuses, operation=OPERATION, limit=self._limit, size=INSTANCES_PER_CALL)

    def _statuses(self, instance_ids: list[str]) -> dict[str, ApplicationStatus]:
        return {identifier(item, "InstanceId"): _status(item) for item in without_unknown(instance_ids, self._listed)}

    def _listed(self, instance_ids: list[str]) -> list[Any]:
        items: list[Any] = []
        request: dict[str, Any] = {"InstanceIds": instance_ids}
        while True:
            answer = self._client().describe_application_status(**request)
            items += answer["ApplicationStatuses"]["Instances"]
            if not (token := answer.get("NextToken")):
                return items
            request["NextToken"] = token


def _status(item: Any) -> ApplicationStatus:
    status = item.get("ApplicationStatus", {})
    return ApplicationStatus(status=text(status, "Status"), since=timestamp(status, "StatusSince"))
