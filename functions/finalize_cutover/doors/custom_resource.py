"""
CloudFormation's door: every request is answered, once, and truly.

crhelper routes the three request types and keeps the timer.  What it does
beyond that harms (three clients at start, the root logger's level, random
physical IDs, an answer without an ID on a timeout, a sender that counts 403 as
delivered and never gives up), and is replaced by the subclass below; its
version is pinned, and a test fails when a name we override disappears.
"""

import logging
import os
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from typing import Any

from crhelper import CfnResource

from finalize_cutover.cutover.errors import InvalidRequestError
from finalize_cutover.doors.call import Call
from finalize_cutover.doors.properties import physical_id_of_failed_create, service_timeout
from finalize_cutover.doors.response import Response
from finalize_cutover.doors.response_url import parse_response_url
from finalize_cutover.doors.stack_request import RefusedError, meet
from finalize_cutover.log import logger

# Work ends before the timer, the timer before Lambda's timeout, that before ServiceTimeout.
TIMER_MARGIN = timedelta(seconds=5)
# What is left of Lambda's time when even the last try to deliver must have ended.
LAST_MARGIN = 0.5  # seconds

OUT_OF_TIME = (
    "The time ran out while the request was still being worked on. A cutover may have been finalized: "
    "ask again, which is safe and tells, by updating the stack with another Revision."
)
BROKEN = "The function failed with {name}, which is a defect; its log tells more. Ask again, which is safe."


def handle(event: Mapping[str, Any], call: Call) -> None:
    """
    Answer the CloudFormation request *event* through its response URL.

    Raises:
        InvalidRequestError: It cannot be answered: its response URL is not CloudFormation's, or it has no IDs.

        ResponseNotDeliveredError: CloudFormation did not take the answer, so that Lambda must run the request again.
    """
    url = parse_response_url(
        event["ResponseURL"], region=call.settings.region, extra_hosts=call.settings.extra_response_hosts
    )
    _check_ids(event)
    answer_by = min(call.deadline, call.clock.now() + timedelta(seconds=service_timeout(event))) - TIMER_MARGIN
    timed = replace(call, deadline=answer_by)
    response = Response(url, seconds_left=lambda: call.seconds_left - LAST_MARGIN)
    resource = _Resource(response, seconds_to_timer=lambda: timed.seconds_left)

    @resource.create
    @resource.update
    def finalize(event: Mapping[str, Any], _context: object) -> str:
        selected, resource.Data = meet(event, url, timed)
        return selected

    @resource.delete
    def forget(event: Mapping[str, Any], _context: object) -> str:
        """Forget the resource: a finalized cutover cannot be taken back."""
        logger.info("Resource forgotten", logical_resource_id=event["LogicalResourceId"])
        return str(event.get("PhysicalResourceId") or "")

    resource.answer(event, call.context)


def _check_ids(event: Mapping[str, Any]) -> None:
    for name in ("StackId", "RequestId", "LogicalResourceId"):
        if not (isinstance(event.get(name), str) and event[name]):
            raise InvalidRequestError(f"{name} is missing in the CloudFormation request; it cannot be answered.")


class _Resource(CfnResource):
    """
    crhelper for one request, less what harms.

    One object a request, because crhelper keeps NoEcho, the timer and the last request's answer in it.
    """

    # crhelper's own, which has no types.
    _event: Mapping[str, Any]
    _context: object
    _create_func: Callable[[Any, Any], str] | None
    _update_func: Callable[[Any, Any], str] | None
    _delete_func: Callable[[Any, Any], str] | None
    RequestType: str

    def __init__(self, response: Response, *, seconds_to_timer: Callable[[], float]) -> None:
        with _no_clients():
            # crhelper sets the root logger to the level it is given: give it the one it has.
            super().__init__(
                log_level=logging.getLevelName(logging.getLogger().level), boto_level="WARNING", sleep_on_delete=0
            )
        self._sam_local = None
        self._response = response
        self._seconds_to_timer = seconds_to_timer

    def answer(self, event: Mapping[str, Any], context: object) -> None:
        """Work on *event* and answer it, whatever happens."""
        # Whoever may invoke the function could steer crhelper's polling by these.
        own = {name: value for name, value in event.items() if not name.startswith("CrHelper")}
        try:
            self(own, context)
        except BaseException as error:  # crhelper lets SystemExit and its like pass without an answer
            self._send("FAILED", BROKEN.format(name=type(error).__name__))
            raise
        self._response.check_delivered()

    def generate_physical_id(self, event: Mapping[str, Any]) -> str:
        return physical_id_of_failed_create(event)

    def _get_func(self) -> Callable[[Any, Any], str]:
        functions = {"Create": self._create_func, "Update": self._update_func, "Delete": self._delete_func}
        if (function := functions.get(str(self.RequestType))) is None:
            raise InvalidRequestError(
                f"RequestType is {self.RequestType!r:.60}; allowed are Create, Update and Delete."
            )
        return function

    def _wrap_function(self, func: Callable[[Any, Any], str]) -> None:
        try:
            self.PhysicalResourceId = func(self._event, self._context)
        except RefusedError as error:
            self.Status, self.Reason = "FAILED", str(error)
        except Exception as error:  # noqa: BLE001 - answered below, whatever it is
            logger.exception("Request failed by a defect")
            self.Status, self.Reason = "FAILED", BROKEN.format(name=type(error).__name__)

    def _send(self, status: str | None = None, reason: str = "") -> None:
        final = status or self.Status
        if final == "FAILED" or not self.PhysicalResourceId:
            # Another ID in a failed answer would be adopted; an empty one hides the reason.
            self.PhysicalResourceId = self._event.get("PhysicalResourceId") or self.generate_physical_id(self._event)
        body = {
            "Status": final,
            "Reason": str(reason if status else self.Reason),
            "PhysicalResourceId": str(self.PhysicalResourceId),
            "StackId": self._event["StackId"],
            "RequestId": self._event["RequestId"],
            "LogicalResourceId": self._event["LogicalResourceId"],
            "NoEcho": False,
            "Data": self.Data if final == "SUCCESS" else {},
        }
        self._response.send_once(body)

    def _set_timeout(self) -> None:
        # Without time, the work refuses by itself; a timer of 0 s would race with it.
        if (seconds := self._seconds_to_timer()) > 0:
            self._timer = threading.Timer(seconds, self._timeout)
            self._timer.daemon = True
            self._timer.start()

    def _timeout(self) -> None:
        logger.error("Request ran out of time")
        self._send("FAILED", OUT_OF_TIME)

    def _poll_enabled(self) -> None:
        """Poll never: it loses the physical ID, leaks rules and stores the response URL."""

    def _log_setup(self, event: object, context: object) -> None:
        """Leave the root logger alone."""

    def _wait_for_cwlogs(self) -> None:
        """Answer a Delete at once: nothing of ours is deleted that could still log."""


@contextmanager
def _no_clients() -> Iterator[None]:
    """Keep crhelper from making three clients, which it leaves out under ``sam local``."""
    before = os.environ.get("AWS_SAM_LOCAL")
    os.environ["AWS_SAM_LOCAL"] = "true"
    try:
        yield
    finally:
        del os.environ["AWS_SAM_LOCAL"]
        if before is not None:
            os.environ["AWS_SAM_LOCAL"] = before
