"""The members of an application or a wave, all of them or none: a group that was not read completely stays active."""

from collections.abc import Collection
from typing import TypeVar

from finalize_cutover.cutover.errors import CutoverError, MgnUnavailableError
from finalize_cutover.cutover.groups import Group
from finalize_cutover.cutover.ports import Found
from finalize_cutover.cutover.source_server import SourceServer

T = TypeVar("T")


def all_servers_of(
    application: Group, found: Found[SourceServer] | CutoverError, own: Collection[str]
) -> list[SourceServer]:
    """
    Return all source servers of *application*.

    Args:
        application: The application as MGN shows it.

        found: What MGN lists for it, or why it lists nothing.

        own: IDs of source servers that must be among them.

    Raises:
        CutoverError: MGN did not list all of them, or one could not be read.
    """
    if isinstance(found, CutoverError):
        raise found
    servers = _all(found, application, "source servers")
    if missing := sorted(set(own) - found.items.keys()):
        # The list is older than the finalization, or the source server has left, so that others can be missing.
        raise _incomplete(f"MGN does not list {missing[0]} in {application.id}.")
    return servers


def all_applications_of(wave: Group, found: Found[Group]) -> list[Group]:
    """Return all applications of *wave*; arguments and errors as for ``all_servers_of``."""
    return _all(found, wave, "applications")


def _all(found: Found[T], group: Group, members: str) -> list[T]:
    if found.errors:
        raise next(iter(found.errors.values()))
    if found.unnamed:
        raise _incomplete(f"MGN returned {found.unnamed} unreadable {members} of {group.id}.")
    # If MGN counts fewer than it lists, its count may be without archived ones, or older.
    if group.size is not None and group.size > len(found.items):
        raise _incomplete(f"MGN counts {group.size} {members} in {group.id} and lists {len(found.items)}.")
    return list(found.items.values())


def _incomplete(words: str) -> MgnUnavailableError:
    return MgnUnavailableError(words, code="UnreadableAnswer")
