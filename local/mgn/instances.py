"""
The EC2 instances of launch jobs, in moto's EC2.

They carry the tags that were observed on launched instances, including ``AWSApplicationMigrationServiceManaged``: a
clean-up by that tag alone would delete production instances.
"""

from collections.abc import Sequence

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
    instance.launch_time = CLOCK.outside(CLOCK.now()).replace(tzinfo=None)
    return instance


def find(account: str, region: str, instance_id: str) -> Instance | None:
    """Return the instance; None if it does not exist."""
    # moto's own search first copies every reservation.
    reservations = ec2_backends[account][region].reservations.values()
    return next((found for item in reservations for found in item.instances if found.id == instance_id), None)


def terminate(account: str, region: str, instance_id: str) -> None:
    """Terminate the instance, if it exists."""
    if find(account, region, instance_id):
        ec2_backends[account][region].terminate_instances([instance_id])


def set_status(instance: Instance, /, **statuses: str) -> None:
    """
    Set status checks of *instance*; they apply while it runs.

    Args:
        statuses: By kind: ``instance``, ``system``, ``attachedEbs``, ``application``.
    """
    instance.local_status = {**getattr(instance, "local_status", {}), **statuses}  # type: ignore[attr-defined] # see ec2_shims


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
