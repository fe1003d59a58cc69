"""How far each organisation's ledger has come: what is sealed, which heads are published, which keys sign them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, Final

from pymongo.client_session import ClientSession
from pymongo.errors import DuplicateKeyError

from lrs.clock import Micros
from lrs.store.database import Document, Store
from lrs.tenancy import OrganisationId

COLLECTION: Final = "ledgers"
# A worker that died holds its organisations up for this long: less than the time in which a statement is provable.
LEASE_MICROS: Final = 3_000_000
LOG_START: Final = Micros(0)


@dataclass(frozen=True, slots=True)
class LedgerKey:
    """A public key of a ledger. It signs from head `since` on, until the next key does; none is ever forgotten."""

    version: int
    public: bytes
    since: int
    made_at: Micros


@dataclass(frozen=True, slots=True)
class Trouble:
    """What keeps a ledger from going on, and since when it has."""

    message: str
    since: Micros


@dataclass(frozen=True, slots=True)
class LedgerRow:
    """How far one ledger has come.

    `size` leaves are in its tiles, the last of them stored at `stored`; `peaks` are their full subtrees, one behind the
    other. `head` is the number of the newest published head, 0 before the first, with `head_size` leaves, signed
    `head_at`. `round` counts every step; each is taken only from the round it began in, so that nothing happens twice.

    Stamps: `stamped` is the newest head that has one, had at `stamped_at`; `asked` says that one is wanted at once;
    none is tried before `stamp_after`.
    """

    organisation: OrganisationId
    origin: str
    size: int = 0
    stored: Micros = LOG_START
    peaks: bytes = b""
    round: int = 0
    head: int = 0
    head_size: int = 0
    head_at: Micros = LOG_START
    keys: tuple[LedgerKey, ...] = ()
    trouble: Trouble | None = None
    stamped: int = 0
    stamped_at: Micros = LOG_START
    stamp_after: Micros = LOG_START
    stamp_tries: int = 0
    stamp_trouble: Trouble | None = None
    is_stamp_asked: bool = False


class Ledgers:
    """Collection `ledgers`: `_id` is the organisation."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._rows = store.collection(COLLECTION)

    def find(self, organisation: OrganisationId, session: ClientSession | None = None) -> LedgerRow | None:
        """Return how far a ledger has come, None when it has not begun."""
        row = self._rows.find_one({"_id": organisation}, session=session)
        return None if row is None else _read(row)

    def all(self) -> Iterator[LedgerRow]:
        """Yield how far every ledger has come."""
        yield from map(_read, self._rows.find())

    def begin(self, organisation: OrganisationId, origin: str) -> LedgerRow:
        """Begin a ledger under a name that it keeps for ever, unless somebody has just done so; return it as it is."""
        with suppress(DuplicateKeyError):
            self._rows.insert_one({"_id": organisation, "origin": origin, "n": 0, "round": 0})
        found = self.find(organisation)
        assert found is not None  # noqa: S101 - it is there now, and never removed
        return found

    def move(
        self,
        before: LedgerRow,
        session: ClientSession | None,
        changes: Mapping[str, Any],
        *,
        ends_trouble: bool = False,
    ) -> bool:
        """Take one step from `before`; False, with nothing changed, when somebody else has taken one since."""
        update: Document = {"$inc": {"round": 1}, "$set": dict(changes)}
        if ends_trouble:
            update["$unset"] = {"trouble": True}
        still = {"_id": before.organisation, "round": before.round}
        return self._rows.update_one(still, update, session=session).matched_count == 1

    def add_key(self, before: LedgerRow, key: LedgerKey) -> bool:
        """Add a key, which signs from the next head on; False, with nothing changed, as for `move`."""
        row = {"v": key.version, "public": key.public, "since": key.since, "at": key.made_at}
        still = {"_id": before.organisation, "round": before.round}
        return self._rows.update_one(still, {"$inc": {"round": 1}, "$push": {"keys": row}}).matched_count == 1

    def hold(self, organisation: OrganisationId, holder: str, now: Micros) -> bool:
        """Take or renew the lease of a ledger; False while another worker holds it.

        It only keeps two workers from doing the same work: that nothing happens twice is the business of `move`. A
        lease that ends later than any could is of a clock that has since been put back, and holds nobody up.
        """
        ended = ({"until": None}, {"until": {"$lte": now}}, {"until": {"$gt": now + LEASE_MICROS}})
        free = {"_id": organisation, "$or": [{"holder": holder}, *ended]}
        change = {"$set": {"holder": holder, "until": now + LEASE_MICROS}}
        return self._store.write_alone(lambda: self._rows.update_one(free, change).matched_count == 1)

    def release(self, holder: str) -> None:
        """Give back every lease of `holder`."""
        self._rows.update_many({"holder": holder}, {"$set": {"holder": None, "until": None}})

    def note_trouble(self, organisation: OrganisationId, message: str, now: Micros) -> None:
        """Keep what a ledger cannot go on for; the same trouble keeps the instant it began."""
        other = {"_id": organisation, "trouble.message": {"$ne": message}}
        self._rows.update_one(other, {"$set": {"trouble": {"message": message, "since": now}}})

    def end_trouble(self, organisation: OrganisationId) -> None:
        """Forget what a ledger could not go on for: it does again."""
        self._rows.update_one({"_id": organisation, "trouble": {"$exists": True}}, {"$unset": {"trouble": True}})

    def ask_stamp(self, organisation: OrganisationId) -> None:
        """Want the newest head stamped at once, whatever the time between stamps is; nothing, when it has one."""
        unstamped = {"$gt": ["$head", {"$ifNull": ["$stamped", 0]}]}
        self._rows.update_one({"_id": organisation, "$expr": unstamped}, {"$set": {"asked": True}})

    def claim_stamp(self, before: LedgerRow, until: Micros) -> bool:
        """Take the work of having a head stamped, for others not before `until`; False when somebody was faster."""
        still: Document = {"_id": before.organisation, "stamped": before.stamped or None}
        still["stamp_after"] = before.stamp_after or None
        return self._rows.update_one(still, {"$set": {"stamp_after": until}}).matched_count == 1

    def set_stamped(self, organisation: OrganisationId, head: int, now: Micros) -> None:
        """Note that a head has a stamp; what was asked before is done."""
        done = {"stamped": head, "stamped_at": now, "stamp_after": now, "tries": 0, "asked": False}
        older = {"_id": organisation, "$or": [{"stamped": None}, {"stamped": {"$lt": head}}]}
        self._rows.update_one(older, {"$set": done, "$unset": {"stamp_trouble": True}})

    def set_unstamped(self, organisation: OrganisationId, message: str, now: Micros, again: Micros) -> None:
        """Note that a stamp could not be had, and when to try again; the instant it began is kept."""
        change: Document = {"$set": {"stamp_after": again, "stamp_trouble.message": message}, "$inc": {"tries": 1}}
        self._rows.update_one({"_id": organisation}, {**change, "$min": {"stamp_trouble.since": now}})


def _read(row: Document) -> LedgerRow:
    return LedgerRow(
        organisation=OrganisationId(row["_id"]),
        origin=row["origin"],
        size=int(row["n"]),
        stored=Micros(int(row.get("t", LOG_START))),
        peaks=bytes(row.get("peaks", b"")),
        round=row["round"],
        head=row.get("head", 0),
        head_size=int(row.get("head_size", 0)),
        head_at=Micros(int(row.get("head_at", LOG_START))),
        keys=tuple(
            LedgerKey(key["v"], bytes(key["public"]), key["since"], Micros(int(key["at"])))
            for key in row.get("keys", ())
        ),
        trouble=_trouble(row.get("trouble")),
        stamped=row.get("stamped") or 0,
        stamped_at=Micros(int(row.get("stamped_at") or LOG_START)),
        stamp_after=Micros(int(row.get("stamp_after") or LOG_START)),
        stamp_tries=row.get("tries", 0),
        stamp_trouble=_trouble(row.get("stamp_trouble")),
        is_stamp_asked=bool(row.get("asked")),
    )


def _trouble(row: Document | None) -> Trouble | None:
    return None if row is None else Trouble(row["message"], Micros(int(row["since"])))
