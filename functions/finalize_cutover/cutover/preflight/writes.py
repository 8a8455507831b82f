"""
The permissions to write, as far as they can be known without writing.

IAM simulates the policies of the function's own role, a permissions boundary, and service control policies without
conditions.  It does not simulate the policies of a bucket or a key.
https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_testing-policies.html
"""

from collections.abc import Callable, Collection, Mapping

from finalize_cutover.cutover.errors import CutoverError
from finalize_cutover.cutover.readiness.policy import ApprovalTag, keys_like
from finalize_cutover.cutover.source_server import SourceServer

from .answer import Answer, fails, passes, warns
from .bucket_policy import unknown_denials
from .ports import Caller, Decision, PreflightPorts

NO_ID = "00000000000000000"
NO_SERVER = f"s-{NO_ID}"
NO_INSTANCE = f"i-{NO_ID}"
# The values of tags are never sent, because CloudTrail records them; these stand for any other value.
ANY_VALUE, ANOTHER_VALUE = "preflight", "preflight-another-value"
CANNOT_KNOW = "Look at the policies of the function's role yourself, or finalize one source server to find out."
ALLOW_READS = (
    "Allow the operation that the reason names, as template.yaml does; in a VPC, the endpoint of its service must be "
    "reachable."
)
DENIED = "Allow {actions} in the policies of the function's role, as template.yaml does."
DENIED_EXPLICITLY = (
    "A statement denies it: the hold tag does so on purpose, and a missing approval tag if EnforceApprovalTag is true."
)
DENIED_BY_ORGANIZATION = "Ask the administrators of your organization for {actions} in the service control policies."
DENIED_BY_BOUNDARY = "Allow {actions} in the permissions boundary PermissionsBoundaryArn."
RECORD_ACTIONS = ("s3:PutObject", "s3:PutObjectRetention")

Identity = Callable[[], Caller]


def as_far_as_known(check: Callable[[], Answer]) -> Answer:
    """Return the answer of *check*; what prevents the simulation prevents no write."""
    try:
        return check()
    except CutoverError as error:
        return warns(f"Whether it is allowed is not known: {error}", ALLOW_READS)


def source_server_write(
    identity: Identity,
    port: PreflightPorts,
    action: str,
    *,
    region: str,
    server: SourceServer | None,
    context: Mapping[str, str],
) -> Answer:
    """
    Simulate an action on a source server.

    Args:
        server: The source server; None for one that does not exist.

        context: Its tags for IAM, from ``tag_context``.
    """
    caller = identity()
    server_id = server.id if server else NO_SERVER
    arn = f"arn:{caller.partition}:mgn:{region}:{caller.account_id}:source-server/{server_id}"
    subject = f"on source server {server_id}" if server else "on approved source servers"
    return _simulated(caller, port, [action], (server and server.arn) or arn, context, subject)


def tag_context(approval: ApprovalTag, hold_tag_key: str, server: SourceServer | None) -> dict[str, str]:
    """
    Return the tags of *server* that policies can name, without their values; for None, those of an approved one.

    The value of the approval tag is the required one, or another one that stands for all others.
    """
    key = f"aws:ResourceTag/{approval.key}"
    if server is None:
        return {key: approval.value or NO_INSTANCE}
    context = {}
    if not approval.deviation(server):
        context[key] = approval.value or server.instance_id or NO_INSTANCE
    elif keys_like(approval.key, server.tags):
        context[key] = ANOTHER_VALUE
    if keys_like(hold_tag_key, server.tags):
        context[f"aws:ResourceTag/{hold_tag_key}"] = ANY_VALUE
    return context


def archive_groups(identity: Identity, port: PreflightPorts, *, region: str) -> Answer:
    """Simulate archiving an application, and then a wave."""
    caller = identity()
    arn = f"arn:{caller.partition}:mgn:{region}:{caller.account_id}"
    application, wave = f"{arn}:application/app-{NO_ID}", f"{arn}:wave/wave-{NO_ID}"
    answer = _simulated(caller, port, ["mgn:ArchiveApplication"], application, {}, "on applications")
    return answer if answer.hint else _simulated(caller, port, ["mgn:ArchiveWave"], wave, {}, "on waves")


def protect(identity: Identity, port: PreflightPorts, *, region: str) -> Answer:
    """Simulate turning on termination protection of an instance that MGN launched."""
    caller = identity()
    context = {
        "aws:ResourceTag/AWSApplicationMigrationServiceManaged": "mgn.amazonaws.com",
        "ec2:Attribute/DisableApiTermination": "true",
    }
    arn = f"arn:{caller.partition}:ec2:{region}:{caller.account_id}:instance/{NO_INSTANCE}"
    return _simulated(caller, port, ["ec2:ModifyInstanceAttribute"], arn, context, "on instances that MGN launched")


def store_records(identity: Identity, port: PreflightPorts, bucket: str) -> Answer:
    """Simulate storing a record in the evidence bucket, and look for denials in the policy of the bucket."""
    caller = identity()
    arn = f"arn:{caller.partition}:s3:::{bucket}/{caller.account_id}/preflight"
    answer = _simulated(caller, port, RECORD_ACTIONS, arn, {}, f"in bucket {bucket}")
    if answer.hint:
        return answer
    policy = port.bucket_policy(bucket)
    if policy is not None and (denials := unknown_denials(policy)):
        return warns(
            f"{answer.reason} The policy of the bucket denies something under conditions that cannot be evaluated here "
            f"({', '.join(denials)}).",
            "Check that the policy of the bucket does not deny the function's role to store records.",
        )
    return answer


def _simulated(
    caller: Caller,
    port: PreflightPorts,
    actions: Collection[str],
    resource: str,
    context: Mapping[str, str],
    subject: str,
) -> Answer:
    named = " and ".join(actions)
    if caller.role_arn is None:
        return warns(f"Whether {named} is allowed is not known: the function does not run with a role.", CANNOT_KNOW)
    found = port.decisions(caller.role_arn, actions, resource, context)
    for action in actions:
        if answer := _unless_allowed(action, found.get(action), subject, context):
            return answer
    return passes(f"The policies of the function's role allow {named} {subject}.")


def _unless_allowed(action: str, decision: Decision | None, subject: str, context: Mapping[str, str]) -> Answer | None:
    if decision is None:
        return warns(f"IAM's simulation does not answer about {action}.", CANNOT_KNOW)
    if denial := next((denial for is_so, *denial in _denials(decision) if is_so), None):
        by, hint = denial
        return fails(f"{action} {subject} is {by}.", hint.format(actions=action))
    # The tags of the source server are known, also where it does not carry them.
    if unknown := {key for key in decision.missing_keys if not _is_known(key, context)}:
        keys = ", ".join(sorted(unknown))
        return warns(f"Whether {action} is allowed {subject} is not known: it depends on {keys}.", CANNOT_KNOW)
    return None


def _denials(decision: Decision) -> tuple[tuple[bool, str, str], ...]:
    """Return whether something denies the action, what, and what you can do."""
    return (
        (decision.is_denied_by_organization, "denied by a service control policy", DENIED_BY_ORGANIZATION),
        (decision.is_denied_by_boundary, "denied by the permissions boundary", DENIED_BY_BOUNDARY),
        (decision.decision == "explicitDeny", "denied by a statement of the role's policies", DENIED_EXPLICITLY),
        (decision.decision != "allowed", "not allowed by the policies of the function's role", DENIED),
    )


def _is_known(key: str, context: Mapping[str, str]) -> bool:
    return key.casefold().startswith("aws:resourcetag/") or key.casefold() in map(str.casefold, context)
