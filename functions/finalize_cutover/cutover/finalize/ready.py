"""A source server that is proven ready."""

from dataclasses import dataclass

from finalize_cutover.cutover.evidence import Evidence
from finalize_cutover.cutover.readiness.finding import Finding


@dataclass(frozen=True, slots=True)
class Ready:
    """
    A source server that is proven ready, with the evidence and the findings.

    Attributes:
        is_recorded: Whether the evidence bucket has the record of the intent to finalize it.
    """

    evidence: Evidence
    findings: tuple[Finding, ...]
    is_recorded: bool = False
