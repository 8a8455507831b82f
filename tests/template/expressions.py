"""
What an expression of the function's source code says, as templates: ``…`` stands for a value.

A variable is what is assigned to it, a parameter what callers give for it, and a call what the function returns.
"""

import ast
import itertools
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

PACKAGE = Path(__file__).parents[2] / "functions" / "finalize_cutover"
VALUE = "…"
# Fields and calls that repeat a text which another call has made.
REPEATED = {"Reason", "__name__", "join", "reason", "str", "upper"}
# Collections of such texts.
COLLECTED = {"deviations"}


@dataclass(frozen=True)
class Scope:
    """A function, or the body of a module."""

    module: Path
    node: ast.AST


class UnreadableError(Exception):
    """An expression whose text this module cannot find out."""


@cache
def trees() -> dict[Path, ast.Module]:
    return {path: ast.parse(path.read_text()) for path in sorted(PACKAGE.rglob("*.py"))}


@cache
def functions() -> dict[str, list[Scope]]:
    """Return every function of the package by its name."""
    found: dict[str, list[Scope]] = {}
    for path, tree in trees().items():
        for node in ast.walk(tree):
            if isinstance(node, ast.FunctionDef):
                found.setdefault(node.name, []).append(Scope(path, node))
    return found


@cache
def calls() -> tuple[tuple[Scope, ast.Call], ...]:
    """Return every call with the innermost function that contains it."""
    return tuple(call for path, tree in trees().items() for call in _calls(tree, Scope(path, tree)))


def _calls(node: ast.AST, scope: Scope) -> Iterator[tuple[Scope, ast.Call]]:
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.Call):
            yield scope, child
        inner = Scope(scope.module, child) if isinstance(child, ast.FunctionDef) else scope
        yield from _calls(child, inner)


def name_of(call: ast.Call) -> str:
    function = call.func
    return function.id if isinstance(function, ast.Name) else getattr(function, "attr", "")


def resolved(node: ast.expr, scope: Scope, depth: int = 0) -> list[str]:
    """Return the templates that *node* can be; empty for a text that another call has made."""
    if depth > 8:
        raise UnreadableError(ast.unparse(node))
    handler = HANDLERS.get(type(node))
    if handler is None:
        raise UnreadableError(f"{scope.module.relative_to(PACKAGE)}: {ast.unparse(node)}")
    return handler(node, scope, depth + 1)


def _constant(node, scope, depth):
    return [node.value] if isinstance(node.value, str) else []


def _joined(node, scope, depth):
    parts = [
        [part.value] if isinstance(part, ast.Constant) else _variable(part.value, scope, depth) for part in node.values
    ]
    return ["".join(words) for words in itertools.product(*parts)]


def _variable(node, scope, depth):
    """Return what a variable of the function can be, if that is a text of its own; otherwise a value."""
    is_local = isinstance(node, ast.IfExp) or (isinstance(node, ast.Name) and _assigned(node, scope))
    try:
        return (resolved(node, scope, depth) if is_local else []) or [VALUE]
    except UnreadableError:
        return [VALUE]


def _either(node, scope, depth):
    nodes = node.values if isinstance(node, ast.BoolOp) else [node.body, node.orelse]
    return [words for each in nodes for words in resolved(each, scope, depth)]


def _sum(node, scope, depth):
    pairs = itertools.product(resolved(node.left, scope, depth), resolved(node.right, scope, depth))
    return [left + right for left, right in pairs]


def _named(node, scope, depth):
    return resolved(node.value, scope, depth)


def _attribute(node, scope, depth):
    if node.attr in REPEATED:
        return []
    raise UnreadableError(ast.unparse(node))


def _item(node, scope, depth):
    if ast.unparse(node.value) in COLLECTED:
        return []
    raise UnreadableError(ast.unparse(node))


def _name(node, scope, depth):
    """Return the templates of a variable: what is assigned to it, or what callers give for it."""
    if values := _assigned(node, scope):
        return [words for value in values for words in resolved(value, scope, depth)]
    if isinstance(scope.node, ast.FunctionDef):
        parameters = [each.arg for each in scope.node.args.args if each.arg not in {"self", "cls"}]
        if node.id in parameters:
            return _from_callers(scope, parameters.index(node.id), depth)
        return _name(node, Scope(scope.module, trees()[scope.module]), depth)
    return _imported(node.id, scope, depth)


def _imported(name, scope, depth):
    for each in ast.walk(scope.node):
        if isinstance(each, ast.ImportFrom) and name in [alias.name for alias in each.names]:
            module = PACKAGE.parent.joinpath(*(each.module or "").split(".")).with_suffix(".py")
            return resolved(ast.Name(name), Scope(module, trees()[module]), depth)
    raise UnreadableError(f"{scope.module.relative_to(PACKAGE)}: {name}")


def _assigned(node, scope):
    return [
        each.value
        for each in ast.walk(scope.node)
        if (isinstance(each, ast.Assign) and node.id in [ast.unparse(target) for target in each.targets])
        or (isinstance(each, ast.AnnAssign) and each.value and ast.unparse(each.target) == node.id)
        or (isinstance(each, ast.NamedExpr) and each.target.id == node.id)
    ]


def _from_callers(scope, position, depth):
    named = [(outer, call) for outer, call in calls() if name_of(call) == scope.node.name]
    here = [(outer, call) for outer, call in named if outer.module == scope.module] or named
    found = [(outer, call.args[position]) for outer, call in here if len(call.args) > position]
    if not found:
        raise UnreadableError(f"{scope.module.relative_to(PACKAGE)}: argument {position} of {scope.node.name}")
    return [words for outer, argument in found for words in resolved(argument, outer, depth)]


def _call(node, scope, depth):
    """Return the templates that a function of the package returns."""
    name = name_of(node)
    if name in REPEATED:
        return []
    if name == "format":
        return [re.sub(r"\{\w*\}", VALUE, words) for words in resolved(node.func.value, scope, depth)]
    if name == "strip":
        return resolved(node.func.value, scope, depth)
    known = functions().get(name, [])
    here = [each for each in known if each.module == scope.module] or known
    if not here:
        raise UnreadableError(f"{scope.module.relative_to(PACKAGE)}: {ast.unparse(node)}")
    returned = [
        (each, statement.value)
        for each in here
        for statement in ast.walk(each.node)
        if isinstance(statement, ast.Return) and statement.value is not None
    ]
    return [words for each, value in returned for words in resolved(value, each, depth)]


HANDLERS = {
    ast.Attribute: _attribute,
    ast.BinOp: _sum,
    ast.BoolOp: _either,
    ast.Call: _call,
    ast.Constant: _constant,
    ast.IfExp: _either,
    ast.JoinedStr: _joined,
    ast.Name: _name,
    ast.NamedExpr: _named,
    ast.Subscript: _item,
}
