"""The admin routes under ``/local-aws/``: JSON in, JSON out; status 400 with an error message for a bad request."""

import json
from collections.abc import Callable, Iterable
from typing import Any

from moto import settings
from moto.core.exceptions import ServiceException
from moto.ec2.models.instances import Instance
from moto.moto_api._internal.models import moto_api_backend

from local.accounts import ACCOUNT
from local.calls import Environ
from local.clock import CLOCK
from local.cloudwatch import alarms
from local.ec2 import attributes, storage
from local.eventbridge import events
from local.eventbridge.invocations import INVOCATIONS
from local.faults import Fault
from local.lambda_runtime import prepared_answers
from local.mgn import instances, mgn_backends
from local.mgn.documents import kept, merge, shown
from local.mgn.models import MGNBackend
from local.scenarios import seed
from local.ssm import calendars
from local.state import State

Body = dict[str, Any]
REGION = "eu-west-1"
# The service that a route changes, if its reads can be stale for that reason.
CHANGED_BY = {"alarms": "cloudwatch", "calendars": "ssm", "instances": "ec2", "snapshots": "ec2", "volumes": "ec2"}


class Admin:
    """A WSGI application that answers the admin routes."""

    def __init__(self, state: State) -> None:
        self._state = state
        self._routes: dict[tuple[str, str], Callable[..., Any]] = {
            ("POST", "source-servers"): self._add_source_server,
            ("POST", "source-servers/"): self._change_source_server,
            ("POST", "applications"): lambda body: shown(_backend(body).add_application(kept(body)).document),
            ("POST", "waves"): lambda body: shown(_backend(body).add_wave(kept(body)).document),
            ("POST", "jobs/"): _change_job,
            ("POST", "instances/"): _change_instance,
            ("POST", "volumes/"): lambda body, of: {"volumeID": storage.add_volume(_instance(body, of), body)},
            ("POST", "snapshots/"): lambda body, of: {"snapshotIDs": storage.add_snapshots(_instance(body, of), body)},
            ("PUT", "alarms"): lambda body: alarms.set_alarm(*_place(body), body),
            ("DELETE", "alarms"): lambda body: alarms.delete(*_place(body), body["name"]),
            ("PUT", "calendars"): lambda body: calendars.set_calendar(*_place(body), body),
            ("DELETE", "calendars"): lambda body: calendars.delete(*_place(body), body["name"]),
            ("PUT", "validators"): prepared_answers.set_answer,
            ("POST", "launch-results"): _emit_launch_result,
            ("POST", "schedules/"): _fire_schedule,
            ("GET", "invocations"): lambda _: INVOCATIONS.documents(),
            ("PUT", "answers"): self._state.answers.append,
            ("GET", "answers"): lambda _: self._state.answers,
            ("POST", "clock"): lambda body: CLOCK.advance(float(body["advanceSeconds"])),
            ("POST", "faults"): self._add_fault,
            ("DELETE", "faults"): lambda _: self._clear_faults(),
            ("POST", "pace"): self._state.pace.set,
            ("GET", "calls"): lambda _: self._state.calls.documents(),
            ("DELETE", "calls"): lambda _: self._state.calls.clear(),
            ("POST", "iam"): lambda body: _enforce_iam(enforce=bool(body["enforce"])),
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
                self._state.stale.before_write(CHANGED_BY.get(route, ""))
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

    def _add_source_server(self, body: Body) -> Any:
        backend = _backend(body)
        return backend.add_source_server(seed(body.pop("scenario", "ready"), body)).shown()

    def _change_source_server(self, body: Body, server_id: str) -> Any:
        server = _backend(body).source_servers[server_id]
        merge(server.document, kept(body["changes"]))
        return server.shown()

    def _add_fault(self, body: Body) -> None:
        fault = Fault.of(body)
        if fault.fault == "stale":
            self._state.stale.order(fault)
        else:
            self._state.faults.add(fault)

    def _clear_faults(self) -> None:
        self._state.faults.clear()
        self._state.stale.clear()


def _enforce_iam(*, enforce: bool) -> None:
    """With *enforce*, IAM denies every action that no policy allows; without it, every action is allowed."""
    settings.INITIAL_NO_AUTH_ACTION_COUNT = 0 if enforce else float("inf")


def _backend(body: Body) -> MGNBackend:
    """Return the backend of the account and Region named in *body*, and remove both from *body*."""
    account, region = _place(body)
    return mgn_backends[account][region]


def _place(body: Body) -> tuple[str, str]:
    """Return the account and the Region named in *body*, and remove both from *body*."""
    return body.pop("accountID", ACCOUNT), body.pop("region", REGION)


def _change_instance(body: Body, instance_id: str) -> Body:
    instance = _instance(body, instance_id)
    attributes.change(instance, body)
    return {"instanceID": instance_id, **body}


def _instance(body: Body, instance_id: str) -> Instance:
    instance = instances.find(*_place(body), instance_id)
    if instance is None:
        raise ValueError(f"There is no instance {instance_id}.")
    return instance


def _change_job(body: Body, job_id: str) -> Body:
    job = _backend(body).jobs[job_id]
    job.changes |= kept(body.get("changes", {}))
    for line in body.get("log", []):
        job.note(line["event"], **line.get("eventData", {}))
    return job.shown()


def _emit_launch_result(body: Body) -> None:
    backend = _backend(body)
    server = backend.server(body["sourceServerID"])
    events.emit_launch_result(server, body["state"], account=backend.account_id, region=backend.region_name)


def _fire_schedule(body: Body, verb: str) -> None:
    if verb != "fire":
        raise ValueError(f"Unknown action {verb!r} for a schedule; the only action is 'fire'.")
    events.fire(body["name"], account=body.get("accountID", ACCOUNT), region=body.get("region", REGION))
