"""What the optional rules find for source servers whose application is accepted."""

from collections.abc import Collection

from bench.seeding import client, mgn
from local.client import LocalAws

ALARM, CALENDAR = "bench-alarm", "bench-calendar"
VALIDATOR = "arn:aws:lambda:eu-west-1:111122223333:function:bench-validator"
# By rule: the fields of a direct request that switch it on.
RULES: dict[str, dict[str, object]] = {
    "application-status": {"require": ["application-status"]},
    "alarms": {"alarms": [ALARM]},
    "termination-protection": {"require": ["termination-protection"]},
    "backup": {"require": ["backup"]},
    "change-calendar": {"changeCalendars": [CALENDAR]},
    "validator": {"require": ["validator"]},
}
EVERY_RULE: dict[str, object] = {
    "require": ["application-status", "termination-protection", "backup", "validator"],
    "alarms": [ALARM],
    "changeCalendars": [CALENDAR],
}


def accept(local_aws: LocalAws, server_ids: Collection[str]) -> None:
    """Let every optional rule pass for *server_ids*."""
    ec2 = client(local_aws, "ec2")
    local_aws.set_alarm(ALARM)
    local_aws.set_calendar(CALENDAR)
    local_aws.set_validator(VALIDATOR, answerEach={"verdict": "PASS"})
    pages = mgn(local_aws).get_paginator("describe_source_servers").paginate(filters={})
    for server in (item for page in pages for item in page["items"] if item["sourceServerID"] in server_ids):
        instance_id = server["launchedInstance"]["ec2InstanceID"]
        local_aws.change_instance(instance_id, applicationStatus="ok")
        local_aws.add_snapshot(instance_id)
        ec2.modify_instance_attribute(InstanceId=instance_id, DisableApiTermination={"Value": True})
