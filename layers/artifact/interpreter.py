"""``python3 -m layers.artifact.interpreter``: print the path of the runtime's Python on this machine."""

import sys

from layers.artifact import bytecode
from layers.artifact.target import Target


def main() -> None:
    """
    Print it.

    Raises:
        SystemExit: There is none.
    """
    target = Target()
    interpreter = bytecode.find_interpreter(target)
    if interpreter is None:
        sys.exit(f"Lambda runs the function on Python {target.python}.  Put python{target.python} on the PATH.")
    print(interpreter)


if __name__ == "__main__":
    main()
