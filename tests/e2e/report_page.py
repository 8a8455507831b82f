"""Report pages in a browser."""

import os
import shutil
from datetime import UTC, datetime

import pytest
from playwright.sync_api import sync_playwright

from reporting.page import Occasion, render
from reporting.results import Results
from tests.unit.wave_results import a_wave_of_60, its_audit

CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
needs_chromium = pytest.mark.skipif(CHROMIUM is None, reason="Chromium is not on this machine: .ci/install-chromium")

NOW = datetime(2026, 11, 24, 8, 0, tzinfo=UTC)
# CSS pixels: 210 mm less two margins of 12 mm.
SCREEN, PAPER = 1280, 703


@pytest.fixture(scope="module")
def browser():
    sandbox = os.geteuid() != 0  # Chromium refuses to start as root with its sandbox
    with (
        sync_playwright() as playwright,
        playwright.chromium.launch(executable_path=CHROMIUM, chromium_sandbox=sandbox) as browser,
    ):
        yield browser


@pytest.fixture
def tab(browser):
    with browser.new_page() as tab:
        show_as(tab, "screen")
        yield tab


@pytest.fixture
def tab_without_scripts(browser):
    with browser.new_page(java_script_enabled=False) as tab:
        show_as(tab, "screen")
        yield tab


def write_page(path, results, files=()):
    """Write the page about *results* to *path*, and return that."""
    occasion = Occasion(change="CHG0012345", requested_by="Jane Doe")
    path.write_text(render(results, files, occasion=occasion, now=NOW), encoding="utf-8")
    return path


@pytest.fixture
def write(tmp_path):
    """Return a function that creates a page from values."""

    def write(*values):
        results = Results()
        for value in values:
            results.add(value, origin="wave.json")
        return write_page(tmp_path / "page.html", results)

    return write


@pytest.fixture
def wave(write):
    return write(a_wave_of_60(), its_audit())


def show_as(tab, medium):
    tab.emulate_media(media=medium)
    tab.set_viewport_size({"width": SCREEN if medium == "screen" else PAPER, "height": 900})
