"""The local AWS over HTTP: moto's services, MGN, and replacements for what moto lacks."""

import threading
from collections.abc import Callable

from moto.moto_server.werkzeug_app import DomainDispatcherApplication, MotoRequestHandler, create_backend_app
from werkzeug.serving import BaseWSGIServer, make_server

from local import accounts, authorization, cloudwatch, ec2, ec2_shims, iam, ssm
from local import mgn as mgn_backend
from local.admin import Admin
from local.client import LocalAws
from local.cloudformation import moto_patches
from local.eventbridge import events
from local.front import Front
from local.lambda_runtime import prepared_answers
from local.state import State
from local.step_functions import machine as step_functions

# Each function patches moto for the whole process, where moto has no setting.  It is called with the URL whenever a
# server is created, so a second call may change only the URL.  Other modules can append functions before ``start``.
STAND_INS: list[Callable[[str], None]] = [
    lambda _: accounts.install(),
    lambda _: authorization.install(),
    lambda _: ec2_shims.install(),
    lambda _: ec2.install(),
    lambda _: cloudwatch.install(),
    lambda _: ssm.install(),
    lambda _: iam.install(),
    lambda _: mgn_backend.register(),
    lambda _: moto_patches.install(),
    lambda _: prepared_answers.install(),
    lambda _: events.install(),
    step_functions.install,
]


EVERYWHERE = "0.0.0.0"  # noqa: S104 # nosec B104 # opt-in: containers reach the host by another address
LOOPBACK = "127.0.0.1"


class RunningLocalAws(LocalAws):
    """A local AWS in a thread of this process; ``stop`` ends it."""

    def __init__(self, server: BaseWSGIServer, url: str) -> None:
        super().__init__(url)
        self._server = server
        self._thread = threading.Thread(target=server.serve_forever, args=(0.05,), name="local-aws", daemon=True)
        self._thread.start()

    def reset(self) -> None:
        """Delete all state, and direct moto to this server again, in case this process has started another one."""
        _install(self.url)
        super().reset()

    def stop(self) -> None:
        """Stop the server.  Calling it again has no effect."""
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()


class QuietRequestHandler(MotoRequestHandler):
    """Handles requests without logging each of them; the call log records them."""

    def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
        """Log nothing."""


def make(host: str, port: int) -> tuple[BaseWSGIServer, str]:
    """
    Return a server that listens but does not handle requests yet, and its URL.

    Raises:
        SystemExit: The port is in use (werkzeug prints this and ends the program).
    """
    state = State()
    moto = DomainDispatcherApplication(create_backend_app)
    server = make_server(host, port, Front(moto, state), threaded=True, request_handler=QuietRequestHandler)
    url = f"http://{LOOPBACK if host == EVERYWHERE else host}:{server.server_port}"
    _install(url)
    Admin(state).reset()
    return server, url


def _install(url: str) -> None:
    for install in STAND_INS:
        install(url)


def start(host: str = "127.0.0.1", port: int = 0) -> RunningLocalAws:
    """
    Serve an empty AWS in a thread of this process, with MGN initialized in eu-west-1.

    Args:
        port: 0 selects a free port.
    """
    return RunningLocalAws(*make(host, port))
