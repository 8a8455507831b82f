"""A release as docs/releasing.md describes it: the same package in two folders, deployed as its user deploys it."""

import json
import os
import re
import shutil
import subprocess
import zipfile

import boto3
import pytest

from finalize_cutover.version import VERSION
from local.cloudformation import template_text
from tests.e2e.conftest import ROOT

TOOLS = (".tools", ".venv-sam", ".venv-supply")
AWS = ROOT / ".venv-aws" / "bin" / "aws"
BUCKET = "artifacts"
URL = "https://git.example.com/migration/finalize-mgn-cutover"
PERSON = dict.fromkeys(("GIT_AUTHOR_EMAIL", "GIT_COMMITTER_EMAIL"), "a@example.com") | dict.fromkeys(
    ("GIT_AUTHOR_NAME", "GIT_COMMITTER_NAME"), "a"
)


def git(folder, *arguments):
    command = ["git", "-C", str(folder), *arguments]
    return subprocess.run(command, check=True, capture_output=True, text=True, env=os.environ | PERSON).stdout


# The tools are those of this project, and up to date, although the copies of the lock are newer.
MAKE = f"""#!/bin/sh
folder=.
[ "$1" = --directory ] && folder=$2
for tool in {" ".join(TOOLS)}; do
  [ -e "$folder/$tool" ] || ln -s "{ROOT}/$tool" "$folder/$tool"
  echo "$tool" >> "$folder/.git/info/exclude"
done
exec {shutil.which("make")} --old-file=pyproject.toml --old-file=uv.lock "$@"
"""


def steps():
    """Return the commands of each step of a release, by the number of the step."""
    page = (ROOT / "docs" / "releasing.md").read_text().partition("\n## Steps\n")[2].partition("\n## ")[0]
    found = re.split(r"^(\d+)\. ", page, flags=re.MULTILINE)[1:]
    return {
        int(number): "".join(re.findall(r"^ *```sh\n(.*?)^ *```", text, flags=re.DOTALL | re.MULTILINE))
        for number, text in zip(found[::2], found[1::2], strict=True)
    }


def set_version(folder, version):
    """Do what step 1 says in words."""
    project = folder / "pyproject.toml"
    project.write_text(re.sub('^version = ".*"', f'version = "{version}"', project.read_text(), flags=re.MULTILINE))


def date_changelog(folder, version):
    """Do what step 2 says in words."""
    changelog = folder / "CHANGELOG.md"
    heading = f"## [Unreleased]\n\n## [{version}] - 2030-01-31"
    changelog.write_text(changelog.read_text().replace("## [Unreleased]", heading, 1))


@pytest.fixture(scope="module")
def release(tmp_path_factory):
    """Release the next patch version of this project in a copy of it; return the copy and the version."""
    folder = tmp_path_factory.mktemp("one") / "source"
    for name in git(ROOT, "ls-files", "--cached", "--others", "--exclude-standard").splitlines():
        if (ROOT / name).is_file():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(ROOT / name, folder / name)
    git(folder, "init", "--quiet")
    git(folder, "add", ".")
    git(folder, "commit", "--quiet", "--message", "Add everything")
    subprocess.run(["git", "clone", "--quiet", "--bare", folder, folder.parent / "origin"], check=True)
    git(folder, "remote", "add", "origin", str(folder.parent / "origin"))
    major, minor, patch = VERSION.split(".")
    version = f"{major}.{minor}.{int(patch) + 1}"
    make = folder.parent / "bin" / "make"
    make.parent.mkdir()
    make.write_text(MAKE)
    make.chmod(0o755)
    by_hand = {1: set_version, 2: date_changelog}
    for number, commands in steps().items():
        by_hand.get(number, lambda *_: None)(folder, version)
        follow(commands, folder, version)
    return folder, version


def follow(commands, folder, version):
    """Run *commands* of the document in *folder*."""
    # The folder is clean, and its tools are links.
    script = commands.replace("make clean\n", "").replace("VERSION", version).replace("https://…", URL)
    kept = {name: value for name, value in os.environ.items() if name not in ("ARCH", "MAKEFLAGS")}
    path = f"{folder.parent / 'bin'}{os.pathsep}{os.environ['PATH']}"
    environment = kept | PERSON | {"AUDIT": "skip", "PATH": path, "TMPDIR": str(folder.parent)}
    subprocess.run(["bash", "-euo", "pipefail", "-c", script], cwd=folder, check=True, env=environment)


@pytest.fixture(scope="module")
def packages(release):
    """Return the two folders of the release's packages: that of the release, and that of the comparison."""
    folder, _ = release
    (other,) = folder.parent.glob("tmp.*/source/dist")
    return folder / "dist", other


def test_a_release_changes_the_version_and_nothing_else(release):
    folder, version = release

    changed = git(folder, "diff", "--unified=0", "HEAD~1", "HEAD", "--", ".", ":!CHANGELOG.md").splitlines()
    added = [line for line in changed if line.startswith("+") and not line.startswith("+++")]
    assert [line.replace(version, VERSION) for line in added] == [
        line.replace("-", "+", 1) for line in changed if line.startswith("-") and not line.startswith("---")
    ]
    assert set(git(folder, "show", "--format=", "--name-only").split()) == {
        *("CHANGELOG.md", "functions/finalize_cutover/version.py", "pyproject.toml", "template.yaml", "uv.lock")
    }


