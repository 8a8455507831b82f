"""Unusual evidence about a source server or its job leads to FAILED with a reason, and nothing is finalized."""

import pytest

from tests.contract.provider import WEB
from tests.oddities import FAILURES_IN_THE_LOG, ODDITIES, PASSING_IN_THE_LOG


def named(oddities):
    return [pytest.param(one, id=one.name) for one in oddities]


@pytest.mark.parametrize("oddity", named([*ODDITIES, *FAILURES_IN_THE_LOG]))
def test_nothing_odd_is_finalized(provider, aws, oddity):
    oddity.add_to(aws)

    answer = provider.ask("Create", {**WEB, "SoakMinutes": oddity.soak_minutes})

    assert (answer.status, "FinalizeCutover" in aws.operations("mgn")) == ("FAILED", False)
    assert oddity.words in answer.reason


@pytest.mark.parametrize("oddity", named(PASSING_IN_THE_LOG))
def test_a_line_of_the_log_that_is_no_failure_passes(provider, aws, oddity):
    oddity.add_to(aws)

    assert provider.ask("Create").data["Outcome"] == "FINALIZED"
