"""
The architecture's import rules: imports point inward, each library has one place, an import has no side effects.

app → bootstrap → handlers → cutover; aws implements what cutover declares; bootstrap joins them.
"""

import ast
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2] / "functions"
PACKAGE = ROOT / "finalize_cutover"
MODULES = sorted(PACKAGE.rglob("*.py"))
# {package or module: the other packages and modules that it may import}
MAY_IMPORT = {
    "app": {"bootstrap"},
    "bootstrap": {"aws", "clock", "cutover", "handlers", "observability", "settings", "version"},
    "handlers": {"cutover", "observability", "settings", "version"},
    "aws": {"cutover"},
    "observability": {"cutover"},
    "settings": {"cutover"},
    "cutover": {"version"},
    "clock": set(),
    "version": set(),
    "__init__": set(),
}
# The layers of the domain, lowest first; each may import the earlier ones.
DOMAIN = (
    "source_server",
    "evidence",
    "readiness",
    "errors",
    "report",
    "batches",
    "staging_resource",
    "kept_logs",
    "groups",
    "ports",
    "time_budget",
    "acceptance",
    "selection",
    "audit",
    "records",
    "finalize",
    "fleet_report",
    "digest",
    "preflight",
)
# {library: where it may be imported}
ONLY_IN = {
    "boto3": "aws/",
    "botocore": "aws/",
    "mypy_boto3": "aws/",
    "crhelper": "handlers/cloudformation/handler.py",
}
CORE_MAY_NOT = {"aws_lambda_powertools", "boto3", "botocore", "crhelper", "io", "logging", "os", "pathlib", "time"}


def name_of(module):
    return str(module.relative_to(PACKAGE))


def part_of(module):
    """Return the subpackage of *module*, or the module's name if it is in no subpackage."""
    return module.relative_to(PACKAGE).parts[0].removesuffix(".py")


def imports(module):
    """Yield the full name of every import in *module*, including imports for type checkers only."""
    package = (PACKAGE.name, *module.relative_to(PACKAGE).parts[:-1])
    for node in ast.walk(ast.parse(module.read_text())):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = package[: len(package) - node.level + 1] if node.level else ()
            source = ".".join([*base, *([node.module] if node.module else [])])
            yield from (f"{source}.{alias.name}" for alias in node.names)


def own_imports(module):
    """Yield the path below the package, in parts, of every module of this project that *module* imports."""
    for name in imports(module):
        first, *rest = name.split(".")
        if first == PACKAGE.name:
            yield rest


def test_the_rule_knows_every_part():
    assert {part_of(module) for module in MODULES} == set(MAY_IMPORT)


@pytest.mark.parametrize("module", MODULES, ids=name_of)
def test_imports_point_inward(module):
    part = part_of(module)

    assert {parts[0] for parts in own_imports(module)} - {part} <= MAY_IMPORT[part]


@pytest.mark.parametrize("module", [m for m in MODULES if part_of(m) == "cutover"], ids=name_of)
def test_the_domain_reads_from_the_ground_up(module):
    layers = [*DOMAIN, "__init__"]
    layer = module.relative_to(PACKAGE / "cutover").parts[0].removesuffix(".py")

    below = {parts[1] for parts in own_imports(module) if parts[0] == "cutover"} - {layer}

    assert {other for other in below if layers.index(other) >= layers.index(layer)} == set()


@pytest.mark.parametrize("module", MODULES, ids=name_of)
def test_one_library_has_one_place(module):
    used = {library for library in ONLY_IN for name in imports(module) if name.startswith(library)}

    assert {library for library in used if not name_of(module).startswith(ONLY_IN[library])} == set()


@pytest.mark.parametrize("module", [m for m in MODULES if part_of(m) == "cutover"], ids=name_of)
def test_the_core_knows_no_aws_no_environment_and_no_clock(module):
    tree = ast.parse(module.read_text())
    attributes = {node.attr for node in ast.walk(tree) if isinstance(node, ast.Attribute)}

    assert {name.partition(".")[0] for name in imports(module)} & CORE_MAY_NOT == set()
    assert attributes & {"utcnow", "today", "environ", "getenv"} == set()
    assert "datetime.now(" not in module.read_text()
    assert "print(" not in module.read_text()


@pytest.mark.parametrize("module", MODULES, ids=name_of)
def test_only_few_modules_read_the_environment(module):
    readers = {
        "bootstrap.py",
        "observability/log.py",
        "observability/metrics.py",
        "handlers/cloudformation/handler.py",
        "handlers/cloudformation/proxy.py",
        "handlers/cloudformation/sam_local.py",
    }

    assert "os.environ" not in module.read_text() or name_of(module) in readers


def run(program):
    # A fixed environment, so that only this folder is on the path.
    return subprocess.run(
        [sys.executable, "-c", program], env={"PYTHONPATH": str(ROOT)}, capture_output=True, text=True, check=False
    )


def test_importing_the_handler_needs_no_environment_and_makes_no_client():
    result = run("""
import botocore.session, socket
def refuse(*args, **kwargs): raise AssertionError(args)
botocore.session.Session.create_client = socket.socket.connect = refuse
import finalize_cutover.app
from finalize_cutover.handlers import direct
from finalize_cutover.handlers.cloudformation import handler
from finalize_cutover.handlers.eventbridge import launch_result, sweep
""")

    assert (result.stdout, result.stderr) == ("", "")


def test_a_direct_request_does_not_load_what_only_other_handlers_need():
    result = run("""
import sys
import finalize_cutover.app, finalize_cutover.handlers.direct
print(sorted({"crhelper", "requests", "aws_xray_sdk", "pydantic"} & sys.modules.keys()))
""")

    assert (result.stdout, result.stderr) == ("[]\n", "")


def test_only_a_preflight_loads_its_checks_and_adapters():
    result = run("""
import sys
import finalize_cutover.app, finalize_cutover.handlers.direct
print(sorted(name.partition(".")[2] for name in sys.modules if "preflight" in name))
""")

    assert (result.stdout, result.stderr) == ("['cutover.preflight', 'cutover.preflight.ports']\n", "")


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

    assert 'sourceServerID is "s-1"; allowed:' in result.stdout
    assert "Traceback" not in result.stderr
