"""The filters of MGN's list operations: each member restricts the result; an empty list of values does not."""

from collections.abc import Callable, Mapping
from typing import Any

from local.clock import CLOCK

from .documents import Document
from .jobs import Job
from .source_servers import SourceServer

Filters = Mapping[str, Any]


def source_servers(filters: Filters) -> Callable[[SourceServer], bool]:
    """
    Return a predicate: whether a source server matches *filters*.

    https://docs.aws.amazon.com/mgn/latest/APIReference/API_DescribeSourceServersRequestFilters.html
    """

    def matches(server: SourceServer) -> bool:
        document = server.document
        return (
            _among(filters.get("sourceServerIDs"), server.id)
            and _among(filters.get("applicationIDs"), document.get("applicationID"))
            and _among(filters.get("lifeCycleStates"), server.state)
            and _among(filters.get("replicationTypes"), document.get("replicationType"))
            and _equal(filters.get("isArchived"), document["isArchived"])
        )

    return matches


def jobs(filters: Filters) -> Callable[[Job], bool]:
    """
    Return a predicate: whether a job matches *filters*; both dates are inclusive.

    https://docs.aws.amazon.com/mgn/latest/APIReference/API_DescribeJobsRequestFilters.html
    """
    since, until = (CLOCK.inside(filters[name]) if name in filters else None for name in ("fromDate", "toDate"))

    def matches(job: Job) -> bool:
        return (
            _among(filters.get("jobIDs"), job.id)
            and (since is None or job.created >= since)
            and (until is None or job.created <= until)
        )

    return matches


def groups(filters: Filters) -> Callable[[Document], bool]:
    """
    Return a predicate: whether a wave or an application matches *filters*.

    https://docs.aws.amazon.com/mgn/latest/APIReference/API_ListApplicationsRequestFilters.html
    """

    def matches(document: Document) -> bool:
        return (
            _among(filters.get("applicationIDs"), document.get("applicationID"))
            and _among(filters.get("waveIDs"), document.get("waveID"))
            and _equal(filters.get("isArchived"), document["isArchived"])
        )

    return matches


def _among(wanted: list[str] | None, value: str | None) -> bool:
    return not wanted or value in wanted


def _equal(wanted: bool | None, value: bool) -> bool:
    return wanted is None or wanted == value
