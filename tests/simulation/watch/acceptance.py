"""
A second implementation of the optional rules, on the simulated state.

It shares no code with the function's own rules, so that a mistake in one of the two is detected.
"""

from collections.abc import Iterable

from tests.simulation.aws.invocation import Asked, Sight
from tests.simulation.aws.sources import Alarm, Calendar, Health, Snapshot

PASS, WAIT, BLOCK = "PASS", "WAIT", "BLOCK"
NOT_YET = {"initializing", "insufficient-data"}


def verdicts(sight: Sight, asked: Asked, now: float) -> dict[str, str]:
    """Return the verdict of each optional rule that *asked* switches on; what was not read does not pass."""
    found = {
        "application-status": lambda: _health(sight.accepted.get("application-status"), asked, now),
        "alarms": lambda: _alarms(sight, asked, now),
        "termination-protection": lambda: _protection(sight, asked),
        "backup": lambda: _backup(sight),
        "change-calendar": lambda: _calendars(sight, asked, now),
        "validator": lambda: _validator(sight.accepted.get("validator")),
    }
    return {rule: verdict() for rule, verdict in found.items() if rule in asked.rules}


def is_protected(sight: Sight) -> bool:
    """Return whether termination protection was last read as on."""
    return sight.accepted.get("termination-protection") is True


def _worst(found: Iterable[str]) -> str:
    verdicts_found = set(found)
    return next((verdict for verdict in (BLOCK, WAIT) if verdict in verdicts_found), PASS)


def _aged(since: float | None, asked: Asked, now: float) -> str:
    if not asked.soak_minutes:
        return PASS
    if since is None:
        return BLOCK
    return PASS if now - since >= 60 * asked.soak_minutes else WAIT


def _health(health: Health | None, asked: Asked, now: float) -> str:
    if health is None or health.status not in {"ok", *NOT_YET}:
        return BLOCK
    return WAIT if health.status in NOT_YET else _aged(health.since, asked, now)


def _alarms(sight: Sight, asked: Asked, now: float) -> str:
    seen: dict[str, Alarm] = sight.accepted.get("alarms", {})
    if any(name not in seen for name in asked.alarms):
        return BLOCK
    about = [name for name in asked.alarms if name in seen]
    if asked.alarm_prefix:
        ids = [id_ for id_ in (sight.server.id, sight.server.application_id) if id_]
        about += [name for name in seen for id_ in ids if name.startswith(asked.alarm_prefix + id_)]
    return _worst(_alarm(seen[name], asked, now) for name in about) if about else BLOCK


def _alarm(alarm: Alarm, asked: Asked, now: float) -> str:
    if alarm.state == "INSUFFICIENT_DATA":
        return WAIT
    if alarm.state != "OK":
        return BLOCK
    return WAIT if alarm.evaluation else _aged(alarm.since, asked, now)


def _protection(sight: Sight, asked: Asked) -> str:
    is_on = sight.accepted.get("termination-protection")
    return PASS if is_on or (is_on is False and asked.sets_protection) else BLOCK


def _backup(sight: Sight) -> str:
    volumes = sight.accepted.get("volumes")
    if not volumes:
        return BLOCK
    ended_at = sight.job.known_end if sight.job else None
    if sight.job is None or ended_at is None:
        launch = sight.job and sight.job.launches.get(sight.server.id)
        is_launching = launch and launch.status in {"PENDING", "IN_PROGRESS"}
        is_launching = is_launching or (sight.job and sight.job.status in {"PENDING", "STARTED"})
        return WAIT if is_launching else BLOCK
    snapshots: dict[str, tuple[Snapshot, ...]] = sight.accepted.get("snapshots", {})
    return _worst(_volume(snapshots.get(volume, ()), ended_at) for volume in volumes)


def _volume(snapshots: tuple[Snapshot, ...], ended_at: float) -> str:
    states = {snapshot.state for snapshot in snapshots if snapshot.maker != "mgn" and snapshot.started_at > ended_at}
    if "completed" in states:
        return PASS
    return WAIT if "pending" in states or not states else BLOCK


def _calendars(sight: Sight, asked: Asked, now: float) -> str:
    seen: dict[str, Calendar] = sight.accepted.get("change-calendar", {})
    return _worst(_calendar(seen.get(name), now) for name in asked.calendars)


def _calendar(calendar: Calendar | None, now: float) -> str:
    if calendar is None or calendar.state not in {"OPEN", "CLOSED"}:
        return BLOCK
    if calendar.state == "CLOSED":
        return WAIT
    return WAIT if calendar.changes_at is not None and calendar.changes_at <= now else PASS


def _validator(verdict: str | None) -> str:
    return verdict if verdict in {PASS, WAIT} else BLOCK
