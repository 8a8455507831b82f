"""
The texts that the function shows when something is not good, read from its source code.

Texts are the messages of errors, the reasons of readiness checks and preflight checks that do not pass, warnings, and
log messages from WARNING on.
"""

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache

from tests.template.expressions import PACKAGE, VALUE, Scope, calls, functions, name_of, resolved, trees

# Calls whose first argument is shown; so is that of each class of errors.
SHOWN = {"blocks", "fails", "make", "waits", "warns"}
# Calls whose argument ``reason`` is shown, unless the verdict is PASS.
WITH_REASON = {"Check", "Finding", "NoAnswer", "answer"}
# Functions of which every sentence is a warning in the report; elsewhere, warnings are assigned to variables.
WARNING = {"_archived", "_first", "in_report", "verify"}
COLLECTIONS = {"notes", "problems", "warnings"}
LOGGED = {"warning", "error", "exception"}
# Errors whose constructor writes the sentence from facts.
OWN_SENTENCE = {"NotReadyError"}


@dataclass(frozen=True)
class Text:
    """A template, and where it is."""

    words: str
    place: str = field(compare=False)


@cache
def error_classes() -> dict[str, ast.ClassDef]:
    """Return every class of errors of the package by its name."""
    return {
        node.name: node
        for tree in trees().values()
        for node in ast.walk(tree)
        if isinstance(node, ast.ClassDef) and node.name.endswith("Error")
    }


@cache
def texts() -> frozenset[Text]:
    """Return every text; raise UnreadableError for an expression that this module does not understand."""
    found = [(scope, argument) for scope, call in calls() for argument in shown_in(call, scope)]
    return frozenset(
        Text(re.sub(f"{VALUE}+", VALUE, words), f"{scope.module.relative_to(PACKAGE)}:{argument.lineno}")
        for scope, argument in [*found, *warnings()]
        for words in resolved(argument, scope)
        if re.search(r"[a-z]{3}", words)
    )


def warnings() -> Iterator[tuple[Scope, ast.expr]]:
    """Yield every sentence that is a warning in a report, or a problem in a digest."""
    for name, scopes in functions().items():
        for scope in scopes:
            nodes = [scope.node] if name in WARNING else [n for each in ast.walk(scope.node) for n in _collected(each)]
            yield from ((scope, each) for node in nodes for each in ast.walk(node) if isinstance(each, ast.JoinedStr))


def _collected(node: ast.AST) -> list[ast.expr]:
    """Return what *node* adds to a collection of warnings or problems."""
    target = node.targets[0] if isinstance(node, ast.Assign) else getattr(node, "target", None)
    is_named = target is not None and ast.unparse(target).removeprefix("self._") in COLLECTIONS
    if is_named and isinstance(node, ast.Assign | ast.AugAssign):
        return [node.value]
    return [node.value] if isinstance(node, ast.keyword) and node.arg in COLLECTIONS else []


def shown_in(call: ast.Call, scope: Scope) -> list[ast.expr]:
    """Return the arguments of *call* that are shown."""
    name = name_of(call)
    named = {keyword.arg: keyword.value for keyword in call.keywords if keyword.arg}
    if name in WITH_REASON and "reason" in named:
        return [] if _passes(named.get("verdict")) else [named["reason"]]
    is_error = name in error_classes() and name not in OWN_SENTENCE
    is_error = is_error or (name == "cls" and _class_of(scope) in error_classes()) or _is_base_init(call, scope)
    is_logged = name in LOGGED and ast.unparse(call.func).startswith("logger.")
    return call.args[:1] if is_error or is_logged or name in SHOWN else []


def _passes(verdict: ast.expr | None) -> bool:
    return verdict is not None and ast.unparse(verdict).endswith("Verdict.PASS")


def _class_of(scope: Scope) -> str:
    for name, node in error_classes().items():
        if scope.node in node.body:
            return name
    return ""


def _is_base_init(call: ast.Call, scope: Scope) -> bool:
    return ast.unparse(call.func) == "super().__init__" and _class_of(scope) in OWN_SENTENCE
