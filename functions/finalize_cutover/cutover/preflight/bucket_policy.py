"""What the policy of the evidence bucket denies, as far as storing records is concerned."""

import json
from collections.abc import Mapping
from fnmatch import fnmatchcase
from typing import Any

ACTIONS = ("s3:putobject", "s3:putobjectretention")
# Denials that never concern the function: it uses TLS, and stores a record only if its key is new.
HARMLESS = (
    {"Bool": {"aws:SecureTransport": "false"}},
    {"Null": {"s3:if-none-match": "true"}},
)


def unknown_denials(policy: str) -> list[str]:
    """
    Return names of the statements of *policy* that may deny storing a record.

    A statement counts even if it names other principals, because conditions and principals are not evaluated.
    """
    try:
        statements = json.loads(policy)["Statement"]
    except (KeyError, TypeError, ValueError):
        return ["a policy that cannot be read"]
    listed = statements if isinstance(statements, list) else [statements]
    return [str(each.get("Sid") or "a statement without Sid") for each in listed if _may_deny(each)]


def _may_deny(statement: Mapping[str, Any]) -> bool:
    if statement.get("Effect") != "Deny" or _as_text(statement.get("Condition")) in HARMLESS:
        return False
    if "Action" not in statement:
        return True  # NotAction
    patterns = statement["Action"] if isinstance(statement["Action"], list) else [statement["Action"]]
    return any(fnmatchcase(action, str(pattern).lower()) for action in ACTIONS for pattern in patterns)


def _as_text(condition: Any) -> Any:
    """Return *condition* with booleans as the texts that IAM makes of them."""
    return json.loads(json.dumps(condition).replace(": true", ': "true"').replace(": false", ': "false"'))
