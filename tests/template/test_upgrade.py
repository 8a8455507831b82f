"""
What an upgrade from an earlier version must not change, because stacks, people and programs use it.

tests/e2e/test_upgrade.py runs the upgrade on the local AWS.
"""

import io
import json
import zipfile

import pytest
from samtranslator.yaml_helper import yaml_parse

from tests.template.conftest import ROOT, transformed_by_sam
from tests.template.deployment_calls import EVERY
from tests.template.rendered import deployed
from tests.template.resource_handlers import create_only

RELEASES = ROOT / "tests" / "e2e" / "releases"
VERSIONS = sorted(path.parent.name for path in RELEASES.glob("*/package.zip"))
MOST_BYTES = 250_000
# Resources that an upgrade replaces: a layer cannot be changed, so SAM gives each a logical ID of its own.
REPLACED = ("RuntimeLayer",)
# By version, logical ID and property: replacements that the documentation names.  A new one needs a new major version.
DOCUMENTED = {("0.1.0", "FinalizeWaveLogs", "LogGroupName")}


@pytest.fixture(scope="module", params=VERSIONS)
def package(request):
    return RELEASES / request.param / "package.zip"


@pytest.fixture(scope="module")
def earlier(package):
    """Return the template of the earlier version, as written."""
    with zipfile.ZipFile(package) as files:
        text = io.TextIOWrapper(files.open("template.yaml"), encoding="utf-8").read()
    return json.loads(json.dumps(yaml_parse(text), default=str))


@pytest.fixture(scope="module", params=[{}, EVERY], ids=["defaults", "every option"])
def resources(request, earlier, transformed):
    """Return the deployed resources of the earlier version and of the current one, with the same parameters."""
    own = {name: value for name, value in request.param.items() if name in earlier["Parameters"]}
    return deployed(transformed_by_sam(earlier), **own), deployed(transformed, **request.param)


def test_every_resource_keeps_its_logical_id_and_its_type(resources):
    before, after = resources

    kept = {name: one["Type"] for name, one in before.items() if not name.startswith(REPLACED)}

    assert kept.items() <= {name: one["Type"] for name, one in after.items()}.items()


def test_no_resource_is_replaced_except_for_those_in_the_documentation(resources, package, root):
    before, after = resources
    version = package.parent.name

    replaced = {
        (version, name, key)
        for name, one in before.items()
        if name in after
        for key in create_only(one["Type"])
        if one["Properties"].get(key) != after[name]["Properties"].get(key)
    }

    assert replaced == {one for one in DOCUMENTED if one[0] == version}
    text = (root / "docs" / "deploying.md").read_text()
    assert [name for _, name, _ in replaced if f"`{name}`" not in text] == []


def test_what_stays_when_the_stack_is_deleted_still_stays(resources):
    before, after = resources
    policies = ("DeletionPolicy", "UpdateReplacePolicy")

    lost = [name for name, one in before.items() for key in policies if one.get(key) != after.get(name, one).get(key)]

    assert lost == []


def test_every_parameter_and_output_is_still_there(earlier, template):
    assert earlier["Parameters"].keys() <= template["Parameters"].keys()
    assert earlier["Outputs"].keys() <= template["Outputs"].keys()


def test_the_export_and_the_service_token_are_the_same(earlier, template):
    [before, after] = (one["Outputs"]["ServiceToken"] for one in (earlier, template))

    assert {key: before[key] for key in ("Value", "Export")} == {key: after[key] for key in ("Value", "Export")}


def test_a_new_parameter_has_a_default_with_which_a_plain_upgrade_succeeds(earlier, template):
    new = template["Parameters"].keys() - earlier["Parameters"].keys()

    assert [name for name in new if "Default" not in template["Parameters"][name]] == []


def test_every_value_of_a_parameter_is_still_allowed_except_for_those_in_the_documentation(earlier, template, root):
    now = template["Parameters"]
    stricter = {
        name
        for name, one in earlier["Parameters"].items()
        if now[name]["Type"] != one["Type"]
        or not set(one.get("AllowedValues", [])) <= set(now[name].get("AllowedValues", []))
        or now[name].get("AllowedPattern") != one.get("AllowedPattern")
        or now[name].get("MinValue", 0) > one.get("MinValue", 0)
        or now[name].get("MaxValue", 0) < one.get("MaxValue", 0)
    }
    documented = (root / "docs" / "deploying.md").read_text()

    assert [name for name in stricter if f"| `{name}` |" not in documented] == []


def test_the_package_is_small_and_names_its_commit(package):
    commit = zipfile.ZipFile(package).comment.decode()

    assert package.stat().st_size < MOST_BYTES
    assert f"| {package.parent.name} | `{commit}` |" in (RELEASES / "README.md").read_text()
