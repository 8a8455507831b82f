"""Formats the figures of the load test with throttling as a text table."""

from collections import Counter
from collections.abc import Iterator, Sequence

from tests.load.figures import Row, laid_out
from tests.load.throttled import verdict, verdict_on_answers
from tests.load.throttled.calls import ARCHIVE, FINALIZE, writes
from tests.load.throttled.record import Record

KINDS = ("vain", "late", "old", "changed", "doubled", "untold", "untrue")


def table(record: Record, violations: Sequence[str]) -> str:
    """Return the figures of the test, including the numbers of violations."""
    return laid_out([*_asked(record), *_done(record), *_promised(record), *_verdict(violations)])


def _asked(record: Record) -> Iterator[Row]:
    sizes = [len(request.server_ids) for request in record.requests]
    yield "stacks, source servers in their lists", f"{len(sizes)}, {sum(sizes)}"
    yield "source servers approved for a sweep, changed", f"{len(record.sweep.server_ids)}, {_changed(record)}"
    yield "calls to MGN", f"{sum(call['service'] == 'mgn' for call in record.calls):,}"
    yield "  throttled", f"{verdict.throttled(record):,}"


def _changed(record: Record) -> int:
    return len(record.sweep.changed_at)


def _done(record: Record) -> Iterator[Row]:
    sent = writes(record)
    of_operation = Counter(write.operation for write in sent)
    yield "writes sent", f"{len(sent):,}"
    yield f"  {FINALIZE}, {ARCHIVE}", f"{of_operation[FINALIZE]:,}, {of_operation[ARCHIVE]:,}"
    yield "cutovers finalized", f"{len(record.finalized_at):,}"
    yield "  for a stack, by the sweep", f"{_final(record, swept=False)}, {_final(record, swept=True)}"
    left = sum(len(set(one.server_ids) - record.finalized_at.keys()) for one in record.requests)
    yield "remaining, of stacks, of the sweep", f"{left}, {len(verdict_on_answers.remaining(record.sweep))}"
    yield "time, s", f"{record.seconds:.0f}"


def _final(record: Record, *, swept: bool) -> int:
    return sum((server_id in record.sweep.server_ids) == swept for server_id in record.finalized_at)


def _promised(record: Record) -> Iterator[Row]:
    sent = writes(record)
    yield "oldest evidence at a write, s", f"{verdict.oldest_evidence(sent):.1f}"
    yield "writes after an answer", f"{len(verdict.after_answer(record, sent))}"
    yield f"writes in the last {verdict.LAST_SECONDS:.0f} s before a timer", f"{_last(record)}"


def _last(record: Record) -> int:
    return len(verdict.in_last_seconds(record, writes(record)))


def _verdict(violations: Sequence[str]) -> Iterator[Row]:
    kinds = Counter(words.partition(":")[0] for words in violations)
    yield ", ".join(KINDS), ", ".join(f"{kinds[kind]}" for kind in KINDS)
