"""The parts of boto3 clients that the optional rules use, over the simulated network."""

import io
import json
from collections.abc import Callable, Collection, Iterator, Mapping
from datetime import timedelta
from typing import Any

from tests.simulation.aws.mgn import Mgn
from tests.simulation.aws.network import Network, ServiceError
from tests.simulation.aws.sources import VALIDATOR, Alarm, Calendar, Health, Snapshot, Sources, Validator
from tests.simulation.aws.view import View
from tests.simulation.virtual.machine import START
from tests.simulation.virtual.stdlib import this_task

Document = dict[str, Any]
MANAGED = {"Key": "AWSApplicationMigrationServiceManaged", "Value": "mgn.amazonaws.com"}
MADE_BY = {"mgn": [MANAGED], "dlm": [MANAGED, {"Key": "aws:dlm:lifecycle-policy-id", "Value": "policy-1"}]}
NONSENSE = (b"", b"null", b"[1,2]", b"\xff", b'{"%s": "PASS"}', b'{"%s": {"verdict": true}}', b'{"%s": {}}')
TOO_MUCH = 262_145  # bytes


class Source:
    """A client of one account for one invocation; it records what it returned."""

    def __init__(self, view: View, sources: Sources, network: Network, page_size: int) -> None:
        self._view = view
        self._sources = sources
        self._network = network
        self._page_size = page_size

    def _pages(
        self, operation: str, find: Callable[[float], Mapping[str, Any]], about: frozenset[str] | None, size: int
    ) -> Iterator[tuple[float, dict[str, Any], bool]]:
        """Yield for each page the time of its state, its items by key, and whether it is the last one."""
        last = ""
        while True:
            at, found = self._network.read(operation, lambda: find(self._network.read_at()), about)
            rest = {key: found[key] for key in sorted(found) if key > last}
            page = dict(list(rest.items())[:size])
            yield at, page, len(page) == len(rest)
            if len(page) == len(rest):
                return
            last = max(page)

    def _is_spoiled(self, operation: str, about: frozenset[str] | None) -> bool:
        if is_odd := self._network.is_odd():
            self._view.meets(operation, "unreadable item", about)
        return is_odd


