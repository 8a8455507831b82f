"""The alarms in moto's CloudWatch: metric alarms as moto keeps them, and composite and log alarms beside them."""

from collections.abc import Collection, Mapping
from datetime import datetime, timedelta
from typing import Any

from moto.cloudwatch.models import Alarm, cloudwatch_backends

from local.clock import CLOCK

# The kinds of alarms in this package, and their names in ``AlarmTypes``.
TYPES = {"metric": "MetricAlarm", "composite": "CompositeAlarm", "log": "LogAlarm"}
ALLOWED: dict[str, Collection[str | None]] = {
    "kind": TYPES,
    "state": ("OK", "ALARM", "INSUFFICIENT_DATA"),
    "evaluationState": (None, "PARTIAL_DATA", "EVALUATION_FAILURE", "EVALUATION_ERROR"),
}
TIMES = ("state_updated_timestamp", "configuration_updated_timestamp")

_moto_update_state = Alarm.update_state


def find(account: str, region: str) -> Mapping[str, Alarm]:
    """Return the alarms of an account and Region by their names."""
    found: Mapping[str, Alarm] = cloudwatch_backends[account][region].alarms
    return found


def set_alarm(account: str, region: str, options: Mapping[str, Any]) -> None:
    """
    Create or change an alarm; an omitted option keeps its value, or gets the default of a new alarm.

    Args:
        options: ``name``; ``kind``, a key of ``TYPES``; ``state``; ``minutesAgo``, when it went into its state;
            ``evaluationState``, None for none.

    Raises:
        ValueError: An option is unknown or has an unknown value.
    """
    _check(options)
    alarm = find(account, region).get(options["name"])
    kind = options.get("kind") or (kind_of(alarm) if alarm else "metric")
    if alarm is None or kind_of(alarm) != kind:
        alarm = _new(account, region, options["name"], kind)
    state = options.get("state", alarm.state_value)
    alarm.update_state(f"The local AWS set the state to {state}.", "{}", state)
    if "minutesAgo" in options:
        alarm.local_transition = CLOCK.ago(options["minutesAgo"])  # type: ignore[attr-defined] # see update_state
        alarm.state_updated_timestamp = transition_of(alarm)
    if "evaluationState" in options:
        alarm.evaluation_state = options["evaluationState"]  # type: ignore[attr-defined] # moto has none


def delete(account: str, region: str, name: str) -> None:
    """
    Delete the alarm.

    Raises:
        ValueError: There is none of that name.
    """
    if name not in find(account, region):
        raise ValueError(f"There is no alarm {name}.")
    cloudwatch_backends[account][region].delete_alarms([name])


def kind_of(alarm: Alarm) -> str:
    """Return the key of the alarm's type in ``TYPES``."""
    return str(getattr(alarm, "local_kind", "metric"))


def update_state(self: Alarm, reason: str, reason_data: str, state_value: str) -> None:
    """Update the state as moto does, and keep the time if it is another state."""
    if self.state_value != state_value:
        self.local_transition = CLOCK.now()  # type: ignore[attr-defined] # moto does not keep it
    _moto_update_state(self, reason, reason_data, state_value)
    self.state_updated_timestamp = _wall(CLOCK.now())


def transition_of(alarm: Alarm) -> datetime:
    """Return when the alarm went into its state, as a wall-clock time."""
    moment = getattr(alarm, "local_transition", None)
    return _wall(moment) if moment else alarm.configuration_updated_timestamp


def age(step: timedelta) -> None:
    """Make every alarm *step* older; moto keeps the times of alarms as wall-clock times."""
    for account in list(cloudwatch_backends.values()):
        for backend in list(account.values()):
            for alarm in backend.alarms.values():
                for name in TIMES:
                    if moment := getattr(alarm, name, None):
                        setattr(alarm, name, moment - step)


def _new(account: str, region: str, name: str, kind: str) -> Alarm:
    alarm: Alarm = cloudwatch_backends[account][region].put_metric_alarm(
        name=name,
        namespace="Shop",
        metric_name="Errors",
        comparison_operator="GreaterThanThreshold",
        evaluation_periods=1,
        period=60,
        threshold=0,
        statistic="Sum",
        description="An alarm of the local AWS",
        dimensions=[],
        alarm_actions=[],
        rule="FALSE" if kind == "composite" else None,
    )
    alarm.local_kind = kind  # type: ignore[attr-defined] # moto knows no kinds
    return alarm


def _wall(moment: datetime) -> datetime:
    """Convert *moment* to the wall-clock time that moto keeps, which is without a time zone."""
    return CLOCK.outside(moment).replace(tzinfo=None)


def _check(options: Mapping[str, Any]) -> None:
    if unknown := options.keys() - ALLOWED.keys() - {"name", "minutesAgo"}:
        raise ValueError(f"Unknown members of an alarm: {', '.join(sorted(unknown))}.")
    for name, allowed in ALLOWED.items():
        if name in options and options[name] not in allowed:
            raise ValueError(f"The {name} is {options[name]!r}; allowed: {', '.join(map(str, allowed))}.")
