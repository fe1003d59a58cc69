"""Sealing: everything, once, in order, whoever else is at it; and what is refused when something does not add up."""

from __future__ import annotations

from dataclasses import replace
from uuid import UUID

import pytest

from lrs.caller import Caller
from lrs.clock import FixedClock, Micros
from lrs.errors import Conflict, KeyUnreadable, LedgerBroken, NotFound
from lrs.ledger.tiles import TileKey, TileRange, parse_tile_path
from lrs.ledger_keys import LedgerKeys
from lrs.ledger_reading import Ledger
from lrs.organisations import Organisations
from lrs.sealing import GAP_PATIENCE_MICROS, HEAD_MICROS, LEAVES_MOST, Sealer
from lrs.services import Services
from lrs.store.database import Store
from lrs.store.ledgers import LEASE_MICROS
from lrs.tenancy import OrganisationId
from tests.lrs.sealers import SECRET, check, seal_all, sealer, store_statements

HOUR = 3_600_000_000


@pytest.fixture
def sealing(store: Store, clock: FixedClock) -> Sealer:
    return sealer(store, clock)


@pytest.fixture
def ledger(store: Store) -> Ledger:
    return Ledger(store)


def test_what_is_stored_is_sealed_and_can_be_proved(services: Services, caller: Caller, sealing: Sealer):
    store_statements(services, caller, 300)

    turn = sealing.step(caller.organisation)

    assert (turn.sealed, turn.head, turn.more, turn.waits) == (300, 1, False, False)
    found = check(services.store, caller.organisation)
    assert [head.size for head in found.heads] == [300]


def test_an_organisation_without_statements_has_no_head(sealing: Sealer, ledger: Ledger, organisation: OrganisationId):
    turn = sealing.step(organisation)

    assert (turn.sealed, turn.head) == (0, None)
    assert ledger.head(organisation) is None
    assert ledger.verifier_key(organisation) is None
    state = ledger.state(organisation)
    assert state is not None
    assert (state.sealed, state.head, state.keys) == (0, None, ())


def test_nothing_new_publishes_nothing(services: Services, caller: Caller, sealing: Sealer, clock: FixedClock):
    store_statements(services, caller, 3)
    sealing.step(caller.organisation)
    clock.micros += HOUR

    turn = sealing.step(caller.organisation)

    assert (turn.sealed, turn.head, turn.waits) == (0, None, False)
    assert len(check(services.store, caller.organisation).heads) == 1


def test_heads_are_a_second_apart_while_statements_keep_coming_and_one_comes_at_once_after_a_rest(
    services: Services, caller: Caller, sealing: Sealer, clock: FixedClock, ledger: Ledger
):
    store_statements(services, caller, 1)
    assert sealing.step(caller.organisation).head == 1
    for _ in range(10):
        clock.micros += HEAD_MICROS // 5
        store_statements(services, caller, 10)
        sealing.step(caller.organisation)

    found = check(services.store, caller.organisation)

    assert [head.size for head in found.heads] == [1, 51, 101]
    clock.micros += 1
    assert sealing.step(caller.organisation).waits is False
    store_statements(services, caller, 1)
    assert sealing.step(caller.organisation).waits is True
    clock.micros += HEAD_MICROS
    assert sealing.step(caller.organisation).head == 4
    head = ledger.head(caller.organisation)
    assert head is not None
    assert head.size == 102


