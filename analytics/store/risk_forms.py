"""How estimates are kept, packed; members are kept by their place: add at the end only."""

from __future__ import annotations

import math
from array import array
from collections.abc import Iterable, Sequence
from datetime import date
from typing import Final

import msgspec

from analytics.store.risk_values import ModelName, RiskReason, RiskScore
from lrs.clock import Micros
from lrs.store.database import Document
from lrs.tenancy import OrganisationId
from training.records.ids import EnrolmentId, SessionId


class KeptReason(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """One reason."""

    family: str
    feature: str
    value: float | None
    usual: float | None
    contribution: float
    sentence: str
    remedy: str | None


class KeptAnswer(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """What one model said of one enrolment; without `owner` no model could say anything."""

    target: str
    horizon: int | None
    owner: int | None
    version: int
    probability: float | None
    low: float | None
    high: float | None
    rank: float | None
    place: int | None
    among: int
    unshown: str | None
    sentence: str
    reasons: tuple[KeptReason, ...] = ()


_ENCODER: Final = msgspec.msgpack.Encoder()
_ANSWERS: Final = msgspec.msgpack.Decoder(tuple[KeptAnswer, ...])
_NAMES: Final = msgspec.msgpack.Decoder(tuple[str, ...])


def pack_answers(answers: Sequence[KeptAnswer]) -> bytes:
    """Write what models said of an enrolment: the same bytes for the same answers."""
    return _ENCODER.encode(tuple(answers))


def pack_names(names: Sequence[str]) -> bytes:
    """Write the names of features."""
    return _ENCODER.encode(tuple(names))


def pack_values(values: Iterable[float]) -> bytes:
    """Write the values of features, eight bytes each, little-endian."""
    return array("d", values).tobytes()


def read_names(names: bytes) -> tuple[str, ...]:
    """Read the names of features."""
    return _NAMES.decode(names)


def read_values(names: bytes, values: bytes) -> dict[str, float | None]:
    """Read features: each by its name, None where it was not known."""
    found = array("d")
    found.frombytes(values)
    return {name: None if math.isnan(value) else value for name, value in zip(_NAMES.decode(names), found, strict=True)}


def read_score(row: Document, target: str, horizon: int | None) -> RiskScore | None:
    """Read what was said of a target; None when nothing was.

    Without `horizon` it is the target's own: the first that is kept.
    """
    for answer in _ANSWERS.decode(row["b"]):
        if answer.target == target and horizon in (None, answer.horizon):
            enrolment_id, session_id = EnrolmentId(row["e"]), SessionId(row["s"])
            return score_of(answer, enrolment_id, session_id, date.fromordinal(row["d"]), Micros(int(row["at"])))
    return None


def score_of(
    answer: KeptAnswer, enrolment_id: EnrolmentId, session_id: SessionId, on: date, as_of: Micros
) -> RiskScore:
    """Return an answer as everybody else reads it."""
    owner = answer.owner
    return RiskScore(
        enrolment_id=enrolment_id,
        session_id=session_id,
        target=answer.target,
        horizon=answer.horizon,
        on=on,
        as_of=as_of,
        model=None if owner is None else ModelName(OrganisationId(owner), answer.target, answer.version),
        probability=answer.probability,
        low=answer.low,
        high=answer.high,
        rank=answer.rank,
        place=answer.place,
        among=answer.among,
        unshown=answer.unshown,
        unshown_sentence=answer.sentence,
        reasons=tuple(RiskReason(**msgspec.structs.asdict(item)) for item in answer.reasons),
    )
