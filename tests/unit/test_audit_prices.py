"""The cost of a leftover: an estimate that is marked as such, with the unit price."""

import pytest

from finalize_cutover.cutover.audit.prices import INSTANCE_PRICES, SNAPSHOT_PRICES, VOLUME_PRICES, monthly_cost
from finalize_cutover.cutover.report import document
from tests.unit.staged import replication_server, staged_snapshot, staged_volume


@pytest.mark.parametrize(
    ("resource", "monthly", "unit_price", "unit"),
    [
        (staged_volume(size_gib=500), 40.0, 0.08, "GiB-month"),
        (staged_volume(size_gib=100, class_name="st1"), 4.5, 0.045, "GiB-month"),
        (staged_snapshot(size_gib=100), 5.0, 0.05, "GiB-month"),
        (staged_snapshot(size_gib=100, class_name="archive"), 1.25, 0.0125, "GiB-month"),
        (replication_server(), 15.18, 0.0208, "hour"),
    ],
)
def test_a_months_cost_is_unit_price_times_units(resource, monthly, unit_price, unit):
    assert document(monthly_cost(resource)) == {
        "isEstimate": True,
        "monthlyUsd": monthly,
        "unitPriceUsd": unit_price,
        "unit": unit,
        "priceRegion": "us-east-1",
    }


@pytest.mark.parametrize("resource", [staged_volume(class_name="gp9"), replication_server(class_name="u-1.metal")])
def test_without_a_list_price_there_is_no_estimate(resource):
    assert monthly_cost(resource) is None


@pytest.mark.parametrize("prices", [VOLUME_PRICES, SNAPSHOT_PRICES, INSTANCE_PRICES])
def test_every_price_is_a_price(prices):
    assert all(0 < price < 1 for price in prices.values())
