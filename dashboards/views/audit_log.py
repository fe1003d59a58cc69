"""The sealed log and the audit trail, to be verified: heads, keys, stamps, what holds, what somebody did."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Mapping
from dataclasses import dataclass

from dashboards.views.lens import Lens
from evidence.store.trail import TrailQuery
from evidence.trail.entry import Act, TrailEntry
from lrs.clock import Micros
from lrs.errors import LedgerBroken, NotFound, ProofFailure
from lrs.ledger import VerifierKey, open_checkpoint, verify_consistency
from lrs.ledger_reading import Ledger, SealedHead
from training.access import Role
from training.accounts.readers import ReaderKind, TrailReader, find_readers

HEADS_SHOWN = 20
ENTRIES_SHOWN = 200


@dataclass(frozen=True, slots=True)
class StampLine:
    """A timestamp over a head. `is_qualified` says whether its authority is one that the law presumes to be right."""

    at: Micros
    authority: str
    is_qualified: bool


@dataclass(frozen=True, slots=True)
class HeadLine:
    """One published head; `root` in base64, `is_signed` whether its signature holds under the key that it names."""

    number: int
    size: int
    root: str
    signed_at: Micros
    verifier_key: str
    is_signed: bool
    stamp: StampLine | None


@dataclass(frozen=True, slots=True)
class LogState:
    """How the log stands: statements sealed, the newest head and the newest stamped one, keys, the last heads.

    `unstamped_since` is when the first head was signed that no stamp covers yet. `entries` is how long the trail is,
    `digest` what it ends on.
    """

    origin: str
    sealed: int
    head: HeadLine | None
    stamped: HeadLine | None
    unstamped_since: Micros | None
    verifier_keys: tuple[str, ...]
    heads: tuple[HeadLine, ...]
    entries: int
    digest: str


@dataclass(frozen=True, slots=True)
class Continuity:
    """Whether the tree of one head is the beginning of another's, by the proof that anybody can ask for."""

    old: HeadLine
    new: HeadLine
    holds: bool
    path: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class TrailLine:
    """One entry of the audit trail; `reader`, `role` and `label` are whoever stands behind `who`, as they are now."""

    number: int
    at: Micros
    who: str
    reader: ReaderKind
    role: Role | None
    label: str
    act: Act
    what: str
    why: str
    details: Mapping[str, str]
    digest: str


def log_state(lens: Lens) -> LogState:
    """Return how the organisation's log and trail stand; nothing is changed, and nothing asked of anybody else."""
    ledger, organisation = Ledger(lens.services.store), lens.viewer.organisation
    state, end = ledger.state(organisation), lens.sources.trail.head(organisation)
    if state is None:
        return LogState("", 0, None, None, None, (), (), end.count, end.digest.hex())
    last = 0 if state.head is None else state.head.number
    heads = ledger.heads_after(organisation, max(0, last - HEADS_SHOWN))
    return LogState(
        origin=state.origin,
        sealed=state.sealed,
        head=None if state.head is None else _head(state.head),
        stamped=None if state.stamped is None else _head(state.stamped),
        unstamped_since=state.unstamped_since,
        verifier_keys=tuple(key.verifier_key for key in state.keys),
        heads=tuple(_head(head) for head in reversed(heads)),
        entries=end.count,
        digest=end.digest.hex(),
    )


def continuity(lens: Lens, old: int, new: int) -> Continuity:
    """Return whether head `new` continues head `old`, by their numbers; raises NotFound for what was not published."""
    if old > new:
        message = "The older head comes first."
        raise NotFound(message)
    ledger, organisation = Ledger(lens.services.store), lens.viewer.organisation
    before, after = ledger.get_head(organisation, old), ledger.get_head(organisation, new)
    path: tuple[str, ...] = ()
    try:
        proof = ledger.consistency(organisation, before.size, after.size)
        path = tuple(b64encode(step).decode() for step in proof.path)
        verify_consistency(proof, before.root, after.root)
    except (ProofFailure, LedgerBroken):
        return Continuity(_head(before), _head(after), holds=False, path=path)
    return Continuity(_head(before), _head(after), holds=True, path=path)


def trail_fault(lens: Lens) -> str:
    """Return what does not hold in the audit trail, gone through from its first entry; empty where all does."""
    fault = lens.sources.trail.check(lens.viewer.organisation)
    return "" if fault is None else f"{fault.number}: {fault.what}"


def trail(lens: Lens, act: Act | None = None, what: str = "", who: str = "") -> tuple[TrailLine, ...]:
    """Return the last entries of the trail, newest first; of an act, about `kind:id`, or by somebody."""
    organisation = lens.viewer.organisation
    query = TrailQuery(who=who or None, act=act, what=what or None)
    entries = lens.sources.trail.latest(organisation, query, ENTRIES_SHOWN)
    readers = find_readers(lens.services, organisation, {entry.deed.who for entry in entries})
    return tuple(_line(entry, readers[entry.deed.who]) for entry in entries)


def _head(head: SealedHead) -> HeadLine:
    stamp = head.stamp
    return HeadLine(
        number=head.number, size=head.size, root=b64encode(head.root).decode(), signed_at=head.signed_at,
        verifier_key=head.verifier_key, is_signed=_is_signed(head),
        stamp=None if stamp is None else StampLine(stamp.at, stamp.authority, stamp.is_qualified),
    )  # fmt: skip


def _is_signed(head: SealedHead) -> bool:
    try:
        found = open_checkpoint(head.note, VerifierKey.parse(head.verifier_key))
    except ProofFailure:
        return False
    return (found.size, found.root) == (head.size, head.root)


def _line(entry: TrailEntry, reader: TrailReader) -> TrailLine:
    deed = entry.deed
    return TrailLine(
        number=entry.number, at=entry.at, who=deed.who, reader=reader.kind, role=reader.role, label=reader.label,
        act=deed.act, what=deed.what, why=deed.why, details=dict(deed.details), digest=entry.digest.hex(),
    )  # fmt: skip
