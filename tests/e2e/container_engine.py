"""What `sam local invoke` needs: a container engine, and the image of Lambda's runtime in it."""

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
    """This machine cannot, for the reason given."""


def require_engine():
    """Return if a container engine answers."""
    if shutil.which("docker") is None or not succeeds("docker", "info"):
        raise CannotRunError("No container engine answers; start one (`docker info` tells whether it runs).")


def require_image():
    """Return if the image is there, or could be pulled, or made out of Debian."""
    if succeeds("docker", "image", "inspect", IMAGE) or succeeds("docker", "pull", "--quiet", IMAGE):
        return
    if os.geteuid() != 0 or shutil.which("debootstrap") is None:
        raise CannotRunError(f"{IMAGE} cannot be pulled, and a stand-in needs root and debootstrap.")
    [packages] = (ROOT / ".venv-runtime" / "lib").glob("python*/site-packages")
    subprocess.run([STAND_IN, IMAGE, packages], check=True, timeout=PULLED_WITHIN)


def succeeds(*command):
    """Tell whether a command does what it is to."""
    return subprocess.run(command, capture_output=True, timeout=PULLED_WITHIN, check=False).returncode == 0
