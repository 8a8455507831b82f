"""The admin routes under ``/local-aws/``: JSON in, JSON out; status 400 with an error message for a bad request."""

import json
from collections.abc import Callable, Iterable
from typing import Any

from moto import settings
from moto.core.exceptions import ServiceException
from moto.moto_api._internal.models import moto_api_backend

from local import messages, resources
from local.accounts import ACCOUNT, REGION
from local.calls import Environ
from local.clock import CLOCK
from local.eventbridge.invocations import INVOCATIONS
from local.faults import Fault
from local.mgn import mgn_backends
from local.state import State
from local.step_functions import pace as step_functions_pace

Body = dict[str, Any]


class Admin:
    """A WSGI application that answers the admin routes."""

    def __init__(self, state: State) -> None:
        self._state = state
        self._routes: dict[tuple[str, str], Callable[..., Any]] = {
            **resources.ROUTES,
            ("GET", "invocations"): lambda _: INVOCATIONS.documents(),
            ("GET", "messages"): lambda _: messages.documents(),
            ("PUT", "answers"): self._state.answers.append,
            ("GET", "answers"): lambda _: self._state.answers,
            ("POST", "clock"): lambda body: CLOCK.advance(float(body["advanceSeconds"])),
            ("POST", "faults"): self._add_fault,
            ("DELETE", "faults"): lambda _: self._clear_faults(),
            ("POST", "pace"): self._state.pace.set,
            ("GET", "calls"): lambda _: self._state.calls.documents(),
            ("DELETE", "calls"): lambda _: self._state.calls.clear(),
            ("POST", "iam"): lambda body: _enforce_iam(enforce=bool(body["enforce"])),
            ("GET", "waits"): lambda _: step_functions_pace.waits(),
            ("POST", "reset"): lambda _: self.reset(),
        }

    def __call__(self, environ: Environ, start_response: Callable[..., Any]) -> Iterable[bytes]:
        status, answer = self._answer(environ)
        body = json.dumps(answer).encode()
        start_response(status, [("Content-Type", "application/json"), ("Content-Length", str(len(body)))])
        return [body]

    def _answer(self, environ: Environ) -> tuple[str, Any]:
        route, _, identifier = environ["PATH_INFO"].removeprefix("/local-aws/").partition("/")
        handler = self._routes.get((environ["REQUEST_METHOD"], f"{route}/" if identifier else route))
        if handler is None:
            return "404 Not Found", {"message": f"There is no {environ['REQUEST_METHOD']} {environ['PATH_INFO']}."}
        try:
            body = json.loads(environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0)) or b"{}")
            with CLOCK.lock:
                self._state.stale.before_write(resources.CHANGED_BY.get(route, ""))
                return "200 OK", handler(body, identifier) if identifier else handler(body)
        except (AttributeError, KeyError, ServiceException, TypeError, ValueError) as error:
            return "400 Bad Request", {"message": f"{type(error).__name__}: {error}"}

    def reset(self) -> None:
        """Delete all state, then initialize MGN in the default account and Region."""
        CLOCK.reset()
        moto_api_backend.reset()
        INVOCATIONS.clear()
        _enforce_iam(enforce=False)
        self._state.faults.clear()
        self._state.stale.clear()
        self._state.calls.clear()
        self._state.answers.clear()
        self._state.pace.set({})
        mgn_backends[ACCOUNT][REGION].initialized = True

    def _add_fault(self, body: Body) -> None:
        fault = Fault.of(body)
        if fault.fault == "stale":
            self._state.stale.add(fault)
        else:
            self._state.faults.add(fault)

    def _clear_faults(self) -> None:
        self._state.faults.clear()
        self._state.stale.clear()


def _enforce_iam(*, enforce: bool) -> None:
    """With *enforce*, IAM denies every action that no policy allows; without it, every action is allowed."""
    settings.INITIAL_NO_AUTH_ACTION_COUNT = 0 if enforce else float("inf")
