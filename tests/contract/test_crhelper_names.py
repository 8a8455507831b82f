"""The internals of crhelper that the subclass uses; crhelper does not guarantee them."""

import ast
import inspect
from importlib.metadata import version
from pathlib import Path

import pytest
from crhelper import CfnResource, log_helper

from finalize_cutover.handlers.cloudformation import handler as custom_resource
from finalize_cutover.handlers.cloudformation.handler import Resource

ROOT = Path(__file__).parents[2]
PINNED = "2.0.12"
OURS = {"answer", "_response", "_seconds_to_timer", "_window"}


def overridden():
    return {name for name, value in vars(Resource).items() if inspect.isfunction(value)} - {"answer"}


def used():
    """Every ``self.name`` and ``resource.name`` in the module that crhelper defines."""
    tree = ast.parse(inspect.getsource(custom_resource))
    owners = {"self", "resource"}
    nodes = [node for node in ast.walk(tree) if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name)]
    return {node.attr for node in nodes if node.value.id in owners} - OURS


def made_by_crhelper():
    """Every attribute name of a crhelper object that has started to handle a request."""
    source = inspect.getsource(CfnResource)
    assigned = {
        target.attr
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.Assign)
        for target in node.targets
        if isinstance(target, ast.Attribute)
    }
    return assigned | set(dir(CfnResource))


def test_the_version_is_the_one_that_was_read():
    assert version("crhelper") == PINNED


@pytest.mark.parametrize("file", ["pyproject.toml", "layers/runtime/requirements.txt"])
def test_the_version_is_pinned(file):
    assert f"crhelper=={PINNED}" in (ROOT / file).read_text()


@pytest.mark.parametrize("name", sorted(overridden()))
def test_what_we_override_exists(name):
    assert inspect.isfunction(getattr(CfnResource, name))


@pytest.mark.parametrize("name", sorted(overridden() - {"__init__", "_send"}))
def test_what_we_override_takes_what_ours_takes(name):
    theirs, ours = (inspect.signature(getattr(kind, name)).parameters for kind in (CfnResource, Resource))

    assert [*theirs][: len(ours)] == [*ours]


@pytest.mark.parametrize("name", sorted(used()))
def test_what_we_use_exists(name):
    assert name in made_by_crhelper()


def test_nothing_is_overridden_that_is_not_called():
    source = inspect.getsource(CfnResource)

    assert [name for name in overridden() if source.count(f"self.{name}") == 0 and name != "__init__"] == []


def test_sends_go_through_one_method_that_we_override():
    source = inspect.getsource(CfnResource)

    assert source.count("send_response(self._response_url") == 1
    assert "send_response(self._response_url" in inspect.getsource(CfnResource._send)


def test_the_constructor_takes_what_we_give_it():
    assert {"log_level", "boto_level", "sleep_on_delete"} <= inspect.signature(CfnResource).parameters.keys()
    assert "setLevel(level)" in inspect.getsource(log_helper.setup)
