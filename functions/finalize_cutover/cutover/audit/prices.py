"""
Estimate the monthly cost of a leftover.

The list prices of us-east-1 are entered by hand.  Use the estimate to decide
whether to investigate, not for accounting.
https://aws.amazon.com/ebs/pricing/
https://aws.amazon.com/ec2/pricing/on-demand/
"""

from typing import Literal

import msgspec

from finalize_cutover.cutover.report import camel_case
from finalize_cutover.cutover.staging_resource import StagingResource

PRICE_REGION = "us-east-1"
HOURS_A_MONTH = 730

# USD per GiB and month.
VOLUME_PRICES = {"gp3": 0.08, "gp2": 0.10, "io1": 0.125, "io2": 0.125, "st1": 0.045, "sc1": 0.015, "standard": 0.05}
SNAPSHOT_PRICES = {"standard": 0.05, "archive": 0.0125}
# USD per hour; t3.small is MGN's default replication server.
INSTANCE_PRICES = {"t3.small": 0.0208, "m5.large": 0.096}


class CostEstimate(msgspec.Struct, frozen=True, kw_only=True, rename=camel_case):
    """An estimate of the monthly cost, with the unit price and Region that it is based on."""

    is_estimate: Literal[True] = True
    monthly_usd: float
    unit_price_usd: float
    unit: Literal["GiB-month", "hour"]
    price_region: str = PRICE_REGION


def monthly_cost(resource: StagingResource) -> CostEstimate | None:
    """Return the estimate for *resource*; None if there is no list price for its class."""
    if resource.kind == "instance":
        price = INSTANCE_PRICES.get(resource.class_name)
        return _estimate(price, HOURS_A_MONTH, "hour")
    prices = VOLUME_PRICES if resource.kind == "volume" else SNAPSHOT_PRICES
    return _estimate(prices.get(resource.class_name), resource.size_gib, "GiB-month")


def _estimate(price: float | None, units: int, unit: Literal["GiB-month", "hour"]) -> CostEstimate | None:
    if price is None:
        return None
    return CostEstimate(monthly_usd=round(price * units, 2), unit_price_usd=price, unit=unit)
