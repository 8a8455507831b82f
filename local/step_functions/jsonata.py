"""
JSONata for moto's Step Functions, which parses expressions and has nothing to evaluate them with.

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


class JSONataError(Exception):
    """An expression that Step Functions would not evaluate, or that has no value."""


def evaluate(self: StringJSONata, env: Environment) -> None:
    """Put the value of the expression on the stack of *env*, as an evaluation of moto's does."""
    env.stack.append(filled_in(env, f"{{%{self.expression}%}}"))


def filled_in(env: Environment, template: Any) -> Any:
    """
    Return *template* with a value for each JSONata expression in it.

    Raises:
        FailureEventException: One of them has none.
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
    return {**store._outer_scope, **store._inner_scope, "states": env.states._states_data}  # noqa: SLF001 - moto has no other way in


def value_of(expression: str, variables: dict[str, Any]) -> Any:
    """
    Return the value of *expression*, as JSON has it.

    Args:
        variables: {name: value}, without the dollar.

    Raises:
        JSONataError: It is no JSONata, fails, or has no value or one that JSON does not have.
    """
    try:
        _restrict(expression)
        # Null is a value, and undefined is none: outside of an object both would be Python's None.
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
    compiled.register_lambda("parse", json.loads)  # Step Functions' own
    return compiled


def _restrict(expression: str) -> None:
    """Refuse what Step Functions does not know: ``$eval``; and ``$`` and ``$$``, which it knows in places only."""
    try:
        references = extract_jsonata_variable_references(expression)
    except IllegalJSONataVariableReference as error:
        raise ValueError("$ and $$ are not supported") from error
    if "$eval" in references:
        raise ValueError("$eval is not supported")


def _number(text: str) -> float:
    """Return a whole number as such: JSONata has one kind of numbers."""
    number = float(text)
    return int(number) if number.is_integer() else number
