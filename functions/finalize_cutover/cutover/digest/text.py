"""The words of a digest: one plain text that fits into a mail, a chat and a terminal."""

import itertools
from collections.abc import Iterator

from .report import DigestList, DigestReport, DigestServer, ListName

TITLES = {
    ListName.BLOCKED: "Blocked",
    ListName.NOT_CHECKED: "Not checked",
    ListName.FREE_HOURS_LOW: "Few free hours left",
    ListName.LEFT_BEHIND: "Left behind after finalizing",
    ListName.ON_HOLD: "On hold",
    ListName.WAITING: "Waiting",
    ListName.READY: "Ready",
    ListName.UNAPPROVED: "Not approved",
    ListName.FINALIZED: "Finalized in the last 24 hours",
}
# What a subject counts, in this order.
URGENT = (
    (ListName.BLOCKED, "blocked"),
    (ListName.NOT_CHECKED, "not checked"),
    (ListName.FREE_HOURS_LOW, "with few free hours"),
    (ListName.LEFT_BEHIND, "left behind"),
    (ListName.WAITING, "waiting"),
    (ListName.FINALIZED, "finalized"),
)
LONGEST_SUBJECT = 99  # characters; https://docs.aws.amazon.com/sns/latest/api/API_Publish.html


def subject(lists: dict[ListName, DigestList], *, region: str | None) -> str:
    """Return the subject: ASCII, and without text from outside."""
    counts = [f"{lists[name].total} {word}" for name, word in URGENT if lists[name].total]
    return f"MGN cutovers{f' in {region}' if region else ''}: {', '.join(counts) or 'nothing waits'}"[:LONGEST_SUBJECT]


def text(report: DigestReport) -> str:
    """Return *report* as plain text; it says how many source servers are not listed."""
    return "\n".join([*_overview(report), *itertools.chain.from_iterable(_sections(report)), ""])


def _overview(report: DigestReport) -> Iterator[str]:
    cost = report.staging_cost
    yield f"MGN cutovers on {report.created_at:%Y-%m-%d at %H:%M} UTC"
    yield ""
    yield f"{'In cutover':<31} {report.in_cutover:>6,}"
    for name, title in TITLES.items():
        yield f"{title:<31} {report.lists[name].total:>6,}"
    yield ""
    yield f"The staging disks of those in cutover: {cost.staged_gib:,} GiB, about {cost.monthly_usd:,.2f} USD a month."
    yield f"(An estimate: {cost.unit_price_usd} USD per GiB-month in {cost.price_region}, without snapshots.)"
    for problem in report.problems:
        yield f"Attention: {problem}"


def _sections(report: DigestReport) -> Iterator[list[str]]:
    accounts = {server.account_id for each in report.lists.values() for server in each.servers}
    for name, title in TITLES.items():
        found = report.lists[name]
        if found.total:
            yield ["", f"{title}: {found.total:,}", *_lines(found, has_accounts=len(accounts) > 1)]


def _lines(found: DigestList, *, has_accounts: bool) -> Iterator[str]:
    for (rule, hint), group in itertools.groupby(sorted(found.servers, key=_group), key=_group):
        if heading := ": ".join(filter(None, (rule, hint))):
            yield f"  {heading}"
        yield from (f"  - {_line(server, has_accounts=has_accounts)}" for server in group)
    if found.not_listed:
        yield f"  … and {found.not_listed:,} more, which are not listed here."


def _group(server: DigestServer) -> tuple[str, str]:
    return server.rule or "", server.hint or ""


def _line(server: DigestServer, *, has_accounts: bool) -> str:
    account = f" in account {server.account_id or 'unknown'}" if has_accounts else ""
    name = f"{server.hostname} ({server.source_server_id})" if server.hostname else server.source_server_id
    about = "; ".join(filter(None, _about(server)))
    return f"{name}{account}{f': {about}' if about else ''}"


def _about(server: DigestServer) -> Iterator[str | None]:
    yield server.reason
    if server.finalized_at:
        yield f"finalized at {server.finalized_at:%Y-%m-%d %H:%M} UTC"
    if server.free_hours_left is not None:
        yield f"about {server.free_hours_left:,} free hours left"
    if server.monthly_usd is not None:
        yield f"about {server.monthly_usd:,.2f} USD a month"
