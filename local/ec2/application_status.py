"""
DescribeApplicationStatus.

https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeApplicationStatus.html
"""

from typing import Any

from moto.core.responses import ActionResult
from moto.ec2.models.instances import Instance
from moto.ec2.responses import EC2Response

from local.clock import CLOCK
from local.ec2.pages import page_of
from local.mgn import instances

LARGEST_PAGE = 100


def describe_application_status(self: EC2Response) -> ActionResult:
    """Return the application status of the instances, or of all instances that EC2 knows, in the order of their IDs."""
    self.error_on_dryrun()
    ids = self._get_param("InstanceIds", [])
    found = self.ec2_backend.get_multi_instances_by_id(ids) if ids else self.ec2_backend.all_instances()
    wanted = self._filters_from_querystring()
    shown = {instance.id: _shown(instance) for instance in found}
    matching = {key: item for key, item in shown.items() if _matches(item, wanted)}
    chosen, token = page_of(self, matching, smallest=1, largest=LARGEST_PAGE, default=LARGEST_PAGE)
    return ActionResult({"ApplicationStatuses": {"Instances": chosen}, "NextToken": token})


def _shown(instance: Instance) -> dict[str, Any]:
    status: str = instance.application_status["Status"]  # type: ignore[attr-defined] # see ec2_shims
    since = instances.status_since(instance, "application") if status != "not-applicable" else None
    return {
        "InstanceId": instance.id,
        "AvailabilityZone": instance.availability_zone,
        "ApplicationStatus": {
            "Status": status,
            # Inferred: an instance without checks has no times.
            "StatusSince": CLOCK.outside(since) if since else None,
            "StatusTimeStamp": CLOCK.outside(CLOCK.now()) if since else None,
        },
        "Tags": instance.get_tags(),
    }


def _matches(item: dict[str, Any], wanted: dict[str, Any]) -> bool:
    return item["ApplicationStatus"]["Status"] in wanted.get("status", [item["ApplicationStatus"]["Status"]])
