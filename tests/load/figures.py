"""Formats the figures of a load test as a text table."""

import math
import statistics
from collections import Counter
from collections.abc import Iterator, Sequence

from tests.load import verdict
from tests.load.record import Record, Request
from tests.load.run import Course

Row = tuple[str, str]
MB = 1e6


def table(course: Course, violations: Sequence[str]) -> str:
    """Return the figures of *course*, including the numbers of violations."""
    rows = [*_asked(course.record), *_went_wrong(course.record), *_took(course), *_verdict(course.record, violations)]
    return laid_out(rows)


def laid_out(rows: Sequence[Row]) -> str:
    """Return *rows* as lines of two columns."""
    width, numbers = max(len(name) for name, _ in rows), max(len(value) for _, value in rows)
    return "\n".join(f"{name:<{width}}  {value:>{numbers}}" for name, value in rows)


def _asked(record: Record) -> Iterator[Row]:
    types = Counter(request.document["RequestType"] for request in record.requests)
    failures = [attempt is not None for request in record.requests for attempt in request.attempts]
    failures += ["errorType" in attempt for event in record.events for attempt in event.attempts]
    yield "requests of CloudFormation", f"{len(record.requests):,}"
    yield "  to create, to delete", f"{types['Create']:,}, {types['Delete']:,}"
    yield "events", f"{len(record.events):,}"
    yield "runs of the function", f"{len(failures):,}"
    yield "  failed, and raised", f"{sum(failures):,}"
    yield "source servers in the failure queues", f"{len(record.kept['FailedRequests']):,}"


def _went_wrong(record: Record) -> Iterator[Row]:
    faults = Counter(call["fault"] for call in record.calls if call["fault"])
    yield "calls to AWS", f"{len(record.calls):,}"
    yield "  gone wrong", _share(faults.total(), len(record.calls))
    yield from ((f"    {fault}", f"{count:,}") for fault, count in faults.most_common())
    sent = [answer for request in record.requests for answer in request.answers]
    faults = Counter("200" if answer.is_taken else str(answer.status or "reset") for answer in sent)
    taken = faults.pop("200", 0)
    yield "answers sent", f"{len(sent):,}"
    yield "  gone wrong", _share(len(sent) - taken, len(sent))
    yield from ((f"    {fault}", f"{count:,}") for fault, count in faults.most_common())


def _took(course: Course) -> Iterator[Row]:
    handled = len(course.record.requests) + len(course.record.events)
    yield "time, s", f"{course.seconds:.0f}"
    yield "requests and events a second", f"{handled / course.seconds:.1f}"
    waits = [_seconds(request) for request in course.record.requests if request.answers]
    yield "request to answer, s: p50, p95, max", _spread(waits)
    yield "run of the function, s: p50, p95, max", _spread(course.run_seconds)
    yield "peak memory of a function's process, MB", f"{course.peak_bytes / MB:.0f}"


def _seconds(request: Request) -> float:
    stored = [answer.came_at for answer in request.answers if answer.is_stored]
    return (min(stored) - request.sent_at).total_seconds() if stored else math.inf


def _verdict(record: Record, violations: Sequence[str]) -> Iterator[Row]:
    effects = verdict.effective([*record.calls, *record.calls_of_sweep])
    kinds = Counter(words.partition(":")[0] for words in violations)
    yield "cutovers finalized", f"{len(effects):,}"
    for kind in ("lost", "doubled", *sorted(kinds.keys() - {"lost", "doubled"})):
        yield kind, f"{kinds[kind]:,}"


def _share(part: int, whole: int) -> str:
    return f"{part:,} ({part / max(whole, 1):.1%})"


def _spread(seconds: Sequence[float]) -> str:
    if len(seconds) < 2:
        return ", ".join(f"{each:.1f}" for each in seconds)
    hundredths = statistics.quantiles(seconds, n=100, method="inclusive")
    return f"{hundredths[49]:.1f}, {hundredths[94]:.1f}, {max(seconds):.1f}"
