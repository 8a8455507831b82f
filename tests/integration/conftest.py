"""The handler with real boto3, against the local AWS over HTTP."""

from tests.aws_clients import client, ec2, hurried_machines, mgn, unhurried_stacks  # noqa: F401 - fixtures
