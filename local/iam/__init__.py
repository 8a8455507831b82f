"""IAM's policy simulator; moto has none."""

from moto.iam.responses import IamResponse

from local.iam.responses import simulate_principal_policy


def install() -> None:
    """Add the simulator to moto's IAM.  Calling it again has no effect."""
    IamResponse.simulate_principal_policy = simulate_principal_policy  # type: ignore[attr-defined] # moto lacks it
