"""
Compiles ahead, so that Lambda never compiles at start.

Lambda unpacks an artifact where the function cannot write: without bytecode in it, every start
compiles every module anew.  The bytecode is not checked against its source ("unchecked-hash"),
because zip files change modification times.
"""

import os
import shutil
import subprocess
import sys
from pathlib import Path

from tools.layer.target import Target

# Where pyenv and uv put interpreters that need not be on the PATH, below the home folder.
INSTALLED = (".pyenv/versions/{0}.*/bin/python{0}", ".local/share/uv/python/cpython-{0}.*/bin/python{0}")


def compile_tree(folder: Path, seen_as: str, target: Target) -> None:
    """
    Compile every module in *folder* with an interpreter of *target*'s version.

    Without one, say what is lost: the artifact works, and starts more slowly.

    Args:
        folder: What is compiled.

        seen_as: Where Lambda unpacks *folder*; tracebacks name it.

        target: Whose bytecode.
    """
    interpreter = find_interpreter(target)
    if interpreter is None:
        # To standard output: `sam build` shows nothing else of a build that succeeds.
        print(
            f"No Python {target.python} found: no bytecode.  The function works, but compiles all it imports at every"
            f" cold start, which makes it several times slower.  To mend it, put python{target.python} on the PATH."
        )
        return
    command = [interpreter, "-m", "compileall", "-q", "--invalidation-mode", "unchecked-hash"]
    # A seed, because the order of a set of constants would differ from build to build.
    subprocess.run([*command, "-s", str(folder), "-p", seen_as, str(folder)], check=True, env=_environment())


def find_interpreter(target: Target) -> str | None:
    """Return the path of an interpreter of *target*'s version; None if this machine has none."""
    name = f"python{target.python}"
    installed = [str(path) for pattern in INSTALLED for path in sorted(Path.home().glob(pattern.format(target.python)))]
    candidates = [sys.executable, shutil.which(name), *installed]
    return next((path for path in candidates if path and _fits(path, target)), None)


def _fits(interpreter: str, target: Target) -> bool:
    """Tell whether *interpreter* starts (pyenv's shims may not) and writes *target*'s bytecode."""
    ask = [interpreter, "-c", "import sys; print(sys.implementation.cache_tag)"]
    try:
        answer = subprocess.run(ask, capture_output=True, text=True, check=False)
    except OSError:  # a link that leads nowhere, or a program for another machine
        return False
    return answer.stdout.strip() == target.cache_tag


def _environment() -> dict[str, str]:
    """Return an environment in which compiling writes bytecode, always the same."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("PYTHON")}
    return kept | {"PYTHONHASHSEED": "0"}
