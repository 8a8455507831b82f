"""Generates documents from the project's JSON Schemas."""

import json
from pathlib import Path
from typing import Any

from hypothesis import strategies as st

SCHEMAS = Path(__file__).parents[2] / "schemas"


def read(name: str) -> dict[str, Any]:
    """Return the schema in ``schemas/<name>.schema.json``."""
    schema: dict[str, Any] = json.loads((SCHEMAS / f"{name}.schema.json").read_text())
    return schema


def values(schema: dict[str, Any], known: dict[str, Any]) -> st.SearchStrategy[Any]:
    """
    Return what *schema* allows.

    Args:
        schema: Schema of one property.

        known: ``{pattern: value}``: for text with that pattern, an existing value is drawn in half of the cases.
    """
    if "enum" in schema:
        return st.sampled_from(schema["enum"])
    if "anyOf" in schema:
        return st.one_of([values(each, known) for each in schema["anyOf"]])
    if schema["type"] == "array":
        size = schema.get("minItems", 0)
        return st.lists(values(schema["items"], known), min_size=size, max_size=3)
    if schema["type"] == "object":
        names = _text(schema["propertyNames"], known)
        return st.dictionaries(names, values(schema["additionalProperties"], known), max_size=3)
    kinds: dict[str, st.SearchStrategy[Any]] = {
        "null": st.none(),
        "boolean": st.booleans(),
        "integer": st.integers(schema.get("minimum"), schema.get("maximum")),
        "string": _text(schema, known),
    }
    return kinds[schema["type"]]


def _text(schema: dict[str, Any], known: dict[str, Any]) -> st.SearchStrategy[str]:
    pattern = schema.get("pattern")
    if pattern is None:
        return st.text(max_size=20)
    text = st.from_regex(pattern.replace("$", r"\Z"), alphabet=st.characters(max_codepoint=127))
    text = text.filter(lambda drawn: len(drawn) <= schema.get("maxLength", 20))
    return st.just(known[pattern]) | text if pattern in known else text


@st.composite
def documents(draw: Any, schema: dict[str, Any], known: dict[str, Any]) -> dict[str, Any]:
    """Draw a document with exactly one of its selectors, and some of its other members."""
    selectors = [each["required"][0] for each in schema["oneOf"]]
    selector = draw(st.sampled_from(selectors))
    others = [name for name in schema["properties"] if name not in selectors]
    chosen = draw(st.lists(st.sampled_from(others), unique=True, max_size=4))
    names = [selector, *(name for name in schema["required"] if name not in chosen), *chosen]
    drawn = {name: draw(values(schema["properties"][name], known)) for name in names}
    return drawn if drawn[selector] is not None else {**drawn, selector: _some(schema, selector, known)}


def _some(schema: dict[str, Any], selector: str, known: dict[str, Any]) -> Any:
    """Return a value for *selector* that is not null, because null means absent."""
    kind = next(each for each in schema["properties"][selector]["anyOf"] if each["type"] != "null")
    return [known[kind["items"]["pattern"]]] if kind["type"] == "array" else known[kind["pattern"]]
