"""Which resources are leftovers of a finalized source server, and which must never be reported."""

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from finalize_cutover.cutover.audit.staging import leftovers_of, replicators_in_use
from finalize_cutover.cutover.errors import MgnUnavailableError
from finalize_cutover.cutover.ports import Found
from finalize_cutover.cutover.staging_resource import SERVER_TAGS, StagingResource
from tests.unit.builders import INITIATED_AT, INSTANCE, OTHER_SERVER, SERVER
from tests.unit.staged import (
    FINALIZED_AT,
    FIRST_BYTE_AT,
    JOB_TAGS,
    MANAGED,
    PRODUCED_AT,
    PRODUCTION_VOLUME,
    REPLICATOR,
    STAGED_AT,
    STAGED_VOLUME,
    audited,
    launched_instance,
    of,
    production,
    production_volume,
    replication_server,
    root_volume,
    staged_snapshot,
    staged_volume,
)

STRANGER = "i-0ffffffffffffffff"


class Attachments(tuple[str, ...]):
    """The instances of volumes; counts the iterations over them."""

    __slots__ = ()
    looks = 0

    def __contains__(self, instance_id):
        Attachments.looks += 1
        return super().__contains__(instance_id)


def leftovers(*resources, is_instance_there=True, **server):
    found = leftovers_of(audited(**server).server, resources, is_instance_there=is_instance_there)
    return [resource.id for resource in found.certain]


def uncertain(*resources, **server):
    return leftovers_of(audited(**server).server, resources, is_instance_there=True).uncertain


@pytest.mark.parametrize("resources", [[staged_volume()], [staged_volume(), staged_snapshot()], [replication_server()]])
def test_a_staged_volume_its_snapshot_and_a_replication_server_are_leftovers(resources):
    assert leftovers(*production(), *resources) == [resource.id for resource in resources]


@pytest.mark.parametrize("tag", SERVER_TAGS)
def test_any_tag_that_names_the_server_tells_whose_it_is(tag):
    assert leftovers(*production(), staged_volume(tags={**MANAGED, tag: SERVER})) == [staged_volume().id]


def test_a_staged_volume_that_is_still_attached_to_a_replication_server_is_a_leftover():
    volume = staged_volume(instance_ids=(REPLICATOR,))

    assert leftovers(*production(), replication_server(), root_volume(), volume) == [REPLICATOR, volume.id]


@pytest.mark.parametrize("volume_id", ["vol-0eeeeeeeeeeeeeeee", None])
def test_a_snapshot_of_an_unknown_volume_is_counted_but_not_named(volume_id):
    # A person can take it of a production volume, with the tags of the volume, and delete the volume.
    snapshot = staged_snapshot(volume_id=volume_id)

    assert leftovers(*production(), snapshot) == []
    assert uncertain(*production(), snapshot) == 1


def test_a_detached_volume_of_an_earlier_cutover_is_counted_but_not_named_nor_are_its_snapshots():
    earlier = staged_volume(created_at=INITIATED_AT - timedelta(days=2))
    snapshot = staged_snapshot(volume_id=earlier.id)

    assert leftovers(*production(), earlier, snapshot) == []
    assert uncertain(*production(), earlier, snapshot) == 2


def test_a_volume_whose_replication_began_at_an_unknown_time_is_named_only_if_it_is_attached_for_replication():
    attached = staged_volume(instance_ids=(REPLICATOR,))

    assert leftovers(*production(), staged_volume(), first_byte_at=None) == []
    assert leftovers(*production(), replication_server(), attached, first_byte_at=None) == [REPLICATOR, attached.id]


@pytest.mark.parametrize("resources", [production(), (staged_volume(),), (production_volume(instance_ids=()),)])
def test_what_is_certain_in_either_way_is_not_counted_as_uncertain(resources):
    assert uncertain(launched_instance(), *resources) == 0


def test_a_snapshot_taken_until_the_very_moment_of_finalizing_is_a_leftover():
    snapshot = staged_snapshot(created_at=FINALIZED_AT)

    assert leftovers(*production(), staged_volume(), snapshot) == [STAGED_VOLUME, snapshot.id]


