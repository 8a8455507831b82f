"""The requirements of `sam local invoke`: a container engine with the image of Lambda's runtime."""

import os
import platform
import shutil
import subprocess

from local.lambda_runtime.runtime import ARCHITECTURES
from tests.e2e.conftest import ROOT

IMAGE = f"public.ecr.aws/lambda/python:3.13-{ARCHITECTURES.get(platform.machine(), platform.machine())}"
STAND_IN = ROOT / "tests" / "e2e" / "stand_in_image.sh"
PULLED_WITHIN = 300  # s


class CannotRunError(Exception):
    """The command cannot run on this machine; the message gives the reason."""


def require_engine():
    """Return if a container engine runs."""
    if shutil.which("docker") is None or not succeeds("docker", "info"):
        raise CannotRunError("No container engine runs; start one, and check it with `docker info`.")


def require_image():
    """Return if the image exists, or can be pulled or built from Debian."""
    if succeeds("docker", "image", "inspect", IMAGE) or succeeds("docker", "pull", "--quiet", IMAGE):
        return
    if os.geteuid() != 0 or shutil.which("debootstrap") is None:
        raise CannotRunError(f"{IMAGE} cannot be pulled, and a stand-in needs root and debootstrap.")
    [packages] = (ROOT / ".venv-runtime" / "lib").glob("python*/site-packages")
    subprocess.run([STAND_IN, IMAGE, packages], check=True, timeout=PULLED_WITHIN)


def succeeds(*command):
    """Return whether a command succeeds."""
    return subprocess.run(command, capture_output=True, timeout=PULLED_WITHIN, check=False).returncode == 0
