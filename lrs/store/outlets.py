"""Where what is sent to, and how far each has come, is kept; whoever sends holds its lease.

`outlets`: `_id` the id, `o`, `kind`, `set` the settings, `state`, `why`, `created`, `n` and `t` how far in the log,
`sealed` the secrets, `h` health, `holder` and `until` the lease, `next` when it is tried again, `ask` a test asked for.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, fields
from typing import Any, Final

from bson.binary import Binary
from pymongo import ReturnDocument

from lrs.clock import Micros
from lrs.errors import NotFound
from lrs.forwarding.editions import Speaks
from lrs.forwarding.filter import Filter
from lrs.forwarding.outlet import (
    ForwardSettings,
    Health,
    Kind,
    Outlet,
    SecretDates,
    SignIn,
    State,
    WebhookSettings,
)
from lrs.store.database import Document, Store
from lrs.store.deliveries import COLLECTION as DELIVERIES
from lrs.store.deliveries import Standing
from lrs.tenancy import OrganisationId

COLLECTION: Final = "outlets"
# A worker that died holds an outlet up for this long: longer than anything between two renewals takes.
LEASE_MICROS: Final = 90_000_000
_HEALTH: Final = tuple(field.name for field in fields(Health) if field.name != "next_at")


@dataclass(frozen=True, slots=True)
class SealedSecret:
    """One secret as it is kept."""

    sealed: bytes
    dates: SecretDates


class OutletStore:
    """Collection `outlets`. Every question but the worker's names the organisation."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._rows = store.collection(COLLECTION)
        self._deliveries = store.collection(DELIVERIES)

    def insert(self, outlet: Outlet, secrets: Iterable[SealedSecret]) -> None:
        """Keep a new one."""
        row: Document = {
            "_id": outlet.id, "o": outlet.organisation, "kind": outlet.kind.value, "created": outlet.created,
            "set": _settings_row(outlet.settings), "state": outlet.state.value, "why": outlet.reason,
            "n": outlet.position, "t": outlet.stored, "refused": 0, "h": {}, "next": None, "ask": None,
            "sealed": _sealed_rows(secrets), "holder": None, "until": None,
        }  # fmt: skip
        self._rows.insert_one(row)

    def find(self, organisation: OrganisationId, kind: Kind, name: str) -> Outlet | None:
        """Return one of an organisation's outlets."""
        row = self._rows.find_one({"_id": name, "o": organisation, "kind": kind.value})
        return None if row is None else _outlet(row)

    def of(self, organisation: OrganisationId, kind: Kind) -> list[Outlet]:
        """Return an organisation's outlets of one kind, oldest first."""
        query = {"o": organisation, "kind": kind.value}
        return [_outlet(row) for row in self._rows.find(query).sort([("created", 1), ("_id", 1)])]

    def count(self, organisation: OrganisationId) -> int:
        """Return how many outlets an organisation has."""
        return self._rows.count_documents({"o": organisation})

    def organisations_with(self, kind: Kind) -> list[OrganisationId]:
        """Return which organisations have any of a kind: the worker's question."""
        return sorted(OrganisationId(number) for number in self._rows.distinct("o", {"kind": kind.value}))

    def due(self, holder: str, now: Micros) -> list[tuple[Outlet, bool]]:
        """Return what nobody else holds and is not resting, of every organisation, and whether a test is asked for.

        Of what is paused, only those that are to be tested.
        """
        free = [{"holder": holder}, {"until": {"$lte": now}}, {"until": None}]
        rested = [{"next": None}, {"next": {"$lte": now}}]
        asked = {"ask": {"$ne": None}}
        active = {"state": State.ACTIVE.value, "$or": rested}
        rows = self._rows.find({"$and": [{"$or": free}, {"$or": [asked, active]}]})
        return [(_outlet(row), row["ask"] is not None) for row in rows]

    def has_due(self, outlet: Outlet, now: Micros) -> bool:
        """Say whether anything of an outlet's deliveries is to be tried by now."""
        query = {"o": outlet.organisation, "w": outlet.id, "s": Standing.WAITING.value, "due": {"$lte": now}}
        return self._deliveries.find_one(query, {"_id": 1}) is not None

    def hold(self, outlet: Outlet, holder: str, now: Micros) -> Outlet | None:
        """Take or renew the lease, and return the outlet as it is now; None while another worker has it, or it is gone.

        The lease only keeps two from sending the same: whatever is sent twice has the same ids.
        """
        free = {"$or": [{"holder": holder}, {"until": {"$lte": now}}, {"until": None}]}
        row = self._rows.find_one_and_update(
            {"_id": outlet.id, "o": outlet.organisation, **free},
            {"$set": {"holder": holder, "until": now + LEASE_MICROS}}, return_document=ReturnDocument.AFTER,
        )  # fmt: skip
        return None if row is None else _outlet(row)

    def let_go(self, outlet: Outlet, holder: str) -> None:
        """Give back one lease."""
        place = {"_id": outlet.id, "o": outlet.organisation, "holder": holder}
        self._rows.update_one(place, {"$set": {"holder": None, "until": None}})

    def release(self, holder: str) -> None:
        """Give back every lease of a holder."""
        self._rows.update_many({"holder": holder}, {"$set": {"holder": None, "until": None}})

    def advance(
        self, outlet: Outlet, start: int, position: int, stored: Micros, *, refused: int, success: Micros | None
    ) -> bool:
        """Move the place in the log on from `start`; False, and nothing changed, when it is not there any more.

        `success` is when something was taken, None where nothing was.
        """
        change: Document = {"n": position, "t": stored, "refused": refused}
        if success is not None:
            change |= {"h.last_success": success, "h.failures": 0, "next": None}
        place = {"_id": outlet.id, "o": outlet.organisation, "n": start}
        return self._rows.update_one(place, {"$set": change}).matched_count == 1

    def succeed(self, outlet: Outlet, at: Micros) -> None:
        """Note that something was taken."""
        self._set(outlet, {"h.last_success": at, "h.failures": 0, "next": None})

    def fail(self, outlet: Outlet, at: Micros, error: str, failures: int, next_at: Micros | None) -> None:
        """Note that something failed, and when the next try is."""
        self._set(outlet, {"h.last_error": at, "h.error": error, "h.failures": failures, "next": next_at})

    def stop(self, outlet: Outlet, at: Micros, reason: str) -> None:
        """Pause, for a reason that somebody must mend."""
        error = {"h.last_error": at, "h.error": reason}
        self._set(outlet, {"state": State.PAUSED.value, "why": reason, "next": None, **error})

    def ask_test(self, organisation: OrganisationId, kind: Kind, name: str, at: Micros) -> Outlet:
        """Have the worker test it; raises NotFound."""
        return self._changed(organisation, kind, name, {"ask": at, "h.test": "", "h.test_at": at})

    def tested(self, outlet: Outlet, at: Micros, result: str) -> None:
        """Note what a test came to."""
        self._set(outlet, {"ask": None, "h.test": result, "h.test_at": at})

    def change(
        self, organisation: OrganisationId, kind: Kind, name: str, settings: ForwardSettings | WebhookSettings,
        secrets: Iterable[SealedSecret] | None,
    ) -> Outlet:  # fmt: skip
        """Replace the settings, and with `secrets` those; raises NotFound. What rests is tried at once."""
        change: Document = {"set": _settings_row(settings), "next": None}
        if secrets is not None:
            change["sealed"] = _sealed_rows(secrets)
        return self._changed(organisation, kind, name, change)

    def set_state(self, organisation: OrganisationId, kind: Kind, name: str, state: State, reason: str) -> Outlet:
        """Pause or resume; raises NotFound."""
        change = {"state": state.value, "why": reason, "next": None, "refused": 0, "h.failures": 0}
        return self._changed(organisation, kind, name, change)

    def remove(self, organisation: OrganisationId, kind: Kind, name: str) -> bool:
        """Forget one; False when there is none."""
        return self._rows.delete_one({"_id": name, "o": organisation, "kind": kind.value}).deleted_count == 1

    def secrets(self, outlet: Outlet) -> list[SealedSecret]:
        """Return the secrets, the current one first."""
        row = self._rows.find_one({"_id": outlet.id, "o": outlet.organisation}, {"sealed": 1}) or {"sealed": []}
        return [SealedSecret(bytes(item["s"]), _dates(item)) for item in row["sealed"]]

    def _changed(self, organisation: OrganisationId, kind: Kind, name: str, change: Document) -> Outlet:
        row = self._rows.find_one_and_update(
            {"_id": name, "o": organisation, "kind": kind.value}, {"$set": change},
            return_document=ReturnDocument.AFTER,
        )  # fmt: skip
        return _outlet(known(row, kind))

    def _set(self, outlet: Outlet, change: Document) -> None:
        self._rows.update_one({"_id": outlet.id, "o": outlet.organisation}, {"$set": change})


