"""Source servers by application, those that need a person first."""

from reporting.groups import MOST_OPEN_ROWS, groups_of
from reporting.results import Results
from reporting.rows import rows_of
from tests.unit.wave_results import BLOCKED, UNKNOWN, a_fleet, a_report, server_id

FIRST, SECOND = "app-00000000000000001", "app-00000000000000002"


def groups(*reports):
    results = Results()
    results.add(list(reports), origin="wave.json")
    return groups_of(rows_of(results))


def test_servers_of_an_application_are_together_and_those_without_one_last():
    found = groups(
        a_report(server_id(1)),
        a_report(server_id(2), applicationID=SECOND),
        a_report(server_id(3), applicationID=FIRST),
        a_report(server_id(4), applicationID=SECOND),
    )

    assert [(group.application_id, [row.server_id for row in group.rows]) for group in found] == [
        (FIRST, [server_id(3)]),
        (SECOND, [server_id(2), server_id(4)]),
        (None, [server_id(1)]),
    ]


def test_the_application_that_needs_a_person_comes_first():
    found = groups(
        a_report(server_id(1), applicationID=FIRST),
        a_report(server_id(2), applicationID=SECOND),
        a_report(server_id(3), "BLOCKED", applicationID=SECOND, readiness=[BLOCKED]),
    )

    assert [group.application_id for group in found] == [SECOND, FIRST]
    assert found[0].counts == (("BLOCKED", 1), ("FINALIZED", 1))


def test_a_server_without_a_report_is_grouped_by_what_an_earlier_one_said():
    report = a_report(server_id(1), "NOT_READY", applicationID=FIRST, hostname="web-1")

    unknown = a_report(server_id(1), "FAILED", **UNKNOWN)

    (group,) = groups(report, unknown, a_fleet(remaining=[server_id(1)]))

    assert (group.application_id, group.rows[0].name.hostname, group.rows[0].outcome) == (FIRST, "web-1", "NOT_REACHED")


def test_only_what_needs_a_person_is_unfolded_on_a_large_page():
    calm = [a_report(server_id(number), applicationID=FIRST) for number in range(MOST_OPEN_ROWS)]
    odd = a_report(server_id(999), applicationID=SECOND, warnings=["odd"])

    assert [group.is_open for group in groups(*calm)] == [True]
    assert [(group.application_id, group.is_open) for group in groups(odd, *calm)] == [(SECOND, True), (FIRST, False)]
