"""
Deploys the application, and continues only after the cutover of one MGN source server is finalized.

``npx aws-cdk deploy --all -c template=packaged.yaml -c sourceServerID=s-…``; docs/infrastructure.md describes it.
"""

import aws_cdk as cdk
from aws_cdk import aws_s3_assets as assets
from aws_cdk import aws_ssm as ssm
from constructs import Construct


class FinalizeCutoverStack(cdk.Stack):
    """
    The application, as a nested stack of its packaged template.

    Attributes:
        service_token: ARN of the function, for custom resources.
    """

    def __init__(self, scope: Construct, construct_id: str, *, template: str) -> None:
        super().__init__(scope, construct_id)
        # An asset, because the template is too large for the body of a request.
        file = assets.Asset(self, "Template", path=template)
        application = cdk.CfnStack(self, "Application", template_url=file.http_url)
        # Its log groups, queues and buckets have policies of their own, and stay.
        application.apply_removal_policy(cdk.RemovalPolicy.DESTROY)
        self.service_token = application.get_att("Outputs.ServiceToken").to_string()


class WebServerStack(cdk.Stack):
    """A stack that needs the cutover of one source server to be finalized."""

    def __init__(self, scope: Construct, construct_id: str, *, service_token: str, source_server_id: str) -> None:
        super().__init__(scope, construct_id)
        cutover = cdk.CustomResource(
            self,
            "WebServerCutover",
            resource_type="Custom::FinalizedCutover",
            service_token=service_token,
            # Longer than the function's timeout of 15 minutes, so that no response comes later.
            service_timeout=cdk.Duration.minutes(16),
            properties={"SourceServerID": source_server_id, "SoakMinutes": 60},
        )
        # A resource that depends on the finalized cutover.
        ssm.StringParameter(
            self,
            "LaunchedInstance",
            description="Records the instance that replaced the source server.",
            parameter_name=f"/cutovers/{source_server_id}/launched-instance-id",
            string_value=cutover.get_att_string("LaunchedInstanceID"),
        )
        cdk.CfnOutput(self, "Outcome", value=cutover.get_att_string("Outcome"))


def required(app: cdk.App, name: str) -> str:
    """
    Return the context value *name*.

    Raises:
        SystemExit: It is not given.
    """
    value = app.node.try_get_context(name)
    if not isinstance(value, str) or not value:
        raise SystemExit(f"The context value {name} is missing; give it with -c {name}=….")
    return value


def main() -> None:
    """Synthesize both stacks."""
    app = cdk.App()
    template, source_server_id = required(app, "template"), required(app, "sourceServerID")
    application = FinalizeCutoverStack(app, "finalize-cutover", template=template)
    WebServerStack(app, "web-server", service_token=application.service_token, source_server_id=source_server_id)
    app.synth()


if __name__ == "__main__":
    main()
