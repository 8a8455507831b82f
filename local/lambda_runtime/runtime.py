"""Where the emulator and the runtime are on this machine."""

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
    """Here no function can run as on Lambda, for the reason given."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Runtime:
    """
    What runs a function.

    Attributes:
        emulator: Lambda's Runtime Interface Emulator, of this machine's architecture.

        python: The runtime's Python, which has ``awslambdaric`` and nothing else.
    """

    emulator: Path
    python: Path


def find() -> Runtime:
    """
    Return the runtime that `make` installed.

    Raises:
        RuntimeMissingError: There is none.
    """
    if sys.platform != "linux":
        raise RuntimeMissingError("Lambda's emulator runs on Linux only.")
    emulators = sorted(ROOT.glob(EMULATOR.format(ARCHITECTURES.get(platform.machine(), platform.machine()))))
    if not emulators:
        raise RuntimeMissingError("Lambda's emulator comes with the SAM CLI; `make e2e` installs it.")
    if not (ROOT / PYTHON).exists():
        raise RuntimeMissingError("The runtime is not installed; `make e2e` does it, on its Python.")
    return Runtime(emulator=emulators[-1], python=ROOT / PYTHON)
