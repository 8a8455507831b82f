"""The published package: its archives, its template and its provenance."""

import copy
import json
import re
import subprocess
import zipfile

import pytest
from samtranslator.yaml_helper import yaml_parse

from tools.layer.target import Target
from tools.package import archive, provenance
from tools.package import source as package_source
from tools.package.__main__ import check_build
from tools.package.template import publish

URL = "https://git.example.com/migration/finalize-mgn-cutover"
NAMES = {"function": "function.zip", "layer": "layer.zip", "machine": "finalize_wave.asl.yaml"}
SHA256 = "ab" * 32
BILL = {
    "components": [
        {
            "purl": "pkg:pypi/crhelper@2.0.12",
            "externalReferences": [
                {
                    "type": "distribution",
                    "url": "https://files.example.com/crhelper-2.0.12-py3-none-any.whl",
                    "hashes": [{"alg": "SHA-256", "content": SHA256}],
                }
            ],
        }
    ]
}
COMMIT = {"name": "source", "digest": {"gitCommit": "0" * 40}}
BUILT = {"architecture": "arm64", "version": "1.2.3", "python": "3.13.0", "zlib": "1.3.1"}


@pytest.fixture
def folder(tmp_path):
    """Return a folder with two files."""
    built = tmp_path / "built"
    (built / "package").mkdir(parents=True)
    (built / "package" / "b.py").write_text("B = 1\n")
    (built / "a.py").write_text("A = 1\n")
    return built


@pytest.fixture
def written(source):
    """Returns the text of the published template."""

    def written(architecture="arm64", source_url="", text=source):
        return publish(text, **NAMES, architecture=architecture, source_url=source_url)

    return written


@pytest.fixture
def repository(tmp_path):
    """Return a Git repository with one commit."""
    run = ["git", "-C", str(tmp_path), "-c", "user.name=a", "-c", "user.email=a@example.com"]
    (tmp_path / "template.yaml").write_text("Resources: {}\n")
    for command in (["init", "--quiet"], ["add", "."], ["commit", "--quiet", "--message", "Add a template"]):
        subprocess.run([*run, *command], check=True)
    return tmp_path


def stated(digests, builder="urn:builder"):
    return json.loads(provenance.statement(digests, bill=BILL, source=COMMIT, builder=builder, built=BUILT))


def test_an_archive_is_the_same_whoever_packed_it_and_when(folder, tmp_path):
    archive.pack(folder, tmp_path / "one.zip")
    (folder / "a.py").touch()
    (folder / "a.py").chmod(0o600)
    archive.pack(folder, tmp_path / "other.zip")

    assert (tmp_path / "one.zip").read_bytes() == (tmp_path / "other.zip").read_bytes()


def test_an_archive_contains_every_file_readable_for_lambda_and_does_not_depend_on_zlib(folder, tmp_path):
    archive.pack(folder, tmp_path / "one.zip")

    entries = zipfile.ZipFile(tmp_path / "one.zip").infolist()
    assert [entry.filename for entry in entries] == ["a.py", "package/b.py"]
    assert {entry.external_attr >> 16 for entry in entries} == {0o100644}
    assert {entry.compress_type for entry in entries} == {zipfile.ZIP_STORED}
    assert {entry.date_time for entry in entries} == {archive.LONG_AGO}


def test_the_published_template_names_the_files_of_the_package_and_not_how_they_are_built(written, template):
    expected = copy.deepcopy(template)
    resources = expected["Resources"]
    resources["FinalizeCutover"]["Properties"]["CodeUri"] = "function.zip"
    resources["RuntimeLayer"]["Properties"]["ContentUri"] = "layer.zip"
    resources["FinalizeWave"]["Properties"]["DefinitionUri"] = "finalize_wave.asl.yaml"
    del resources["RuntimeLayer"]["Metadata"]
    for key in ("BuildMethod", "ContextPath", "WorkingDirectory"):
        del resources["FinalizeCutover"]["Metadata"][key]

    assert json.loads(json.dumps(yaml_parse(written()), default=str)) == expected


