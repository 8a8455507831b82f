"""The functions for the comparison of cold starts are realistic: same versions, nothing removed or compiled."""

import re

import pytest

from tests.e2e.conftest import ROOT

PIN = re.compile(r"^([\w.-]+==[\w.]+)", flags=re.MULTILINE)
OURS = ROOT / "layers" / "runtime" / "requirements.txt"


@pytest.mark.parametrize("peer", ["bare", "crhelper"])
def test_its_packages_are_those_of_our_layer(peer):
    pins = PIN.findall((ROOT / "bench" / "peers" / peer / "requirements.txt").read_text())

    assert len(pins) >= 7
    assert set(pins) <= set(PIN.findall(OURS.read_text()))