class Ec2Source(Source):
    """EC2's application status, termination protection, volumes and snapshots."""

    def __init__(self, mgn: Mgn, *rest: Any) -> None:
        super().__init__(*rest)
        self._mgn = mgn

    def describe_application_status(self, *, InstanceIds: list[str], NextToken: str = "") -> Document:  # noqa: N803 - boto3's own
        about = self._view.of_instances(InstanceIds)
        at, found = self._network.read("DescribeApplicationStatus", lambda: self._healths(InstanceIds), about)
        rest = [instance_id for instance_id in sorted(found) if instance_id > NextToken]
        page = rest[: self._page_size]
        items = [_health(instance_id, found[instance_id]) for instance_id in page]
        if items and self._is_spoiled("DescribeApplicationStatus", about):
            items[0].update(self._network.chance.choice(({"InstanceId": 1}, {"ApplicationStatus": {"Status": 5}})))
        # Whoever asks for the first page can ask for the others, too.  A late read can lack a status.
        seen = {id_: found[id_] for id_ in page} if NextToken else {id_: found.get(id_) for id_ in InstanceIds}
        self._view.saw_of_instances("application-status", seen, at)
        more = {"NextToken": page[-1]} if len(page) < len(rest) else {}
        return {"ApplicationStatuses": {"Instances": items}, **more}

    def _healths(self, instance_ids: list[str]) -> dict[str, Health]:
        moment = self._network.read_at()
        self._check_known(instance_ids, moment, part="application-status")
        found = {id_: self._sources.health.at(id_, moment) for id_ in instance_ids}
        return {id_: health for id_, health in found.items() if health}

    def _check_known(self, instance_ids: Collection[str], moment: float, *, part: str | None = None) -> None:
        """Refuse a call with unknown instances; for *part* of the evidence, they count as read."""
        found = [instance for id_ in instance_ids if (instance := self._mgn.instances.at(id_, moment))]
        known = {instance.id for instance in found if instance.is_known and instance.account == self._view.account}
        if missing := [id_ for id_ in instance_ids if id_ not in known]:
            if part:
                self._view.saw_of_instances(part, dict.fromkeys(missing), moment)
            raise ServiceError("InvalidInstanceID.NotFound", 400, f"The IDs '{', '.join(missing)}' do not exist")

    def describe_instance_attribute(self, *, InstanceId: str, Attribute: str) -> Document:  # noqa: N803 - boto3's own
        assert Attribute == "disableApiTermination"
        about = self._view.of_instances([InstanceId])
        at, is_on = self._network.read("DescribeInstanceAttribute", lambda: self._is_protected(InstanceId), about)
        if self._is_spoiled("DescribeInstanceAttribute", about):
            self._view.saw_of_instances("termination-protection", {InstanceId: None}, at)
            return self._network.chance.choice(({}, {"DisableApiTermination": {"Value": "true"}}))
        self._view.saw_of_instances("termination-protection", {InstanceId: is_on}, at)
        return {"InstanceId": InstanceId, "DisableApiTermination": {"Value": is_on}}

    def _is_protected(self, instance_id: str) -> bool:
        moment = self._network.read_at()
        self._check_known([instance_id], moment)
        found = self._sources.protections.at(instance_id, moment)
        return found is not None and found.is_on

    def modify_instance_attribute(self, *, InstanceId: str, DisableApiTermination: Document) -> None:  # noqa: N803 - boto3's own
        assert DisableApiTermination == {"Value": True}
        server_ids = sorted(self._view.of_instances([InstanceId])) or [""]
        send = self._network.prepare_write("ModifyInstanceAttribute", server_ids[0], self._view.protects)
        self._network.write("ModifyInstanceAttribute", lambda: self._protect(InstanceId), send)

    def _protect(self, instance_id: str) -> None:
        self._check_known([instance_id], self._view.machine.now)
        if instance_id not in self._sources.protections or self._sources.protections[instance_id].is_spot:
            raise ServiceError("UnsupportedOperation", 400, "Spot Instances have no termination protection.")
        self._sources.protections.change(instance_id, is_on=True)

    def get_paginator(self, method: str) -> "_Ec2Paginator":
        return _Ec2Paginator(self, method)

    def list_volumes(self, instance_ids: list[str]) -> Iterator[Document]:
        """Yield pages of DescribeVolumes."""
        about = self._view.of_instances(instance_ids)

        def find(moment: float) -> dict[str, tuple[str, tuple[str, ...]]]:
            found = {id_: self._sources.volumes.at(id_, moment) or () for id_ in instance_ids}
            return {volume: (id_, volumes) for id_, volumes in found.items() for volume in volumes}

        seen: dict[str, tuple[str, ...]] = {}
        for at, page, _ in self._pages("DescribeVolumes", find, about, self._page_size):
            items = [{"VolumeId": id_, "Attachments": [{"InstanceId": of}]} for id_, (of, _) in page.items()]
            if items and self._is_spoiled("DescribeVolumes", about):
                items[0].update(self._network.chance.choice(({"VolumeId": None}, {"Attachments": None})))
            for volume, (instance_id, _) in page.items():
                seen[instance_id] = (*seen.get(instance_id, ()), volume)
            self._view.saw_of_instances("volumes", seen, at)
            yield {"Volumes": items}

    def list_snapshots(self, volume_ids: list[str]) -> Iterator[Document]:
        """Yield pages of DescribeSnapshots."""
        about = self._view.of_volumes(volume_ids)

        def find(moment: float) -> dict[str, tuple[str, Snapshot]]:
            found = {id_: self._sources.snapshots.at(id_, moment) or () for id_ in volume_ids}
            return {snapshot.id: (id_, snapshot) for id_, snapshots in found.items() for snapshot in snapshots}

        for at, page, _ in self._pages("DescribeSnapshots", find, about, self._page_size):
            items = [_snapshot(volume_id, snapshot) for volume_id, snapshot in page.values()]
            if items and self._is_spoiled("DescribeSnapshots", about):
                items[0].update(self._network.chance.choice(({"StartTime": "now"}, {"State": 5}, {"Tags": [{}]})))
            for volume_id, snapshot in page.values():
                self._view.saw_snapshot(volume_id, snapshot, at)
            yield {"Snapshots": items}


class _Ec2Paginator:
    def __init__(self, source: Ec2Source, method: str) -> None:
        self._source = source
        self._method = method

    def paginate(self, *, Filters: list[Document], PaginationConfig: Document, **rest: Any) -> Iterator[Document]:  # noqa: N803 - boto3's own
        assert PaginationConfig
        if self._method == "describe_volumes":
            assert Filters[0]["Name"] == "attachment.instance-id"
            return self._source.list_volumes(Filters[0]["Values"])
        assert (Filters[0]["Name"], rest) == ("volume-id", {"OwnerIds": ["self"]})
        return self._source.list_snapshots(Filters[0]["Values"])


