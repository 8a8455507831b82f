"""
Evaluates JSONata for moto's Step Functions, which only parses the expressions.

https://docs.aws.amazon.com/step-functions/latest/dg/transforming-data.html
"""

import json
from typing import Any

from jsonata import Jsonata, Utils
from jsonata.jexception import JException
from moto.stepfunctions.parser.asl.component.common.string.string_expression import StringJSONata
from moto.stepfunctions.parser.asl.eval.environment import Environment
from moto.stepfunctions.parser.asl.jsonata.jsonata import (
    IllegalJSONataVariableReference,
    extract_jsonata_variable_references,
)

from local.step_functions.errors import query_failed
from local.step_functions.pace import now


class JSONataError(Exception):
    """Step Functions would not evaluate the expression, or the expression has no value."""


def evaluate(self: StringJSONata, env: Environment) -> None:
    """Push the value of the expression onto the stack of *env*, as moto's own evaluations do."""
    env.stack.append(filled_in(env, f"{{%{self.expression}%}}"))


def filled_in(env: Environment, template: Any) -> Any:
    """
    Return *template* with each JSONata expression replaced by its value.

    Raises:
        FailureEventException: An expression has no value.
    """
    if isinstance(template, dict):
        return {name: filled_in(env, value) for name, value in template.items()}
    if not isinstance(template, str) or not template.startswith("{%"):
        return template
    try:
        return value_of(template.removeprefix("{%").removesuffix("%}"), _scope(env))
    except JSONataError as error:
        raise query_failed(env, str(error)) from error


def _scope(env: Environment) -> dict[str, Any]:
    store = env.variable_store
    return {**store._outer_scope, **store._inner_scope, "states": env.states._states_data}  # noqa: SLF001 - moto has no public access


def value_of(expression: str, variables: dict[str, Any]) -> Any:
    """
    Return the value of *expression* as JSON data.

    Args:
        variables: {name without the dollar sign: value}.

    Raises:
        JSONataError: It is invalid, fails, has no value, or has a value that JSON cannot represent.
    """
    try:
        _restrict(expression)
        # Null is a value, undefined is not.  Outside of an object, both would be Python's None.
        found = _compiled(f'{{"value": ({expression}\n)}}', variables).evaluate(None)
    except (JException, TypeError, ValueError) as error:
        raise JSONataError(f"The JSONata expression '{expression}' failed: {error}") from error
    if "value" not in found:
        raise JSONataError(f"The JSONata expression '{expression}' returned nothing (undefined).")
    try:
        return json.loads(json.dumps(found["value"]), parse_float=_number)
    except TypeError as error:
        raise JSONataError(f"The JSONata expression '{expression}' returned an unsupported result type.") from error


def _compiled(expression: str, variables: dict[str, Any]) -> Jsonata:
    compiled = Jsonata(expression)
    for name, value in variables.items():
        compiled.assign(name, Utils.NULL_VALUE if value is None else value)
    compiled.register_lambda("parse", json.loads)  # added by Step Functions
    # The time of the state machine, which can be moved.
    compiled.register_lambda("millis", lambda: int(now().timestamp() * 1000))
    compiled.register_lambda("now", lambda: now().isoformat(timespec="milliseconds").replace("+00:00", "Z"))
    return compiled


def _restrict(expression: str) -> None:
    """Refuse what Step Functions does not support: ``$eval``, and ``$`` and ``$$`` outside of certain places."""
    try:
        references = extract_jsonata_variable_references(expression)
    except IllegalJSONataVariableReference as error:
        raise ValueError("$ and $$ are not supported") from error
    if "$eval" in references:
        raise ValueError("$eval is not supported")


def _number(text: str) -> float:
    """Return a whole number as an int; JSONata has only one type of number."""
    number = float(text)
    return int(number) if number.is_integer() else number
