"""The source servers of a wave, including waves with archived source servers."""

from finalize_cutover.cutover.selection import Selection, select
from tests.unit.automated import archived
from tests.unit.builders import OTHER_SERVER, SERVER, finalized, ready
from tests.unit.fakes import FakeAws

WAVE = "wave-0123456789abcdef0"


def selected(*evidence):
    aws = FakeAws(*evidence)
    aws.group([SERVER, OTHER_SERVER], application="app-0123456789abcdef0", wave=WAVE)
    return select(Selection(wave_id=WAVE), aws.services).server_ids


def test_a_server_that_was_archived_unfinished_is_not_meant():
    assert selected(archived(ready(SERVER)), ready(OTHER_SERVER)) == (OTHER_SERVER,)


def test_a_server_that_is_finalized_is_meant_though_it_was_archived_so_that_a_wave_stays_the_same():
    assert selected(archived(finalized(SERVER)), ready(OTHER_SERVER)) == (SERVER, OTHER_SERVER)
