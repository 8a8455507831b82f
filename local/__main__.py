"""Serve AWS on this machine until interrupted: ``python -m local``."""

import argparse
from collections.abc import Sequence

from local.accounts import ACCOUNT, REGION
from local.clock import CLOCK
from local.cloudformation import moto_patches
from local.deploy import function as deploy_function
from local.deploy.in_background import deploy_in_background
from local.mgn import mgn_backends
from local.mgn.seeding import Seed
from local.scenarios import seed
from local.server import make


def _seed(text: str) -> Seed:
    """Return the seed for the argument ``SCENARIO`` or ``SCENARIO=SOURCE-SERVER-ID``."""
    scenario, _, server_id = text.partition("=")
    try:
        return seed(scenario, {"hostname": scenario} | ({"sourceServerID": server_id} if server_id else {}))
    except ValueError as error:
        raise argparse.ArgumentTypeError(str(error)) from error


def _arguments(given: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m local", description="Serve AWS, including MGN, on this machine.")
    parser.add_argument(
        "--host", default="127.0.0.1", help="address; 0.0.0.0 accepts connections from containers and other machines"
    )
    parser.add_argument("--port", type=int, default=5555)
    parser.add_argument(
        "--seed",
        action="append",
        default=[],
        type=_seed,
        metavar="SCENARIO[=ID]",
        help="add a source server at the start, such as ready or booting=s-0123456789abcdef0; can be repeated",
    )
    parser.add_argument("--deploy", action="store_true", help="deploy the application at the start")
    return parser.parse_args(given)


def main(given: Sequence[str] | None = None) -> None:
    """Print the URL and the source servers, then serve; None means the arguments of the process."""
    arguments = _arguments(given)
    server, url = make(arguments.host, arguments.port)
    deploy_function.register(url, moto_patches.installed().endpoint.host)
    print(f"AWS is at {url}, account {ACCOUNT}, Region {REGION}.  Press Ctrl-C to stop it.")
    for wanted in arguments.seed:
        with CLOCK.lock:
            added = mgn_backends[ACCOUNT][REGION].add_source_server(wanted)
        print(f"  {added.id} {added.state:18} {wanted.hostname}")
    if arguments.deploy:
        deploy_in_background(url)
    else:
        print(f"Try: aws mgn describe-source-servers --endpoint-url {url} --region {REGION}", flush=True)
    try:
        server.serve_forever()
    except KeyboardInterrupt:
        print()


if __name__ == "__main__":
    main()
