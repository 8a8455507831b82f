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

from layers.artifact.target import Target


def compile_tree(folder: Path, seen_as: str, target: Target) -> None:
    """
    Compile every module in *folder* with an interpreter of *target*'s version.

    Without one, say what is lost: the artifact works, and starts more slowly.

    Args:
        folder: What is compiled.

        seen_as: Where Lambda unpacks *folder*; tracebacks name it.

        target: Whose bytecode.
    """
    interpreter = next((path for path in _candidates(target) if _fits(path, target)), None)
    if interpreter is None:
        print(
            f"No Python {target.python} found: no bytecode.  The function works, but compiles all it imports at every"
            f" cold start, which makes it several times slower.  To mend it, put python{target.python} on the PATH.",
            file=sys.stderr,
        )
        return
    command = [interpreter, "-m", "compileall", "-q", "--invalidation-mode", "unchecked-hash"]
    # A seed, because the order of a set of constants would differ from build to build.
    subprocess.run([*command, "-s", str(folder), "-p", seen_as, str(folder)], check=True, env=_environment())


def _candidates(target: Target) -> list[str]:
    """Return interpreters that may fit, the likeliest first."""
    name = f"python{target.python}"
    pyenv = Path(os.environ.get("PYENV_ROOT", Path.home() / ".pyenv"))
    installed = sorted(pyenv.glob(f"versions/{target.python}.*/bin/{name}"))
    on_path = [found for found in [shutil.which(name)] if found]
    return [sys.executable, *on_path, *map(str, installed)]


def _fits(interpreter: str, target: Target) -> bool:
    """Tell whether *interpreter* starts (pyenv's shims may not) and writes *target*'s bytecode."""
    ask = [interpreter, "-c", "import sys; print(sys.implementation.cache_tag)"]
    answer = subprocess.run(ask, capture_output=True, text=True, check=False)
    return answer.stdout.strip() == target.cache_tag


def _environment() -> dict[str, str]:
    """Return an environment in which compiling writes bytecode, always the same."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("PYTHON")}
    return kept | {"PYTHONHASHSEED": "0"}
