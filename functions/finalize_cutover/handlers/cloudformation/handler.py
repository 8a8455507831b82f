"""
The handler for CloudFormation: every request gets one response, which is correct.

crhelper routes the three request types and runs the timer.  The subclass below
replaces its other features, which are harmful: three clients at start, a changed
root logger, random physical IDs, a timeout response without an ID, and a sender
that counts 403 as delivered and never gives up.  The version of crhelper is
pinned, and a test fails if an overridden name disappears.
"""

import logging
import threading
from collections.abc import Callable, Mapping
from typing import Any, cast

from crhelper import CfnResource

from finalize_cutover.cutover.errors import InvalidRequestError
from finalize_cutover.cutover.finalize.write_window import WriteWindow
from finalize_cutover.handlers.cloudformation import response_body, sam_local
from finalize_cutover.handlers.cloudformation.attributes import BROKEN, out_of_time
from finalize_cutover.handlers.cloudformation.deadlines import LAST_MARGIN, seconds_to_timer, timed_by
from finalize_cutover.handlers.cloudformation.operations import RefusedError, create_or_update
from finalize_cutover.handlers.cloudformation.properties import selected_physical_id
from finalize_cutover.handlers.cloudformation.response import Response
from finalize_cutover.handlers.cloudformation.response_url import parse_response_url
from finalize_cutover.handlers.invocation import Invocation
from finalize_cutover.handlers.request import shown
from finalize_cutover.observability.log import logger

Function = Callable[[Any, Any], str]


def handle(event: Mapping[str, Any], invocation: Invocation) -> None:
    """
    Answer the CloudFormation request *event* through its response URL.

    Raises:
        InvalidRequestError: It cannot be answered: its response URL is not CloudFormation's, or it has no IDs.

        ResponseNotDeliveredError: CloudFormation did not accept the response, so Lambda must retry the request.
    """
    url = parse_response_url(
        event["ResponseURL"], region=invocation.settings.region, extra_hosts=invocation.settings.extra_response_hosts
    )
    response_body.check_ids(event)
    timed = timed_by(event, url, invocation)
    response = Response(url, seconds_left=lambda: invocation.seconds_left - LAST_MARGIN)
    window = WriteWindow()
    resource = Resource(response, window, seconds_to_timer=lambda: seconds_to_timer(timed))

    @resource.create
    @resource.update
    def finalize(event: Mapping[str, Any], _context: object) -> str:
        selected, resource.Data = create_or_update(event, url, timed, window)
        return selected

    @resource.delete
    def delete(event: Mapping[str, Any], _context: object) -> str:
        """Change nothing: a finalized cutover cannot be undone."""
        logger.info("Resource deleted", logical_resource_id=event["LogicalResourceId"])
        return str(event.get("PhysicalResourceId") or "")

    resource.answer(event, invocation.context)


class Resource(CfnResource):
    """
    crhelper for one request, without its harmful features.

    Each request needs a new object, because crhelper keeps NoEcho, the timer and the last response in it.
    """

    # Set by crhelper, which has no type hints.
    _event: Mapping[str, Any]
    _context: object
    RequestType: str

    def __init__(self, response: Response, window: WriteWindow, *, seconds_to_timer: Callable[[], float]) -> None:
        with sam_local.pretended():  # so that it creates no clients
            # crhelper sets the root logger to this level, so pass the current level.
            level = cast(Any, logging.getLogger().level)
            super().__init__(log_level=level, boto_level="WARNING", sleep_on_delete=0)
        self._sam_local = None
        self._response = response
        self._window = window
        self._seconds_to_timer = seconds_to_timer

    def answer(self, event: Mapping[str, Any], context: object) -> None:
        """Process *event* and send a response, whatever happens."""
        # Anyone who can invoke the function could control crhelper's polling with these.
        own = {name: value for name, value in event.items() if not name.startswith("CrHelper")}
        try:
            self(own, context)
        except BaseException as error:  # crhelper sends no response for SystemExit and similar
            self._send("FAILED", BROKEN.format(name=type(error).__name__))
            raise
        self._response.check_delivered()

    def generate_physical_id(self, event: Mapping[str, Any]) -> str:
        return selected_physical_id(event) or f"{event['LogicalResourceId']}-invalid"

    def _get_func(self) -> Function:
        if self.RequestType not in ("Create", "Update", "Delete"):
            raise InvalidRequestError(f"RequestType is {shown(self.RequestType)}; allowed: Create, Update or Delete.")
        return cast(Function, super()._get_func())  # type: ignore[misc]  # crhelper has no types

    def _wrap_function(self, func: Function) -> None:
        try:
            self.PhysicalResourceId = func(self._event, self._context)
        except RefusedError as error:
            self.Status, self.Reason = "FAILED", str(error)
        except Exception as error:  # noqa: BLE001 - every error needs a response
            logger.exception("Request failed because of a defect")
            self.Status, self.Reason = "FAILED", BROKEN.format(name=type(error).__name__)

    def _send(self, status: str | None = None, reason: str = "") -> None:
        # No write starts after the response.
        self._window.close()
        # The work and the timer may run this at the same time, so it changes nothing that they share.
        final = status or self.Status
        asked_about = str(self._event.get("PhysicalResourceId") or "") or self.generate_physical_id(self._event)
        body = response_body.answer(
            self._event,
            status=final,
            reason=reason if status else self.Reason,
            # CloudFormation would adopt another ID from a failed response; an empty ID hides the reason.
            physical_id=(self.PhysicalResourceId if final == "SUCCESS" else "") or asked_about,
            attributes=self.Data,
        )
        self._response.send_once(body)

    def _set_timeout(self) -> None:
        # Without time, the work itself fails the request; a timer of 0 s would race with it.
        if (seconds := self._seconds_to_timer()) > 0:
            self._timer = threading.Timer(seconds, self._timeout)
            self._timer.daemon = True
            self._timer.start()

    def _timeout(self) -> None:
        logger.error("Request ran out of time")
        self._send("FAILED", out_of_time(self._window.close()))

    def _poll_enabled(self) -> None:
        """Disable polling: it loses the physical ID, leaks event rules and stores the response URL."""

    def _log_setup(self, event: object, context: object) -> None:
        """Do not change the root logger."""

    def _wait_for_cwlogs(self) -> None:
        """Respond to a Delete at once: it deletes no resource that could still write logs."""