def test_the_published_template_has_the_architecture_of_its_archives(written):
    text = written(architecture="x86_64")

    assert text.count("Architectures: [x86_64]") == 2
    assert "arm64" not in text


def test_the_published_template_says_where_the_source_is_if_that_is_known(written):
    without, located = written(), written(source_url=URL)

    assert "SourceCodeUrl" not in without
    assert re.search(f"    SemanticVersion: .*\n    SourceCodeUrl: {re.escape(URL)}\n", located)


def test_a_template_in_which_a_line_is_missing_is_not_published(written, source):
    changed = source.replace("CodeUri: functions/", "CodeUri: elsewhere/")

    with pytest.raises(SystemExit, match="contains these lines 0 times"):
        written(text=changed)


@pytest.mark.parametrize("built", ["      BuildArchitecture: x86_64\n", None])
def test_a_build_for_another_architecture_is_not_packaged(tmp_path, built):
    if built:
        (tmp_path / "template.yaml").write_text(built)

    with pytest.raises(SystemExit, match=r"no build for arm64\.  Run: make package ARCH=arm64"):
        check_build(tmp_path / "template.yaml", Target(architecture="arm64"))


def test_the_provenance_names_every_file_by_its_digest():
    statement = stated({"template.yaml": SHA256, "LICENSE": "cd" * 32})

    assert statement["_type"] == "https://in-toto.io/Statement/v1"
    assert statement["subject"] == [
        {"name": "LICENSE", "digest": {"sha256": "cd" * 32}},
        {"name": "template.yaml", "digest": {"sha256": SHA256}},
    ]


def test_the_provenance_names_the_commit_the_packages_and_the_builder():
    predicate = stated({}, builder="https://ci.example.com/builder")["predicate"]

    wheel = {"name": "pkg:pypi/crhelper@2.0.12", "digest": {"sha256": SHA256}}
    wheel["uri"] = "https://files.example.com/crhelper-2.0.12-py3-none-any.whl"
    assert predicate["buildDefinition"]["resolvedDependencies"] == [COMMIT, wheel]
    assert predicate["runDetails"]["builder"] == {"id": "https://ci.example.com/builder"}
    assert predicate["buildDefinition"]["externalParameters"] == {"architecture": "arm64", "version": "1.2.3"}
    assert predicate["buildDefinition"]["internalParameters"] == {"python": "3.13.0", "zlib": "1.3.1"}


def test_the_provenance_contains_no_time_and_no_run():
    assert stated({})["predicate"]["runDetails"].keys() == {"builder"}


def test_the_identifiers_of_the_provenance_are_explained(root):
    page = (root / "docs" / "releasing.md").read_text()

    for one in (provenance.BUILD_TYPE, provenance.UNKNOWN_BUILDER):
        assert re.fullmatch(r"urn:uuid:[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", one)
        assert f"`{one}`" in page


@pytest.mark.parametrize(("url", "is_located"), [("", False), (URL, True)])
def test_the_source_is_a_commit_and_its_address_only_if_it_is_known(repository, url, is_located):
    found = package_source.describe(repository, url)

    assert re.fullmatch("[0-9a-f]{40}", found["digest"]["gitCommit"])
    assert found.get("uri") == (f"git+{URL}@{found['digest']['gitCommit']}" if is_located else None)


@pytest.mark.parametrize("name", ["template.yaml", "new.py"])
def test_a_source_with_changes_is_refused(repository, name):
    (repository / name).write_text("changed\n")

    with pytest.raises(SystemExit, match=f"not committed, such as {name}"):
        package_source.describe(repository, "")


def test_a_folder_outside_git_is_refused(tmp_path):
    with pytest.raises(SystemExit, match="made from a commit in Git"):
        package_source.describe(tmp_path, "")


@pytest.mark.parametrize("url", ["http://git.example.com/a", "git.example.com", "https://", "https://a b"])
def test_an_address_that_is_no_https_url_is_refused(repository, url):
    with pytest.raises(SystemExit, match=re.escape(f"SOURCE_URL is {url!r}; allowed: the https:// URL")):
        package_source.describe(repository, url)
