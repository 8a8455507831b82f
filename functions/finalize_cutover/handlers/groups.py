"""Archive applications and waves after the work of a request, and log what was archived."""

from collections.abc import Collection, Iterable

import msgspec

from finalize_cutover.cutover.finalize.group_archive import archive_groups
from finalize_cutover.cutover.finalize.options import FinalizeOptions
from finalize_cutover.cutover.finalize.result import Result
from finalize_cutover.cutover.ports import Services
from finalize_cutover.cutover.report import ArchivedGroups
from finalize_cutover.cutover.source_server import SourceServer
from finalize_cutover.observability.log import in_account, logger

# A report has so many warnings and a sentence with the number of the others; the log has all.
MOST_WARNINGS = 20


def archived_after(
    results: Collection[Result],
    options: FinalizeOptions,
    services: Services,
    *,
    others: Iterable[SourceServer] = (),
    account_id: str | None = None,
) -> ArchivedGroups | msgspec.UnsetType:
    """
    Archive the applications and waves of the finalized source servers in *results*, and of *others*.

    Args:
        account_id: Account of the source servers, for the log; None names no account.

    Returns:
        What was archived; UNSET if the options do not ask for it, or ask for a dry run.
    """
    if not options.archives_groups or options.dry_run:
        return msgspec.UNSET
    own = [result.server for result in results if result.server]
    found = archive_groups([*own, *others], options=options, services=services)
    for application_id in found.application_ids:
        logger.info("Application archived", application_id=application_id, **in_account(account_id))
    for wave_id in found.wave_ids:
        logger.info("Wave archived", wave_id=wave_id, **in_account(account_id))
    for warning in found.warnings:
        logger.warning("Application or wave not archived", reason=warning, **in_account(account_id))
    return found


def merged(found: Iterable[ArchivedGroups | msgspec.UnsetType]) -> ArchivedGroups | msgspec.UnsetType:
    """Return *found* of several accounts as one; UNSET if nothing was asked for."""
    parts = [each for each in found if isinstance(each, ArchivedGroups)]
    if not parts:
        return msgspec.UNSET
    return ArchivedGroups(
        application_ids=tuple(id_ for each in parts for id_ in each.application_ids),
        wave_ids=tuple(id_ for each in parts for id_ in each.wave_ids),
        warnings=tuple(words for each in parts for words in each.warnings),
    )


def in_report(found: ArchivedGroups | msgspec.UnsetType) -> ArchivedGroups | msgspec.UnsetType:
    """Return *found* with at most so many warnings that they fit into a report."""
    if not isinstance(found, ArchivedGroups) or len(found.warnings) <= MOST_WARNINGS:
        return found
    more = f"And {len(found.warnings) - MOST_WARNINGS} more warnings; see the log."
    return msgspec.structs.replace(found, warnings=(*found.warnings[:MOST_WARNINGS], more))
