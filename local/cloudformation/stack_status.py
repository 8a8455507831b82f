"""What DescribeStacks says about a stack, whoever works on it."""

from moto.cloudformation.models import cloudformation_backends

from local.cloudformation.stack import LocalStack


def show(stack_id: str, status: str) -> None:
    """
    Let DescribeStacks say that a stack has *status*, until an operation of moto's on it reports another.

    A stack that moto does not know becomes known, without a template: so a function that is tested without moto's
    CloudFormation can still ask about its stack.
    """
    _, _, _, region, account, resource = stack_id.split(":")
    backend = cloudformation_backends[account][region]
    stack = backend.stacks.get(stack_id)
    if stack is None:
        name = resource.split("/")[1]
        stack = LocalStack(stack_id, name, {}, {}, account, region)
        backend.stacks[stack_id] = stack
    stack.status = status
