"""If MGN's response does not show the complete effect of a finalization, that is a warning, not a failure."""

from dataclasses import replace

import pytest

from finalize_cutover.cutover.finalize.finalize import finalize
from finalize_cutover.cutover.finalize.write import verify
from finalize_cutover.cutover.report import Outcome
from tests.unit.builders import SERVER, finalized, options
from tests.unit.fakes import FakeAws


def test_a_finalized_server_shows_it_in_every_way():
    assert verify(finalized().server) == ()


@pytest.mark.parametrize(
    ("changes", "warning"),
    [
        ({"staged_bytes": (0, 5, 7)}, "After finalizing, MGN still shows 12 bytes of replicated storage."),
        ({"lag_duration": "PT5M"}, "After finalizing, MGN still shows a replication lag of PT5M."),
    ],
)
def test_each_missing_sign_is_a_warning(changes, warning):
    server = replace(finalized().server, **changes)

    assert verify(server) == (warning,)


def test_every_missing_sign_is_told():
    server = replace(finalized().server, staged_bytes=(5,), lag_duration="P0D")

    assert len(verify(server)) == 2


def test_the_report_of_a_finalized_server_carries_the_warnings():
    evidence = finalized()
    aws = FakeAws(replace(evidence, server=replace(evidence.server, lag_duration="PT5M")))

    result = finalize([SERVER], options=options(), services=aws.services)[SERVER]

    assert result.report.outcome == Outcome.FINALIZED
    assert result.report.warnings == ("After finalizing, MGN still shows a replication lag of PT5M.",)
