"""
Changes to moto's EC2: status checks that can fail, times that follow the clock, faster tag searches.

In moto, status checks are always ``ok`` while the instance runs.  Here ``instances.set_status`` sets them.
"""

from datetime import timedelta
from types import SimpleNamespace
from typing import Any, cast

from moto import settings
from moto.ec2.models import ec2_backends
from moto.ec2.models.core import TaggedEC2Resource
from moto.ec2.models.instances import Instance
from moto.ec2.models.tags import TagBackend

from local.clock import CLOCK

REACHABILITY = {"ok": "passed", "impaired": "failed", "initializing": "initializing"}
RUNNING = 16


def install() -> None:
    """Apply the changes to moto's EC2, and make EC2's times follow the clock.  Calling it again has no effect."""
    Instance.instance_status = property(lambda self: _status(self, "instance"))  # type: ignore[assignment,method-assign] # moto has no setting
    Instance.system_status = property(lambda self: _status(self, "system"))  # type: ignore[assignment,method-assign] # moto has no setting
    Instance.attached_ebs_status = property(lambda self: _status(self, "attachedEbs"))  # type: ignore[attr-defined] # moto has none
    Instance.application_status = property(lambda self: _status(self, "application", default="not-applicable"))  # type: ignore[attr-defined] # moto has none
    Instance.events = property(lambda self: getattr(self, "local_events", []))  # type: ignore[attr-defined] # moto has none
    # For each resource, moto scans the tags of all resources: a search by tag would take quadratic time.
    TaggedEC2Resource.get_tags = _tags  # type: ignore[method-assign] # moto has no setting
    # moto's default AMIs are slow to create, and their volumes and snapshots would appear in a search for leftovers.
    settings.ec2_load_default_amis = lambda: False
    if age not in CLOCK.ageing:
        CLOCK.ageing.append(age)


def _status(instance: Instance, kind: str, *, default: str = "ok") -> dict[str, Any]:
    if instance.state_code != RUNNING:
        return {"Status": "not-applicable"}
    status = getattr(instance, "local_status", {}).get(kind, default)
    detail = {"Name": "reachability", "Status": REACHABILITY.get(status, "insufficient-data")}
    return {"Status": status, "Details": [detail]}


def _tags(self: Any) -> list[dict[str, str]]:
    """Return the tags of one resource in moto's format."""
    own = SimpleNamespace(tags={self.id: self.ec2_backend.tags.get(self.id, {})})
    return TagBackend.describe_tags(cast(TagBackend, own))


def age(step: timedelta) -> None:
    """Make every instance, volume and snapshot *step* older; moto stores their times as wall-clock times."""
    for account in list(ec2_backends.values()):
        for backend in list(account.values()):
            for instance in backend.all_instances():
                instance.launch_time -= step
            for volume in backend.volumes.values():
                volume.create_time -= step
                for attachment in volume.attachments:
                    attachment.attach_time -= step
            for snapshot in backend.snapshots.values():
                snapshot.start_time -= step
