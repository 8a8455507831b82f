"""The local AWS itself, as boto3's clients see it."""

from tests.aws_clients import client, ec2, hurried_machines, mgn, unhurried_stacks  # noqa: F401 - fixtures
