"""A start of the function loads handlers only on demand, and no large library that it does not need."""

import subprocess
import sys
from pathlib import Path

import pytest

FUNCTIONS = Path(__file__).parents[2] / "functions"
HANDLERS = ("cloudformation.handler", "direct", "eventbridge.digest", "eventbridge.launch_result", "eventbridge.sweep")
# Each of these would make every start slower.
HEAVY = {"aws_xray_sdk", "crhelper", "jinja2", "pydantic", "requests", "yaml"}


def loaded(statement):
    """Return the modules that *statement* loads in a new Python process."""
    program = f"import sys; {statement}; print(*sys.modules)"
    environment = {"PYTHONPATH": str(FUNCTIONS)}
    command = [sys.executable, "-c", program]
    return set(subprocess.run(command, env=environment, check=True, capture_output=True, text=True).stdout.split())


def handlers(modules):
    return {handler for handler in HANDLERS if f"finalize_cutover.handlers.{handler}" in modules}


def test_no_handler_and_nothing_heavy_is_loaded_before_an_event_is_there():
    modules = loaded("import finalize_cutover.app")

    assert handlers(modules) == set()
    assert modules & HEAVY == set()


@pytest.mark.parametrize("handler", HANDLERS)
def test_a_handler_loads_no_other_and_nothing_heavy_but_its_own(handler):
    modules = loaded(f"import finalize_cutover.app, finalize_cutover.handlers.{handler}")

    assert handlers(modules) == {handler}
    assert modules & HEAVY == ({"crhelper"} if handler == "cloudformation.handler" else set())
