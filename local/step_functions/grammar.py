"""
Adds fields of a Distributed Map to moto's grammar of the Amazon States Language: batches and results.

https://docs.aws.amazon.com/step-functions/latest/dg/state-map-distributed.html
"""

import json
from collections.abc import Iterator
from typing import Any

from moto.stepfunctions.parser.asl.parse.asl_parser import AmazonStateLanguageParser

# moto does not know ItemBatcher, and knows only the form of ResultWriter without JSONata.
UNKNOWN = ("ItemBatcher", "ResultWriter")

_parse_by_grammar = AmazonStateLanguageParser.parse


def parse(definition: str) -> Any:
    """
    Parse *definition* with moto; each map in the result has ``more``, the fields that moto does not know.

    Raises:
        ASLParserException: From moto: *definition* is invalid.
    """
    document = json.loads(definition)
    fields = [({name: state.pop(name) for name in UNKNOWN if name in state}, path) for state, path in _maps(document)]
    parsed: Any = _parse_by_grammar(json.dumps(document))
    for more, path in fields:
        _component_at(parsed[0].states, path).more = more
    return parsed


def _maps(document: dict[str, Any], *path: str) -> Iterator[tuple[dict[str, Any], tuple[str, ...]]]:
    """Yield each Map state of *document* with its path: the names of the enclosing states and its own."""
    for name, state in document.get("States", {}).items():
        if state.get("Type") == "Map":
            yield state, (*path, name)
            yield from _maps(state["ItemProcessor"], *path, name)


def _component_at(states: Any, path: tuple[str, ...]) -> Any:
    component = states.states[path[0]].iteration_component
    return _component_at(component._states, path[1:]) if path[1:] else component  # noqa: SLF001 - moto has no public access
