"""Parses a page: its text and its elements, as a browser reads them."""

from html.parser import HTMLParser

BLOCKS = {"caption", "dd", "dt", "h1", "h2", "h3", "li", "p", "td", "th"}
VOID = {"meta", "link", "col", "path", "circle", "rect"}


class Page(HTMLParser):
    """
    A parsed page.

    Attributes:
        elements: (name, attributes) of each, in order.

        text: The visible text; each run of white space is one space.
    """

    def __init__(self, html):
        super().__init__()
        self.elements, self._open, self._texts = [], [], []
        self.feed(html)
        self.close()
        assert self._open == []
        self.text = " ".join("".join(self._texts).split())

    def named(self, name):
        return [attributes for element, attributes in self.elements if element == name]

    def handle_starttag(self, tag, attrs):
        self.elements.append((tag, dict(attrs)))
        if tag in BLOCKS or "aside" in (dict(attrs).get("class") or "").split():
            self._texts.append(" ")
        if tag not in VOID:
            self._open.append(tag)

    def handle_startendtag(self, tag, attrs):
        self.elements.append((tag, dict(attrs)))

    def handle_endtag(self, tag):
        assert self._open.pop() == tag

    def handle_data(self, data):
        if "style" not in self._open:
            self._texts.append(data)
