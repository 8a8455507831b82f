"""Errors in the form of moto's interpreter, so that Retry and Catch match their names."""

from typing import Any

from moto.stepfunctions.parser.api import HistoryEventType
from moto.stepfunctions.parser.asl.component.common.error_name.failure_event import FailureEvent, FailureEventException
from moto.stepfunctions.parser.asl.component.common.error_name.states_error_name import StatesErrorName
from moto.stepfunctions.parser.asl.component.common.error_name.states_error_name_type import StatesErrorNameType
from moto.stepfunctions.parser.asl.eval.environment import Environment


def query_failed(env: Environment, cause: str) -> FailureEventException:
    """Return the error for an expression without a value."""
    kind = StatesErrorNameType.StatesQueryEvaluationError
    return _failure(env, kind, HistoryEventType.EvaluationFailed, "evaluationFailedEventDetails", cause)


def too_many_failed(env: Environment) -> FailureEventException:
    """Return the error for a map with more failures than it tolerates."""
    kind = StatesErrorNameType.StatesExceedToleratedFailureThreshold
    cause = "The specified tolerated failure threshold was exceeded"
    return _failure(env, kind, HistoryEventType.MapRunFailed, "mapRunFailedEventDetails", cause)


def not_read(env: Environment, cause: str) -> FailureEventException:
    """Return the error for a map whose items cannot be read."""
    kind = StatesErrorNameType.StatesItemReaderFailed
    return _failure(env, kind, HistoryEventType.MapRunFailed, "mapRunFailedEventDetails", cause)


def _failure(
    env: Environment, kind: StatesErrorNameType, event_type: HistoryEventType, details_name: str, cause: str
) -> FailureEventException:
    name = StatesErrorName(typ=kind)
    details: Any = {details_name: {"error": name.error_name, "cause": cause}}
    return FailureEventException(
        failure_event=FailureEvent(env=env, error_name=name, event_type=event_type, event_details=details)
    )
