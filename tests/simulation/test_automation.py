"""
A thousand histories of automation, each determined by a seed.

``make simulate`` runs a thousand (``SEEDS=…`` another number), ``make test`` a few; ``make simulate SEED=17`` runs one
again.
"""

import os
import sys
from collections import Counter
from concurrent.futures import Future, ThreadPoolExecutor

import pytest

from finalize_cutover.observability.log import logger
from tests.simulation.history import History

SEEDS = [int(os.environ["SEED"])] if "SEED" in os.environ else range(int(os.environ.get("SEEDS", "150")))


@pytest.fixture(autouse=True)
def silence():
    """Disables logging, because a thousand histories log too much."""
    before = logger.log_level
    logger.setLevel("CRITICAL")
    yield
    logger.setLevel(before)


@pytest.fixture(autouse=True)
def one_thread(monkeypatch):
    """Runs the work of every pool at once, because the order of threads would change what a seed determines."""
    monkeypatch.setattr(ThreadPoolExecutor, "submit", at_once)


def at_once(_pool, work, /, *args, **options):
    future = Future()
    try:
        future.set_result(work(*args, **options))
    except BaseException as error:  # noqa: BLE001 - raised again by ``result``
        future.set_exception(error)
    return future


def check(history):
    """Check the end of a history."""
    assert history.aws.crimes == []
    assert [m.id for m in history.machines if m.may_be_finalized] == [], "Approved and ready, but not finalized."
    assert [m.id for m in history.machines if len(m.finalized_by) > 1] == [], "Finalized more than once."
    assert history.function.lost == [], "Not finalized, and neither raised nor reported."
    # No report exists if the function was killed, or if MGN shows the effect of a lost response only minutes later.
    if not any(fault.endswith(("killed", "lost")) or fault.startswith("PutEvents") for fault in history.aws.faults):
        told = {report.source_server_id for report in history.aws.told if report.changed}
        assert {m.id for m in history.machines if m.finalized_by == ["us"]} <= told, "Finalized without a report."
    changed = len(history.aws.told)
    history.sweep()
    assert len(history.aws.told) == changed, "A second sweep found something to do."


def run(seed):
    history = History(seed)
    try:
        history.run()
        check(history)
    except Exception as error:
        error.add_note(f"To run it again: make simulate SEED={seed}")
        error.add_note("\n".join(history.trace))
        raise
    return history


def test_every_approved_and_ready_server_is_finalized_once_nothing_else_ever_and_no_failure_is_lost(capsys):
    seen = Counter()
    for seed in SEEDS:
        history = run(seed)
        seen.update(by for machine in history.machines for by in machine.finalized_by)
        seen.update(history.function.errors)
        seen.update(history.aws.faults)
        seen["queued"] += len(history.function.queue)
        seen["left alone"] += sum(m.state == "CUTTING_OVER" for m in history.machines)

    if "SEEDS" in os.environ:
        with capsys.disabled():
            sys.stdout.write(f"\n{len(SEEDS)} histories: {dict(seen.most_common())}\n")
    if len(SEEDS) > 1:
        rare = {"us", "console", "queued", "left alone", "Killed", "OutOfTimeError", "ConflictError", "MgnRefusedError"}
        assert {what for what in rare if not seen[what]} == set()


def test_the_same_seed_is_the_same_history():
    first, second = run(SEEDS[0]), run(SEEDS[0])

    assert first.trace == second.trace
    assert [repr(machine) for machine in first.machines] == [repr(machine) for machine in second.machines]
