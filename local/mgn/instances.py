"""
The EC2 instances of launch jobs, in moto's EC2.

They carry the tags that were observed on launched instances, including ``AWSApplicationMigrationServiceManaged``: a
clean-up by that tag alone would delete production instances.
"""

from collections.abc import Sequence
from datetime import datetime

from moto.ec2.models import ec2_backends
from moto.ec2.models.instances import Instance, InstanceState

from local.clock import CLOCK

MANAGED = {"AWSApplicationMigrationServiceManaged": "mgn.amazonaws.com"}
INITIALIZING = "initializing"

STATES = {"pending": 0, "running": 16, "shutting-down": 32, "terminated": 48, "stopping": 64, "stopped": 80}


def managed_by(server_id: str) -> dict[str, str]:
    """Return the tags of every resource that MGN creates for *server_id*."""
    return {**MANAGED, "AWSApplicationMigrationServiceSourceServerID": server_id}


def launch(account: str, region: str, *, name: str, server_id: str, job_id: str) -> str:
    """Run the instance of *job_id* for *server_id* with initializing status checks; return its ID."""
    job_tags = {"mgn.amazonaws.com-source-server": server_id, "mgn.amazonaws.com-job": job_id}
    instance = run(
        account, region, {**managed_by(server_id), **job_tags, "Name": name}, volume_tags=managed_by(server_id)
    )
    # Observed: the root volume is not deleted with the instance.
    for device in instance.block_device_mapping.values():
        device.delete_on_termination = False
    set_status(instance, instance=INITIALIZING, system=INITIALIZING)
    return str(instance.id)


def run(account: str, region: str, tags: dict[str, str], *, volume_tags: dict[str, str]) -> Instance:
    """Run one instance with a root volume in moto's EC2, at the time of ``CLOCK``."""
    backend = ec2_backends[account][region]
    reservation = backend.run_instances(
        "ami-0a1b2c3d4e5f60718",
        1,
        None,
        [],
        region_name=region,
        instance_type="m5.large",
        # Otherwise moto searches a list of all types.
        is_instance_type_default=True,
        tags={"instance": tags, "volume": volume_tags},
    )
    instance = reservation.instances[0]
    now = CLOCK.outside(CLOCK.now()).replace(tzinfo=None)
    instance.launch_time = now
    for device in instance.block_device_mapping.values():
        volume = backend.volumes[device.volume_id]
        volume.create_time = now
        for attachment in volume.attachments:
            attachment.attach_time = now
    return instance


def find(account: str, region: str, instance_id: str) -> Instance | None:
    """Return the instance; None if it does not exist."""
    # moto's own search first copies every reservation.
    reservations = ec2_backends[account][region].reservations.values()
    return next((found for item in reservations for found in item.instances if found.id == instance_id), None)


def terminate(account: str, region: str, instance_id: str) -> bool:
    """Terminate the instance; return whether EC2 does, as it does not with termination protection."""
    instance = find(account, region, instance_id)
    if instance is None or instance.disable_api_termination:
        return False
    ec2_backends[account][region].terminate_instances([instance_id])
    return True


def set_status(instance: Instance, /, **statuses: str) -> None:
    """
    Set status checks of *instance*; they apply while it runs.

    Args:
        statuses: By kind: ``instance``, ``system``, ``attachedEbs``, ``application``.
    """
    for kind, status in statuses.items():
        if _statuses(instance).get(kind) != status:
            set_status_since(instance, kind, CLOCK.now())
    instance.local_status = {**_statuses(instance), **statuses}  # type: ignore[attr-defined] # see ec2_shims


def set_status_since(instance: Instance, kind: str, moment: datetime) -> None:
    """Let the status of *kind* have begun at *moment*, in internal time."""
    instance.local_since = {**getattr(instance, "local_since", {}), kind: moment}  # type: ignore[attr-defined] # moto has none


def status_since(instance: Instance, kind: str) -> datetime | None:
    """Return when the status of *kind* began, in internal time; None if it was never set."""
    since: datetime | None = getattr(instance, "local_since", {}).get(kind)
    return since


def _statuses(instance: Instance) -> dict[str, str]:
    statuses: dict[str, str] = getattr(instance, "local_status", {})
    return statuses


def schedule(instance: Instance, codes: Sequence[str]) -> None:
    """Let EC2 announce scheduled events of *instance*, by their codes."""
    instance.local_events = [{"Code": code, "Description": "scheduled"} for code in codes]  # type: ignore[attr-defined] # see ec2_shims


def set_state(instance: Instance, state: str) -> None:
    """
    Put *instance* into *state*.

    Raises:
        KeyError: EC2 has no such state.
    """
    instance._state = InstanceState(state, STATES[state])  # noqa: SLF001 # moto has no setter
