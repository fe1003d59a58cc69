"""The keys under which estimates and models are kept; the organisation stands first in each."""

from __future__ import annotations

from datetime import date
from typing import Final

from bson.binary import Binary

from analytics.store.kept_keys import enrolment_key, session_key
from analytics.store.traces import keys_under
from lrs.clock import Micros
from lrs.store.database import Document
from lrs.tenancy import OrganisationId
from training.records.ids import EnrolmentId, SessionId

# The newest estimate of each enrolment; one of each day; who is to be looked at.
SCORES: Final = "risk_scores"
DAYS: Final = "risk_days"
ALERTS: Final = "risk_alerts"
# How far scoring has come: of an organisation, of a session.
PROGRESS: Final = "risk_progress"
SESSIONS: Final = "risk_sessions"
# Every version of every model; which one scores; each time one was fitted; how today differs from what it learnt.
MODELS: Final = "risk_models"
ACTIVE: Final = "risk_active"
TRAININGS: Final = "risk_trainings"
DRIFT: Final = "risk_drift"

SCORE_BYTES: Final = 20
SESSION_BYTES: Final = 20
DAY_BYTES: Final = 24
ALERT_BYTES: Final = 24
_NUMBER_BYTES: Final = 4


def score_key(organisation: OrganisationId, enrolment_id: EnrolmentId) -> Binary:
    """Return the key of an enrolment's newest estimate, and what the keys of its days and alerts begin with."""
    return enrolment_key(organisation, enrolment_id)


def day_key(organisation: OrganisationId, enrolment_id: EnrolmentId, on: date) -> Binary:
    """Return the key of an enrolment's estimate of a day; in order of time."""
    return _numbered(enrolment_key(organisation, enrolment_id), on.toordinal())


def alert_key(organisation: OrganisationId, enrolment_id: EnrolmentId, on: date) -> Binary:
    """Return the key of the alert that opened about an enrolment on a day: never two on one day."""
    return _numbered(enrolment_key(organisation, enrolment_id), on.toordinal())


def under(organisation: OrganisationId, enrolment_id: EnrolmentId, length: int) -> Document:
    """Return between which keys everything of an enrolment is, of days or of alerts."""
    return keys_under(bytes(enrolment_key(organisation, enrolment_id)), length)


def running_key(organisation: OrganisationId, session_id: SessionId) -> Binary:
    """Return the key of how far scoring of a session has come."""
    return session_key(organisation, session_id)


def model_key(owner: OrganisationId, target: str, version: int) -> Binary:
    """Return the key of one version of a model; versions of a target are in order."""
    return _numbered(target_key(owner, target), version)


def model_versions(owner: OrganisationId, target: str) -> Document:
    """Return between which keys the versions of a target's models are."""
    return {"$gte": model_key(owner, target, 0), "$lte": model_key(owner, target, 2**32 - 1)}


def target_key(owner: OrganisationId, target: str) -> Binary:
    """Return the key of what scores a target."""
    return Binary(owner.to_bytes(4, "big") + target.encode("ascii") + b"\0")


def training_key(owner: OrganisationId, at: Micros, target: str) -> Binary:
    """Return the key of one time that a model was fitted; in order of time."""
    return Binary(owner.to_bytes(4, "big") + at.to_bytes(8, "big") + _short(target))


def trainings_of(owner: OrganisationId) -> Document:
    """Return between which keys the trainings of an owner are."""
    return keys_under(owner.to_bytes(4, "big"), 14)


def drift_key(organisation: OrganisationId, target: str, on: date) -> Binary:
    """Return the key of the drift of a target on a day."""
    return _numbered(target_key(organisation, target), on.toordinal())


def drifts_of(organisation: OrganisationId, target: str) -> Document:
    """Return between which keys the drift of a target is, day by day."""
    return keys_under(bytes(target_key(organisation, target)), len(target_key(organisation, target)) + _NUMBER_BYTES)


def _numbered(prefix: Binary, number: int) -> Binary:
    return Binary(bytes(prefix) + number.to_bytes(_NUMBER_BYTES, "big"))


def _short(target: str) -> bytes:
    # Targets of one moment need only be told apart.
    return (target.encode("ascii")[:1] + target.encode("ascii")[-1:]).ljust(2, b"\0")
