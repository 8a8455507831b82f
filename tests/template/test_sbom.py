"""The bill of materials contains what is shipped, and nothing that differs between builds."""

import json
import re
import shutil
import subprocess
import tomllib
from importlib.metadata import distribution

import pytest
from cyclonedx.schema import SchemaVersion
from cyclonedx.validation.json import JsonStrictValidator

from tools.layer.target import MACHINES, Target
from tools.sbom import bill, locked


@pytest.fixture(scope="session")
def pinned(root):
    """Return ``{name: version}`` of the layer's packages."""
    text = (root / "layers" / "runtime" / "requirements.txt").read_text()
    return dict(re.findall(r"^(\S+)==(\S+) ", text, flags=re.MULTILINE))


@pytest.fixture(scope="session")
def packages(pinned, tmp_path_factory):
    """Return a folder with the metadata of the layer's packages; this environment has the same packages."""
    folder = tmp_path_factory.mktemp("python")
    for name in pinned:
        [metadata] = [file for file in distribution(name).files if file.match("*.dist-info/METADATA")]
        (folder / metadata.parent).mkdir()
        shutil.copy(distribution(name).locate_file(metadata), folder / metadata)
    return folder


@pytest.fixture(scope="session")
def text(packages):
    return bill.make(packages, Target())


@pytest.fixture
def made(text):
    return json.loads(text)


@pytest.fixture
def components(made):
    return {component["name"]: component for component in made["components"]}


def distribution_of(component):
    [reference] = [one for one in component["externalReferences"] if one["type"] == "distribution"]
    return reference


def test_it_is_what_the_schema_of_cyclonedx_wants(text):
    assert JsonStrictValidator(SchemaVersion.V1_6).validate_str(text) is None


def test_it_says_the_same_each_time(text, packages):
    assert bill.make(packages, Target()) == text


def test_nothing_in_it_tells_when_it_was_made(made):
    assert "serialNumber" not in made
    assert "timestamp" not in made["metadata"]


def test_it_lists_what_the_layer_installs_and_nothing_else(components, pinned):
    assert {name: component["version"] for name, component in components.items()} == pinned


def test_it_names_the_application_with_its_version_and_licence(root, made):
    project = tomllib.loads((root / "pyproject.toml").read_text())["project"]
    application = made["metadata"]["component"]

    assert (application["name"], application["version"]) == (project["name"], project["version"])
    assert application["licenses"] == [{"license": {"id": project["license"]}}]


def test_every_package_has_a_licence_that_spdx_knows(components):
    unknown = [
        name
        for name, component in components.items()
        if not any("expression" in one or "id" in one["license"] for one in component["licenses"])
    ]

    assert unknown == []


@pytest.mark.parametrize("architecture", MACHINES)
def test_every_file_is_one_that_pip_may_install(root, packages, architecture):
    requirements = (root / "layers" / "runtime" / "requirements.txt").read_text()

    made = json.loads(bill.make(packages, Target(architecture=architecture)))

    hashes = [one for component in made["components"] for one in distribution_of(component)["hashes"]]
    assert [one for one in hashes if f"--hash=sha256:{one['content']}" not in requirements] == []
    assert len({one["content"] for one in hashes}) == len(made["components"])


@pytest.mark.parametrize(("architecture", "machine"), MACHINES.items())
def test_a_compiled_package_is_the_one_of_the_runtime_and_the_processor(packages, architecture, machine):
    made = json.loads(bill.make(packages, Target(architecture=architecture)))

    [msgspec] = [one for one in made["components"] if one["name"] == "msgspec"]
    assert re.search(rf"-cp313-cp313-.*manylinux.*_{machine}\.whl$", distribution_of(msgspec)["url"])


def test_of_several_files_the_one_that_was_compiled_for_the_runtime_is_chosen():
    tags = ["py3-none-any", "cp313-cp313-manylinux_2_28_aarch64", "cp312-abi3-manylinux2014_aarch64"]
    wheels = [locked.Wheel(url=f"https://example.com/a-1.0-{tag}.whl", sha256=64 * "0") for tag in tags]

    assert locked.choose(wheels, Target(architecture="arm64")) == wheels[1]


def test_it_says_what_needs_what(made):
    names = {component["bom-ref"]: component["name"] for component in made["components"]}
    needs = {one["ref"]: {names[ref] for ref in one.get("dependsOn", [])} for one in made["dependencies"]}
    by_name = {names.get(ref, ref): needed for ref, needed in needs.items()}

    assert by_name["finalize-mgn-cutover"] == {"aws-lambda-powertools", "boto3", "crhelper", "msgspec"}
    assert by_name["botocore"] == {"jmespath", "python-dateutil", "urllib3"}
    assert set(names.values()) == set.union(*by_name.values())


def test_a_package_in_another_version_than_the_locked_one_stops_the_build(tmp_path):
    (tmp_path / "boto3-1.0.dist-info").mkdir()
    (tmp_path / "boto3-1.0.dist-info" / "METADATA").write_text("Metadata-Version: 2.1\nName: boto3\nVersion: 1.0\n")

    with pytest.raises(SystemExit, match=r"boto3 1\.0"):
        bill.make(tmp_path, Target())


def test_a_build_audits_first_and_is_billed_afterwards(root):
    make = ["make", "--dry-run", "--always-make", "--directory", str(root), "build"]

    lines = subprocess.run(make, check=True, capture_output=True, text=True).stdout.splitlines()

    steps = re.findall(r"tools\.sbom\.\w+|sam build", "\n".join(lines))
    assert steps == ["tools.sbom.audit", "sam build", "tools.sbom.bill"]
