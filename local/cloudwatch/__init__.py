"""CloudWatch alarms of every type, with the times of their state changes; moto has neither."""

from moto.cloudwatch.models import Alarm
from moto.cloudwatch.responses import CloudWatchResponse

from local.clock import CLOCK
from local.cloudwatch import alarms
from local.cloudwatch.responses import describe_alarms


def install() -> None:
    """Add the alarms to moto's CloudWatch, and make their times follow the clock.  Calling it again has no effect."""
    CloudWatchResponse.describe_alarms = describe_alarms  # type: ignore[method-assign] # moto has no setting
    Alarm.state_transitioned_timestamp = property(alarms.transition_of)  # type: ignore[attr-defined] # moto has none
    Alarm.update_state = alarms.update_state  # type: ignore[method-assign] # moto does not keep the time of a transition
    if alarms.age not in CLOCK.ageing:
        CLOCK.ageing.append(alarms.age)
