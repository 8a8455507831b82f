"""
Histories with the real handlers, on a simulated machine, with a simulated AWS.

``watch/watch.py`` lists the invariants.

``make simulate SEEDS=20000`` runs many, ``make simulate SEED=123`` repeats one with a complete trace.
"""

import os
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest

from tests.simulation.aws.accounts import ILLNESSES
from tests.simulation.aws.evidence_bucket import NO_BUCKET
from tests.simulation.aws.weather import ANSWER_FAULTS, CALL_FAULTS, ODDITIES
from tests.simulation.story.history import run
from tests.simulation.story.people import DEEDS
from tests.simulation.story.tags import DEEDS as TAG_DEEDS

ROOT = Path(__file__).parents[2]
SEEDS = range(250)
# Some of what is expected is rare.
MORE_SEEDS = range(1600)
# Defects of the function that no other test shows.
LATE_FINDINGS = (13084,)


def test_nothing_happens_that_may_never_happen():
    outcomes = map(run, SEEDS)

    found = {outcome.seed: list(map(str, outcome.violations)) for outcome in outcomes if outcome.violations}

    assert found == {}, "To run one again: make simulate SEED=…"


@pytest.mark.parametrize("seed", LATE_FINDINGS)
def test_a_history_that_found_a_defect_finds_nothing_any_more(seed):
    assert list(map(str, run(seed).violations)) == []


@pytest.mark.slow
def test_what_the_histories_are_about_does_happen():
    counts = sum((run(seed).counts for seed in MORE_SEEDS), Counter())
    expected = {
        *(f"faults: {fault}" for fault in (*CALL_FAULTS, *ODDITIES, *ANSWER_FAULTS)),
        *(f"people: {deed}" for deed in DEEDS),
        *(f"tags: {deed}" for deed in TAG_DEEDS),
        *(f"invocations: {handler}" for handler in ("custom_resource", "launch_result", "sweep", "direct")),
        *(
            f"outcomes: direct {outcome}"
            for outcome in ("FINALIZED", "WOULD_FINALIZE", "NOT_READY", "BLOCKED", "FAILED")
        ),
        *(f"outcomes: sweep {outcome}" for outcome in ("FINALIZED", "SKIPPED", "NOT_READY", "BLOCKED", "FAILED")),
        *(f"answers: {answer}" for answer in ("Create SUCCESS", "Create FAILED", "Update SUCCESS", "Update FAILED")),
        "answers: Delete SUCCESS",
        "killed",
        "rollbacks let through",
        "finalized by the function, though put on hold since the look",
        "FinalizeCutover sent for a whole application",
        "stale requests",
        *(f"faults: {illness}" for illness in (*ILLNESSES, "no global view")),
        "writes in a member account",
        *(f"records: {kind}" for kind in ("intent", "result", "audit")),
        *(f"faults: {fault}" for fault in (NO_BUCKET, "write at the same time")),
        "FinalizeCutover sent with an intent",
        "killed around a record",
        "raised: EvidenceNotStoredError",
        "accounts swept",
        "accounts not swept",
        "FinalizeCutover: ClientError",
        "FinalizeCutover sent on a kept log",
        "raised: MgnUnavailableError",
        "raised: ResponseNotDeliveredError",
    }

    assert expected - {what for what, number in counts.items() if number} == set()
    assert counts["requests answered"] > 0.95 * counts["requests"]


def test_the_same_seed_is_the_same_history():
    first, second = run(8, is_traced=True), run(8, is_traced=True)

    assert len(first.lines) > 50
    assert first.lines == second.lines


def test_the_order_of_sets_decides_nothing():
    command = [sys.executable, "-m", "tests.simulation", "--seed", "8"]
    environments = [{**os.environ, "PYTHONPATH": "functions", "PYTHONHASHSEED": seed} for seed in ("1", "2")]

    traces = [subprocess.check_output(command, cwd=ROOT, env=environment) for environment in environments]

    assert traces[0] == traces[1]
