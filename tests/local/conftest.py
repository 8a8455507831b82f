"""The local AWS itself, as boto3's clients see it."""

from functools import partial

import pytest

from local.cloudformation import moto_patches
from local.lambda_runtime import functions
from tests.aws_clients import client, ec2, hurried_machines, mgn, moved_machines, unhurried_stacks  # noqa: F401 - fixtures
from tests.integration.stacks import Stacks
from tests.local import roles
from tests.local.fake_provider import SERVICE_TOKEN, FakeProvider


@pytest.fixture
def stacks(client):  # noqa: F811 - the fixture
    """The stacks of the local CloudFormation."""
    moto_patches.install()
    return Stacks(client("cloudformation"))


@pytest.fixture
def provider():
    """A provider of custom resources that the local CloudFormation finds by SERVICE_TOKEN."""
    provider = FakeProvider()
    functions.register(SERVICE_TOKEN, provider)
    yield provider
    functions.forget(SERVICE_TOKEN)


@pytest.fixture
def assume(aws, client):  # noqa: F811 - the fixture
    """Creates and assumes a role with a policy in an account; returns a function that creates clients with the role."""
    return partial(roles.assume, aws, client)
