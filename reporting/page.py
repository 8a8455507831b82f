"""Renders the page from templates that escape all values."""

import base64
import hashlib
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from importlib.resources import files

import jinja2
from markupsafe import Markup

from . import timeline, words
from .audits import audit_rows, leftover_rows, monthly_usd
from .files import ResultFile
from .results import Results
from .rows import rows_of
from .summary import summary_of


@dataclass(frozen=True, slots=True, kw_only=True)
class Occasion:
    """
    Facts about the change that the results do not contain; None if unknown.

    Attributes:
        change: Number or name of the change.

        requested_by: Person who requested the change.
    """

    change: str | None = None
    requested_by: str | None = None


def render(results: Results, read: tuple[ResultFile, ...], *, occasion: Occasion, now: datetime) -> str:
    """Return the page as one HTML document without external resources."""
    rows, audits = rows_of(results), audit_rows(results.audits)
    leftovers = leftover_rows(audits)
    css = files(__package__).joinpath("templates", "page.css").read_text(encoding="utf-8")
    style = Markup(css)  # noqa: S704 # nosec B704 # ours
    return (
        _environment()
        .get_template("page.html")
        .render(
            summary=summary_of(rows, audits, leftovers, nameless=sum(not batch.server_ids for batch in results.lost)),
            rows=rows,
            plots=timeline.plots_of(rows),
            geometry=timeline,
            audits=audits,
            leftovers=leftovers,
            leftovers_usd=monthly_usd(leftovers),
            approvals=results.approvals,
            read=read,
            occasion=occasion,
            now=now,
            style=style,
            style_hash=base64.b64encode(hashlib.sha256(style.encode()).digest()).decode(),
        )
    )


@cache
def _environment() -> jinja2.Environment:
    environment = jinja2.Environment(
        loader=jinja2.PackageLoader(__package__),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters.update(moment=words.moment, clock=words.clock, age=words.age, usd=words.usd)
    environment.globals["count"] = words.count
    return environment
