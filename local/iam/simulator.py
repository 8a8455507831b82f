"""
The evaluation of a role's identity-based policies, as IAM's simulator does it.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic.html
"""

import ast
import json
from collections.abc import Iterator, Mapping
from fnmatch import fnmatchcase
from typing import Any

from moto.iam.models import IAMBackend, Role

from local.mgn.authorization import OPERATORS, texts

Statement = Mapping[str, Any]


class Simulator:
    """
    The decisions about a role.

    Args:
        statements: Every statement of its policies.

        context: ``{condition key: value}``.
    """

    def __init__(self, statements: list[Statement], context: Mapping[str, str]) -> None:
        self._statements = statements
        # IAM ignores the case of condition keys.
        self._context = {key.casefold(): value for key, value in context.items()}

    def result(self, action: str, resource: str) -> dict[str, Any]:
        """Return a member of ``EvaluationResults``."""
        concerned = [each for each in self._statements if _concerns(each, action, resource)]
        effects = {each["Effect"] for each in concerned if self._is_met(each)}
        decision = "explicitDeny" if "Deny" in effects else "allowed" if "Allow" in effects else "implicitDeny"
        keys = {key for each in concerned for tests in each.get("Condition", {}).values() for key in tests}
        return {
            "EvalActionName": action,
            "EvalResourceName": resource,
            "EvalDecision": decision,
            "MatchedStatements": [],
            "MissingContextValues": sorted(key for key in keys if key.casefold() not in self._context),
        }

    def _is_met(self, statement: Statement) -> bool:
        return all(
            OPERATORS[operator](self._context.get(key.casefold()), texts(wanted))
            for operator, tests in statement.get("Condition", {}).items()
            for key, wanted in tests.items()
        )


def statements_of(role: Role, backend: IAMBackend) -> list[Statement]:
    """Return every statement of the inline and attached policies of *role*."""
    attached = [backend.get_policy_version(each.arn, each.default_version_id).document for each in _attached(role)]
    return [statement for policy in (*role.policies.values(), *attached) for statement in _statements(policy)]


def _attached(role: Role) -> list[Any]:
    return list(role.managed_policies.values())


def _statements(policy: Any) -> Iterator[Statement]:
    found = _document(policy)["Statement"]
    # CloudFormation removes a statement that is AWS::NoValue; moto leaves None.
    yield from filter(None, found if isinstance(found, list) else [found])


def _document(policy: Any) -> Mapping[str, Any]:
    """Return *policy* as an object; moto stores one from CloudFormation as its Python representation."""
    if isinstance(policy, Mapping):
        return policy
    try:
        document: Mapping[str, Any] = json.loads(policy)
    except ValueError:
        document = ast.literal_eval(policy)
    return document


def _concerns(statement: Statement, action: str, resource: str) -> bool:
    return _matches(statement.get("Action", []), action.lower(), is_action=True) and _matches(
        statement["Resource"], resource
    )


def _matches(patterns: str | list[str], text: str, *, is_action: bool = False) -> bool:
    listed = patterns if isinstance(patterns, list) else [patterns]
    return any(fnmatchcase(text, each.lower() if is_action else each) for each in listed)
