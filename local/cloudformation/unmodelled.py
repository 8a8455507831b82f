"""
Resource types that moto's CloudFormation does not support, or does not support well.

Most of them only need to exist: a template must not fail because it contains an alarm.  Function versions and aliases
need more, because a service token can name one.
"""

from typing import Any

from moto.awslambda.models import LambdaBackend, LambdaFunction
from moto.awslambda.utils import get_backend
from moto.core.common_models import CloudFormationModel

from local.cloudformation.buckets import Bucket


class Unmodelled(CloudFormationModel):
    """
    A resource that has an ARN and does nothing.

    Args:
        resource_id: Value of ``Ref``.

        attributes: Values of ``Fn::GetAtt``; other attributes get a generated value.
    """

    def __init__(self, resource_id: str, attributes: dict[str, str]) -> None:
        self.physical_resource_id = resource_id
        self._attributes = attributes

    @staticmethod
    def cloudformation_name_type() -> str:
        return ""

    @staticmethod
    def cloudformation_type() -> str:
        return "?"

    @classmethod
    def has_cfn_attr(cls, attr: str) -> bool:  # noqa: ARG003 - moto's signature
        return True

    def get_cfn_attribute(self, attribute_name: str) -> str:
        return self._attributes.get(attribute_name, f"{self.physical_resource_id}-{attribute_name}")

    @classmethod
    def create_from_cloudformation_json(
        cls,
        resource_name: str,
        cloudformation_json: dict[str, Any],
        account_id: str,
        region_name: str,
        **kwargs: Any,  # noqa: ARG003 - moto's signature
    ) -> "Unmodelled":
        service = cloudformation_json["Type"].split("::")[1].lower()
        arn = f"arn:aws:{service}:{region_name}:{account_id}:{resource_name}"
        properties = cloudformation_json["Properties"]
        return cls.make(resource_name, arn, properties, get_backend(account_id, region_name))

    @classmethod
    def make(cls, name: str, arn: str, _properties: dict[str, Any], _functions: LambdaBackend) -> "Unmodelled":
        """Create the resource; types of Lambda create it in *_functions*."""
        return cls(name, {"Arn": arn})

    @classmethod
    def update_from_cloudformation_json(cls, original_resource: Any, *_: Any, **__: Any) -> Any:
        return original_resource

    @classmethod
    def delete_from_cloudformation_json(cls, *_: Any, **__: Any) -> None:
        """Do nothing: there is nothing to delete."""

    def is_created(self) -> bool:
        return True

    def delete(self, account_id: str, region_name: str) -> None:
        """Do nothing: there is nothing to delete."""


class FunctionVersion(Unmodelled):
    """A published version of a function: ``Ref`` is its ARN."""

    @classmethod
    def make(cls, _name: str, _arn: str, properties: dict[str, Any], functions: LambdaBackend) -> "FunctionVersion":
        version = functions.publish_version(properties["FunctionName"])
        assert isinstance(version, LambdaFunction)  # noqa: S101 - true for every existing function
        return cls(version.function_arn, {"Version": str(version.version)})


class FunctionAlias(Unmodelled):
    """An alias of a function: ``Ref`` is its ARN."""

    @classmethod
    def make(cls, _name: str, _arn: str, properties: dict[str, Any], functions: LambdaBackend) -> "FunctionAlias":
        name, function, version = properties["Name"], properties["FunctionName"], properties["FunctionVersion"]
        return cls(functions.create_alias(name, function, version, "", "").arn, {})


KNOWN_BADLY: dict[str, type[Unmodelled] | type[Bucket]] = {
    "AWS::Lambda::Alias": FunctionAlias,
    "AWS::Lambda::Version": FunctionVersion,
    "AWS::S3::Bucket": Bucket,
}
