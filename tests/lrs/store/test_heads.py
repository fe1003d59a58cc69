"""The head of each organisation's log, which is also its lane."""

from __future__ import annotations

import threading
from collections.abc import Mapping

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lrs.caller import CredentialId
from lrs.clock import Micros
from lrs.store import heads
from lrs.store.database import Store
from lrs.store.heads import IDLE_MICROS, Lane, Sender, consistent_head, find_head, return_unused, take_lane
from lrs.tenancy import OrganisationId

ONE, OTHER = OrganisationId(1), OrganisationId(2)
NOON = Micros(1_767_600_000_000_000)
K = CredentialId("k")


def take(store: Store, now: Micros, counts: Mapping[CredentialId, int], organisation: OrganisationId = ONE) -> Lane:
    return store.transaction(lambda session: take_lane(store, session, organisation, now, counts))


def test_an_organisation_that_stored_nothing_has_a_head_at_the_beginning_of_time(store):
    head = find_head(store, ONE)

    assert (head.stored, head.count, head.has_references, head.senders) == (0, 0, False, {})
    assert list(heads.heads(store)) == []


def test_the_first_lane_starts_now_and_at_position_nought(store):
    lane = take(store, NOON, {K: 3})

    assert lane == Lane(NOON, 0, has_references=False)
    head = find_head(store, ONE)
    assert (head.stored, head.count, head.senders) == (NOON + 2, 3, {K: Sender(Micros(NOON + 2), 3)})


@pytest.mark.parametrize("now", [NOON, NOON + 2, NOON - 86_400_000_000, 0])
def test_a_lane_starts_after_the_last_whatever_the_clock_says(store, now):
    take(store, NOON, {K: 3})

    assert take(store, Micros(now), {K: 1}) == Lane(Micros(NOON + 3), 3, has_references=False)


def test_organisations_have_lanes_of_their_own(store):
    take(store, NOON, {K: 3})

    assert take(store, NOON, {K: 1}, OTHER) == Lane(NOON, 0, has_references=False)
    assert {head.organisation: head.count for head in heads.heads(store)} == {ONE: 3, OTHER: 1}


def test_positions_that_were_not_needed_are_given_back(store):
    take(store, NOON, {K: 3, CredentialId("l"): 2})

    store.transaction(lambda session: return_unused(store, session, ONE, {K: 3, CredentialId("l"): 1}))

    head = find_head(store, ONE)
    assert head.count == 1
    assert {name: sender.count for name, sender in head.senders.items()} == {"k": 0, "l": 1}
    assert take(store, NOON, {K: 1}).position == 1


def test_a_transaction_that_fails_leaves_the_head_as_it_was(store):
    take(store, NOON, {K: 1})
    before = find_head(store, ONE)

    def fail(session):
        take_lane(store, session, ONE, NOON, {K: 5})
        raise LookupError

    with pytest.raises(LookupError):
        store.transaction(fail)

    assert find_head(store, ONE) == before


def test_an_idle_head_moves_to_the_present_and_the_next_lane_starts_later(store):
    take(store, NOON, {K: 1})
    late = Micros(NOON + IDLE_MICROS + 1)

    assert consistent_head(store, ONE, late).stored == late
    assert find_head(store, ONE).count == 1
    assert take(store, NOON, {K: 1}).stored == late + 1


@pytest.mark.parametrize("passed", [0, IDLE_MICROS, -5 * IDLE_MICROS])
def test_a_head_that_is_not_idle_stays_and_never_goes_back(store, passed):
    take(store, NOON, {K: 1})

    assert consistent_head(store, ONE, Micros(NOON + passed)).stored == NOON


def test_the_head_of_an_organisation_without_statements_moves_too(store):
    assert consistent_head(store, ONE, NOON).stored == NOON
    assert take(store, NOON, {K: 1}) == Lane(Micros(NOON + 1), 0, has_references=False)


def test_moving_an_idle_head_waits_for_the_append_that_is_under_way(store):
    taken, finish = threading.Event(), threading.Event()
    late = Micros(NOON + 10 * IDLE_MICROS)

    def append(session):
        lane = take_lane(store, session, ONE, NOON, {K: 1})
        taken.set()
        assert finish.wait(10)
        return lane

    found: list[int] = []
    writer = threading.Thread(target=store.transaction, args=(append,))
    reader = threading.Thread(target=lambda: found.append(consistent_head(store, ONE, late).count))
    writer.start()
    assert taken.wait(10)
    reader.start()
    reader.join(0.3)
    was_waiting = reader.is_alive()
    finish.set()
    writer.join(10)
    reader.join(10)

    # Had it not waited, it would promise an instant at which the append has yet to appear.
    assert was_waiting
    assert found == [1]


def test_two_first_lanes_of_an_organisation_do_not_collide(store):
    lanes: list[Lane] = []
    threads = [threading.Thread(target=lambda: lanes.append(take(store, NOON, {K: 2}))) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)

    assert sorted(lane.position for lane in lanes) == list(range(0, 16, 2))
    assert sorted(lane.stored - NOON for lane in lanes) == list(range(0, 16, 2))


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=25)
@given(
    st.lists(
        st.text(min_size=1, max_size=20) | st.sampled_from(["a.b", "$a", "a%2Eb", "k", "é ", "a\x00b"]),
        min_size=1,
        max_size=4,
        unique=True,
    )
)
def test_any_credential_has_a_clock_of_its_own(store, names):
    store.collection("heads").delete_many({})
    counts = {CredentialId(name): at + 1 for at, name in enumerate(names)}

    take(store, NOON, counts)
    take(store, NOON, counts)

    found = find_head(store, ONE).senders
    assert {name: sender.count for name, sender in found.items()} == {name: 2 * count for name, count in counts.items()}
