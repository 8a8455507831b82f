"""
Compiles the modules in the build, so that Lambda does not compile them at start.

Lambda unpacks an artifact into a read-only folder: without bytecode, every start compiles every module again.  Python
does not check the bytecode against its source ("unchecked-hash"), because zip files change modification times.
"""

import os
import shutil
import subprocess
import sys
from pathlib import Path

from tools.layer.target import Target

# Where pyenv and uv install interpreters, below the home folder; these need not be on the PATH.
INSTALLED = (".pyenv/versions/{0}.*/bin/python{0}", ".local/share/uv/python/cpython-{0}.*/bin/python{0}")


def compile_tree(folder: Path, seen_as: str, target: Target) -> None:
    """
    Compile every module in *folder* with an interpreter of *target*'s version.

    Without such an interpreter, print a warning: the artifact works, but starts more slowly.

    Args:
        folder: Folder to compile.

        seen_as: Path at which Lambda unpacks *folder*, for tracebacks.

        target: Target of the bytecode.
    """
    interpreter = find_interpreter(target)
    if interpreter is None:
        # On standard output: of a successful build, `sam build` shows nothing else.
        print(
            f"No Python {target.python} found, so the artifact contains no bytecode.  The function works, but every"
            f" cold start compiles all imported modules and takes several times as long.  To fix this, put"
            f" python{target.python} on the PATH."
        )
        return
    command = [interpreter, "-m", "compileall", "-q", "--invalidation-mode", "unchecked-hash"]
    # A fixed hash seed, because the order of a set of constants would differ between builds.
    subprocess.run([*command, "-s", str(folder), "-p", seen_as, str(folder)], check=True, env=_environment())


def find_interpreter(target: Target) -> str | None:
    """Return the path of an interpreter of *target*'s version; None if this machine has none."""
    name = f"python{target.python}"
    installed = [str(path) for pattern in INSTALLED for path in sorted(Path.home().glob(pattern.format(target.python)))]
    candidates = [sys.executable, shutil.which(name), *installed]
    return next((path for path in candidates if path and _fits(path, target)), None)


def _fits(interpreter: str, target: Target) -> bool:
    """Return whether *interpreter* starts (pyenv's shims do not always) and writes *target*'s bytecode."""
    ask = [interpreter, "-c", "import sys; print(sys.implementation.cache_tag)"]
    try:
        answer = subprocess.run(ask, capture_output=True, text=True, check=False)
    except OSError:  # a broken link, or a program for another architecture
        return False
    return answer.stdout.strip() == target.cache_tag


def _environment() -> dict[str, str]:
    """Return an environment in which compilation writes reproducible bytecode."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("PYTHON")}
    return kept | {"PYTHONHASHSEED": "0"}
