"""
The resources of CloudFormation's actions, for IAM.

A stack is named by its name or its ID.  A template with a transform needs a permission on the transform too:
https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/control-access-with-iam.html
"""

from moto.cloudformation.responses import CloudFormationResponse

from local.cloudformation.template_text import SAM

TRANSFORMING = {"CreateChangeSet", "CreateStack", "UpdateStack"}


def resources(request: CloudFormationResponse) -> list[str]:
    """Return the ARNs on which the action of *request* must be allowed; ``*`` for one about no stack."""
    stack = request._get_param("StackName")  # noqa: SLF001 # moto's way to read it
    if not stack:
        return ["*"]
    found = [_stack(request, str(stack))]
    if request._get_action() in TRANSFORMING and SAM in _template(request):  # noqa: SLF001 # likewise
        name = SAM.removeprefix("AWS::")
        found.append(f"arn:{request.partition}:cloudformation:{request.region}:aws:transform/{name}")
    return found


def _stack(request: CloudFormationResponse, name: str) -> str:
    if name.startswith("arn:"):
        return name
    known = request.cloudformation_backend.stacks.values()
    place = f"arn:{request.partition}:cloudformation:{request.region}:{request.current_account}"
    return next((one.stack_id for one in known if one.name == name), f"{place}:stack/{name}/*")


def _template(request: CloudFormationResponse) -> str:
    body, url = (request._get_param(name) for name in ("TemplateBody", "TemplateURL"))  # noqa: SLF001 # likewise
    return str(body or (url and request._get_stack_from_s3_url(url)) or "")  # noqa: SLF001 # likewise
