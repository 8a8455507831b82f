"""The images in the documentation: `make images` generates them."""

import re

import pytest

from tests.template import dashboard_image

LARGEST = 250_000  # bytes
PAGES = {"dashboard.svg": "operations.md", "report-page.png": "report.md"}


@pytest.fixture(scope="module")
def images(root):
    return {path.name: path for path in (root / "docs" / "images").iterdir()}


def test_every_image_belongs_to_a_page(images):
    assert images.keys() == PAGES.keys()


@pytest.mark.parametrize(("image", "page"), PAGES.items())
def test_the_page_shows_its_image_with_an_alternative_text(root, image, page):
    text = (root / "docs" / page).read_text()

    assert re.search(rf"^!\[[^]]+\]\(images/{re.escape(image)}\)$", text, flags=re.MULTILINE)


def test_no_image_is_large(images):
    assert [name for name, path in images.items() if path.stat().st_size >= LARGEST] == []


def test_the_image_of_the_dashboard_matches_the_template(images, template):
    assert images["dashboard.svg"].read_text(encoding="utf-8") == dashboard_image.draw(template), "Run `make images`."


def test_the_image_of_the_dashboard_shows_what_its_widgets_display(template):
    image = dashboard_image.draw(template)

    shown = {"Not approved", "Throttles", "WavesFailed", "source_server_id", "@timestamp"}
    assert [words for words in shown if f">{words}</text>" not in image] == []
