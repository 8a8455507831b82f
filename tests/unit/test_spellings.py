"""Numbers, booleans and lists in the properties: only the documented spellings are accepted."""

import pytest

from finalize_cutover.cutover.errors import InvalidRequestError
from finalize_cutover.handlers.cloudformation.properties import read_properties
from tests.unit.builders import SERVER


def read(name, value):
    return read_properties({"ResourceProperties": {"SourceServerID": SERVER, name: value}})


@pytest.mark.parametrize(
    ("name", "value", "shown"),
    [
        *(("WaitMinutes", value, f'"{value}"') for value in ("null", "1e1", "5.0", "-0", "+5", "5 ", "true")),
        *(("SoakMinutes", value, f'"{value}"') for value in ("null", "0.0", "1E2")),
        *(("DryRun", value, f'"{value}"') for value in ("0", "1", "-0", "1.0", "null", "no")),
        ("WaitMinutes", 5.0, "5.0"),
        ("ServiceTimeout", 60.0, "60.0"),
        ("DryRun", 1, "1"),
        ("DryRun", 0, "0"),
        ("Archive", 1.0, "1.0"),
        ("SourceServerIDs", "null", '"null"'),
        ("Waive", "null", '"null"'),
    ],
)
def test_another_spelling_is_refused(name, value, shown):
    with pytest.raises(InvalidRequestError) as caught:
        read(name, value)

    assert str(caught.value).startswith(f"{name} is {shown}; allowed: ")


@pytest.mark.parametrize("value", ["true", "True", "TRUE", True])
def test_truth_is_a_word_or_itself(value):
    assert read("DryRun", value).dry_run is True


@pytest.mark.parametrize("value", ["13", 13])
def test_a_number_is_digits_or_itself(value):
    assert read("WaitMinutes", value).wait_minutes == 13
