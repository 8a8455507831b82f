"""
Who may import whom: imports point inward, one library has one place, and nothing happens at import.

app → doors → cutover; aws implements what cutover declares; app and wiring join them.
"""

import ast
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2] / "functions"
PACKAGE = ROOT / "finalize_cutover"
MODULES = sorted(PACKAGE.rglob("*.py"))
# Room: the rooms it may enter beside itself.  "" is the hall: what stands beside the rooms.
MAY_ENTER = {"cutover": set(), "aws": {"cutover"}, "doors": {"cutover", ""}, "": {"cutover", "doors", "aws"}}
# Beside the rooms, who may enter which: the hall's modules have jobs of their own.
HALL = {
    "app": {"cutover", "doors"},
    "wiring": {"aws", "cutover", "doors"},
    "log": {"cutover"},
    "metrics": {"cutover"},
    "settings": {"cutover"},
    "clock": set(),
    "__init__": set(),
}
HALL_FOR_DOORS = {"log", "metrics", "settings"}
# Library: where it may be used.
ONLY_IN = {
    "boto3": "aws/",
    "botocore": "aws/",
    "mypy_boto3": "aws/",
    "crhelper": "doors/custom_resource.py",
}
CORE_MAY_NOT = {"aws_lambda_powertools", "boto3", "botocore", "crhelper", "io", "logging", "os", "pathlib", "time"}


def name_of(module):
    return str(module.relative_to(PACKAGE))


def room_of(module):
    parts = module.relative_to(PACKAGE).parts
    return parts[0] if len(parts) > 1 else ""


def imports(module):
    """Yield every name that *module* imports, in full, those for type checkers only included."""
    package = (PACKAGE.name, *module.relative_to(PACKAGE).parts[:-1])
    for node in ast.walk(ast.parse(module.read_text())):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = package[: len(package) - node.level + 1] if node.level else ()
            source = ".".join([*base, *([node.module] if node.module else [])])
            yield from (f"{source}.{alias.name}" for alias in node.names)


def own_imports(module):
    """Yield ``(room, module)`` of every import of ours."""
    for name in imports(module):
        first, _, rest = name.partition(".")
        if first == PACKAGE.name:
            parts = rest.split(".")
            is_room = (PACKAGE / parts[0]).is_dir()
            yield (parts[0], ".".join(parts[1:2])) if is_room else ("", parts[0])


def test_the_rule_sees_every_room():
    assert {room_of(module) for module in MODULES} == set(MAY_ENTER)
    assert {module.stem for module in MODULES if not room_of(module)} == set(HALL)


@pytest.mark.parametrize("module", MODULES, ids=name_of)
def test_imports_point_inward(module):
    room = room_of(module)
    may_enter = MAY_ENTER[room] if room else HALL[module.stem]

    entered = {other for other, _ in own_imports(module)} - {room}

    assert entered <= may_enter


@pytest.mark.parametrize("module", [m for m in MODULES if room_of(m) == "doors"], ids=name_of)
def test_doors_use_of_the_hall_what_is_made_for_them(module):
    assert {name for room, name in own_imports(module) if room == ""} <= HALL_FOR_DOORS


@pytest.mark.parametrize("module", MODULES, ids=name_of)
def test_one_library_has_one_place(module):
    used = {library for library in ONLY_IN for name in imports(module) if name.startswith(library)}

    assert {library for library in used if not name_of(module).startswith(ONLY_IN[library])} == set()


@pytest.mark.parametrize("module", [m for m in MODULES if room_of(m) == "cutover"], ids=name_of)
def test_the_core_knows_no_aws_no_environment_and_no_clock(module):
    tree = ast.parse(module.read_text())
    attributes = {node.attr for node in ast.walk(tree) if isinstance(node, ast.Attribute)}

    assert {name.partition(".")[0] for name in imports(module)} & CORE_MAY_NOT == set()
    assert attributes & {"utcnow", "today", "environ", "getenv"} == set()
    assert "datetime.now(" not in module.read_text()
    assert "print(" not in module.read_text()


@pytest.mark.parametrize("module", MODULES, ids=name_of)
def test_only_what_joins_the_rooms_reads_the_environment(module):
    readers = {"wiring.py", "metrics.py", "doors/custom_resource.py", "doors/sam_local.py"}

    assert "os.environ" not in module.read_text() or name_of(module) in readers


def run(program):
    # Isolated, so that only what is said here is on the path and in the environment.
    return subprocess.run(
        [sys.executable, "-c", program], env={"PYTHONPATH": str(ROOT)}, capture_output=True, text=True, check=False
    )


def test_importing_the_handler_needs_no_environment_and_makes_no_client():
    result = run("""
import botocore.session, socket
def refuse(*args, **kwargs): raise AssertionError(args)
botocore.session.Session.create_client = socket.socket.connect = refuse
import finalize_cutover.app, finalize_cutover.wiring
from finalize_cutover.doors import custom_resource, direct, launch_result, sweep
""")

    assert (result.stdout, result.stderr) == ("", "")


def test_a_direct_request_does_not_load_what_only_other_doors_need():
    result = run("""
import sys
import finalize_cutover.app, finalize_cutover.doors.direct
print(sorted({"crhelper", "requests", "aws_xray_sdk", "pydantic"} & sys.modules.keys()))
""")

    assert (result.stdout, result.stderr) == ("[]\n", "")


def test_a_malformed_request_makes_no_client():
    result = run("""
import botocore.session
def refuse(*args, **kwargs): raise AssertionError(args)
botocore.session.Session.create_client = refuse
from finalize_cutover.app import lambda_handler
from finalize_cutover.cutover.errors import InvalidRequestError
try: lambda_handler({"sourceServerID": "s-1"})
except InvalidRequestError as error: print(error)
""")

    assert 'sourceServerID is "s-1"; allowed is' in result.stdout
    assert "Traceback" not in result.stderr
