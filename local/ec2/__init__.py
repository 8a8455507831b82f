"""Operations that moto's EC2 lacks, or gives without the refusals, owners and pages of the real one."""

from moto.ec2.responses import EC2Response

from local.ec2 import application_status, attributes, storage


def install() -> None:
    """Add the operations to moto's EC2.  Calling it again has no effect."""
    EC2Response.describe_application_status = application_status.describe_application_status  # type: ignore[attr-defined] # moto lacks it
    EC2Response.modify_instance_attribute = attributes.modify_instance_attribute  # type: ignore[assignment,method-assign] # moto has no setting
    EC2Response.describe_volumes = storage.describe_volumes  # type: ignore[assignment,method-assign] # moto has no pages
    EC2Response.describe_snapshots = storage.describe_snapshots  # type: ignore[assignment,method-assign] # moto has no owners
