"""Sealing: every statement becomes a leaf of its organisation's tree, once, in order; heads of the tree are signed.

Who may do it, and how often, is the worker's business (`assidu/sealing_work.py`). Any number of workers may: each
step is taken from the round of the ledger that it began in, and of two that began in one round only one succeeds.
"""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from lrs.clock import Clock, Micros
from lrs.errors import KeyUnreadable, LedgerBroken
from lrs.ledger import HASH_BYTES, Checkpoint, sign_checkpoint
from lrs.ledger.proofs import root_nodes
from lrs.ledger.tiles import WIDTH, TileKey, Tiles, edge, grow
from lrs.ledger_keys import LedgerKeys
from lrs.store.database import Session, Store
from lrs.store.heads import find_head
from lrs.store.leaves import NO_LEAVES, LeafRun, Leaves
from lrs.store.ledger_heads import HeadRow, LedgerHeads
from lrs.store.ledger_tiles import LedgerTiles
from lrs.store.ledgers import LedgerRow, Ledgers
from lrs.store.organisations import OrganisationStore
from lrs.tenancy import OrganisationId
from lrs.tree_check import RereadTree

# How many leaves one step takes at most: a megabyte of tiles, and less than a second of work.
LEAVES_MOST: Final = 32_768
# Between two heads of one organisation, while statements keep coming.
HEAD_MICROS: Final = Micros(1_000_000)
# How long a position may be missing before it is missing for good. A sharded cluster may show the second of two
# commits a moment before the first; one replica set never does.
GAP_PATIENCE_MICROS: Final = Micros(10_000_000)


@dataclass(frozen=True, slots=True)
class Turn:
    """What one step did.

    `sealed` statements are new in the tree; `head` was published with it, None when none was due. `more` says that
    there is more to do at once, `waits` that a head will be due in a moment. `behind` is by how many microseconds the
    clock is behind that of the head before, when it has been put back.
    """

    sealed: int = 0
    head: int | None = None
    more: bool = False
    waits: bool = False
    behind: int = 0


