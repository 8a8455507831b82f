"""The admin routes that create or change resources of AWS."""

from collections.abc import Callable, Mapping
from typing import Any

from moto.ec2.models.instances import Instance

from local.accounts import ACCOUNT, REGION
from local.cloudwatch import alarms
from local.ec2 import attributes, storage
from local.eventbridge import events
from local.lambda_runtime import prepared_answers
from local.mgn import instances, mgn_backends
from local.mgn.documents import kept, merge, shown
from local.mgn.models import MGNBackend
from local.scenarios import seed
from local.ssm import calendars

Body = dict[str, Any]

# The service that a route changes, if its reads can be stale for that reason.
CHANGED_BY = {"alarms": "cloudwatch", "calendars": "ssm", "instances": "ec2", "snapshots": "ec2", "volumes": "ec2"}


def _add_source_server(body: Body) -> Any:
    backend = _backend(body)
    return backend.add_source_server(seed(body.pop("scenario", "ready"), body)).shown()


def _change_source_server(body: Body, server_id: str) -> Any:
    server = _backend(body).source_servers[server_id]
    merge(server.document, kept(body["changes"]))
    return server.shown()


def _change_job(body: Body, job_id: str) -> Body:
    job = _backend(body).jobs[job_id]
    job.changes |= kept(body.get("changes", {}))
    for line in body.get("log", []):
        job.note(line["event"], **line.get("eventData", {}))
    return job.shown()


def _change_instance(body: Body, instance_id: str) -> Body:
    attributes.change(_instance(body, instance_id), body)
    return {"instanceID": instance_id, **body}


def _set_managed_accounts(body: Body) -> None:
    _backend(body).managed_accounts = body["accountIDs"]


def _emit_launch_result(body: Body) -> None:
    backend = _backend(body)
    server = backend.server(body["sourceServerID"])
    events.emit_launch_result(server, body["state"], account=backend.account_id, region=backend.region_name)


def _fire_schedule(body: Body, verb: str) -> None:
    if verb != "fire":
        raise ValueError(f"Unknown action {verb!r} for a schedule; the only action is 'fire'.")
    account, region = _place(body)
    events.fire(body["name"], account=account, region=region)


def _instance(body: Body, instance_id: str) -> Instance:
    instance = instances.find(*_place(body), instance_id)
    if instance is None:
        raise ValueError(f"There is no instance {instance_id}.")
    return instance


def _backend(body: Body) -> MGNBackend:
    account, region = _place(body)
    return mgn_backends[account][region]


def _place(body: Body) -> tuple[str, str]:
    """Return the account and the Region named in *body*, and remove both from *body*."""
    return body.pop("accountID", ACCOUNT), body.pop("region", REGION)


# By method and route.  A route with a slash ends with an ID, which its handler gets as its second argument.
ROUTES: Mapping[tuple[str, str], Callable[..., Any]] = {
    ("POST", "source-servers"): _add_source_server,
    ("POST", "source-servers/"): _change_source_server,
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
    ("PUT", "managed-accounts"): _set_managed_accounts,
    ("POST", "launch-results"): _emit_launch_result,
    ("POST", "schedules/"): _fire_schedule,
}