def test_a_snapshot_taken_after_finalizing_is_somebodys_backup():
    snapshot = staged_snapshot(created_at=FINALIZED_AT + timedelta(seconds=1))

    assert leftovers(*production(), staged_volume(), snapshot) == [STAGED_VOLUME]


@pytest.mark.parametrize("tag", ["aws:backup:source-resource", "aws:dlm:lifecycle-policy-id"])
def test_a_snapshot_that_a_backup_plan_made_is_no_leftover_whenever_it_was_taken(tag):
    assert leftovers(*production(), staged_snapshot(volume_id=None, tags={**of(SERVER), tag: "plan-1"})) == []


def test_production_is_never_a_leftover():
    assert leftovers(*production()) == []


def test_a_backup_taken_of_production_before_finalizing_is_no_leftover():
    backup = staged_snapshot(created_at=FINALIZED_AT - timedelta(minutes=5), volume_id=PRODUCTION_VOLUME)

    assert leftovers(*production(), backup) == []


def test_a_volume_that_was_detached_from_production_is_no_leftover_nor_are_its_snapshots():
    detached = production_volume(instance_ids=())

    assert leftovers(launched_instance(), detached, staged_snapshot(volume_id=detached.id)) == []


@pytest.mark.parametrize(("age", "found"), [(timedelta(seconds=1), True), (timedelta(0), False)])
def test_a_volume_is_staged_only_if_it_is_older_than_the_launch(age, found):
    volume = staged_volume(created_at=INITIATED_AT - age, instance_ids=(REPLICATOR,))

    assert (volume.id in leftovers(*production(), replication_server(), volume)) == found


@pytest.mark.parametrize(("age", "found"), [(timedelta(seconds=1), True), (timedelta(0), False)])
def test_a_detached_volume_is_staged_only_if_it_is_older_than_the_replication(age, found):
    volume = staged_volume(created_at=FIRST_BYTE_AT - age)

    assert leftovers(*production(), volume) == ([volume.id] if found else [])


def test_a_volume_attached_to_anything_but_a_replication_server_is_no_leftover():
    assert leftovers(*production(), staged_volume(instance_ids=(STRANGER,))) == []
    assert leftovers(*production(), replication_server(), staged_volume(instance_ids=(REPLICATOR, STRANGER))) == [
        REPLICATOR
    ]


def test_what_a_job_launched_is_no_leftover_whatever_it_is_called():
    tags = {**of(SERVER), **JOB_TAGS, "Name": "AWS Application Migration Service Replication Server"}

    assert leftovers(*production(), replication_server(STRANGER, tags=tags), staged_volume(tags=tags)) == []


def test_an_instance_is_no_leftover_by_its_tags_alone():
    assert leftovers(*production(), replication_server(STRANGER, tags={**of(SERVER), "Name": "bastion"})) == []


def test_a_replication_server_that_its_tags_give_to_this_server_is_a_leftover():
    own = replication_server(STRANGER, tags={**replication_server().tags, **of(SERVER)})

    assert leftovers(*production(), own, replicator_id=None) == [STRANGER]


@pytest.mark.parametrize(
    "others",
    [
        [staged_volume("vol-1", instance_ids=(REPLICATOR,), tags=of(OTHER_SERVER))],
        [root_volume(), staged_volume("vol-1", instance_ids=(REPLICATOR,), tags=MANAGED)],
    ],
    ids=["a volume names another server", "a second volume names nobody"],
)
def test_a_replication_server_that_others_may_use_proves_nothing(others):
    assert leftovers(*production(), replication_server(), *others) == []


def test_another_servers_replicator_is_no_leftover():
    assert leftovers(*production(), replication_server(STRANGER)) == []


def test_what_belongs_to_two_servers_is_a_leftover_of_neither():
    both = {**of(SERVER), SERVER_TAGS[1]: OTHER_SERVER}
    shared = replication_server(tags={**replication_server().tags, **both})

    assert leftovers(*production(), staged_volume(tags=both), shared) == []


def test_without_the_launched_instance_its_volumes_cannot_be_told_from_staged_ones():
    orphan = production_volume(instance_ids=())

    found = leftovers(orphan, staged_volume(), staged_snapshot(), replication_server(), is_instance_there=False)

    assert found == [REPLICATOR]


