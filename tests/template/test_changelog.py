"""CHANGELOG.md and the version tell the same story."""

import re
from datetime import date

import pytest

from finalize_cutover.version import VERSION


@pytest.fixture
def headings(root):
    return re.findall(r"^## (.*)$", (root / "CHANGELOG.md").read_text(), flags=re.MULTILINE)


@pytest.fixture
def releases(headings):
    """Return (version, date) of each release, the newest first."""
    return [re.fullmatch(r"\[(\d+\.\d+\.\d+)\] - (\d{4}-\d\d-\d\d)", heading).groups() for heading in headings[1:]]


def test_what_is_not_released_comes_first(headings):
    assert headings[0] == "[Unreleased]"


def test_the_newest_release_is_the_version(releases):
    assert releases[0][0] == VERSION


def test_releases_are_in_their_order(releases):
    keys = [(tuple(map(int, version.split("."))), date.fromisoformat(day)) for version, day in releases]

    assert keys == sorted(keys, reverse=True)
    assert len({version for version, _ in keys}) == len(keys)
