"""What a digest is made from, and what is made of it."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from finalize_cutover.cutover.audit.report import AuditReport
from finalize_cutover.cutover.report import Report
from finalize_cutover.cutover.source_server import SourceServer

from .report import DigestServer, ListName


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountFacts:
    """
    What was read about one account.

    Attributes:
        account_id: The account; None if the digest is about one account only.

        now: The current time, aware.

        servers: ``{ID: source server}`` of those in cutover that could be read.

        reports: The result of automation's dry run for each source server in cutover.

        finalized: The source servers that were finalized in the last 24 hours.

        audits: Their audits.

        problems: Sentences about what could not be read.
    """

    now: datetime
    account_id: str | None = None
    servers: Mapping[str, SourceServer] = field(default_factory=dict)
    reports: Collection[Report] = ()
    finalized: Collection[SourceServer] = ()
    audits: Collection[AuditReport] = ()
    problems: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class DigestOptions:
    """
    The settings of the deployment that a digest depends on.

    Attributes:
        warn_free_hours: Source servers with fewer free hours left are listed.

        is_automation_off: Whether no sweep runs.
    """

    warn_free_hours: int
    is_automation_off: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Digest:
    """
    The complete digest of one account or of several.

    Attributes:
        lists: The source servers by list; a list without any may be missing.

        in_cutover: Number of source servers in cutover.

        staged_bytes: Size of their staging disks.

        problems: Sentences about what could not be read.
    """

    lists: Mapping[ListName, tuple[DigestServer, ...]]
    in_cutover: int
    staged_bytes: int
    problems: tuple[str, ...] = ()
