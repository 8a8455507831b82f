"""The deployed application, found by the name of its stack, and called with the user's own credentials."""

from dataclasses import dataclass
from functools import cached_property
from typing import Any

from mgn_finalize.aws_errors import answered
from mgn_finalize.errors import ProgramError

# Lambda answers a synchronous invocation when the function ends, after at most 900 s.
FUNCTION_TIMEOUT = 900  # s
# Above the function's timeout, so that its answer is not lost.  An answer that is lost all the same is not asked for
# again here: the function may still be working, and the user learns that the same command is safe.
INVOCATION = {
    "connect_timeout": 10,  # s
    "read_timeout": FUNCTION_TIMEOUT + 60,  # s
    "retries": {"mode": "standard", "total_max_attempts": 1},
    # Gateways forget connections without traffic after some minutes.
    "tcp_keepalive": True,
}
# Reads, and writes that AWS accepts only once; botocore may repeat them.
OTHERS = {"connect_timeout": 10, "read_timeout": 60, "retries": {"mode": "standard", "total_max_attempts": 4}}


@dataclass(frozen=True, kw_only=True)
class Deployment:
    """
    A stack of the application, or its function alone.

    Attributes:
        stack_name: Name or ARN of the stack.

        function_name: Name or ARN of the function; None for that of the stack.

        region: None for that of the environment or the profile.

        profile: None for that of the environment.
    """

    stack_name: str
    function_name: str | None = None
    region: str | None = None
    profile: str | None = None

    @cached_property
    def _session(self) -> Any:
        import boto3

        return boto3.Session(region_name=self.region, profile_name=self.profile)

    def client(self, service: str) -> Any:
        """
        Return boto3's client of *service*.

        Raises:
            ProgramError: There is no Region, or the profile does not exist.
        """
        from botocore.config import Config

        options: Any = INVOCATION if service == "lambda" else OTHERS
        with answered("AWS"):
            return self._session.client(service, config=Config(**options))

    @cached_property
    def _stack(self) -> Any:
        """
        The stack, as CloudFormation describes it.

        Raises:
            ProgramError: It does not exist, or CloudFormation refuses to describe it.
        """
        client = self.client("cloudformation")
        absent = (
            f"It was looked for in Region {client.meta.region_name}: choose another one with --region,"
            " or another stack with --stack-name."
        )
        with answered(f"CloudFormation did not describe stack {self.stack_name}", absent=absent):
            [stack] = client.describe_stacks(StackName=self.stack_name)["Stacks"]
        return stack

    def output(self, key: str, otherwise: str) -> str:
        """
        Return an output of the stack.

        Args:
            otherwise: What to do if the stack has no such output.

        Raises:
            ProgramError: It has none.
        """
        outputs = {output["OutputKey"]: str(output["OutputValue"]) for output in self._stack.get("Outputs", [])}
        if key not in outputs:
            status = self._stack["StackStatus"]
            raise ProgramError(f"Stack {self.stack_name} has the status {status}, and no output {key}.", hint=otherwise)
        return outputs[key]

    @cached_property
    def function(self) -> str:
        """The name of the function."""
        return self.function_name or self.output(
            "FinalizeCutover", "Give the name of the application's stack with --stack-name, or --function-name."
        )

    @cached_property
    def machine(self) -> str:
        """The ARN of the state machine."""
        return self.output("FinalizeWave", "Deploy the application with DeployWaveMachine=true.")

    @cached_property
    def results_bucket(self) -> str:
        """The bucket that keeps the results of waves."""
        return self.output("WaveResults", "Deploy the application with DeployWaveMachine=true.")

    @cached_property
    def caller(self) -> str:
        """The ARN of the user, as AWS knows it."""
        with answered("STS did not say whose credentials these are"):
            return str(self.client("sts").get_caller_identity()["Arn"])
