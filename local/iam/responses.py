"""
SimulatePrincipalPolicy.

https://docs.aws.amazon.com/IAM/latest/APIReference/API_SimulatePrincipalPolicy.html
"""

from moto.core.responses import ActionResult
from moto.iam.exceptions import NotFoundException
from moto.iam.models import IAMBackend, Role
from moto.iam.responses import IamResponse

from local.iam.simulator import Simulator, statements_of


def simulate_principal_policy(self: IamResponse) -> ActionResult:
    """
    Return the decision about each action on each resource.

    Raises:
        NotFoundException: The role does not exist.
    """
    role = _role(self.backend, self._get_param("PolicySourceArn"))
    context = {
        entry["ContextKeyName"]: entry["ContextKeyValues"][0] for entry in self._get_param("ContextEntries") or []
    }
    simulator = Simulator(statements_of(role, self.backend), context)
    results = [
        simulator.result(action, resource)
        for action in self._get_param("ActionNames")
        for resource in self._get_param("ResourceArns") or ["*"]
    ]
    return ActionResult({"EvaluationResults": results, "IsTruncated": False})


def _role(backend: IAMBackend, arn: str) -> Role:
    found = next((role for role in backend.roles.values() if role.arn == arn), None)
    if found is None:
        raise NotFoundException(f"Role {arn} was not found.")
    return found
