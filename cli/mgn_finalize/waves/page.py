"""The rows and the page of a wave, by the package that `make report` uses."""

from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from mgn_finalize.errors import ProgramError
from mgn_finalize.forms import understood

if TYPE_CHECKING:
    from reporting.row import Row


class WavePage:
    """
    The results in a folder.

    Raises:
        ProgramError: A file is not what the state machine writes.
    """

    def __init__(self, folder: Path) -> None:
        from reporting.errors import UnreadableResultsError
        from reporting.files import read

        try:
            self._results, self._files = read([folder])
        except UnreadableResultsError as error:
            raise ProgramError(f"The results cannot be read: {error}") from error

    @understood("The results of the wave")
    def reports(self) -> list[dict[str, Any]]:
        """Return the decisive report on each source server; one without a report has only its outcome and why."""
        from reporting.rows import rows_of

        return [_report(row) for row in rows_of(self._results)]

    def write(self, path: Path, *, change: str | None, requested_by: str | None) -> None:
        """
        Write the page for the change record.

        Raises:
            ProgramError: The file cannot be written.
        """
        from reporting.page import Occasion, render

        occasion = Occasion(change=change, requested_by=requested_by)
        page = render(self._results, self._files, occasion=occasion, now=datetime.now(UTC))
        try:
            path.write_text(page, encoding="utf-8")
        except OSError as error:
            raise ProgramError(f"The page cannot be written to {path}: {error.strerror}.") from error


def _report(row: "Row") -> dict[str, Any]:
    import msgspec

    if row.report is not None:
        report: dict[str, Any] = msgspec.json.decode(msgspec.json.encode(row.report))
        report.pop("sourceServer", None)  # it contains MGN's tags
        return report
    lost = row.lost
    error = {"code": lost.error or lost.status, "message": lost.cause or "The batch has no result."} if lost else None
    return {"sourceServerID": row.server_id, "hostname": row.name.hostname, "outcome": row.outcome, "error": error}
