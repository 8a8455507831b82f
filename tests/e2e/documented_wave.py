"""The evidence of a small wave, as the documentation shows it."""

from datetime import timedelta

from tests.unit.evidence_records import a_result, an_audit_record, an_intent, store, store_finalization
from tests.unit.large_results import passed
from tests.unit.wave_results import BLOCKED, FINALIZED_AT, PASSED, WAIVED

SHOP, PAYROLL = "app-0a1b2c3d4e5f67890", "app-0f9e8d7c6b5a43210"
NAMES = (
    *((f"shop-web-{number}", SHOP) for number in range(1, 5)),
    ("shop-db-1", SHOP),
    *((f"payroll-app-{number}", PAYROLL) for number in range(1, 3)),
    ("payroll-db-1", PAYROLL),
)
STARTED = 0x0A4C11E92F53D7B60


def store_documented_wave(folder):
    """Write the evidence: one server is blocked, one was about to be finalized, and one rule was waived."""
    for number, (hostname, application) in enumerate(NAMES):
        server = f"s-{STARTED + number * 0x1F3A9:017x}"
        subject = {"hostname": hostname, "applicationID": application}
        found = [*passed(number)[:17], WAIVED, passed(number)[18]] if hostname == "shop-web-2" else passed(number)
        intent = {"subject": subject, "readiness": found}
        if hostname == "payroll-db-1":
            report = {"outcome": "BLOCKED", "readiness": [PASSED, BLOCKED]}
            store(folder, a_result(server, intent=None, subject=subject, report=report))
        elif hostname == "payroll-app-2":
            store(folder, an_intent(server, **intent))
        else:
            finalized_at = FINALIZED_AT + timedelta(seconds=9 * number)
            store_finalization(
                folder,
                server,
                intent=intent,
                subject=subject,
                report={"readiness": found, "finalized_at": finalized_at},
            )
            store(folder, an_audit_record(server, subject=subject), "audit-20261123T121500Z")