class Sealer:
    """Seals one organisation's statements at a time.

    `deployment` names this deployment (a host name) in the origin of ledgers that begin with it; one that has begun
    keeps the origin it has.
    """

    def __init__(self, store: Store, clock: Clock, keys: LedgerKeys, deployment: str) -> None:
        self._store = store
        self._clock = clock
        self._keys = keys
        self._deployment = deployment
        self._ledgers = Ledgers(store)
        self._heads = LedgerHeads(store)
        self._tiles = LedgerTiles(store)
        self._leaves = Leaves(store)
        self._tree = RereadTree(store)
        self._organisations = OrganisationStore(store)
        # Where each organisation's log has a hole, and since when it is known.
        self._gaps: dict[OrganisationId, tuple[int, Micros]] = {}

    def hold(self, organisation: OrganisationId, holder: str) -> bool:
        """Take or renew the lease of a ledger, which begins when there is none; False while another has it."""
        now = self._clock.now_micros()
        if self._ledgers.hold(organisation, holder, now):
            return True
        # Another has it, or it has not begun.
        self._begun(organisation)
        return self._ledgers.hold(organisation, holder, now)

    def release(self, holder: str) -> None:
        """Give back every lease of `holder`."""
        self._ledgers.release(holder)

    def step(self, organisation: OrganisationId) -> Turn:
        """Seal what is new, up to `LEAVES_MOST`, and publish a head when one is due.

        Raises LedgerBroken when the log has a hole, or fewer statements than were sealed; whatever stands before the
        hole is sealed and published first. Raises KeyUnreadable when no head can be signed; statements go on being
        sealed. Both stand in the ledger's state until they are over, and nothing is lost by trying again.
        """
        try:
            turn = self._step(organisation)
        except (KeyUnreadable, LedgerBroken) as error:
            self._ledgers.note_trouble(organisation, error.message, self._clock.now_micros())
            raise
        if turn.head is None and not turn.more and not turn.waits:
            self._ledgers.end_trouble(organisation)
        return turn

    def _step(self, organisation: OrganisationId) -> Turn:
        ledger = self._begun(organisation)
        # Counted before the leaves are read: so many there are at least.
        count = find_head(self._store, organisation).count
        if count < ledger.size:
            raise LedgerBroken(
                f"The log of {ledger.origin} has {count} statements, and {ledger.size} were sealed: statements, or "
                "“heads”, were removed or restored from an older backup."
            )
        found = self._leaves.after(organisation, ledger.stored, LEAVES_MOST) if count > ledger.size else NO_LEAVES
        fresh = _dense(found, ledger.size)
        sealed = len(fresh) if len(fresh) and self._seal(ledger, fresh) else 0
        broken = self._gap(ledger, ledger.size + len(fresh), len(found) - len(fresh), count)
        turn = self._publish(organisation, sealed, more=len(fresh) == LEAVES_MOST)
        if broken is not None:
            raise broken
        return turn

    def _begun(self, organisation: OrganisationId) -> LedgerRow:
        found = self._ledgers.find(organisation)
        if found is not None:
            return found
        if self._heads.newest(organisation) is not None:
            raise LedgerBroken(
                "Heads were published and how far they go is not known: restore “ledgers” from a backup."
            )
        row = self._organisations.find(organisation)
        name = f"o{organisation}" if row is None else row["slug"]
        # The number at the end tells it from the ledger of another deployment that calls itself the same.
        return self._ledgers.begin(organisation, f"{self._deployment}/ledger/{name}-{secrets.token_hex(4)}")

    def _seal(self, ledger: LedgerRow, fresh: LeafRun) -> bool:
        """Put leaves into the tree, all or none: none, and False, when another worker has gone on from `ledger`."""
        size, known = ledger.size + len(fresh), self._edge(ledger)
        tiles = self._grown(ledger, known, fresh.hashes)
        peaks = map(Tiles({**known, **tiles}), root_nodes(size))
        starts = range(-ledger.size % WIDTH, len(fresh), WIDTH)
        begun = {(ledger.size + at) // WIDTH: fresh.stored[at] for at in starts}
        changes = {"n": size, "t": fresh.stored[-1], "peaks": b"".join(peaks)}

        def work(session: Session) -> bool:
            if not self._ledgers.move(ledger, session, changes):
                return False
            self._tiles.put(ledger.organisation, tiles, begun, session)
            return True

        return self._store.transaction(work)

    def _edge(self, ledger: LedgerRow) -> dict[TileKey, bytes]:
        return self._tiles.find(ledger.organisation, edge(ledger.size))

    def _grown(self, ledger: LedgerRow, known: dict[TileKey, bytes], hashes: Sequence[bytes]) -> dict[TileKey, bytes]:
        try:
            return grow(known, ledger.size, hashes)
        except KeyError as error:
            # Never because another worker has gone on meanwhile: a tile only grows.
            raise LedgerBroken(
                f"Hashes of the ledger {ledger.origin} are not there ({error}): restore “ledger_tiles” from a backup."
            ) from error

    def _gap(self, ledger: LedgerRow, reached: int, beyond: int, count: int) -> LedgerBroken | None:
        """Return what is wrong when the log goes on behind a position that it does not have, and has not for long."""
        is_whole = beyond == 0 and (reached >= count or reached - ledger.size == LEAVES_MOST)
        if is_whole:
            self._gaps.pop(ledger.organisation, None)
            return None
        now = self._clock.now_micros()
        known = self._gaps.get(ledger.organisation)
        if known is None or known[0] != reached or now < known[1]:
            self._gaps[ledger.organisation] = (reached, now)
            return None
        if now - known[1] < GAP_PATIENCE_MICROS:
            return None
        return LedgerBroken(
            f"The log of {ledger.origin} counts {count} statements and has none, or none that can be sealed, at "
            f"position {reached}. Those before it are sealed; none behind it is until it is restored from a backup."
        )

    def _publish(self, organisation: OrganisationId, sealed: int, *, more: bool) -> Turn:
        """Sign and publish a head over all that is sealed, when one is due.

        1. Read again, durably, how far sealing has come. 2. Open the key; the first head's is made here. 3. Work out
        the root from the tiles as they are stored, in two ways, and that the head before is the beginning of it.
        4. Sign. 5. Publish, unless another worker has taken a step since.
        """
        # 1.
        ledger = self._begun(organisation)
        now = self._clock.now_micros()
        behind = max(0, ledger.head_at - now) if ledger.head else 0
        has_gap = organisation in self._gaps
        # A clock that was put back must not hold heads up until it is where it was.
        is_soon = bool(ledger.head) and 0 <= now - ledger.head_at < HEAD_MICROS
        if ledger.size == ledger.head_size or is_soon:
            return Turn(sealed, more=more, waits=has_gap or ledger.size > ledger.head_size)
        # 2. Others may have gone on while a first key was made: from here on `ledger` is as it is then.
        signer, ledger = self._keys.signer(ledger)
        if ledger.size == ledger.head_size:
            return Turn(sealed, more=more, waits=has_gap)
        # 3.
        root = self._tree.root(ledger, self._heads.find(organisation, ledger.head) if ledger.head else None)
        # 4.
        signed_at = Micros(max(now, ledger.head_at))
        note = sign_checkpoint(Checkpoint(ledger.origin, ledger.size, root), signer)
        head = HeadRow(ledger.head + 1, ledger.size, root, note, signed_at, ledger.keys[-1].version)
        changes = {"head": head.number, "head_size": head.size, "head_at": signed_at}

        # 5.
        def work(session: Session) -> bool:
            if not self._ledgers.move(ledger, session, changes, ends_trouble=not has_gap):
                return False
            self._heads.insert(organisation, head, session)
            return True

        published = self._store.transaction(work)
        # Whoever was faster has sealed more, and that wants a head too.
        return Turn(sealed, head.number if published else None, more, has_gap or not published, behind)


def _dense(found: LeafRun, expected: int) -> LeafRun:
    """Return the leaves that go on from a position without a hole, each with a hash."""
    wanted = range(expected, expected + len(found))
    if found.positions == list(wanted) and set(map(len, found.hashes)) <= {HASH_BYTES}:
        return found
    pairs = zip(found.positions, wanted, found.hashes, strict=True)
    wrong = (at for at, (is_, should, value) in enumerate(pairs) if is_ != should or len(value) != HASH_BYTES)
    return found.first(next(wrong))
