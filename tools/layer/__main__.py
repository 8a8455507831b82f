"""``python3 -m tools.layer function|layer FOLDER``: build one of them; `sam build` calls it through layers/Makefile."""

import os
import shutil
import sys
from pathlib import Path

from tools.layer import botocore_data, bytecode, contents, seal, wheels
from tools.layer.target import Target

ROOT = Path(__file__).parents[2]
RUNTIME = ROOT / "layers" / "runtime"


def build_function(folder: Path, target: Target) -> None:
    """Write the function's code into *folder*; Lambda unpacks it into /var/task."""
    package = "finalize_cutover"
    shutil.copytree(ROOT / "functions" / package, folder / package, ignore=shutil.ignore_patterns("__pycache__"))
    bytecode.compile_tree(folder, "/var/task", target)


def build_layer(folder: Path, target: Target) -> None:
    """Write the packages that the function imports into *folder*; Lambda unpacks it into /opt."""
    wanted = contents.load(RUNTIME / "contents.toml")
    packages = folder / "python"
    wheels.install(RUNTIME / "requirements.txt", packages, target)
    contents.leave_out(packages, wanted.left_out)
    botocore_data.cut(packages / "botocore" / "data", wanted.operations)
    bytecode.compile_tree(packages, "/opt/python", target)


def main(what: str, folder: Path) -> None:
    """Build *what*, "function" or "layer", into the empty *folder*."""
    builders = {"function": build_function, "layer": build_layer}
    folder.mkdir(parents=True, exist_ok=True)
    builders[what](folder, Target(architecture=os.environ.get("ARCH", Target.architecture)))
    megabytes = seal.seal(folder) / 1_000_000
    print(f"Built the {what}: {megabytes:.1f} MB")


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]))
