"""Sets the status that DescribeStacks returns for a stack."""

from moto.cloudformation.models import cloudformation_backends

from local.cloudformation.stack import LocalStack


def show(stack_id: str, status: str, *, parent_id: str | None = None) -> None:
    """
    Make DescribeStacks return *status* for a stack, until an operation of moto changes it.

    With *parent_id*, the stack is nested in that stack, which is its root.

    A stack that moto does not know is added without a template, so that a function that is tested without moto's
    CloudFormation can describe its stack.
    """
    _, _, _, region, account, resource = stack_id.split(":")
    backend = cloudformation_backends[account][region]
    stack = backend.stacks.get(stack_id)
    if stack is None:
        name = resource.split("/")[1]
        stack = LocalStack(stack_id, name, {}, {}, account, region)
        backend.stacks[stack_id] = stack
    stack.status = status
    if parent_id:
        # moto's class lacks the members, but its response contains them.
        vars(stack).update(parent_id=parent_id, root_id=parent_id)
