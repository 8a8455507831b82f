"""Serve AWS on this machine until interrupted: ``python -m local``."""

import argparse

from local.server import make


def main() -> None:
    """Say where, and serve."""
    parser = argparse.ArgumentParser(prog="python -m local", description="AWS on this machine, MGN included.")
    parser.add_argument("--host", default="127.0.0.1", help="0.0.0.0 lets containers and other machines in")
    parser.add_argument("--port", type=int, default=5555)
    arguments = parser.parse_args()
    server, url = make(arguments.host, arguments.port)
    print(f"AWS is at {url}, account 111122223333, Region eu-west-1; Ctrl-C ends it.", flush=True)
    try:
        server.serve_forever()
    except KeyboardInterrupt:
        print()


if __name__ == "__main__":
    main()
