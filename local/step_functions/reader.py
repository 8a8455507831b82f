"""
Reads the items of a Distributed Map from S3; moto's own error for a missing object has no name that Catch could match.

https://docs.aws.amazon.com/step-functions/latest/dg/input-output-itemreader.html
"""

from botocore.exceptions import ClientError
from moto.stepfunctions.parser.asl.component.state.exec.state_map.item_reader.item_reader_decl import ItemReader
from moto.stepfunctions.parser.asl.eval.environment import Environment

from local.step_functions.errors import not_read

_read = ItemReader._eval_body  # noqa: SLF001 - replaced below


def read(self: ItemReader, env: Environment) -> None:
    """
    Push the items onto the stack of *env*.

    Raises:
        FailureEventException: S3 returned an error.
    """
    try:
        _read(self, env)
    except ClientError as error:
        raise not_read(env, str(error)) from error
