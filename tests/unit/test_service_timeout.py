"""The service timeout: CloudFormation sends a number or a string of digits, in one of two places."""

import pytest

from finalize_cutover.handlers.cloudformation.properties import service_timeout


@pytest.mark.parametrize("given", [1, 960, 3600, "1", "960", "0960", "3600"])
@pytest.mark.parametrize("place", ["request", "properties"])
def test_a_number_or_its_digits_are_understood(given, place):
    member = {"ServiceTimeout": given}

    assert service_timeout(member if place == "request" else {"ResourceProperties": member}) == int(given)


@pytest.mark.parametrize(
    "given",
    [
        *(None, "", 0, -1, 3601, "0", "-5", "+5", "3601", "5.0", " 5", "5\n", "1_0", "1e1", "\uff15", "\u0665"),
        *("9" * 5000, 10**400, True, 5.0, float("nan"), float("inf"), "fifteen", [5], {"5": 5}),
    ],
    ids=lambda given: ascii(given)[:20],
)
def test_what_cloudformation_would_not_send_is_as_good_as_nothing(given):
    assert service_timeout({"ServiceTimeout": given}) == 3600
    assert service_timeout({"ServiceTimeout": given, "ResourceProperties": {"ServiceTimeout": "60"}}) == 60


@pytest.mark.parametrize("properties", [None, [], "60", 60])
def test_where_there_are_no_properties_it_waits_its_longest(properties):
    assert service_timeout({"ResourceProperties": properties}) == 3600


def test_the_request_is_believed_before_the_properties():
    assert service_timeout({"ServiceTimeout": "60", "ResourceProperties": {"ServiceTimeout": "90"}}) == 60
