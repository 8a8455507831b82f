"""Renders the page from templates that escape all values."""

import base64
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cache, partial
from importlib.resources import files
from typing import Any

import jinja2
from markupsafe import Markup

from . import requests, timeline, words
from .audits import audit_rows, leftover_rows, monthly_usd
from .files import ResultFile
from .groups import groups_of
from .limits import LIMITS, MOST_BYTES, Limits
from .names import names_of
from .passed import passed_on, usual_findings
from .results import Results
from .rows import rows_of
from .sources import sources_of
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
    """
    Return the page as one HTML document without external resources.

    A page that would be larger than 5 MB is shortened as far as necessary, and says so.
    """
    values = {**_values(results), "read": read, "sources": sources_of(read), "occasion": occasion, "now": now}
    for limits in LIMITS:
        page = _environment(limits).get_template("page.html").render(values)
        if len(page.encode()) <= MOST_BYTES:
            break
    return page


def _values(results: Results) -> Mapping[str, Any]:
    rows, audits = rows_of(results), audit_rows(results.all_audits, names_of(results))
    leftovers, usual = leftover_rows(audits), usual_findings(rows)
    css = files(__package__).joinpath("templates", "page.css").read_text(encoding="utf-8")
    style = Markup(css)  # noqa: S704 # nosec B704 # ours
    return {
        "summary": summary_of(rows, audits, leftovers, nameless=sum(not batch.server_ids for batch in results.lost)),
        "rows": rows,
        "number": {row.server_id: number for number, row in enumerate(rows)},
        "groups": groups_of(rows),
        "usual": tuple(usual.values()),
        "passed_on": partial(passed_on, usual=usual),
        "plots": timeline.plots_of(rows),
        "geometry": timeline,
        "audits": audits,
        "leftovers": leftovers,
        "leftovers_usd": monthly_usd(leftovers),
        "approvals": results.approvals,
        "style": style,
        "style_hash": base64.b64encode(hashlib.sha256(style.encode()).digest()).decode(),
    }


@cache
def _environment(limits: Limits) -> jinja2.Environment:
    environment = jinja2.Environment(
        loader=jinja2.PackageLoader(__package__),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters.update(
        moment=words.moment,
        clock=words.clock,
        age=words.age,
        usd=words.usd,
        clipped=partial(words.clipped, length=limits.characters),
    )
    environment.globals.update(
        count=words.count, people=requests.people, required=requests.required, limits=limits, ORDINARY=LIMITS[0]
    )
    return environment
