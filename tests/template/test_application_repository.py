"""`AWS::ServerlessRepo::Application` in template.yaml: what the Serverless Application Repository accepts and shows."""

import re
import shutil
import subprocess
import tomllib

import pytest

WRITTEN = ("template.yaml", "functions/finalize_cutover/version.py")


@pytest.fixture
def project(root):
    return tomllib.loads((root / "pyproject.toml").read_text())["project"]


@pytest.fixture
def application(template):
    return template["Metadata"]["AWS::ServerlessRepo::Application"]


def test_the_application_is_called_versioned_and_licensed_as_the_project_is(application, project):
    published = (application["Name"], application["SemanticVersion"], application["SpdxLicenseId"])

    assert published == (project["name"], project["version"], project["license"])


def test_the_application_is_described_as_the_template_is(application, template):
    assert application["Description"] == template["Description"]


def test_the_license_is_the_one_that_its_identifier_names(application, root):
    title, version = (root / application["LicenseUrl"]).read_text().split("\n")[1:3]

    assert (title.strip(), version.strip()) == ("Apache License", "Version 2.0, January 2004")
    assert application["SpdxLicenseId"] == "Apache-2.0"


def test_the_readme_is_there(application, root):
    assert (root / application["ReadmeUrl"]).read_text().startswith("# ")


# https://docs.aws.amazon.com/serverless-application-model/latest/developerguide/serverless-sam-template-publishing-applications-metadata-properties.html
@pytest.mark.parametrize(
    ("name", "pattern"),
    [
        ("Name", r"[a-zA-Z0-9-]{1,140}"),
        ("Description", r".{1,256}"),
        ("Author", r"(?=.{1,127}$)[a-z0-9](([a-z0-9]|-(?!-))*[a-z0-9])?"),
        ("SemanticVersion", r"\d+\.\d+\.\d+"),
    ],
)
def test_the_repository_accepts_each_text(application, name, pattern):
    assert re.fullmatch(pattern, application[name])


def test_the_repository_accepts_the_labels(application):
    labels = application["Labels"]

    assert 0 < len(labels) <= 10
    assert [label for label in labels if not re.fullmatch(r"[a-zA-Z0-9+_:/@-]{1,127}", label)] == []


def test_no_address_of_a_repository_is_invented(application):
    assert application.keys().isdisjoint({"SourceCodeUrl", "HomePageUrl"})


def test_locking_copies_the_version_into_the_template_and_the_function(root, tmp_path):
    (tmp_path / "pyproject.toml").write_text('[project]\nname = "any"\nversion = "1.2.3"\n')
    for name in WRITTEN:
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(root / name, tmp_path / name)
    # As uv, which needs the network, it does nothing.
    make = ["make", "--makefile", str(root / "Makefile"), "--old-file=.tools/uv-0.0.0", "lock"]
    subprocess.run([*make, "UV=true", "UV_VERSION=0.0.0"], check=True, cwd=tmp_path)

    template, module = ((tmp_path / name).read_text() for name in WRITTEN)
    assert "    SemanticVersion: 1.2.3 # written by `make lock`\n" in template
    assert module.endswith('VERSION = "1.2.3"\n')
    files = {str(path.relative_to(tmp_path)) for path in tmp_path.rglob("*") if path.is_file()}
    assert files == {"pyproject.toml", *WRITTEN}
