"""
All patches of moto's Step Functions interpreter; moto has no settings for them.

A test fails if moto no longer has one of the patched names.
"""

import logging

from moto.stepfunctions.parser.asl.component.common.retry import retrier_decl
from moto.stepfunctions.parser.asl.component.common.string.string_expression import StringJSONata
from moto.stepfunctions.parser.asl.component.state.exec.state_map.item_reader.item_reader_decl import ItemReader
from moto.stepfunctions.parser.asl.component.state.exec.state_map.iteration.distributed_iteration_component import (
    DistributedIterationComponent,
)
from moto.stepfunctions.parser.asl.component.state.exec.state_task.service import state_task_service_aws_sdk
from moto.stepfunctions.parser.asl.component.state.exec.state_task.service.state_task_service_aws_sdk import (
    StateTaskServiceAwsSdk,
)
from moto.stepfunctions.parser.asl.component.state.exec.state_task.service.state_task_service_callback import (
    StateTaskServiceCallback,
)
from moto.stepfunctions.parser.asl.component.state.exec.state_task.service.state_task_service_sfn import (
    StateTaskServiceSfn,
)
from moto.stepfunctions.parser.asl.component.state.wait.wait_function.wait_function import WaitFunction
from moto.stepfunctions.parser.asl.eval.environment import Environment
from moto.stepfunctions.parser.asl.parse.asl_parser import AmazonStateLanguageParser
from moto.stepfunctions.parser.asl.utils import boto_client
from moto.stepfunctions.parser.backend.execution import BaseExecutionWorkerCommunication
from moto.stepfunctions.parser.models import stepfunctions_parser_backends
from moto.stepfunctions.responses import StepFunctionResponse

from local.step_functions import callbacks as step_functions_callbacks
from local.step_functions import ends as step_functions_ends
from local.step_functions import grammar as step_functions_grammar
from local.step_functions import jsonata as step_functions_jsonata
from local.step_functions import map as step_functions_map
from local.step_functions import pace as step_functions_pace
from local.step_functions import reader as step_functions_reader
from local.step_functions import redrive as step_functions_redrive
from local.step_functions import sdk as step_functions_sdk
from local.step_functions import stops as step_functions_stops
from local.step_functions import tokens as step_functions_tokens

backends = stepfunctions_parser_backends

# Triples of object, attribute name and replacement.
PATCHES: tuple[tuple[object, str, object], ...] = (
    (boto_client, "moto_server_port", step_functions_callbacks.port),
    (boto_client, "Config", step_functions_callbacks.WITHOUT_PROXY),
    (StringJSONata, "_eval_body", step_functions_jsonata.evaluate),
    (AmazonStateLanguageParser, "parse", staticmethod(step_functions_grammar.parse)),
    (DistributedIterationComponent, "_map_run", step_functions_map.run),
    (ItemReader, "_eval_body", step_functions_reader.read),
    # The part of an error's name before the dot.
    (state_task_service_aws_sdk, "_SERVICE_ERROR_NAMES", {"dynamodb": "DynamoDb", "s3": "S3", "sfn": "Sfn"}),
    (StateTaskServiceAwsSdk, "_eval_service_task", step_functions_sdk.call),
    (StateTaskServiceSfn, "_eval_service_task", step_functions_sdk.start),
    (WaitFunction, "_wait_interval", step_functions_pace.wait),
    (StateTaskServiceCallback, "_eval_wait_for_task_token", step_functions_tokens.wait),
    (Environment, "set_error", step_functions_stops.set_error),
    (BaseExecutionWorkerCommunication, "_reflect_execution_status", step_functions_ends.reflect),
    (retrier_decl, "time", step_functions_pace),
    (StepFunctionResponse, "redrive_execution", step_functions_redrive.redrive),
    (StepFunctionResponse, "send_task_failure", step_functions_tokens.fail),
)


def install() -> None:
    """Patch the interpreter.  Calling it again has no effect."""
    for where, name, replacement in PATCHES:
        setattr(where, name, replacement)
    # It logs each failure that a definition catches, with full data, and warns about gaps that the patches fix.
    logging.getLogger("moto.stepfunctions").setLevel(logging.CRITICAL)
