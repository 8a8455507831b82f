"""``python3 -m tools.layer.interpreter``: print the path of the runtime's Python on this machine."""

import sys

from tools.layer import bytecode
from tools.layer.target import Target


def main() -> None:
    """
    Print the path.

    Raises:
        SystemExit: This machine has no such Python.
    """
    target = Target()
    interpreter = bytecode.find_interpreter(target)
    if interpreter is None:
        sys.exit(f"Lambda runs the function on Python {target.python}.  Put python{target.python} on the PATH.")
    print(interpreter)


if __name__ == "__main__":
    main()
