"""The replication resources of source servers in EC2, by what they are and which tag keys they carry."""

from collections import Counter
from collections.abc import Collection, Sequence
from datetime import timedelta

from finalize_cutover.aws.staging import AwsStagingResources
from finalize_cutover.aws.time_limit import TimeLimit
from finalize_cutover.cutover.ports import Clock
from finalize_cutover.cutover.staging_resource import StagingResource
from tests.account.aws import Aws
from tests.account.identifiers import kind_of_identifier

# Beginnings of the tag keys that AWS itself uses; all others are the user's, and are only counted.
AWS_KEYS = ("AWSApplicationMigrationService", "AwsApplicationMigrationService", "mgn.amazonaws.com-", "aws:")
LIMIT = timedelta(minutes=5)


def managed(aws: Aws, clock: Clock) -> tuple[StagingResource, ...]:
    """Return everything in EC2 with MGN's tag."""
    limit = TimeLimit(clock, until=clock.now() + LIMIT)
    return AwsStagingResources(lambda: aws.client("ec2"), limit=limit).managed()


def of_server(
    resources: Collection[StagingResource], server_id: str, replicator_id: str | None, launched_id: str | None
) -> tuple[StagingResource, ...]:
    """Return the replication resources of one source server; its replication server can be shared with others."""
    return tuple(
        each
        for each in resources
        if not each.was_made_for_others
        and launched_id not in {each.id, *each.instance_ids}
        and (server_id in each.server_ids or each.id == replicator_id)
    )


def kinds(resources: Collection[StagingResource]) -> dict[str, int]:
    """Return the number of *resources* by kind."""
    return dict(sorted(Counter(each.kind for each in resources).items()))


def tag_keys(resources: Collection[StagingResource]) -> str:
    """Return the tag keys of *resources* by kind, in words: AWS's own by name, all others as a number."""
    return "; ".join(
        f"{kind}: {', '.join(_keys([each for each in resources if each.kind == kind]))}" for kind in kinds(resources)
    )


def _keys(resources: Sequence[StagingResource]) -> list[str]:
    found = Counter(key for each in resources for key in each.tags)
    own = [f"{key} {number}/{len(resources)}" for key, number in sorted(found.items()) if _is_of_aws(key)]
    others = sum(not _is_of_aws(key) for key in found)
    return [*own, *([f"{others} other keys"] if others else [])]


def _is_of_aws(key: str) -> bool:
    return (key == "Name" or key.startswith(AWS_KEYS)) and not kind_of_identifier(key)
