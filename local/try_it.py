"""
Serve AWS with the application deployed in it: ``python -m local.try_it``, with the arguments of ``python -m local``.

The user's own AWS settings have no effect.
"""

import os
import sys

from local.isolation import isolate


def main() -> None:
    """Isolate the process, and serve."""
    isolate(os.environ)
    # moto reads these settings when it is imported.
    from local.__main__ import main as serve  # noqa: PLC0415

    serve(["--deploy", *sys.argv[1:]])


if __name__ == "__main__":
    main()