def test_more_than_one_step_takes_is_sealed_in_several(
    services: Services, caller: Caller, sealing: Sealer, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr("lrs.sealing.LEAVES_MOST", 100)
    store_statements(services, caller, 250)

    turns = seal_all(sealing, caller.organisation)

    assert [turn.sealed for turn in turns] == [100, 100, 50]
    assert LEAVES_MOST > 100
    # The clock stands still: a second head is not due.
    assert turns[-1].waits


def test_two_sealers_seal_nothing_twice(services: Services, caller: Caller, clock: FixedClock):
    one, other = sealer(services.store, clock), sealer(services.store, clock)
    for count in (5, 300, 1):
        store_statements(services, caller, count)
        clock.micros += HEAD_MICROS
        one.step(caller.organisation)
        other.step(caller.organisation)

    assert [head.size for head in check(services.store, caller.organisation).heads] == [5, 305, 306]


def test_a_sealer_that_was_overtaken_changes_nothing(services: Services, caller: Caller, clock: FixedClock):
    """It read how far sealing had come, and somebody else went on before it wrote."""
    slow, quick = sealer(services.store, clock), sealer(services.store, clock)
    store_statements(services, caller, 10)
    before = slow._begun(caller.organisation)
    leaves = slow._leaves.after(caller.organisation, before.stored, 7)
    quick.step(caller.organisation)

    assert slow._seal(before, leaves) is False

    assert [head.size for head in check(services.store, caller.organisation).heads] == [10]
    tiles = services.store.collection("ledger_tiles").find_one() or {}
    assert len(tiles["h"]) == 10 * 32


def test_a_lease_is_one_s_until_it_runs_out_and_a_clock_put_back_holds_nobody_up(
    sealing: Sealer, organisation: OrganisationId, clock: FixedClock
):
    assert sealing.hold(organisation, "one")
    assert sealing.hold(organisation, "one")
    assert not sealing.hold(organisation, "other")
    clock.micros += LEASE_MICROS
    assert sealing.hold(organisation, "other")
    clock.micros -= HOUR
    assert sealing.hold(organisation, "one")
    sealing.release("one")
    assert sealing.hold(organisation, "other")


def test_a_clock_that_was_put_back_holds_no_head_up_and_no_head_is_dated_before_another(
    services: Services, caller: Caller, sealing: Sealer, clock: FixedClock
):
    store_statements(services, caller, 2)
    sealing.step(caller.organisation)
    clock.micros -= HOUR
    store_statements(services, caller, 2)

    turn = sealing.step(caller.organisation)

    assert (turn.head, turn.behind) == (2, HOUR)
    first, second = check(services.store, caller.organisation).heads
    assert first.signed_at == second.signed_at == clock.micros + HOUR


def test_ledgers_of_two_organisations_know_nothing_of_each_other(
    services: Services, caller: Caller, sealing: Sealer, ledger: Ledger
):
    theirs = Organisations(services.store, services.clock).create("voisins", "Voisins").number
    store_statements(services, caller, 5)
    store_statements(services, replace(caller, organisation=theirs), 3)

    sealing.step(caller.organisation)
    sealing.step(theirs)

    ours, other = check(services.store, caller.organisation), check(services.store, theirs)
    assert (len(ours.rows), len(other.rows)) == (5, 3)
    assert ours.heads[0].verifier_key != other.heads[0].verifier_key
    assert ours.heads[0].note.split(b"\n")[0].startswith(b"lrs.exemple.invalid/ledger/essai-")
    assert ledger.leaves(theirs, range(5)) == {row["n"]: row["l"] for row in other.rows}


def test_an_erased_statement_stays_proved(services: Services, caller: Caller, sealing: Sealer, ledger: Ledger):
    store_statements(services, caller, 3)
    left = {"b": "", "s": "", "q": ""}
    services.store.collection("statements").update_one({"n": 1}, {"$unset": left})

    sealing.step(caller.organisation)

    row = services.store.collection("statements").find_one({"n": 1}) or {}
    assert ledger.leaves(caller.organisation, [1, 7]) == {1: row["l"]}
    assert len(ledger.inclusions(caller.organisation, [0, 1, 2], 3)) == 3


def test_what_a_leaf_was_made_of_is_read_by_id(services: Services, caller: Caller, ledger: Ledger):
    store_statements(services, caller, 2)
    row = services.store.collection("statements").find_one({"n": 1}) or {}
    statement_id = UUID(bytes=bytes(row["_id"])[4:])

    (entry,) = ledger.entries(caller.organisation, [statement_id])

    assert (entry.position, entry.leaf, entry.salt, entry.body) == (1, row["l"], row["s"], row["b"])
    assert ledger.entries(OrganisationId(caller.organisation + 1), [statement_id]) == []


def test_a_hole_in_the_log_is_waited_for_and_then_named_and_what_stands_before_it_is_sealed(
    services: Services, caller: Caller, sealing: Sealer, clock: FixedClock, ledger: Ledger
):
    store_statements(services, caller, 10)
    statements = services.store.collection("statements")
    row = statements.find_one_and_delete({"n": 6})

    assert sealing.step(caller.organisation).sealed == 6
    clock.micros += GAP_PATIENCE_MICROS
    with pytest.raises(LedgerBroken, match="position 6"):
        sealing.step(caller.organisation)

    state = ledger.state(caller.organisation)
    assert state is not None
    assert state.head is not None
    assert state.trouble is not None
    assert state.head.size == 6
    assert "position 6" in state.trouble.message

    # It is put back: everything goes on.
    assert row is not None
    statements.insert_one(row)
    assert sealing.step(caller.organisation).sealed == 4
    assert [head.size for head in check(services.store, caller.organisation).heads] == [6, 10]
    state = ledger.state(caller.organisation)
    assert state is not None
    assert state.trouble is None


def test_a_hole_that_closes_in_a_moment_is_no_trouble(
    services: Services, caller: Caller, sealing: Sealer, clock: FixedClock
):
    store_statements(services, caller, 10)
    row = services.store.collection("statements").find_one_and_delete({"n": 6}) or {}
    assert sealing.step(caller.organisation).waits
    services.store.collection("statements").insert_one(row)
    clock.micros += GAP_PATIENCE_MICROS * 2

    assert sealing.step(caller.organisation).sealed == 4
    assert not sealing.step(caller.organisation).waits


def test_statements_missing_at_the_end_are_missed(
    services: Services, caller: Caller, sealing: Sealer, clock: FixedClock
):
    store_statements(services, caller, 10)
    services.store.collection("statements").delete_many({"n": {"$gte": 8}})
    sealing.step(caller.organisation)
    clock.micros += GAP_PATIENCE_MICROS

    with pytest.raises(LedgerBroken, match="10 statements and has none, or none that can be sealed, at position 8"):
        sealing.step(caller.organisation)


@pytest.mark.parametrize("change", [{"$unset": {"l": ""}}, {"$set": {"l": b"short"}}, {"$set": {"n": 40}}])
def test_a_statement_without_a_proper_leaf_is_not_passed_over(
    services: Services, caller: Caller, sealing: Sealer, clock: FixedClock, change
):
    store_statements(services, caller, 5)
    services.store.collection("statements").update_one({"n": 2}, change)
    sealing.step(caller.organisation)
    clock.micros += GAP_PATIENCE_MICROS

    with pytest.raises(LedgerBroken, match="at position 2"):
        sealing.step(caller.organisation)


def test_a_log_with_less_than_was_sealed_is_not_sealed_further(services: Services, caller: Caller, sealing: Sealer):
    store_statements(services, caller, 5)
    sealing.step(caller.organisation)
    services.store.collection("heads").update_one({"_id": caller.organisation}, {"$set": {"n": 4}})

    with pytest.raises(LedgerBroken, match="has 4 statements, and 5 were sealed"):
        sealing.step(caller.organisation)


def _flip(data: bytes, at: int) -> bytes:
    return data[:at] + bytes([data[at] ^ 1]) + data[at + 1 :]


@pytest.mark.parametrize("at", [0, 299, 300])
def test_no_head_is_signed_over_hashes_that_were_changed(
    services: Services, caller: Caller, sealing: Sealer, clock: FixedClock, at: int
):
    """Whether the head before covers the leaf (0, 299) or the one that is due does (300)."""
    store_statements(services, caller, 300)
    sealing.step(caller.organisation)
    store_statements(services, caller, 50)
    sealing.step(caller.organisation)
    tiles = services.store.collection("ledger_tiles")
    name = caller.organisation.to_bytes(4, "big") + b"\0" + (at // 256).to_bytes(6, "big")
    tile = tiles.find_one({"_id": name}) or {}
    tiles.update_one({"_id": name}, {"$set": {"h": _flip(tile["h"], at % 256 * 32)}})
    if at == 0:  # a full tile is read again only through the level above
        upper = caller.organisation.to_bytes(4, "big") + b"\1" + bytes(6)
        tile = tiles.find_one({"_id": upper}) or {}
        tiles.update_one({"_id": upper}, {"$set": {"h": _flip(tile["h"], 0)}})
    clock.micros += HEAD_MICROS

    with pytest.raises(LedgerBroken, match=r"changed|contradict"):
        sealing.step(caller.organisation)

    assert len(Ledger(services.store).heads_after(caller.organisation, 0)) == 1


@pytest.mark.parametrize("name", ["ledger_tiles", "ledger_heads", "ledgers"])
def test_a_collection_that_is_gone_is_missed_and_nothing_begins_again(
    services: Services, caller: Caller, sealing: Sealer, clock: FixedClock, name: str
):
    store_statements(services, caller, 5)
    sealing.step(caller.organisation)
    services.store.collection(name).delete_many({})
    store_statements(services, caller, 5)
    clock.micros += HEAD_MICROS

    with pytest.raises(LedgerBroken, match=f"restore “{name}”"):
        sealing.step(caller.organisation)


def test_an_older_ledgers_collection_does_not_publish_a_second_head_of_one_number(
    services: Services, caller: Caller, sealing: Sealer, clock: FixedClock
):
    ledgers = services.store.collection("ledgers")
    store_statements(services, caller, 5)
    sealing.step(caller.organisation)
    older = ledgers.find_one({"_id": caller.organisation}) or {}
    store_statements(services, caller, 5)
    clock.micros += HEAD_MICROS
    sealing.step(caller.organisation)
    ledgers.replace_one({"_id": caller.organisation}, older)
    clock.micros += HEAD_MICROS

    with pytest.raises(LedgerBroken, match="was published already"):
        sealing.step(caller.organisation)


def test_with_another_secret_nothing_is_signed_everything_is_sealed_and_heads_come_when_it_is_back(
    services: Services, caller: Caller, sealing: Sealer, clock: FixedClock, ledger: Ledger
):
    store_statements(services, caller, 3)
    sealing.step(caller.organisation)
    clock.micros += HEAD_MICROS
    store_statements(services, caller, 4)

    with pytest.raises(KeyUnreadable, match="another secret"):
        sealer(services.store, clock, b"another secret of 32 bytes or so").step(caller.organisation)

    state = ledger.state(caller.organisation)
    assert state is not None
    assert state.head is not None
    assert state.trouble is not None
    assert (state.sealed, state.head.size, state.trouble.since) == (7, 3, clock.micros)
    assert services.store.collection("vault").count_documents({}) == 1

    sealing.step(caller.organisation)

    assert [head.size for head in check(services.store, caller.organisation).heads] == [3, 7]
    state = ledger.state(caller.organisation)
    assert state is not None
    assert state.trouble is None


def test_a_key_that_is_gone_is_not_made_anew_until_somebody_asks_for_it(
    services: Services, caller: Caller, sealing: Sealer, clock: FixedClock, ledger: Ledger
):
    store_statements(services, caller, 3)
    sealing.step(caller.organisation)
    services.store.collection("vault").delete_many({})
    store_statements(services, caller, 3)
    clock.micros += HEAD_MICROS

    with pytest.raises(KeyUnreadable, match="is gone"):
        sealing.step(caller.organisation)
    assert services.store.collection("vault").count_documents({}) == 0

    LedgerKeys(services.store, clock, SECRET).rotate(caller.organisation)
    sealing.step(caller.organisation)

    first, second = check(services.store, caller.organisation).heads
    assert first.verifier_key != second.verifier_key
    assert [key.since for key in ledger.verifier_keys(caller.organisation)] == [1, 2]


def test_a_key_that_is_not_the_one_published_signs_nothing(
    services: Services, caller: Caller, sealing: Sealer, clock: FixedClock
):
    theirs = Organisations(services.store, services.clock).create("voisins", "Voisins").number
    for who in (caller, replace(caller, organisation=theirs)):
        store_statements(services, who, 3)
        sealing.step(who.organisation)
    other = services.store.collection("ledgers").find_one({"_id": theirs}) or {}
    services.store.collection("ledgers").update_one({"_id": caller.organisation}, {"$set": {"keys": other["keys"]}})
    store_statements(services, caller, 3)
    clock.micros += HEAD_MICROS

    with pytest.raises(KeyUnreadable, match="not the one"):
        sealing.step(caller.organisation)


def test_a_new_key_signs_from_the_next_head_on_and_the_old_one_stays_published(
    services: Services, caller: Caller, sealing: Sealer, clock: FixedClock, ledger: Ledger
):
    keys = LedgerKeys(services.store, clock, SECRET)
    for _ in range(2):
        store_statements(services, caller, 3)
        clock.micros += HEAD_MICROS
        sealing.step(caller.organisation)
    keys.rotate(caller.organisation)
    store_statements(services, caller, 3)
    clock.micros += HEAD_MICROS
    sealing.step(caller.organisation)

    first, second, third = check(services.store, caller.organisation).heads

    assert first.verifier_key == second.verifier_key != third.verifier_key
    assert ledger.verifier_key(caller.organisation) == third.verifier_key
    assert [(key.verifier_key, key.since) for key in ledger.verifier_keys(caller.organisation)] == [
        (first.verifier_key, 1),
        (third.verifier_key, 3),
    ]


def test_a_ledger_without_a_head_has_no_key_to_replace(services: Services, organisation: OrganisationId):
    with pytest.raises(NotFound):
        LedgerKeys(services.store, services.clock, SECRET).rotate(organisation)


def test_of_two_who_make_a_new_key_at_once_one_is_refused(
    services: Services, caller: Caller, sealing: Sealer, monkeypatch: pytest.MonkeyPatch
):
    store_statements(services, caller, 3)
    sealing.step(caller.organisation)
    keys = LedgerKeys(services.store, services.clock, SECRET)
    make, rotated = keys._make, []

    def meanwhile(organisation: OrganisationId, after: int):
        made = make(organisation, after)
        if not rotated:
            rotated.append(LedgerKeys(services.store, services.clock, SECRET).rotate(organisation))
        return made

    monkeypatch.setattr(keys, "_make", meanwhile)
    with pytest.raises(Conflict):
        keys.rotate(caller.organisation)

    assert [key.since for key in Ledger(services.store).verifier_keys(caller.organisation)] == [1, 2]


def test_a_first_key_that_somebody_made_and_did_not_put_down_is_taken(
    services: Services, caller: Caller, clock: FixedClock, monkeypatch: pytest.MonkeyPatch
):
    store_statements(services, caller, 3)
    dying = sealer(services.store, clock)
    with monkeypatch.context() as patch:
        patch.setattr("lrs.store.ledgers.Ledgers.add_key", lambda *_: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            dying.step(caller.organisation)

    sealer(services.store, clock).step(caller.organisation)

    assert services.store.collection("vault").count_documents({}) == 1
    assert len(check(services.store, caller.organisation).heads) == 1


def test_a_first_head_is_of_the_tree_it_was_worked_out_from_also_when_others_go_on_while_its_key_is_made(
    services: Services, caller: Caller, clock: FixedClock, monkeypatch: pytest.MonkeyPatch
):
    one, other = sealer(services.store, clock), sealer(services.store, clock)
    store_statements(services, caller, 3)
    make = one._keys._make

    def meanwhile(organisation: OrganisationId, after: int):
        store_statements(services, caller, 4)
        ledger = other._begun(organisation)
        assert other._seal(ledger, other._leaves.after(organisation, ledger.stored, 10))
        return make(organisation, after)

    monkeypatch.setattr(one._keys, "_make", meanwhile)
    one.step(caller.organisation)

    assert [head.size for head in check(services.store, caller.organisation).heads] == [7]


def test_tiles_are_those_of_the_newest_head_and_no_more(
    services: Services, caller: Caller, sealing: Sealer, clock: FixedClock, ledger: Ledger
):
    store_statements(services, caller, 300)
    sealing.step(caller.organisation)
    # Sealed, and not published yet.
    store_statements(services, caller, 10)
    sealing.step(caller.organisation)
    rows = services.store.collection("statements").find().sort("n", 1)
    hashes = [row["l"] for row in rows]

    assert ledger.tile(caller.organisation, parse_tile_path("0/000")) == b"".join(hashes[:256])
    assert ledger.tile(caller.organisation, parse_tile_path("0/001.p/44")) == b"".join(hashes[256:300])
    assert ledger.tile(caller.organisation, parse_tile_path("0/001.p/3")) == b"".join(hashes[256:259])
    assert len(ledger.tile(caller.organisation, TileRange(TileKey(1, 0), 1))) == 32
    for missing in ("0/001.p/45", "0/001", "0/002.p/1", "1/000.p/2", "2/000.p/1"):
        with pytest.raises(NotFound):
            ledger.tile(caller.organisation, parse_tile_path(missing))


@pytest.mark.parametrize(("positions", "size"), [([3], 3), ([-1], 3), ([0], 4), ([0], -1), ([0], 0)])
def test_nothing_is_proved_of_what_is_not_there(services: Services, caller: Caller, sealing: Sealer, positions, size):
    store_statements(services, caller, 3)
    sealing.step(caller.organisation)

    with pytest.raises(NotFound):
        Ledger(services.store).inclusions(caller.organisation, positions, size)


@pytest.mark.parametrize(("old_size", "size"), [(3, 2), (-1, 3), (0, 4)])
def test_no_consistency_is_proved_of_what_is_not_there(
    services: Services, caller: Caller, sealing: Sealer, old_size, size
):
    store_statements(services, caller, 3)
    sealing.step(caller.organisation)

    with pytest.raises(NotFound):
        Ledger(services.store).consistency(caller.organisation, old_size, size)


def test_heads_are_read_by_number(services: Services, caller: Caller, sealing: Sealer, clock: FixedClock, ledger):
    for _ in range(3):
        store_statements(services, caller, 2)
        clock.micros += HEAD_MICROS
        sealing.step(caller.organisation)

    assert ledger.get_head(caller.organisation, 2).size == 4
    assert [head.number for head in ledger.heads_after(caller.organisation, 1, 1)] == [2]
    for missing in (0, 4, -1, 2**70):
        with pytest.raises(NotFound):
            ledger.get_head(caller.organisation, missing)


def test_sealing_goes_by_the_log_s_own_order_when_the_clock_does_not(
    services: Services, caller: Caller, sealing: Sealer, clock: FixedClock
):
    for step in (0, -HOUR, 2 * HOUR, -HOUR):
        clock.micros = Micros(clock.micros + step)
        store_statements(services, caller, 3)
        sealing.step(caller.organisation)
    clock.micros += HOUR * 3
    sealing.step(caller.organisation)

    assert check(services.store, caller.organisation).heads[-1].size == 12
