"""
IAM authorization of requests to MGN, if IAM is enforced.

moto evaluates actions and resources, but treats every statement with a condition as a denial.  Here a statement applies
if its conditions are met.  Supported are ``StringEquals`` and ``StringNotEquals`` on ``aws:ResourceTag/…``; a statement
with any other condition applies if its effect is Deny, and is ignored if it is Allow.
"""

import json
from collections.abc import Iterator, Mapping
from typing import Any

from moto.core.exceptions import JsonRESTError
from moto.iam.access_control import IAMPolicyStatement, IAMRequest, PermissionResult

from .documents import Document

RESOURCE_TAG = "aws:ResourceTag/"

# Whether the tag must have the value; a missing tag has no value.
OPERATORS = {"StringEquals": True, "StringNotEquals": False}


class AccessDeniedError(JsonRESTError):
    """IAM denies the call: https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot_access-denied.html."""

    code = 403

    def __init__(self, caller: str, action: str, resource: str, *, is_explicit: bool) -> None:
        because = (
            "with an explicit deny in an identity-based policy"
            if is_explicit
            else "because no identity-based policy allows the action"
        )
        message = f"User: {caller} is not authorized to perform: {action} on resource: {resource} {because}"
        super().__init__("AccessDeniedException", message)


class MGNAuthorization(IAMRequest):
    """The authorization of one request to MGN for a resource with *resource_tags*."""

    def __init__(self, *, resource_tags: Mapping[str, str], **request: Any) -> None:
        super().__init__(**request)
        self._resource_tags = resource_tags

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
            raise AccessDeniedError(self._access_key.arn, self._action, resource, is_explicit=is_denied)

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
        if not all(operator in OPERATORS and key.startswith(RESOURCE_TAG) for operator, key, _ in tests):
            return bool(statement["Effect"] == "Deny")
        return all(self._tag_equals(key, wanted) == OPERATORS[operator] for operator, key, wanted in tests)

    def _tag_equals(self, key: str, wanted: str | list[str]) -> bool:
        value = self._resource_tags.get(key.removeprefix(RESOURCE_TAG))
        return value in ([wanted] if isinstance(wanted, str) else wanted)


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
