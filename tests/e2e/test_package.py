"""`make package`: the same bytes in two folders, and deployed as a user of the package deploys it."""

import json
import os
import shutil
import subprocess

import boto3
import pytest

from local.cloudformation import template_text
from tests.e2e.conftest import ROOT

TOOLS = (".tools", ".venv-sam", ".venv-supply")
AWS = ROOT / ".venv-aws" / "bin" / "aws"
BUCKET = "artifacts"
PERSON = dict.fromkeys(("GIT_AUTHOR_EMAIL", "GIT_COMMITTER_EMAIL"), "a@example.com") | dict.fromkeys(
    ("GIT_AUTHOR_NAME", "GIT_COMMITTER_NAME"), "a"
)


def git(folder, *arguments):
    command = ["git", "-C", str(folder), *arguments]
    return subprocess.run(command, check=True, capture_output=True, text=True, env=os.environ | PERSON).stdout


@pytest.fixture(scope="module")
def sources(tmp_path_factory):
    """Return two work trees of one commit with this project's files, which share its tools."""
    one = tmp_path_factory.mktemp("one") / "source"
    other = tmp_path_factory.mktemp("other") / "a-longer-path" / "source"
    for name in git(ROOT, "ls-files", "--cached", "--others", "--exclude-standard").splitlines():
        if (ROOT / name).is_file():
            (one / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(ROOT / name, one / name)
    git(one, "init", "--quiet")
    git(one, "add", ".")
    git(one, "commit", "--quiet", "--message", "Add everything")
    subprocess.run(["git", "clone", "--quiet", str(one), str(other)], check=True)
    for folder in (one, other):
        (folder / ".git" / "info" / "exclude").write_text("\n".join(TOOLS))
        for name in TOOLS:
            (folder / name).symlink_to(ROOT / name)
    return one, other


@pytest.fixture(scope="module")
def packages(sources):
    """Return the two folders that `make package` wrote."""
    # The tools are up to date, although the copies of the lock are newer.
    make = ["make", "--old-file=pyproject.toml", "--old-file=uv.lock", "package"]
    environment = {name: value for name, value in os.environ.items() if name not in ("ARCH", "MAKEFLAGS")}
    for folder in sources:
        subprocess.run(make, cwd=folder, check=True, env=environment | {"AUDIT": "skip"}, capture_output=True)
    return [folder / "dist" for folder in sources]


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


def test_the_provenance_names_the_commit_and_every_package_of_the_bill(packages, sources):
    statement = json.loads((packages[0] / "provenance.intoto.json").read_text())
    bill = json.loads((packages[0] / "sbom.cdx.json").read_text())

    source, *wheels = statement["predicate"]["buildDefinition"]["resolvedDependencies"]

    assert source["digest"] == {"gitCommit": git(sources[0], "rev-parse", "HEAD").strip()}
    assert [wheel["name"] for wheel in wheels] == [component["purl"] for component in bill["components"]] != []


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
