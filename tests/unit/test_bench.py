"""The benchmarks' table of figures, and that benchmarks do not affect each other."""

import os
from contextlib import nullcontext
from types import SimpleNamespace

import pytest

from bench import __main__ as program
from bench.figure import Figure
from bench.one_request import covered
from bench.plan import FULL, QUICK, chosen
from bench.table import render


@pytest.mark.parametrize(("ours", "at_most", "is_reached"), [(1, 1, True), (1.01, 1, False), (9, None, True)])
def test_a_figure_is_reached_up_to_its_limit(ours, at_most, is_reached):
    assert Figure(name="reads", ours=ours, at_most=at_most).is_reached is is_reached


@pytest.mark.parametrize(
    ("figure", "ratio"), [({"ours": 2}, 2), ({"ours": 0}, None), ({"ours": 2, "is_exponent": True}, None)]
)
def test_a_ratio_is_told_where_it_says_something(figure, ratio):
    assert Figure(name="time", peers={"plain loop": 4}, **figure).ratio("plain loop") == ratio


def test_the_table_names_targets_and_peers():
    figures = [
        Figure(name="time", unit="s", ours=1.5, at_most=1, peers={"plain loop": 3}),
        Figure(name="reads", ours=4, at_most=4),
    ]

    lines = [line.split("  ") for line in render("wave", figures).splitlines()]

    cells = [[cell.strip() for cell in line if cell.strip()] for line in lines]
    assert cells[0] == ["wave", "target", "this project", "plain loop"]
    assert cells[2:] == [["time, s", "≤ 1", "1.5", "MISSED", "3 (2.00x)"], ["reads", "≤ 4", "4", "reached"]]


@pytest.mark.parametrize(("environment", "plan"), [({}, FULL), ({"QUICK": "0"}, FULL), ({"QUICK": "1"}, QUICK)])
def test_little_is_measured_only_where_that_is_asked_for(environment, plan):
    assert chosen(environment) == plan


def test_time_in_which_several_calls_run_counts_once():
    assert covered([(5, 6), (0, 2), (1, 3), (5.25, 5.5)]) == 4


def test_variables_of_one_benchmark_do_not_reach_the_next(monkeypatch, capsys):
    def measure(served, plan):
        yield Figure(name="buckets", ours=len(os.environ.get("EVIDENCE_BUCKET", "")))
        os.environ["EVIDENCE_BUCKET"] = "evidence"

    monkeypatch.setattr(program.local_aws, "serving", nullcontext)
    monkeypatch.setattr(program, "import_module", lambda _name: SimpleNamespace(measure=measure))

    measured = dict(program._measured(["evidence", "waves"], QUICK))

    assert [figure.ours for figures in measured.values() for figure in figures] == [0, 0]
    assert "Measuring: waves" in capsys.readouterr().err
