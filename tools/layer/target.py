"""What is built for: the interpreter and the processor that Lambda runs the function on."""

from dataclasses import dataclass

# In pip's words, by Lambda's.
MACHINES = {"arm64": "aarch64", "x86_64": "x86_64"}


@dataclass(frozen=True, kw_only=True)
class Target:
    """
    Where the artifact will run; the defaults are those of template.yaml.

    Amazon Linux 2023 has glibc 2.34, so wheels for these older ones run on it.

    Attributes:
        python: Minor version of the Lambda runtime; bytecode and extension modules fit no other.

        architecture: ``arm64`` or ``x86_64``.
    """

    python: str = "3.13"
    architecture: str = "arm64"

    def __post_init__(self) -> None:
        """Refuse an architecture that Lambda does not have."""
        if self.architecture not in MACHINES:
            raise SystemExit(f"ARCH is {self.architecture}; Lambda has {' and '.join(MACHINES)}.")

    @property
    def cache_tag(self) -> str:
        """Return what marks the interpreter's bytecode: ``cpython-313``."""
        return "cpython-" + self.python.replace(".", "")

    @property
    def platforms(self) -> list[str]:
        """Return the wheel platforms that run there."""
        machine = MACHINES[self.architecture]
        return [f"{glibc}_{machine}" for glibc in ("manylinux2014", "manylinux_2_17", "manylinux_2_28")]
