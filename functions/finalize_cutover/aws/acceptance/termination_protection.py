"""EC2's termination protection through boto3: the port ``TerminationProtection`` of the core."""

from collections.abc import Callable, Collection
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

from finalize_cutover.aws.batches import without_unknown
from finalize_cutover.aws.before_send import checked
from finalize_cutover.aws.errors import translated
from finalize_cutover.aws.time_limit import TimeLimit
from finalize_cutover.cutover.errors import CutoverError, MgnRefusedError
from finalize_cutover.cutover.ports import Found
from finalize_cutover.cutover.time_budget import ATTEMPT, READING

if TYPE_CHECKING:
    from mypy_boto3_ec2 import EC2Client

# EC2 has no call for several instances.
# https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeInstanceAttribute.html
WORKERS = 10
NOT_ALLOWED = "Set the parameter AllowSetTerminationProtection to true."
# By error code, before the usual hint.
HINTS = {
    "UnsupportedOperation": "EC2 has no termination protection for Spot Instances: leave SetTerminationProtection out.",
    **dict.fromkeys(("AccessDenied", "AccessDeniedException", "UnauthorizedOperation"), NOT_ALLOWED),
}


class AwsTerminationProtection:
    """
    EC2's termination protection in one account and Region.

    Args:
        client: Returns the boto3 client for reads.

        writer: Returns the boto3 client for writes, which sends each request once.

        limit: When each call must have ended.
    """

    def __init__(
        self, client: "Callable[[], EC2Client]", *, writer: "Callable[[], EC2Client]", limit: TimeLimit
    ) -> None:
        self._client = client
        self._writer = writer
        self._limit = limit

    def protected(self, instance_ids: Collection[str]) -> Found[bool | None]:
        """Return whether each of *instance_ids* is protected; None if EC2 does not say."""
        ordered = sorted(instance_ids)
        with ThreadPoolExecutor(min(WORKERS, len(ordered))) as pool:
            answers = dict(zip(ordered, pool.map(self._protected, ordered), strict=True))
        return Found(
            items={id_: answer for id_, answer in answers.items() if not isinstance(answer, CutoverError)},
            errors={id_: answer for id_, answer in answers.items() if isinstance(answer, CutoverError)},
        )

    def _protected(self, instance_id: str) -> bool | CutoverError | None:
        try:
            with translated("ec2:DescribeInstanceAttribute"):
                found = self._limit.run(lambda: without_unknown([instance_id], self._attribute), within=READING)
        except CutoverError as error:
            return error
        return found[0] if found else None

    def _attribute(self, instance_ids: list[str]) -> list[bool | None]:
        answer = self._client().describe_instance_attribute(
            InstanceId=instance_ids[0], Attribute="disableApiTermination"
        )
        value = answer.get("DisableApiTermination", {}).get("Value")
        return [value if isinstance(value, bool) else None]

    def protect(self, instance_id: str, *, before_send: Callable[[], None]) -> None:
        """
        Turn termination protection on; *before_send* is called just before, and nothing is sent if it raises.

        https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_ModifyInstanceAttribute.html
        """

        def send() -> None:
            with checked(before_send):
                self._writer().modify_instance_attribute(InstanceId=instance_id, DisableApiTermination={"Value": True})

        try:
            with translated("ec2:ModifyInstanceAttribute"):
                self._limit.run(send, within=ATTEMPT)
        except MgnRefusedError as error:
            prefix = HINTS.get(error.code, "")
            hint = f"{prefix} {error.hint}".strip()
            raise MgnRefusedError(str(error), code=error.code, http_status=error.http_status, hint=hint) from error