def test_a_volume_of_the_launched_instance_is_none_though_that_is_named_like_a_replication_server():
    namesake = StagingResource(
        kind="instance",
        id=INSTANCE,
        class_name="m5.large",
        created_at=PRODUCED_AT,
        tags={"Name": "AWS Application Migration Service Replication Server"},
    )

    assert leftovers(namesake, staged_volume(instance_ids=(INSTANCE,))) == []


def test_without_a_date_of_the_launch_an_attachment_for_replication_proves_it():
    volume = staged_volume(created_at=PRODUCED_AT, instance_ids=(REPLICATOR,))

    found = leftovers(*production(), replication_server(), volume, staged_snapshot(), last_cutover=None)

    assert found == [REPLICATOR, volume.id, staged_snapshot().id]


def test_a_replication_server_that_a_server_names_is_no_leftover():
    assert leftovers(*production(), replication_server(is_in_use=True)) == []


def test_replication_servers_are_in_use_by_servers_that_still_replicate():
    replicating = replace(audited(OTHER_SERVER).server, replication_state="CONTINUOUS", replicator_id=STRANGER)
    found = Found(items={SERVER: audited().server, OTHER_SERVER: replicating})

    assert replicators_in_use(found) == {STRANGER}


@pytest.mark.parametrize("unreadable", [{"errors": {OTHER_SERVER: MgnUnavailableError("odd")}}, {"unnamed": 1}])
def test_without_all_servers_it_is_unknown_which_replication_servers_are_in_use(unreadable):
    assert replicators_in_use(Found(items={SERVER: audited().server}, **unreadable)) is None


KEYS = st.sampled_from([*SERVER_TAGS, *JOB_TAGS, "Name", "aws:backup:source-resource"])
VALUES = st.sampled_from([SERVER, OTHER_SERVER, "AWS Application Migration Service Replication Server", "x"])
MOMENTS = st.sampled_from([STAGED_AT, PRODUCED_AT, FINALIZED_AT, FINALIZED_AT + timedelta(hours=1)])
INSTANCES = st.sampled_from([INSTANCE, REPLICATOR, STRANGER])
VOLUMES = st.sampled_from([PRODUCTION_VOLUME, "vol-1", "vol-2"])
USUAL = {"class_name": st.just("gp3"), "created_at": MOMENTS, "tags": st.dictionaries(KEYS, VALUES, max_size=3)}
RESOURCES = st.one_of(
    st.builds(StagingResource, kind=st.just("instance"), id=INSTANCES, **USUAL),
    st.builds(
        StagingResource,
        kind=st.just("volume"),
        id=VOLUMES,
        instance_ids=st.lists(INSTANCES, max_size=2, unique=True).map(tuple),
        **USUAL,
    ),
    st.builds(
        StagingResource,
        kind=st.just("snapshot"),
        id=st.sampled_from(["snap-1", "snap-2"]),
        volume_id=VOLUMES | st.none(),
        **USUAL,
    ),
)


@given(st.lists(RESOURCES, max_size=8, unique_by=lambda resource: resource.id), st.booleans())
def test_never_production_never_anothers_never_what_a_job_launched(resources, is_instance_there):
    found = leftovers_of(audited().server, resources, is_instance_there=is_instance_there).certain

    volumes = {resource.id for resource in resources if INSTANCE in resource.instance_ids}
    for leftover in found:
        assert leftover.id != INSTANCE
        assert not volumes & {leftover.id, leftover.volume_id}
        assert not leftover.tags.keys() & {"mgn.amazonaws.com-job", "aws:backup:source-resource"}
        assert OTHER_SERVER not in leftover.server_ids
        assert is_instance_there or leftover.is_replication_server


def test_what_is_attached_is_looked_for_only_where_a_replication_server_is_its_own(monkeypatch):
    monkeypatch.setattr(Attachments, "looks", 0)
    others = [
        StagingResource(
            kind="volume",
            id=f"vol-{number:017x}",
            class_name="gp3",
            created_at=PRODUCED_AT,
            instance_ids=Attachments((f"i-{number:017x}",)),
            tags=of(OTHER_SERVER),
        )
        for number in range(100)
    ]

    found = leftovers(*production(), *others, replication_server())

    assert found == [REPLICATOR]
    assert Attachments.looks <= 2 * len(others)
