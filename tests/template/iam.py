"""
Evaluates IAM policies for one action on one resource, with a given context.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic.html
"""

import json
import re
from collections.abc import Iterable, Mapping
from fnmatch import fnmatchcase
from typing import Any

Statement = Mapping[str, Any]

# Operators on a missing key: a negated operator is met.
# https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html
OPERATORS = {
    "StringEquals": lambda value, wanted: value in wanted,
    "StringNotEquals": lambda value, wanted: value not in wanted,
    "StringNotLike": lambda value, wanted: not any(fnmatchcase(value or "", each) for each in wanted),
    "ArnNotLike": lambda value, wanted: not any(fnmatchcase(value or "", each) for each in wanted),
    "Bool": lambda value, wanted: value in wanted,
    "Null": lambda value, wanted: str(value is None).lower() in wanted,
}


def statements_of(role: str, resources: Mapping[str, Any]) -> list[Statement]:
    """
    Return every statement of *role*, including those of attached policies.

    Args:
        role: Logical ID of the role.

        resources: The deployed resources.
    """
    inline = resources[role]["Properties"]["Policies"]
    attached = [one["Properties"] for one in resources.values() if one["Type"] == "AWS::IAM::Policy"]
    own = [policy for policy in attached if f"<{role}>" in policy["Roles"]]
    return [statement for policy in [*inline, *own] for statement in _document(policy)["Statement"]]


def is_allowed(
    statements: Iterable[Statement], action: str, resource: str, context: Mapping[str, str] | None = None
) -> bool:
    """
    Return whether one of *statements* allows the action on *resource*, and none denies it.

    Args:
        context: {condition key: value}
    """
    effects = {
        statement["Effect"]
        for statement in statements
        if _any_matches(statement["Action"], action, re.IGNORECASE)
        and _any_matches(statement["Resource"], resource)
        and _is_met(statement.get("Condition", {}), context or {})
    }
    return effects == {"Allow"}


def is_trusted(trust: Iterable[Statement], principal: str, context: Mapping[str, str] | None = None) -> bool:
    """
    Return whether *principal* can assume a role with the trust policy *trust*.

    Args:
        trust: The statements of the trust policy.

        principal: ARN of a role; a statement that trusts the role's whole account is ignored.

        context: {condition key: value}
    """
    about = [{**one, "Resource": "*"} for one in trust if principal in listed(one["Principal"].get("AWS", []))]
    return is_allowed(about, "sts:AssumeRole", "*", context)


def actions_of(statements: Iterable[Statement]) -> dict[str, Any]:
    """Return ``{action: resource}`` of what *statements* allow; only one statement may allow an action."""
    actions: dict[str, Any] = {}
    for statement in statements:
        if statement["Effect"] == "Deny":
            continue
        names = listed(statement["Action"])
        assert actions.keys().isdisjoint(names)
        actions |= dict.fromkeys(names, statement["Resource"])
    return actions


def listed(value: Any) -> list[Any]:
    """Return *value* as a list; in a policy, a single value needs no list."""
    return value if isinstance(value, list) else [value]


def _document(policy: Mapping[str, Any]) -> Any:
    document = policy["PolicyDocument"]
    return json.loads(document) if isinstance(document, str) else document


def _any_matches(patterns: Any, text: str, flags: re.RegexFlag = re.NOFLAG) -> bool:
    expressions = [re.escape(one).replace(r"\*", ".*").replace(r"\?", ".") for one in listed(patterns)]
    return any(re.fullmatch(one, text, flags) for one in expressions)


def _is_met(condition: Mapping[str, Mapping[str, Any]], values: Mapping[str, str]) -> bool:
    return all(
        OPERATORS[operator](values.get(key), listed(wanted))
        for operator, tests in condition.items()
        for key, wanted in tests.items()
    )
