"""A source server whose application is accepted: every optional rule passes."""

from typing import Any

from local.client import LocalAws

ALARM, CALENDAR = "web", "freeze"
VALIDATOR = "arn:aws:lambda:eu-west-1:111122223333:function:accept"

# The optional rules without the validator, as fields of a direct request and as properties.
RULES = {
    "require": ["application-status", "termination-protection", "backup"],
    "alarms": [ALARM],
    "changeCalendars": [CALENDAR],
}
PROPERTIES = {f"{name[0].upper()}{name[1:]}": value for name, value in RULES.items()}
# What they read in the account of the source server; calendars are read in the function's own.
ACCEPTING = {
    "cloudwatch:DescribeAlarms",
    "ec2:DescribeApplicationStatus",
    "ec2:DescribeInstanceAttribute",
    "ec2:DescribeSnapshots",
    "ec2:DescribeVolumes",
}


def accept(aws: LocalAws, ec2: Any, instance_id: str, *, is_protected: bool = True) -> None:
    """
    Let every optional rule pass for the launched instance; before IAM is enforced, unless *ec2* may do everything.

    Args:
        aws: Client for the account of the source server.

        ec2: boto3 client in that account.
    """
    aws.change_instance(instance_id, applicationStatus="ok")
    aws.add_snapshot(instance_id)
    # The only kind of alarm that needs a permission for everything.
    aws.set_alarm(ALARM, kind="composite")
    aws.set_calendar(CALENDAR)
    ec2.modify_instance_attribute(InstanceId=instance_id, DisableApiTermination={"Value": is_protected})