def test_a_release_is_tagged_and_pushed(release):
    folder, version = release

    assert git(folder.parent / "origin", "rev-parse", f"v{version}^{{commit}}") == git(folder, "rev-parse", "HEAD")
    assert git(folder, "tag", "--list", "--format=%(contents:subject)", f"v{version}").strip() == f"Release {version}"


def test_the_package_is_that_of_the_new_version(release, packages):
    _, version = release

    assert f"SemanticVersion: {version} " in (packages[0] / "template.yaml").read_text()
    archive = packages[0] / f"finalize-mgn-cutover-{version}-arm64-function.zip"
    assert zipfile.ZipFile(archive).read("finalize_cutover/version.py").decode().endswith(f'VERSION = "{version}"\n')


@pytest.fixture
def packaged(aws, packages, tmp_path):
    """Upload a package as its user does, and return the path of the template that CloudFormation accepts."""
    if not AWS.exists():
        pytest.skip("The AWS CLI is not installed; install it with `make .venv-aws/.installed`")
    region = {"LocationConstraint": "eu-west-1"}
    boto3.client("s3", endpoint_url=aws.url).create_bucket(Bucket=BUCKET, CreateBucketConfiguration=region)
    template = tmp_path / "packaged.yaml"
    command = [
        AWS,
        "cloudformation",
        "package",
        "--template-file",
        packages[0] / "template.yaml",
        "--s3-bucket",
        BUCKET,
    ]
    environment = os.environ | {"AWS_ENDPOINT_URL": aws.url}
    subprocess.run([*command, "--output-template-file", template], check=True, env=environment, capture_output=True)
    return template


def content(folder):
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def test_two_packages_of_one_commit_are_the_same(packages):
    one, other = map(content, packages)

    assert one.keys() == other.keys()
    assert [name for name in one if one[name] != other[name]] == []


def test_the_checksums_cover_every_other_file(packages):
    check = subprocess.run(["sha256sum", "--check", "SHA256SUMS"], cwd=packages[0], check=True, capture_output=True)

    assert {line.partition(b":")[0].decode() for line in check.stdout.splitlines()} == {
        path.name for path in packages[0].iterdir() if path.name != "SHA256SUMS"
    }


def test_the_provenance_names_the_commit_and_every_package_of_the_bill(packages, release):
    statement = json.loads((packages[0] / "provenance.intoto.json").read_text())
    bill = json.loads((packages[0] / "sbom.cdx.json").read_text())

    source, *wheels = statement["predicate"]["buildDefinition"]["resolvedDependencies"]

    assert source["digest"] == {"gitCommit": git(release[0], "rev-parse", "HEAD").strip()}
    assert [wheel["name"] for wheel in wheels] == [component["purl"] for component in bill["components"]] != []


def test_the_package_has_the_files_that_the_documentation_lists(packages, release):
    page = (ROOT / "docs" / "releasing.md").read_text()
    rows = page.partition("writes these files to `dist/`:")[2].partition("\n\nThe same")[0].splitlines()
    named = [name for row in rows if row for name in re.findall(r"`([^`]+)`", row.split("|")[1])]

    assert {path.name for path in packages[0].iterdir()} == {name.replace("VERSION", release[1]) for name in named}


def test_a_user_uploads_the_archives_unchanged(aws, packages, packaged):
    template = template_text.parse(packaged.read_text())
    uploaded = {
        template["Resources"][name]["Properties"][key]
        for name, key in {"FinalizeCutover": "CodeUri", "RuntimeLayer": "ContentUri"}.items()
    }

    s3 = boto3.client("s3", endpoint_url=aws.url)
    keys = [url.removeprefix(f"s3://{BUCKET}/") for url in uploaded]
    bodies = {s3.get_object(Bucket=BUCKET, Key=key)["Body"].read() for key in keys}
    assert bodies == {path.read_bytes() for path in packages[0].glob("*.zip")}


def test_a_user_deploys_the_package_without_a_build(aws, packaged):
    s3, cloudformation = (boto3.client(name, endpoint_url=aws.url) for name in ("s3", "cloudformation"))
    s3.put_object(Bucket=BUCKET, Key="template.yaml", Body=packaged.read_bytes())
    url = f"{aws.url.replace('127.0.0.1', 'localhost')}/{BUCKET}/template.yaml"
    capabilities = ["CAPABILITY_IAM", "CAPABILITY_AUTO_EXPAND"]
    cloudformation.create_stack(StackName="finalize-cutover", TemplateURL=url, Capabilities=capabilities)
    cloudformation.get_waiter("stack_create_complete").wait(
        StackName="finalize-cutover", WaiterConfig={"Delay": 1, "MaxAttempts": 60}
    )

    [stack] = cloudformation.describe_stacks(StackName="finalize-cutover")["Stacks"]
    outputs = {output["OutputKey"]: output["OutputValue"] for output in stack["Outputs"]}
    assert outputs["ServiceToken"].startswith("arn:aws:lambda:eu-west-1:111122223333:function:finalize-cutover-")
