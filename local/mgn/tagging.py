"""
Tags of MGN's resources, by ARN.

https://docs.aws.amazon.com/mgn/latest/APIReference/API_TagResource.html
"""

from collections.abc import Mapping
from typing import Any, Protocol

from .exceptions import ResourceNotFoundException
from .groups import Groups


class Inventory(Protocol):
    """The resources that can have tags: mappings ``{ID: resource}``, and the groups."""

    source_servers: Any
    jobs: Any
    groups: Groups


def tags_of(inventory: Inventory, arn: str) -> dict[str, str]:
    """
    Return the tags of the resource; changes to the returned dict change the tags.

    Raises:
        ResourceNotFoundException: The resource does not exist in this account and Region.
    """
    collections: dict[str, Mapping[str, Any]] = {
        "source-server": inventory.source_servers,
        "job": inventory.jobs,
        "application": inventory.groups.applications,
        "wave": inventory.groups.waves,
    }
    resource, _, identifier = arn.rpartition(":")[2].partition("/")
    found = collections.get(resource, {}).get(identifier)
    if found is None or found.arn != arn:
        raise ResourceNotFoundException(arn, resource)
    tags: dict[str, str] = found.tags
    return tags
