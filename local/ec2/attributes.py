"""
ModifyInstanceAttribute, and the changes of instances that EC2 has no operation for.

https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_ModifyInstanceAttribute.html
"""

from collections.abc import Mapping
from typing import Any

from moto.core.responses import ActionResult
from moto.ec2.exceptions import EC2ClientError
from moto.ec2.models.instances import Instance
from moto.ec2.responses import EC2Response

from local.clock import CLOCK
from local.mgn import instances

# The kinds of EC2 status checks that can be set.
STATUSES = ("instance", "system", "attachedEbs", "application")
OTHERS = {"state", "scheduledEvents", "applicationStatusMinutesAgo", "isSpot"}
TERMINATED = ("shutting-down", "terminated")

_moto_modify = EC2Response.modify_instance_attribute


def modify_instance_attribute(self: EC2Response) -> ActionResult:
    """Modify an attribute as moto does, except termination protection where EC2 refuses it."""
    attribute, value = self._get_param("Attribute"), self._get_param("DisableApiTermination.Value")
    if attribute == "disableApiTermination":
        # moto would keep the text.
        value = self._get_bool_param("Value")
    if value is None:
        return _moto_modify(self)
    instance = self.ec2_backend.get_instance(self._get_param("InstanceId"))
    _check_protectable(instance)
    self.error_on_dryrun()
    instance.disable_api_termination = value
    return ActionResult(None)


def _check_protectable(instance: Instance) -> None:
    if instance.lifecycle == "spot":
        # Observed: https://github.com/cloud-custodian/cloud-custodian/issues/2083.
        message = "Modifying 'disableApiTermination' is not supported for spot instances."
        raise EC2ClientError("UnsupportedOperation", message)
    if instance.state in TERMINATED:
        # The code is known from tools that expect it; the message is inferred.
        message = f"The instance '{instance.id}' is not in a valid state for this operation."
        raise EC2ClientError("IncorrectInstanceState", message)


def change(instance: Instance, options: Mapping[str, Any]) -> None:
    """
    Change *instance*.

    Args:
        options: ``state``; ``instanceStatus`` and so on; ``applicationStatusMinutesAgo``, when that status began;
            ``scheduledEvents``, a list of codes; ``isSpot``.

    Raises:
        ValueError: An option is unknown.
    """
    statuses = {kind: options[f"{kind}Status"] for kind in STATUSES if f"{kind}Status" in options}
    if unknown := options.keys() - OTHERS - {f"{kind}Status" for kind in STATUSES}:
        raise ValueError(f"Unknown members of an instance: {', '.join(sorted(unknown))}.")
    if "state" in options:
        instances.set_state(instance, options["state"])
    instances.set_status(instance, **statuses)
    if "applicationStatusMinutesAgo" in options:
        instances.set_status_since(instance, "application", CLOCK.ago(options["applicationStatusMinutesAgo"]))
    if "scheduledEvents" in options:
        instances.schedule(instance, options["scheduledEvents"])
    if "isSpot" in options:
        instance.lifecycle = "spot" if options["isSpot"] else None
