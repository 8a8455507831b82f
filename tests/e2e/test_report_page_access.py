"""The report page for people who cannot see it well, or do not use a mouse; axe-core finds what rules can find."""

import json
from pathlib import Path

import pytest

from reporting.files import read
from reporting.results import Results
from tests.e2e.report_page import needs_chromium, write_page
from tests.unit.evidence_records import store_finalization
from tests.unit.large_results import large_results, store_large_evidence
from tests.unit.wave_results import ERROR, a_report, a_wave_of_60, its_audit, server_id

AXE = Path(__file__).parents[2] / "node_modules" / "axe-core" / "axe.min.js"
STANDARDS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
LARGE = 300
pytestmark = [
    needs_chromium,
    pytest.mark.skipif(not AXE.is_file(), reason="axe-core is not on this machine: make node_modules/.installed"),
]


def of_values(*values):
    results = Results()
    for value in values:
        results.add(value, origin="wave.json")
    return results, ()


def of_evidence(folder, count):
    store_large_evidence(folder, count)
    # Of this one, the result does not belong to its intent.
    path = folder / store_finalization(folder, server_id(9999))
    path.write_text(path.read_text() + "\n")
    return read([folder])


PAGES = {
    "one server": lambda _folder: of_values(a_report()),
    "one error": lambda _folder: of_values(a_report(outcome="FAILED", error=ERROR)),
    "no server": lambda _folder: of_values(),
    "an audit alone": lambda _folder: of_values(its_audit()),
    "a wave": lambda _folder: of_values(a_wave_of_60(), its_audit()),
    "a large wave": lambda _folder: of_values(*large_results(LARGE)),
    "evidence": lambda folder: of_evidence(folder, 12),
    "large evidence": lambda folder: of_evidence(folder, LARGE),
}


def violations(tab):
    """Return what axe-core finds, as text."""
    tab.evaluate(AXE.read_text(encoding="utf-8"))
    options = {"runOnly": {"type": "tag", "values": STANDARDS}, "resultTypes": ["violations"]}
    found = tab.evaluate(f"axe.run({json.dumps(options)})")["violations"]
    return [f"{each['id']}: {each['nodes'][0]['html']}" for each in found]


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("kind", PAGES)
def test_axe_finds_nothing(tab, tmp_path, kind, scheme):
    tab.emulate_media(color_scheme=scheme)
    tab.goto(write_page(tmp_path / "page.html", *PAGES[kind](tmp_path)).as_uri())

    assert violations(tab) == []


def test_axe_would_find_what_is_hard_to_read(tab, wave):
    tab.goto(wave.as_uri())
    tab.evaluate("document.querySelector('h1').style.color = '#ddd'")

    assert [found.split(":")[0] for found in violations(tab)] == ["color-contrast"]


def test_axe_looks_at_the_dark_page(tab, wave):
    tab.emulate_media(color_scheme="dark")

    tab.goto(wave.as_uri())

    assert tab.evaluate("getComputedStyle(document.documentElement).backgroundColor") == "rgb(20, 24, 29)"


def test_the_keyboard_unfolds_what_is_folded(tab_without_scripts, write):
    tab = tab_without_scripts
    tab.goto(write(*large_results(120)).as_uri())
    folded = tab.locator("details.group:not([open])")
    assert tab.locator("details.group").count() == 3
    tab.locator("details.group > summary").first.focus()
    was = folded.count()

    tab.keyboard.press("Enter")

    assert folded.count() == was + 1


def test_a_link_leads_to_a_server_also_in_a_folded_group(tab_without_scripts, write):
    tab = tab_without_scripts
    tab.goto(write(a_wave_of_60()).as_uri())
    tab.locator("details.group > summary").first.click()
    link = tab.locator(".attention a").first
    row = tab.locator(f"tr{link.get_attribute('href')}")
    assert not row.is_visible()

    link.press("Enter")

    assert row.is_visible()
