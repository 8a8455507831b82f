"""
CloudFormation's door: every request is answered, once, and truly.

crhelper routes the three request types and keeps the timer.  What it does
beyond that harms (three clients at start, the root logger's level, random
physical IDs, an answer without an ID on a timeout, a sender that counts 403 as
delivered and never gives up), and is replaced by the subclass below; its
version is pinned, and a test fails when a name we override disappears.
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

        ResponseNotDeliveredError: CloudFormation did not take the answer, so that Lambda must run the request again.
    """
    url = parse_response_url(
        event["ResponseURL"], region=invocation.settings.region, extra_hosts=invocation.settings.extra_response_hosts
    )
    response_body.check_ids(event)
    timed = timed_by(event, url, invocation)
    response = Response(url, seconds_left=lambda: invocation.seconds_left - LAST_MARGIN)
    window = WriteWindow()
    resource = _Resource(response, window, seconds_to_timer=lambda: seconds_to_timer(timed))

    @resource.create
    @resource.update
    def finalize(event: Mapping[str, Any], _context: object) -> str:
        selected, resource.Data = create_or_update(event, url, timed, window)
        return selected

    @resource.delete
    def forget(event: Mapping[str, Any], _context: object) -> str:
        """Forget the resource: a finalized cutover cannot be taken back."""
        logger.info("Resource forgotten", logical_resource_id=event["LogicalResourceId"])
        return str(event.get("PhysicalResourceId") or "")

    resource.answer(event, invocation.context)


class _Resource(CfnResource):
    """
    crhelper for one request, less what harms.

    One object a request, because crhelper keeps NoEcho, the timer and the last request's answer in it.
    """

    # crhelper's own, which has no types.
    _event: Mapping[str, Any]
    _context: object
    RequestType: str

    def __init__(self, response: Response, window: WriteWindow, *, seconds_to_timer: Callable[[], float]) -> None:
        with sam_local.pretended():  # so that it makes no clients
            # crhelper sets the root logger to the level it is given: give it the one it has.
            level = cast(Any, logging.getLogger().level)
            super().__init__(log_level=level, boto_level="WARNING", sleep_on_delete=0)
        self._sam_local = None
        self._response = response
        self._window = window
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
        return selected_physical_id(event) or f"{event['LogicalResourceId']}-invalid"

    def _get_func(self) -> Function:
        if self.RequestType not in ("Create", "Update", "Delete"):
            raise InvalidRequestError(
                f"RequestType is {shown(self.RequestType)}; allowed are Create, Update and Delete."
            )
        return cast(Function, super()._get_func())  # type: ignore[misc]  # crhelper has no types

    def _wrap_function(self, func: Function) -> None:
        try:
            self.PhysicalResourceId = func(self._event, self._context)
        except RefusedError as error:
            self.Status, self.Reason = "FAILED", str(error)
        except Exception as error:  # noqa: BLE001 - answered below, whatever it is
            logger.exception("Request failed by a defect")
            self.Status, self.Reason = "FAILED", BROKEN.format(name=type(error).__name__)

    def _send(self, status: str | None = None, reason: str = "") -> None:
        # No write begins after the answer.
        self._window.close()
        # The work and the timer may be here at the same time: nothing that they share is changed.
        final = status or self.Status
        asked_about = str(self._event.get("PhysicalResourceId") or "") or self.generate_physical_id(self._event)
        body = response_body.answer(
            self._event,
            status=final,
            reason=reason if status else self.Reason,
            # Another ID in a failed answer would be adopted; an empty one hides the reason.
            physical_id=(self.PhysicalResourceId if final == "SUCCESS" else "") or asked_about,
            attributes=self.Data,
        )
        self._response.send_once(body)

    def _set_timeout(self) -> None:
        # Without time, the work refuses by itself; a timer of 0 s would race with it.
        if (seconds := self._seconds_to_timer()) > 0:
            self._timer = threading.Timer(seconds, self._timeout)
            self._timer.daemon = True
            self._timer.start()

    def _timeout(self) -> None:
        logger.error("Request ran out of time")
        self._send("FAILED", out_of_time(self._window.close()))

    def _poll_enabled(self) -> None:
        """Poll never: it loses the physical ID, leaks rules and stores the response URL."""

    def _log_setup(self, event: object, context: object) -> None:
        """Leave the root logger alone."""

    def _wait_for_cwlogs(self) -> None:
        """Answer a Delete at once: nothing of ours is deleted that could still log."""
