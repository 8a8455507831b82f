"""IAM's policy simulator."""

from collections.abc import Callable, Collection, Mapping
from functools import partial
from typing import Any

from finalize_cutover.aws.errors import translated
from finalize_cutover.aws.json_fields import clean, identifier
from finalize_cutover.aws.time_limit import TimeLimit
from finalize_cutover.cutover.preflight.ports import Decision


def decisions(
    client: Callable[[], Any],
    limit: TimeLimit,
    role_arn: str,
    actions: Collection[str],
    resource: str,
    context: Mapping[str, str],
) -> dict[str, Decision]:
    """
    Return what IAM decides about *actions* of a role on *resource*, by action.

    https://docs.aws.amazon.com/IAM/latest/APIReference/API_SimulatePrincipalPolicy.html
    """
    entries = [
        {"ContextKeyName": key, "ContextKeyType": "string", "ContextKeyValues": [value]}
        for key, value in context.items()
    ]
    with translated("iam:SimulatePrincipalPolicy"):
        ask = partial(
            client().simulate_principal_policy,
            PolicySourceArn=role_arn,
            ActionNames=list(actions),
            ResourceArns=[resource],
            ContextEntries=entries,
        )
        results = limit.run(ask)["EvaluationResults"]
        return {identifier(result, "EvalActionName"): _decision(result) for result in results}


def _decision(result: Mapping[str, Any]) -> Decision:
    organization, boundary = (
        result.get("OrganizationsDecisionDetail") or {},
        result.get("PermissionsBoundaryDecisionDetail") or {},
    )
    return Decision(
        decision=identifier(result, "EvalDecision"),
        is_denied_by_organization=organization.get("AllowedByOrganizations") is False,
        is_denied_by_boundary=boundary.get("AllowedByPermissionsBoundary") is False,
        missing_keys=frozenset(clean(str(key)) for key in result.get("MissingContextValues") or []),
    )
