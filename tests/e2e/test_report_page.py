"""The report page in a real browser: on the screen, in print, without scripts, with hostile text in it."""

import re
from pathlib import Path

import pytest

from reporting.files import read
from tests.e2e.documented_wave import store_documented_wave
from tests.e2e.report_page import PAPER, SCREEN, needs_chromium, show_as, write_page
from tests.unit.large_results import large_results
from tests.unit.wave_results import WAIVED, a_report, a_wave_of_60, its_audit, server_id

pytestmark = needs_chromium

KEPT = Path(__file__).parents[2] / "build" / "report-page"
HOSTILE = "<script>window.hit = 1</script><img src=x onerror='window.hit = 1'><svg onload='window.hit = 1'>"
LONG = "unbreakable" * 60
FLAT = "boxes => boxes.filter(box => !box.checkVisibility() || !box.getBoundingClientRect().height).length"
TOO_WIDE = """
[...document.querySelectorAll('th, td, p, li, dd, h1, .badge')]
    .filter(box => box.scrollWidth > box.clientWidth + 1 && getComputedStyle(box).display != 'inline')
    .map(box => box.textContent.trim().slice(0, 60))
"""
# https://www.w3.org/TR/WCAG22/#contrast-minimum
TOO_FAINT = """
(() => {
    const channels = colour => colour.match(/[\\d.]+/g).map(Number);
    const light = colour => channels(colour).slice(0, 3)
        .map(value => value / 255)
        .map(value => value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4)
        .reduce((sum, value, index) => sum + value * [0.2126, 0.7152, 0.0722][index], 0);
    const behind = box => {
        const colour = getComputedStyle(box).backgroundColor;
        return channels(colour)[3] === 0 ? behind(box.parentElement) : colour;
    };
    const contrast = box => {
        const style = getComputedStyle(box);
        const both = [light(box.closest('svg') ? style.fill : style.color), light(behind(box))].sort((a, b) => b - a);
        return (both[0] + 0.05) / (both[1] + 0.05);
    };
    return [...document.body.querySelectorAll('*')]
        .filter(box => [...box.childNodes].some(node => node.nodeType == 3 && node.data.trim()))
        .filter(box => !['title', 'desc'].includes(box.tagName))
        .filter(box => contrast(box) < 4.5)
        .map(box => `${box.className} ${box.textContent.slice(0, 30)} ${contrast(box).toFixed(2)}`);
})()
"""


def keep(name, content):
    """Save a file that a person can look at after the tests."""
    KEPT.mkdir(parents=True, exist_ok=True)
    (KEPT / name).write_bytes(content)


def test_it_loads_nothing_and_has_nothing_to_say_on_the_console(tab, wave):
    requests, messages = [], []
    tab.on("request", lambda request: requests.append(request.url))
    tab.on("console", lambda message: messages.append(message.text))
    tab.on("pageerror", lambda error: messages.append(str(error)))

    tab.goto(wave.as_uri())

    assert requests == [wave.as_uri()]  # data: URLs are not counted
    assert messages == []


def test_every_server_is_shown_without_scripts(tab_without_scripts, wave):
    tab = tab_without_scripts
    tab.goto(wave.as_uri())

    shown = tab.inner_text("body")
    assert [number for number in range(60) if server_id(number) not in shown] == []
    assert tab.locator(".servers tbody tr").count() == 60
    assert tab.locator("tr, svg").evaluate_all(FLAT) == 0


@pytest.mark.parametrize("medium", ["screen", "print"])
@pytest.mark.parametrize("words", ["as they are", "long"])
def test_nothing_is_wider_than_its_place(tab, write, medium, words):
    odd = a_report(
        server_id(99), warnings=[LONG], readiness=[{**WAIVED, "rule": LONG, "reason": LONG}], lifeCycleState=LONG
    )
    path = write(a_wave_of_60(), its_audit(), *([odd] if words == "long" else []))
    show_as(tab, medium)

    tab.goto(path.as_uri())

    assert tab.evaluate("document.documentElement.scrollWidth") <= (SCREEN if medium == "screen" else PAPER)
    assert tab.evaluate(TOO_WIDE) == []


def test_what_is_folded_on_the_screen_is_printed(tab, write):
    tab.goto(write(*large_results(120), a_report(server_id(999))).as_uri())
    folded = tab.locator("details:not([open])")
    on_the_screen = folded.locator("table, ul").evaluate_all(FLAT)

    show_as(tab, "print")

    assert on_the_screen > 0
    assert folded.locator("table, ul").evaluate_all(FLAT) == 0


@pytest.mark.parametrize("medium", ["screen", "print"])
def test_all_words_stand_out_from_what_is_behind_them(tab, wave, medium):
    show_as(tab, medium)
    tab.goto(wave.as_uri())

    assert tab.evaluate(TOO_FAINT) == []


def test_hostile_words_do_not_run(tab, write):
    values = [
        a_report(server_id(1), warnings=[HOSTILE]),
        a_report(HOSTILE),
        a_report(server_id(2), arn=f"a:b:c:d:e:{HOSTILE}"),
    ]

    tab.goto(write(*values).as_uri())

    assert HOSTILE in tab.inner_text("body")
    assert tab.evaluate("typeof window.hit") == "undefined"


def test_it_prints_on_a4_with_its_rows_whole(tab, wave):
    show_as(tab, "print")
    tab.goto(wave.as_uri())

    pdf = tab.pdf(prefer_css_page_size=True, print_background=False)

    keep("wave.pdf", pdf)
    boxes = {
        tuple(round(float(number)) for number in box.split()) for box in re.findall(rb"/MediaBox \[([^]]*)\]", pdf)
    }
    assert boxes == {(0, 0, 595, 842)}
    assert 5 <= len(re.findall(rb"/Type /Page\b", pdf)) <= 7
    assert tab.evaluate("getComputedStyle(document.querySelector('tr')).breakInside") == "avoid"


def test_it_is_worth_a_look(tab, wave):
    tab.goto(wave.as_uri())

    picture = tab.screenshot(full_page=True)

    keep("wave.png", picture)
    assert int.from_bytes(picture[16:20], "big") == SCREEN


def test_its_top_is_a_small_image_for_the_documentation(tab, tmp_path):
    store_documented_wave(tmp_path)
    tab.goto(write_page(tmp_path / "page.html", *read([tmp_path])).as_uri())
    row = tab.locator(".servers tbody tr").nth(2)
    bottom = row.evaluate("row => row.getBoundingClientRect().bottom + window.scrollY")
    top = {"x": 0, "y": 0, "width": SCREEN, "height": bottom}

    picture = tab.screenshot(full_page=True, clip=top)

    keep("top.png", picture)
    assert len(picture) < 250_000