class CloudWatchSource(Source):
    """CloudWatch's alarms."""

    def get_paginator(self, method: str) -> "CloudWatchSource":
        assert method == "describe_alarms"
        return self

    def paginate(
        self,
        *,
        AlarmTypes: list[str],  # noqa: N803 - boto3's own
        PaginationConfig: Document,  # noqa: N803 - boto3's own
        AlarmNames: list[str] | None = None,  # noqa: N803 - boto3's own
        AlarmNamePrefix: str = "",  # noqa: N803 - boto3's own
    ) -> Iterator[Document]:
        assert PaginationConfig
        lists = [f"{kind}s" for kind in AlarmTypes]

        def find(moment: float) -> dict[str, Alarm]:
            found = [alarm for name in self._sources.alarms if (alarm := self._sources.alarms.at(name, moment))]
            return {
                alarm.name: alarm
                for alarm in found
                if alarm.exists and (alarm.name in AlarmNames if AlarmNames else alarm.name.startswith(AlarmNamePrefix))
            }

        for at, page, _ in self._pages("DescribeAlarms", find, None, self._page_size):
            items = {kind: [_alarm(alarm) for alarm in page.values() if alarm.kind == kind] for kind in lists}
            if any(items.values()) and self._is_spoiled("DescribeAlarms", None):
                first = next(item for each in items.values() for item in each)
                first.update(self._network.chance.choice(({"StateValue": 3}, {"StateTransitionedTimestamp": "then"})))
            # Also those of other kinds, for which the request could have asked.
            self._view.saw_of_all("alarms", dict(page), at)
            yield items


class SsmSource(Source):
    """Systems Manager's change calendars."""

    def get_calendar_state(self, *, CalendarNames: list[str]) -> Document:  # noqa: N803 - boto3's own
        began_at = self._view.machine.now
        at, found = self._network.read("GetCalendarState", lambda: self._calendars(CalendarNames), None)
        changes = [calendar.changes_at for calendar in found if calendar.changes_at is not None]
        states = {calendar.state for calendar in found}
        state = states.pop() if len(states) == 1 else "CLOSED"
        shown = Calendar(state=state, changes_at=min(changes, default=None))
        if self._is_spoiled("GetCalendarState", None):
            return {"State": 7}
        # One response about several that are not all open does not say which one is closed.
        is_telling = state == "OPEN" or len(CalendarNames) == 1
        self._view.saw_calendars(dict.fromkeys(CalendarNames, shown) if is_telling else {}, at, began_at)
        times = {} if shown.changes_at is None else {"NextTransitionTime": _second(shown.changes_at)}
        return {"State": state, **times}

    def _calendars(self, names: list[str]) -> list[Calendar]:
        moment = self._network.read_at()
        found = [calendar for name in names if (calendar := self._sources.calendars.at(name, moment))]
        if len(found) < len(names):
            raise ServiceError(self._network.chance.choice(("InvalidDocument", "InvalidDocumentType")), 400, "None.")
        return found


class LambdaSource(Source):
    """The validator function."""

    def invoke(self, *, FunctionName: str, Payload: bytes) -> Document:  # noqa: N803 - boto3's own
        assert FunctionName
        asked = [server["sourceServerID"] for server in json.loads(Payload)["servers"]]
        about = frozenset(asked)
        at, validator = self._network.once("Invoke", self._validator, about)
        if validator.misdeed == "too slow":
            self._view.meets("Invoke", "too slow", about)
            task: Any = this_task()
            task.pause(self._network.chance.uniform(8, 12))
        for server_id in asked:
            self._view.saw_of_server(server_id, "validator", validator.says(server_id), at)
        return self._answer(validator, asked)

    def _validator(self) -> Validator:
        return self._sources.validator[VALIDATOR]

    def _answer(self, validator: Validator, asked: list[str]) -> Document:
        verdicts = {id_: verdict for id_ in asked if (verdict := validator.verdicts.get(id_, "PASS")) is not None}
        answers: Document = {id_: {"verdict": verdict, "reason": "Asked."} for id_, verdict in verdicts.items()}
        if validator.misdeed == "names another server":
            answers["s-somebodyelses0000"] = {"verdict": "PASS"}
        payload = json.dumps(answers).encode()
        if validator.misdeed == "nonsense":
            payload = self._network.chance.choice(NONSENSE).replace(b"%s", asked[0].encode())
        if validator.misdeed == "too much":
            payload += b" " * TOO_MUCH
        failure = {"FunctionError": "Unhandled"} if validator.misdeed == "fails" else {}
        return {"StatusCode": 200, "Payload": io.BytesIO(payload), **failure}


def _health(instance_id: str, health: Health) -> Document:
    since = {} if health.since is None else {"StatusSince": _date(health.since)}
    return {"InstanceId": instance_id, "ApplicationStatus": {"Status": health.status, **since}}


def _snapshot(volume_id: str, snapshot: Snapshot) -> Document:
    return {
        "SnapshotId": snapshot.id,
        "VolumeId": volume_id,
        "State": snapshot.state,
        "StartTime": _date(snapshot.started_at),
        "Tags": MADE_BY.get(snapshot.maker, []),
    }


def _alarm(alarm: Alarm) -> Document:
    since = {} if alarm.since is None else {"StateTransitionedTimestamp": _date(alarm.since)}
    evaluation = {"EvaluationState": alarm.evaluation} if alarm.evaluation else {}
    return {"AlarmName": alarm.name, "StateValue": alarm.state, **since, **evaluation}


def _date(moment: float) -> Any:
    return START + timedelta(seconds=moment)


def _second(moment: float) -> str:
    return str(_date(moment).strftime("%Y-%m-%dT%H:%M:%SZ"))
