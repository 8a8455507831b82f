"""
What a Distributed Map reads from S3; moto's own error for what is not there has no name that could be caught.

https://docs.aws.amazon.com/step-functions/latest/dg/input-output-itemreader.html
"""

from botocore.exceptions import ClientError
from moto.stepfunctions.parser.asl.component.state.exec.state_map.item_reader.item_reader_decl import ItemReader
from moto.stepfunctions.parser.asl.eval.environment import Environment

from local.step_functions.errors import not_read

_read = ItemReader._eval_body  # noqa: SLF001 - what we replace


def read(self: ItemReader, env: Environment) -> None:
    """
    Put the items on the stack of *env*.

    Raises:
        FailureEventException: S3 refused.
    """
    try:
        _read(self, env)
    except ClientError as error:
        raise not_read(env, str(error)) from error
