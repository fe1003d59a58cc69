"""Models as they are kept: every version signed, with the record of its training; one of each target scores."""

from __future__ import annotations

import zlib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Final

import msgspec
from bson.binary import Binary
from pymongo.errors import DuplicateKeyError

from analytics.risk.models import Model
from analytics.store.risk_keys import ACTIVE, MODELS, TRAININGS, model_key, model_versions, target_key, training_key
from analytics.store.risk_signing import ModelKeys
from analytics.store.risk_values import ModelName, Training
from lrs.clock import Clock, Micros
from lrs.errors import Conflict, NotFound, ProofFailure, TooLarge
from lrs.store.database import Document, Store
from lrs.tenancy import OrganisationId

# MongoDB takes documents of 16 MB.
PACKED_MOST_BYTES: Final = 15_000_000
_TRAINING: Final = msgspec.json.Decoder(Training)
# How many of the versions that were active before are remembered.
_PAST_MOST: Final = 50


@dataclass(frozen=True, slots=True)
class Activation:
    """That a version scores: since when, by whom, why."""

    model: ModelName
    since: Micros
    by: str
    why: str


class RiskModels:
    """Keeps models. What is kept never changes; which version is active does, and what was before is remembered."""

    def __init__(self, store: Store, clock: Clock, secret_key: bytes) -> None:
        self._models = store.collection(MODELS)
        self._active = store.collection(ACTIVE)
        self._trainings = store.collection(TRAININGS)
        self._clock = clock
        self._keys = ModelKeys(store, clock, secret_key)

    def keep(self, model: Model, training: Training) -> tuple[Training, ModelName]:
        """Keep a model as the next version of its owner's target, signed; return its record with that, and its name.

        It does not score yet. Raises TooLarge, KeyUnreadable.
        """
        data = model.to_bytes()
        packed = zlib.compress(data, 6)
        if len(packed) > PACKED_MOST_BYTES:
            raise TooLarge(f"A model has at most {PACKED_MOST_BYTES:,} bytes packed; this has {len(packed):,}.")
        while True:
            version = self._newest(training.owner, training.target) + 1
            made = replace(training, version=version)
            if self._insert(made, model, data, packed):
                return made, ModelName(made.owner, made.target, version)

    def note(self, training: Training) -> None:
        """Remember one time that a model was fitted, kept or refused."""
        key = training_key(training.owner, training.at, training.target)
        row = {"_id": key, "o": training.owner, "k": training.target, "b": msgspec.json.encode(training)}
        self._trainings.replace_one({"_id": key, "o": training.owner}, row, upsert=True)

    def versions(self, owner: OrganisationId, target: str) -> list[ModelName]:
        """Return every version of a target that is kept, oldest first."""
        query = {"_id": model_versions(owner, target), "o": owner}
        rows = self._models.find(query, {"v": 1}).sort("_id", 1)
        return [ModelName(owner, target, row["v"]) for row in rows]

    def load(self, name: ModelName) -> Model:
        """Return a kept model whose hash and signature hold.

        Raises NotFound, ProofFailure with what does not hold, and KeyUnreadable.
        """
        row = self._models.find_one({"_id": model_key(name.owner, name.target, name.version), "o": name.owner})
        if row is None:
            raise NotFound(f"There is no model {name}.")
        try:
            data = zlib.decompress(row["b"])
        except zlib.error as error:
            raise ProofFailure(f"The kept model {name} is damaged: restore “risk_models” from a backup.") from error
        self._keys.check(name, data, bytes(row["r"]), bytes(row["note"]), row["key"])
        return Model.from_bytes(data)

    def record(self, name: ModelName) -> Training:
        """Return the record of a kept model's training. Raises NotFound."""
        key = model_key(name.owner, name.target, name.version)
        row = self._models.find_one({"_id": key, "o": name.owner}, {"r": 1})
        if row is None:
            raise NotFound(f"There is no model {name}.")
        return _TRAINING.decode(row["r"])

    def active(self, owner: OrganisationId, target: str) -> Activation | None:
        """Return which version of a target scores, None for none."""
        row = self._active.find_one({"_id": target_key(owner, target), "o": owner})
        return None if row is None else _activation(owner, row)

    def history(self, owner: OrganisationId, target: str) -> list[Activation]:
        """Return which versions scored before, newest first, without the one that does now."""
        row = self._active.find_one({"_id": target_key(owner, target), "o": owner})
        return [] if row is None else [_activation(owner, {**item, "k": target}) for item in row["past"]]

    def activate(self, name: ModelName, by: str, why: str) -> Activation:
        """Have a version score from now on; the same again changes nothing.

        Raises what `load` raises: nothing scores that does not hold. Conflict when somebody else has just done so.
        """
        self.load(name)
        before = self._active.find_one({"_id": target_key(name.owner, name.target), "o": name.owner})
        if before is not None and before["v"] == name.version:
            return _activation(name.owner, before)
        key = target_key(name.owner, name.target)
        row: Document = {
            "_id": key, "o": name.owner, "k": name.target, "v": name.version, "at": self._clock.now_micros(),
            "by": by, "why": why, "past": _past(before),
        }  # fmt: skip
        if not self._put(row, before):
            raise Conflict("Somebody else has just changed which model scores; nothing was done.")
        return _activation(name.owner, row)

    def roll_back(self, owner: OrganisationId, target: str, by: str, why: str) -> Activation:
        """Have the version score that did before the one that does now. Raises NotFound for none, else as `activate`.

        Rolled back twice, it is the one before that: what was rolled back from is passed over.
        """
        current = self.active(owner, target)
        earlier = [
            item.model for item in self.history(owner, target) if current and item.model.version < current.model.version
        ]
        if not earlier:
            raise NotFound("There is no earlier version that scored: nothing to go back to.")
        return self.activate(earlier[0], by, why)

    def _newest(self, owner: OrganisationId, target: str) -> int:
        query = {"_id": model_versions(owner, target), "o": owner}
        row = self._models.find_one(query, {"v": 1}, sort=[("_id", -1)])
        return 0 if row is None else int(row["v"])

    def _insert(self, training: Training, model: Model, data: bytes, packed: bytes) -> bool:
        assert training.version is not None  # noqa: S101 - given by `keep`
        name = ModelName(training.owner, training.target, training.version)
        record = msgspec.json.encode(training)
        signed = self._keys.sign(name, data, record)
        row = {
            "_id": model_key(name.owner, name.target, name.version), "o": name.owner, "k": name.target,
            "v": name.version, "at": training.at, "digest": model.digest, "names": list(model.names),
            "b": Binary(packed), "r": Binary(record), "note": Binary(signed.note), "key": signed.key_version,
            "signer": signed.verifier,
        }  # fmt: skip
        try:
            self._models.insert_one(row)
        except DuplicateKeyError:
            return False
        return True

    def _put(self, row: Document, before: Document | None) -> bool:
        if before is None:
            try:
                self._active.insert_one(row)
            except DuplicateKeyError:
                return False
            return True
        still = {"_id": row["_id"], "o": row["o"], "v": before["v"], "at": before["at"]}
        return self._active.replace_one(still, row).matched_count == 1


def _past(before: Mapping[str, object] | None) -> list[object]:
    if before is None:
        return []
    past = before["past"]
    assert isinstance(past, list)  # noqa: S101 - as it was written
    return [{name: before[name] for name in ("v", "at", "by", "why")}, *past][:_PAST_MOST]


def _activation(owner: OrganisationId, row: Mapping[str, object]) -> Activation:
    version, at = row["v"], row["at"]
    assert isinstance(version, int)  # noqa: S101 - as it was written
    assert isinstance(at, int)  # noqa: S101 - as it was written
    return Activation(ModelName(owner, str(row["k"]), version), Micros(at), str(row["by"]), str(row["why"]))
