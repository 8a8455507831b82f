"""
Draw the image of the dashboard for the documentation, from template.yaml.

The image is schematic: it shows where each widget is, its title and the names of what it displays, but no values.
"""

import json
import re
from pathlib import Path

import jinja2
from samtranslator.yaml_helper import yaml_parse

from tests.template.rendered import rendered

ROOT = Path(__file__).parents[2]
IMAGE = ROOT / "docs" / "images" / "dashboard.svg"
# Pixels per unit of the dashboard's grid, and between two widgets.
COLUMN, ROW, GAP = 56, 32, 8


def draw(template):
    """Return the SVG document of the dashboard that *template* deploys to eu-west-1 with its default parameters."""
    body = rendered(template["Resources"]["Dashboard"]["Properties"]["DashboardBody"], template)
    widgets = [_described(widget) for widget in json.loads(body.replace("<AWS::Region>", "eu-west-1"))["widgets"]]
    environment = jinja2.Environment(autoescape=True, trim_blocks=True, lstrip_blocks=True, keep_trailing_newline=True)
    return environment.from_string(Path(__file__).with_suffix(".svg.jinja").read_text()).render(
        widgets=widgets,
        width=max(one["x"] + one["width"] for one in widgets) + GAP,
        height=max(one["y"] + one["height"] for one in widgets),
    )


def _described(widget):
    """Return the position and size of *widget* in pixels, and the words on it."""
    return {
        "x": widget["x"] * COLUMN + GAP,
        "y": widget["y"] * ROW + GAP,
        "width": widget["width"] * COLUMN - GAP,
        "height": widget["height"] * ROW - GAP,
        "title": widget["properties"].get("title"),
    } | _content(widget["type"], widget["properties"])


def _content(kind, properties):
    if kind == "text":
        without_links_and_emphasis = re.sub(r"\[([^]]*)\]\([^)]*\)|\*\*|`", r"\1", properties["markdown"])
        title, text = without_links_and_emphasis.removeprefix("# ").split("\n")
        return {"title": title, "text": text}
    if kind == "alarm":
        return {"alarms": [alarm.strip("<>").removesuffix(".Arn") for alarm in properties["alarms"]]}
    if kind == "log":
        return {"columns": _columns(properties["query"])}
    labels = _labels(properties["metrics"])
    if properties["view"] == "singleValue":
        return {"numbers": labels}
    limits = properties.get("annotations", {}).get("horizontal", [])
    return {"curves": labels, "limits": [f"{limit['label']}: {limit['value']}" for limit in limits]}


def _labels(metrics):
    """Return the label of every metric that is displayed: its own, or the metric's name."""
    rows = [(row, row[-1] if isinstance(row[-1], dict) else {}) for row in metrics]
    return [options.get("label") or row[1] for row, options in rows if options.get("visible", True)]


def _columns(query):
    """Return the columns of a log query's table; those that it groups by come first."""
    command = re.search(r"(?:stats|fields) ([^|]*)", query)[1].strip()
    names, _, groups = re.sub(r"\w+\([^)]*\) as ", "", command).partition(" by ")
    return [name.strip() for name in f"{groups},{names}".split(",") if name]


if __name__ == "__main__":
    IMAGE.parent.mkdir(exist_ok=True)
    IMAGE.write_text(draw(yaml_parse((ROOT / "template.yaml").read_text())), encoding="utf-8")
