"""Reading the ledger: heads, and the proofs that they cover a statement and contradict no head before."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from uuid import UUID

from lrs.clock import Micros
from lrs.errors import Conflict, LedgerBroken, NotFound
from lrs.ledger import ConsistencyProof, InclusionProof, VerifierKey
from lrs.ledger.hashing import HASH_BYTES
from lrs.ledger.proofs import Node, Span, consistency_spans, inclusion_spans, make_consistency, make_inclusion
from lrs.ledger.tiles import SIZE_MOST, WIDTH, TileKey, TileRange, Tiles, tiles_of, width_at
from lrs.store.database import Store
from lrs.store.leaves import Entry, Leaves
from lrs.store.ledger_heads import HeadRow, LedgerHeads
from lrs.store.ledger_tiles import LedgerTiles
from lrs.store.ledgers import LedgerRow, Ledgers, Trouble
from lrs.tenancy import OrganisationId
from lrs.timestamps.stamp import Stamp


@dataclass(frozen=True, slots=True)
class SealedHead:
    """One published head: the tree of the first `size` statements, signed at `signed_at` by `verifier_key`.

    `note` is the C2SP checkpoint to hand out, byte for byte; `stamp` covers the whole of it.
    """

    number: int
    size: int
    root: bytes
    note: bytes = field(repr=False)
    signed_at: Micros
    verifier_key: str
    stamp: Stamp | None


@dataclass(frozen=True, slots=True)
class Sealed:
    """The leaf that is sealed at a position, its proof, and the newest head, whose tree it may be proved in."""

    newest: SealedHead
    leaf: bytes
    proof: InclusionProof


@dataclass(frozen=True, slots=True)
class KeyInUse:
    """A key of the ledger as others take it; it signs the heads from number `since` on, until the next one does."""

    verifier_key: str
    since: int
    made_at: Micros


@dataclass(frozen=True, slots=True)
class LedgerState:
    """How an organisation's ledger stands.

    `sealed` statements are in the tree, those of `head` can be proved. `trouble` is what keeps sealing or signing from
    going on. `unstamped_since` is when the first head was signed that no stamp covers yet, None when all are covered;
    `stamp_trouble` why the last try failed, `stamp_after` when the next may be.
    """

    origin: str
    sealed: int
    head: SealedHead | None
    stamped: SealedHead | None
    unstamped_since: Micros | None
    keys: tuple[KeyInUse, ...]
    trouble: Trouble | None
    stamp_trouble: Trouble | None
    stamp_after: Micros


class Ledger:
    """Reads one organisation's ledger at a time; what it returns is durable. It seals nothing (`lrs.sealing`)."""

    def __init__(self, store: Store) -> None:
        self._ledgers = Ledgers(store)
        self._heads = LedgerHeads(store)
        self._tiles = LedgerTiles(store)
        self._leaves = Leaves(store)

    def head(self, organisation: OrganisationId) -> SealedHead | None:
        """Return the newest published head, None before the first."""
        ledger = self._ledgers.find(organisation)
        return None if ledger is None else self._numbered(ledger, ledger.head)

    def stamped_head(self, organisation: OrganisationId) -> SealedHead | None:
        """Return the newest head that has a timestamp, None while none has."""
        ledger = self._ledgers.find(organisation)
        return None if ledger is None else self._numbered(ledger, ledger.stamped)

    def get_head(self, organisation: OrganisationId, number: int) -> SealedHead:
        """Return one head by number; raise NotFound when it was not published."""
        ledger = self._ledgers.find(organisation)
        found = self._numbered(ledger, number) if ledger is not None and 0 < number <= ledger.head else None
        if found is None:
            raise NotFound(f"The ledger has no head with the number {number}.")
        return found

    def heads_after(self, organisation: OrganisationId, number: int, limit: int = 0) -> list[SealedHead]:
        """Return the heads published after the one with this number (0: from the first), in order; 0 is all."""
        ledger = self._ledgers.find(organisation)
        if ledger is None:
            return []
        return [_head(ledger, row) for row in self._heads.after(organisation, number, limit)]

    def inclusions(self, organisation: OrganisationId, positions: Sequence[int], size: int) -> list[InclusionProof]:
        """Prove the statements at these positions in the tree of `size`, in the order given; tiles are read once.

        Any size up to the newest head's will do. Raises NotFound for a larger one, and for a position not below it.
        """
        self._check_size(organisation, size)
        for position in positions:
            _check_position(position, size)
        spans = [span for position in set(positions) for span in inclusion_spans(position, size)]
        tiles = self._read(organisation, _nodes(spans))
        return [make_inclusion(position, size, tiles) for position in positions]

    def sealed(self, organisation: OrganisationId, position: int, size: int | None = None) -> Sealed:
        """Return what is sealed at a position, with its proof in the newest head's tree or in an earlier one's.

        Raises NotFound before the first head and for a size beyond it, Conflict while no head covers the position.
        """
        ledger = self._ledgers.find(organisation)
        newest = None if ledger is None else self._numbered(ledger, ledger.head)
        if newest is None:
            raise no_head()
        if newest.size <= position:
            raise Conflict(f"The statement at position {position} is not covered by a head yet: ask again in a moment.")
        covered = newest.size if size is None else size
        _check_covered(covered, newest.size)
        _check_position(position, covered)
        leaf = Node(0, position)
        tiles = self._read(organisation, [leaf, *_nodes(inclusion_spans(position, covered))])
        return Sealed(newest, tiles(leaf), make_inclusion(position, covered, tiles))

    def consistency(self, organisation: OrganisationId, old_size: int, size: int) -> ConsistencyProof:
        """Prove that the tree of `old_size` is the beginning of the one of `size`. Raises NotFound as `inclusions`."""
        self._check_size(organisation, size)
        if not 0 <= old_size <= size:
            raise NotFound(f"The tree of {size} statements does not begin with one of {old_size}.")
        tiles = self._read(organisation, _nodes(consistency_spans(old_size, size)))
        return make_consistency(old_size, size, tiles)

    def leaves(self, organisation: OrganisationId, positions: Iterable[int]) -> dict[int, bytes]:
        """Return the sealed leaves at positions; those that are not sealed yet are left out."""
        wanted = list(positions)
        tiles = Tiles(self._tiles.find(organisation, tiles_of(Node(0, position) for position in wanted)))
        found = {}
        for position in wanted:
            try:
                found[position] = tiles(Node(0, position))
            except KeyError:
                continue
        return found

    def entries(self, organisation: OrganisationId, ids: Iterable[UUID]) -> list[Entry]:
        """Return position, leaf, salt and exact bytes of statements, sealed or not, in no order; unknown ones not."""
        return self._leaves.entries(organisation, ids)

    def entry_at(self, organisation: OrganisationId, position: int) -> Entry | None:
        """Return what stands at a position; None when nothing sealed does."""
        since = self._tiles.first_stored(organisation, position // WIDTH) if 0 <= position < SIZE_MOST else None
        return None if since is None else self._leaves.at(organisation, position, since, position % WIDTH)

    def tile(self, organisation: OrganisationId, wanted: TileRange) -> bytes:
        """Return the first hashes of a tile; raise NotFound when the newest head's tree has not so many."""
        ledger = self._ledgers.find(organisation)
        if ledger is None or width_at(wanted.key, ledger.head_size) < wanted.width:
            raise NotFound("The newest head's tree has no such tile, or not so many hashes in it.")
        data = self._tiles.find(organisation, [wanted.key]).get(wanted.key, b"")[: wanted.width * HASH_BYTES]
        if len(data) != wanted.width * HASH_BYTES:
            raise _broken(wanted.key)
        return data

    def verifier_key(self, organisation: OrganisationId) -> str | None:
        """Return the key that signs now, as `name+id+base64`; None before the first head. Heads name their own."""
        keys = self.verifier_keys(organisation)
        return keys[-1].verifier_key if keys else None

    def verifier_keys(self, organisation: OrganisationId) -> tuple[KeyInUse, ...]:
        """Return every key there has been, oldest first."""
        ledger = self._ledgers.find(organisation)
        return () if ledger is None else _keys(ledger)

    def state(self, organisation: OrganisationId) -> LedgerState | None:
        """Return how the ledger stands, None while the worker has not begun it."""
        ledger = self._ledgers.find(organisation)
        if ledger is None:
            return None
        unstamped = self._heads.after(organisation, ledger.stamped, 1) if ledger.stamped < ledger.head else []
        return LedgerState(
            origin=ledger.origin,
            sealed=ledger.size,
            head=self._numbered(ledger, ledger.head),
            stamped=self._numbered(ledger, ledger.stamped),
            unstamped_since=unstamped[0].signed_at if unstamped else None,
            keys=_keys(ledger),
            trouble=ledger.trouble,
            stamp_trouble=ledger.stamp_trouble,
            stamp_after=ledger.stamp_after,
        )

    def ask_stamp(self, organisation: OrganisationId) -> None:
        """Have the newest head stamped as soon as can be, whatever the time between stamps is."""
        self._ledgers.ask_stamp(organisation)

    def _numbered(self, ledger: LedgerRow, number: int) -> SealedHead | None:
        if number == 0:
            return None
        row = self._heads.find(ledger.organisation, number)
        if row is None:
            raise LedgerBroken(f"Head {number} was published and is not there: restore “ledger_heads” from a backup.")
        return _head(ledger, row)

    def _check_size(self, organisation: OrganisationId, size: int) -> None:
        ledger = self._ledgers.find(organisation)
        _check_covered(size, 0 if ledger is None else ledger.head_size)

    def _read(self, organisation: OrganisationId, nodes: Iterable[Node]) -> _Read:
        return _Read(self._tiles.find(organisation, tiles_of(nodes)))


class _Read(Tiles):
    """Tiles that a published head says are there."""

    def __call__(self, node: Node) -> bytes:
        try:
            return super().__call__(node)
        except KeyError as error:
            raise _broken(node) from error


def no_head() -> NotFound:
    """Return the refusal of whatever needs a head before there is one."""
    return NotFound("No head has been published yet: the first comes seconds after the first statement.")


def _check_covered(size: int, published: int) -> None:
    if not 0 <= size <= published:
        raise NotFound(f"The newest head covers {published} statements; nothing is proved about {size}.")


def _check_position(position: int, size: int) -> None:
    if not 0 <= position < size:
        raise NotFound(f"The tree of {size} statements has none at position {position}.")


def _broken(what: TileKey | Node) -> LedgerBroken:
    return LedgerBroken(
        f"Hashes that a published head covers are not there ({what}): restore “ledger_tiles” from a backup."
    )


def _nodes(spans: Iterable[Span]) -> list[Node]:
    return [node for span in spans for node in span.nodes()]


def _head(ledger: LedgerRow, row: HeadRow) -> SealedHead:
    key = next((key for key in ledger.keys if key.version == row.key), None)
    if key is None:
        raise LedgerBroken(f"The key of head {row.number} is not there: restore “ledgers” from a backup.")
    text = str(VerifierKey(ledger.origin, key.public))
    return SealedHead(row.number, row.size, row.root, row.note, row.signed_at, text, row.stamp)


def _keys(ledger: LedgerRow) -> tuple[KeyInUse, ...]:
    return tuple(KeyInUse(str(VerifierKey(ledger.origin, key.public)), key.since, key.made_at) for key in ledger.keys)
