"""The artifact in .aws-sam/build, as it is deployed to Lambda."""

import ast
import os
import subprocess
from pathlib import Path

import pytest
from samtranslator.yaml_helper import yaml_parse

from tools.layer import bytecode
from tools.layer.target import MACHINES, Target

ROOT = Path(__file__).parents[2]
BUILT = ROOT / ".aws-sam" / "build"
ARTIFACTS = ["FinalizeCutover", "RuntimeLayer"]
# ELF's e_machine, https://refspecs.linuxfoundation.org/elf/gabi4+/ch4.eheader.html
ELF_MACHINES = {"aarch64": 183, "x86_64": 62}
LARGEST = 12_000_000  # bytes, layer and code together, unzipped


@pytest.fixture(scope="module")
def target():
    """Return the build target of the artifacts."""
    layer = yaml_parse((BUILT / "template.yaml").read_text())["Resources"]["RuntimeLayer"]
    return Target(architecture=layer["Metadata"]["BuildArchitecture"])


@pytest.fixture
def run(target):
    """Return a function that runs code on the runtime's Python, with only the artifacts on its path."""
    interpreter = bytecode.find_interpreter(target)
    if interpreter is None:
        pytest.skip(f"Python {target.python} is not on this machine")
    paths = [str(BUILT / "FinalizeCutover"), str(BUILT / "RuntimeLayer" / "python")]

    def run(code):
        command = [interpreter, "-B", "-I", "-S", "-c", f"import sys; sys.path[:0] = {paths}\n{code}"]
        return subprocess.run(command, check=True, capture_output=True, text=True).stdout

    return run


def contents(folder):
    """Return ``{path: (mode, mtime, bytes)}`` of the content of a zip file of *folder*."""
    paths = [path for path in folder.rglob("*") if path.is_file()]
    return {str(p.relative_to(folder)): (p.stat().st_mode, p.stat().st_mtime, p.read_bytes()) for p in paths}


def imports(folder):
    """Return every import statement in the code of *folder* that imports from another package."""
    nodes = [node for path in folder.rglob("*.py") for node in ast.walk(ast.parse(path.read_text()))]
    plain = [ast.unparse(node) for node in nodes if isinstance(node, ast.Import)]
    return sorted({*plain, *(ast.unparse(n) for n in nodes if isinstance(n, ast.ImportFrom) and n.level == 0)})


@pytest.mark.parametrize("artifact", ARTIFACTS)
def test_a_second_build_gives_the_same_bytes(tmp_path, target, artifact):
    environment = {**os.environ, "ARCH": target.architecture, "PATH": f"{ROOT / '.tools' / 'bin'}:{os.environ['PATH']}"}
    make = ["make", "--makefile", "layers/Makefile", f"build-{artifact}", f"ARTIFACTS_DIR={tmp_path}"]
    subprocess.run(make, check=True, cwd=ROOT, env=environment)

    assert contents(tmp_path) == contents(BUILT / artifact)


def test_layer_and_code_are_small():
    files = [path for artifact in ARTIFACTS for path in (BUILT / artifact).rglob("*") if path.is_file()]

    assert sum(path.stat().st_size for path in files) <= LARGEST


def test_extension_modules_are_for_the_target(target):
    machines = {path.name: int.from_bytes(path.read_bytes()[18:20], "little") for path in BUILT.rglob("*.so")}

    assert machines != {}
    assert set(machines.values()) == {ELF_MACHINES[MACHINES[target.architecture]]}


def test_every_module_has_bytecode(target):
    if bytecode.find_interpreter(target) is None:
        pytest.skip(f"Python {target.python} is not on this machine")
    modules = [path for artifact in ARTIFACTS for path in (BUILT / artifact).rglob("*.py")]

    compiled = [path.parent / "__pycache__" / f"{path.stem}.{target.cache_tag}.pyc" for path in modules]

    assert [path for path in compiled if not path.exists()] == []


def test_everything_the_code_imports_is_there(run):
    statements = [line for line in imports(BUILT / "FinalizeCutover") if "mypy_boto3" not in line]

    assert run("\n".join([*statements, "print('all imported')"])) == "all imported\n"


def test_the_handler_can_be_imported(run):
    assert run("from finalize_cutover.app import lambda_handler; print(callable(lambda_handler))") == "True\n"


def test_nothing_is_compiled_at_a_start(run):
    program = """
from importlib.machinery import SourceFileLoader
plain, compiled = SourceFileLoader.source_to_code, []
def noted(loader, data, path, **options):
    compiled.append(path)
    return plain(loader, data, path, **options)
SourceFileLoader.source_to_code = noted
import finalize_cutover.app
from finalize_cutover.handlers import direct
from finalize_cutover.handlers.cloudformation import handler
from finalize_cutover.handlers.eventbridge import launch_result, sweep
print([path for path in compiled if path.startswith(tuple(sys.path[:2]))])
"""

    assert run(program) == "[]\n"


def test_the_layer_has_the_certificates_that_aws_is_trusted_by(run):
    program = """
import ssl
from botocore.httpsession import get_cert_path
path = get_cert_path(True)
print(path.startswith(sys.path[1]), len(ssl.create_default_context(cafile=path).get_ca_certs()))
"""

    is_ours, count = run(program).split()
    assert is_ours == "True"
    assert int(count) > 50
