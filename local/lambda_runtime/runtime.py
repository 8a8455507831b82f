"""The paths of the emulator and of the runtime's Python on this machine."""

import platform
import sys
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[2]
# `aws-lambda-rie-x86_64` or `-arm64`, in the wheel of aws-sam-cli.
EMULATOR = ".venv-sam/lib/python*/site-packages/samcli/local/rapid/aws-lambda-rie-{}"
PYTHON = ".venv-runtime/bin/python"
ARCHITECTURES = {"aarch64": "arm64", "x86_64": "x86_64"}


class RuntimeMissingError(Exception):
    """Functions cannot run as on Lambda on this machine; the message gives the reason."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Runtime:
    """
    The programs that run a function.

    Attributes:
        emulator: Lambda's Runtime Interface Emulator for this machine's architecture.

        python: The runtime's Python, with ``awslambdaric`` as its only package.
    """

    emulator: Path
    python: Path


def find() -> Runtime:
    """
    Return the runtime that `make` installed.

    Raises:
        RuntimeMissingError: It is not installed.
    """
    if sys.platform != "linux":
        raise RuntimeMissingError("Lambda's emulator runs on Linux only.")
    emulators = sorted(ROOT.glob(EMULATOR.format(ARCHITECTURES.get(platform.machine(), platform.machine()))))
    if not emulators:
        raise RuntimeMissingError("The SAM CLI, which contains Lambda's emulator, is not installed; run `make e2e`.")
    if not (ROOT / PYTHON).exists():
        raise RuntimeMissingError("The Lambda runtime's Python is not installed; run `make e2e`.")
    return Runtime(emulator=emulators[-1], python=ROOT / PYTHON)
