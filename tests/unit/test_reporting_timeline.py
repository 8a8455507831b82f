"""The positions of the marks in the timeline."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest

from reporting.results import Results
from reporting.rows import rows_of
from reporting.scale import MOST_TICKS, scale_over
from reporting.timeline import LONGEST_NAME, PLOT_LEFT, PLOT_WIDTH, ROWS_A_PLOT, plots_of
from tests.unit.wave_results import FINALIZED_AT, a_report, at, server_id

MIDNIGHT = datetime(2026, 11, 24, tzinfo=UTC)


def plots(*reports):
    results = Results()
    results.add(list(reports), origin="wave.json")
    return plots_of(rows_of(results))


def test_what_comes_later_is_further_right():
    ((line,),) = [plot.lines for plot in plots(a_report())]

    marks = [line.launched, line.finalized, line.agent_uninstalled_by, line.resources_deleted_by]
    assert marks == sorted(marks)
    assert all(PLOT_LEFT < mark < PLOT_LEFT + PLOT_WIDTH for mark in marks)


def test_a_launch_of_days_ago_is_told_and_presses_nothing_into_a_corner():
    (plot,) = plots(a_report(cutoverLaunchedAt=at(FINALIZED_AT - timedelta(days=3, hours=2))))

    (line,) = plot.lines
    assert (line.is_early, line.launched, line.lead) == (True, None, "3 d 2 h")
    assert line.resources_deleted_by - line.finalized > PLOT_WIDTH / 2


def test_a_line_begins_with_as_much_of_the_host_name_as_fits():
    (plot,) = plots(a_report(server_id(1), hostname="web-1"), a_report(server_id(2), hostname="w" * 40))

    assert [line.hostname for line in plot.lines] == ["web-1", "w" * (LONGEST_NAME - 1) + "…"]


def test_an_unknown_launch_is_left_out():
    (plot,) = plots(a_report(cutoverLaunchedAt=None))

    (line,) = plot.lines
    assert (line.is_early, line.launched, line.lead) == (False, None, None)


def test_only_finalized_servers_are_on_it():
    assert plots(a_report(outcome="BLOCKED")) == ()


def test_a_large_wave_is_cut_into_parts_that_fit_on_a_page():
    parts = plots(*(a_report(server_id(number)) for number in range(2 * ROWS_A_PLOT + 1)))

    assert [len(part.lines) for part in parts] == [ROWS_A_PLOT, ROWS_A_PLOT, 1]
    assert [part.first for part in parts] == [1, ROWS_A_PLOT + 1, 2 * ROWS_A_PLOT + 1]
    assert len({part.ticks for part in parts}) == 1


@pytest.mark.parametrize("hours", [0, 1, 2, 5, 24, 24 * 7, 24 * 30, 24 * 365])
def test_an_axis_of_any_length_has_some_lines_at_round_times(hours):
    scale = scale_over([MIDNIGHT, MIDNIGHT + timedelta(hours=hours)], left=0, width=1000)

    ticks = list(scale.ticks())
    assert 3 <= len(ticks) <= MOST_TICKS + 1
    assert len({round(later.x - earlier.x) for earlier, later in pairwise(ticks)}) <= 2


def test_a_new_day_is_said_on_the_axis():
    scale = scale_over([MIDNIGHT - timedelta(hours=1), MIDNIGHT + timedelta(hours=1)], left=0, width=1000)

    assert [tick.label for tick in scale.ticks()] == ["23:00", "23:30", "2026-11-24", "00:30", "01:00"]
