"""What a start of the function loads: what every door needs, and of the doors the one that is asked."""

import subprocess
import sys
from pathlib import Path

import pytest

FUNCTIONS = Path(__file__).parents[2] / "functions"
# Library: the door that alone needs it.
OF_ONE_DOOR = {"crhelper": "custom_resource"}
DOORS = ("custom_resource", "direct", "launch_result", "sweep")
# Theirs, which a start pays for whoever asks; boto3 brings most of them.
OF_EVERY_DOOR = {
    "aws_lambda_powertools",
    "boto3",
    "botocore",
    "dateutil",
    "jmespath",
    "msgspec",
    "s3transfer",
    "six",
    "typing_extensions",
    "urllib3",
}
# botocore takes certificates from it where it is installed; the layer has botocore's own.
ONLY_HERE = {"certifi"}


def loaded(statement):
    """Return the modules that *statement* loads into a Python of its own."""
    program = f"import sys; before = set(sys.modules); {statement}; print(*(sys.modules.keys() - before))"
    command = [sys.executable, "-c", program]
    environment = {"PYTHONPATH": str(FUNCTIONS)}
    return set(subprocess.run(command, env=environment, check=True, capture_output=True, text=True).stdout.split())


def doors(modules):
    return {door for door in DOORS if f"finalize_cutover.doors.{door}" in modules}


def libraries(modules):
    tops = {name.partition(".")[0] for name in modules}
    return tops - sys.stdlib_module_names - ONLY_HERE - {"__mp_main__", "finalize_cutover"}


@pytest.fixture(scope="module")
def start():
    """Return what is loaded before any request is there."""
    return loaded("import finalize_cutover.app")


def test_no_door_is_loaded_before_it_is_asked(start):
    assert doors(start) == set()


def test_no_library_is_loaded_that_not_every_door_needs(start):
    assert libraries(start) == OF_EVERY_DOOR


@pytest.mark.parametrize("door", DOORS)
def test_a_door_loads_no_other_and_no_library_of_another(door):
    modules = loaded(f"import finalize_cutover.app, finalize_cutover.doors.{door}")

    assert doors(modules) == {door}
    assert libraries(modules) - OF_EVERY_DOOR == {library for library, owner in OF_ONE_DOOR.items() if owner == door}