def known(row: Document | None, kind: Kind) -> Document:
    """Return what was found; raises NotFound."""
    if row is None:
        raise NotFound(f"There is no such {kind.value}.")
    return row


def _settings_row(settings: ForwardSettings | WebhookSettings) -> Document:
    row = asdict(settings)
    return {name: value.value if isinstance(value, Speaks | SignIn) else value for name, value in row.items()}


def _sealed_rows(secrets: Iterable[SealedSecret]) -> list[Document]:
    return [{"s": Binary(item.sealed), "created": item.dates.created, "until": item.dates.until} for item in secrets]


def _dates(item: Mapping[str, Any]) -> SecretDates:
    return SecretDates(Micros(item["created"]), item["until"])


def _outlet(row: Document) -> Outlet:
    kind, found = Kind(row["kind"]), dict(row["set"])
    settings: ForwardSettings | WebhookSettings
    if kind is Kind.WEBHOOK:
        settings = WebhookSettings(found["label"], found["url"], tuple(found["events"]))
    else:
        wanted = Filter(**{name: tuple(value) for name, value in found.pop("wanted").items()})
        speaks, sign_in = Speaks(found.pop("speaks")), SignIn(found.pop("sign_in"))
        settings = ForwardSettings(**found, wanted=wanted, speaks=speaks, sign_in=sign_in)
    health = Health(**{name: row["h"][name] for name in _HEALTH if name in row["h"]}, next_at=row["next"])
    return Outlet(
        row["_id"], kind, OrganisationId(row["o"]), settings, Micros(row["created"]), State(row["state"]), row["why"],
        row["n"], Micros(row["t"]), row["refused"], tuple(_dates(item) for item in row["sealed"]), health,
    )  # fmt: skip
