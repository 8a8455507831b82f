"""
IAM authorization of a request, if IAM is enforced.

moto evaluates actions and resources, but treats every statement with a condition as a denial.  Here a statement applies
if its conditions are met.  Supported are the operators in ``OPERATORS``, each on ``aws:ResourceTag/…`` and
``ec2:Attribute/…``.  A statement with another condition applies if its effect is Deny, and is ignored if it is Allow.
"""

import json
from collections.abc import Callable, Iterator, Mapping
from fnmatch import fnmatchcase
from typing import Any

from moto.core.exceptions import JsonRESTError
from moto.iam.access_control import IAMPolicyStatement, IAMRequest, PermissionResult
from werkzeug.exceptions import HTTPException

from .documents import Document

RESOURCE_TAG = "aws:ResourceTag/"
KEYS = (RESOURCE_TAG, "ec2:Attribute/")

# A missing key has the value None, so that a negated operator is met.
OPERATORS: dict[str, Callable[[str | None, list[str]], bool]] = {
    "Bool": lambda value, wanted: value in wanted,
    "Null": lambda value, wanted: str(value is None).lower() in wanted,
    "StringEquals": lambda value, wanted: value in wanted,
    "StringNotEquals": lambda value, wanted: value not in wanted,
    "StringNotLike": lambda value, wanted: value is None or not any(fnmatchcase(value, each) for each in wanted),
}


class AccessDeniedError(JsonRESTError):
    """IAM denies the call: https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot_access-denied.html."""

    code = 403

    def __init__(self, message: str) -> None:
        super().__init__("AccessDeniedException", message)


class Authorization(IAMRequest):
    """
    The authorization of one request.

    Args:
        context: Values of condition keys; a key without a value is missing.
    """

    def __init__(self, *, context: Mapping[str, str], **request: Any) -> None:
        super().__init__(**request)
        # IAM ignores the case of condition keys, and so of tag keys.
        self._context = {key.casefold(): value for key, value in context.items()}

    def check_action_permitted(self, resource: str) -> None:
        """
        Check that a statement allows the action on *resource*, and no statement denies it.

        Raises:
            AccessDeniedError: No statement allows the action, or one denies it.
        """
        results = {
            IAMPolicyStatement(statement).is_action_permitted(self._action, resource)
            for statement in self._statements()
        }
        is_denied = PermissionResult.DENIED in results
        if is_denied or PermissionResult.PERMITTED not in results:
            raise self.denial(resource, is_explicit=is_denied)

    def denial(self, resource: str, *, is_explicit: bool) -> HTTPException:
        """Return the error response to a denied request."""
        return AccessDeniedError(sentence(self._access_key.arn, self._action, resource, is_explicit=is_explicit))

    def _statements(self) -> Iterator[Document]:
        """Yield the statements whose conditions are met, without the conditions."""
        for policy in self._access_key.collect_policies():
            found = _document(policy)["Statement"]
            for statement in found if isinstance(found, list) else [found]:
                if self._counts(statement):
                    yield {name: part for name, part in statement.items() if name != "Condition"}

    def _counts(self, statement: Document) -> bool:
        conditions: Mapping[str, Mapping[str, Any]] = statement.get("Condition", {})
        tests = [(operator, key, wanted) for operator, keys in conditions.items() for key, wanted in keys.items()]
        if not all(operator in OPERATORS and key.startswith(KEYS) for operator, key, _ in tests):
            return bool(statement["Effect"] == "Deny")
        return all(
            OPERATORS[operator](self._context.get(key.casefold()), texts(wanted)) for operator, key, wanted in tests
        )


def texts(wanted: str | bool | list[str]) -> list[str]:
    """Return the values of a condition as texts."""
    if isinstance(wanted, list):
        return wanted
    return [str(wanted).lower() if isinstance(wanted, bool) else wanted]


def sentence(caller: str, action: str, resource: str, *, is_explicit: bool) -> str:
    """Return the message of a denial."""
    because = (
        "with an explicit deny in an identity-based policy"
        if is_explicit
        else "because no identity-based policy allows the action"
    )
    return f"User: {caller} is not authorized to perform: {action} on resource: {resource} {because}"


def _document(policy: Any) -> Document:
    """Return the document of an inline policy, or of the default version of a managed one."""
    if isinstance(policy, Mapping):
        text = policy["policy_document"]
    elif isinstance(policy, str):
        text = policy
    else:
        text = next(version.document for version in policy.versions if version.is_default)
    document: Document = json.loads(text)
    return document
