"""
Tags of MGN's resources, found by ARN.

https://docs.aws.amazon.com/mgn/latest/APIReference/API_TagResource.html
"""

from collections.abc import Mapping
from typing import Any, Protocol

from .exceptions import ResourceNotFoundException
from .groups import Groups


class Inventory(Protocol):
    """What may carry tags: ``{ID: resource}`` each, and the groups."""

    source_servers: Any
    jobs: Any
    groups: Groups


def tags_of(inventory: Inventory, arn: str) -> dict[str, str]:
    """
    Return the tags of the resource, to be read or changed.

    Raises:
        ResourceNotFoundException: There is no such resource here.
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
