"""The build target: the interpreter and the processor on which Lambda runs the function."""

from dataclasses import dataclass

# Lambda's names of architectures, and pip's.
MACHINES = {"arm64": "aarch64", "x86_64": "x86_64"}


@dataclass(frozen=True, kw_only=True)
class Target:
    """
    The environment of the artifact on Lambda; the defaults are those of template.yaml.

    Amazon Linux 2023 has glibc 2.34, so wheels for older versions of glibc run on it.

    Attributes:
        python: Minor version of the Lambda runtime's Python; bytecode and extension modules need this version.

        architecture: ``arm64`` or ``x86_64``.
    """

    python: str = "3.13"
    architecture: str = "arm64"

    def __post_init__(self) -> None:
        """Exit if Lambda does not have the architecture."""
        if self.architecture not in MACHINES:
            raise SystemExit(f"ARCH is {self.architecture}; Lambda supports {' and '.join(MACHINES)}.")

    @property
    def cache_tag(self) -> str:
        """Return the tag of the interpreter's bytecode files: ``cpython-313``."""
        return "cpython-" + self.python.replace(".", "")

    @property
    def platforms(self) -> list[str]:
        """Return the platform tags of wheels that run on the target."""
        machine = MACHINES[self.architecture]
        return [f"{glibc}_{machine}" for glibc in ("manylinux2014", "manylinux_2_17", "manylinux_2_28")]
