"""The layer's packages match the lock file, and its models match the calls in the code and the role."""

import re
import tomllib

import pytest
from botocore import xform_name
from botocore.session import get_session
from packaging.markers import Marker

from tools.layer import contents

PROJECT = "finalize-mgn-cutover"
# Actions that Lambda and other services perform for the function, without a client in the code.
BY_LAMBDA = ("kms:Decrypt", "kms:GenerateDataKey", "logs:", "sqs:", "xray:")
# S3 asks for it in a PutObject with a retention.
OF_OTHER_OPERATIONS = {"s3:PutObjectRetention"}
# Names in IAM that differ from those in botocore: of actions, and of services in signatures.
ACTIONS = {
    "lambda:Invoke": "lambda:InvokeFunction",
    "s3:GetObjectLockConfiguration": "s3:GetBucketObjectLockConfiguration",
}
# Everybody may call it.
NEEDS_NO_PERMISSION = {"sts:GetCallerIdentity"}
SIGNED_AS = {"cloudwatch": "monitoring"}


@pytest.fixture
def lock(root):
    """Return the locked packages by name and version."""
    packages = tomllib.loads((root / "uv.lock").read_text())["package"]
    return {(package["name"], package["version"]): package for package in packages}


def read(requirements):
    """Return ``{(name, version): {hash}}`` of the packages in a requirements file."""
    lines = [line.split() for line in requirements.read_text().replace("\\\n", " ").splitlines() if line]
    return {tuple(line[0].split("==")): {word.removeprefix("--hash=") for word in line[1:]} for line in lines}


@pytest.fixture
def requirements(root):
    """Return ``{(name, version): {hash}}`` of the layer's packages."""
    return read(root / "layers" / "runtime" / "requirements.txt")


@pytest.fixture
def operations(root):
    return contents.load(root / "layers" / "runtime" / "contents.toml").operations


def run_time(lock):
    """Return the project's dependencies, including transitive ones, as ``{(name, version): {hash}}``."""
    waiting = [key for key in lock if key[0] == PROJECT]
    found = {}
    while waiting:
        for dependency in filter(is_run_time, lock[waiting.pop()].get("dependencies", [])):
            name = dependency["name"]
            [key] = [key for key in lock if key[0] == name and dependency.get("version", key[1]) == key[1]]
            if key not in found:
                found[key] = {file["hash"] for file in [lock[key]["sdist"], *lock[key]["wheels"]]}
                waiting.append(key)
    return found


def is_run_time(dependency):
    """Return whether a dependency is needed at run time: uv marks those of a dependency group with an extra."""
    marker = dependency.get("marker")
    return marker is None or Marker(marker).evaluate({"extra": f"project-{len(PROJECT)}-{PROJECT}"})


def test_the_layer_installs_what_is_locked(lock, requirements):
    assert requirements == run_time(lock)


def test_every_requirement_is_pinned_by_hash(requirements):
    assert requirements != {}
    assert all(
        hashes and all(re.fullmatch("sha256:[0-9a-f]{64}", one) for one in hashes) for hashes in requirements.values()
    )


def test_the_cdk_example_installs_what_is_locked(root, lock):
    example = read(root / "examples" / "cdk" / "requirements.txt")

    locked = {key: {file["hash"] for file in [lock[key]["sdist"], *lock[key]["wheels"]]} for key in example}
    [pinned] = tomllib.loads((root / "pyproject.toml").read_text())["dependency-groups"]["cdk"]
    assert example == locked
    assert pinned in {"==".join(key) for key in example}


def test_run_time_dependencies_are_pinned_exactly(root):
    project = tomllib.loads((root / "pyproject.toml").read_text())["project"]

    assert [one for one in project["dependencies"] if "==" not in one] == []


def test_clients_know_the_operations_that_the_role_allows(allowed, operations):
    known = {f"{service}:{operation}" for service, names in operations.items() for operation in names}

    assert {ACTIONS.get(name, name) for name in known - NEEDS_NO_PERMISSION} == {
        action for action in allowed if not action.startswith(BY_LAMBDA) and action not in OF_OTHER_OPERATIONS
    }


@pytest.fixture
def called(root):
    """Return ``{service: [operation]}`` of the calls in the code, with boto3's names."""
    code = root / "functions" / "finalize_cutover"
    composition = (code / "bootstrap.py", *(code / "aws").glob("*/ports.py"))
    texts = [path.read_text() for path in composition]
    services = sorted({name for text in texts for name in re.findall(r"_client\(\"(\w+)\"", text)})
    words = {word for path in (code / "aws").rglob("*.py") for word in re.findall(r"\w+", path.read_text())}
    names = {service: get_session().get_service_model(service).operation_names for service in services}
    return {service: sorted(name for name in names[service] if xform_name(name) in words) for service in services}


def test_clients_know_every_operation_that_is_called_and_no_other(called, operations):
    # botocore's credential fetcher assumes roles; the code does not contain the operation's name.
    assert operations == {**called, "sts": ["AssumeRole", *called["sts"]]}


def test_a_service_but_cloudwatch_is_named_the_same_in_signatures_and_iam(operations):
    models = [get_session().get_service_model(service) for service in operations]

    assert [model.signing_name for model in models] == [SIGNED_AS.get(service, service) for service in operations]
