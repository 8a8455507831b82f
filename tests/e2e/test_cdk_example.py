"""examples/cdk: what it synthesizes, and its stack with the custom resource on the local AWS."""

import json
import os
import shutil
import subprocess

import boto3
import pytest
from cfnlint.api import lint
from cfnlint.config import ManualArgs

from finalize_cutover.handlers.cloudformation.properties import read_properties
from local.deploy.package import package
from local.deploy.stack import Stack
from tests.e2e.conftest import ROOT

EXAMPLE = ROOT / "examples" / "cdk"
PYTHON = ROOT / ".venv-cdk" / "bin" / "python"
SERVER = "s-0123456789abcdef0"
CUTOVER = "WebServerCutover"
# The parameter in which `cdk bootstrap` stores its version.
BOOTSTRAP = "/cdk-bootstrap/hnb659fds/version"


def run(folder, **context):
    """Run the app as the CDK's command line does."""
    if not PYTHON.exists() or not shutil.which("node"):
        pytest.skip("The CDK is not installed; put Node.js on the PATH, and run `make .venv-cdk/.installed`")
    environment = {**os.environ, "CDK_OUTDIR": str(folder), "CDK_CONTEXT_JSON": json.dumps(context)}
    command = [PYTHON, "app.py"]
    return subprocess.run(command, cwd=EXAMPLE, env=environment, check=False, capture_output=True, text=True)


@pytest.fixture(scope="module")
def synthesized(local_aws, tmp_path_factory):
    """Return the folder with the synthesized templates and assets."""
    folder = tmp_path_factory.mktemp("cdk")
    template = folder / "packaged.json"
    template.write_text(package(ROOT / "template.yaml", boto3.client("s3", endpoint_url=local_aws.url)))
    ended = run(folder / "cdk.out", template=str(template), sourceServerID=SERVER)
    assert ended.returncode == 0, ended.stderr
    return folder / "cdk.out"


@pytest.fixture
def template(synthesized):
    """Returns a synthesized template by the name of its stack."""
    return lambda name: json.loads((synthesized / f"{name}.template.json").read_text())


@pytest.fixture
def stack(aws, cloudformation, warm, deployed, synthesized, template, tmp_path):
    """
    Return the stack with the custom resource, not deployed yet; the application is deployed.

    The local AWS has no nested stacks: the nested template is a stack here, and the outer one only exports its output.
    """
    deployed(warm)
    boto3.client("ssm", endpoint_url=aws.url).put_parameter(Name=BOOTSTRAP, Value="21", Type="String")
    [asset] = synthesized.glob("asset.*")
    package(ROOT / "template.yaml", boto3.client("s3", endpoint_url=aws.url))
    application = Stack(aws.url, "nested").deploy(asset)
    outer = template("finalize-cutover")
    [output] = outer["Outputs"].values()
    output["Value"] = application.outputs["ServiceToken"]
    outer["Resources"] = {"Placeholder": {"Type": "AWS::SNS::Topic"}}
    (tmp_path / "outer.json").write_text(json.dumps(outer))
    Stack(aws.url, "finalize-cutover").deploy(tmp_path / "outer.json")
    return Stack(aws.url, "web-server")


def test_the_custom_resource_has_properties_that_the_function_accepts(template):
    resource = template("web-server")["Resources"][CUTOVER]

    properties = read_properties({"ResourceProperties": resource["Properties"] | {"ServiceToken": "arn"}})

    assert resource["Type"] == "Custom::FinalizedCutover"
    assert (properties.source_server_id, properties.soak_minutes, properties.dry_run) == (SERVER, 60, False)
    assert properties.service_timeout == 960


def test_the_service_token_is_the_output_of_the_nested_application(template):
    [output] = template("finalize-cutover")["Outputs"].values()

    token = template("web-server")["Resources"][CUTOVER]["Properties"]["ServiceToken"]

    assert output["Value"] == {"Fn::GetAtt": ["Application", "Outputs.ServiceToken"]}
    assert token == {"Fn::ImportValue": output["Export"]["Name"]}


def test_the_nested_template_is_the_packaged_one_unchanged(synthesized, template):
    [asset] = synthesized.glob("asset.*")
    url = template("finalize-cutover")["Resources"]["Application"]["Properties"]["TemplateURL"]

    assert asset.read_bytes() == (synthesized.parent / "packaged.json").read_bytes()
    assert url["Fn::Sub"].endswith("/" + asset.name.removeprefix("asset."))


@pytest.mark.parametrize("name", ["finalize-cutover", "web-server"])
def test_cfn_lint_accepts_what_is_synthesized(template, name):
    matches = lint(json.dumps(template(name)), config=ManualArgs(regions=["eu-west-1"]))

    assert [f"{match.rule.id} {match.message}" for match in matches] == []


@pytest.mark.parametrize("given", [{}, {"template": "packaged.yaml"}], ids=["template", "sourceServerID"])
def test_a_missing_value_is_named(tmp_path, given, request):
    ended = run(tmp_path, **given)

    missing = request.node.callspec.id
    assert ended.returncode != 0
    assert f"The context value {missing} is missing; give it with -c {missing}=…." in ended.stderr


def test_a_stack_goes_on_when_its_cutover_is_finalized(aws, stack, synthesized):
    server = aws.add_source_server("ready", sourceServerID=SERVER)

    state = stack.deploy(synthesized / "web-server.template.json")

    ssm = boto3.client("ssm", endpoint_url=aws.url)
    recorded = ssm.get_parameter(Name=f"/cutovers/{SERVER}/launched-instance-id")["Parameter"]["Value"]
    assert (state.status, state.outputs["Outcome"]) == ("CREATE_COMPLETE", "FINALIZED")
    assert recorded == server["launchedInstance"]["ec2InstanceID"]


def test_a_stack_whose_server_is_not_ready_rolls_back(aws, stack, synthesized):
    aws.add_source_server("old-snapshot", sourceServerID=SERVER)

    state = stack.deploy(synthesized / "web-server.template.json")

    assert state.status == "ROLLBACK_COMPLETE"
