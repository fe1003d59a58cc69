"""What is kept of risks, as plain values: scores, models, drift, alerts. Read them with `analytics.store.risk`.

A target is named by the value of `analytics.risk.targets.Target`: `at_risk`, `leaves`, `leaves_soon`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Final

from lrs.clock import Micros
from lrs.tenancy import OrganisationId
from training.records.ids import EnrolmentId, SessionId

# Whose number models of several organisations together are kept under. No organisation has it.
POOLED: Final = OrganisationId(0)
AT_RISK: Final = "at_risk"
# Every target, in the order in which they are shown.
TARGETS: Final = (AT_RISK, "leaves", "leaves_soon")

# What holds estimates up, in French.
TROUBLES: Final[Mapping[str, str]] = {
    "facts_behind": "Les faits ne sont pas à jour\u00a0: aucune estimation n’est faite avant qu’ils le soient.",
    "clock_behind": "L’horloge du serveur retarde sur ce qui est enregistré\u00a0: aucune estimation n’est faite.",
}


@dataclass(frozen=True, slots=True)
class ModelName:
    """Which model: the organisation's own (`owner`), or the one of several together (`owner` is `POOLED`)."""

    owner: OrganisationId
    target: str
    version: int

    @property
    def is_pooled(self) -> bool:
        """Whether other organisations' data are in it."""
        return self.owner == POOLED

    def __str__(self) -> str:
        return f"{'pooled' if self.is_pooled else 'own'}/{self.target}/{self.version}"


@dataclass(frozen=True, slots=True, kw_only=True)
class RiskReason:
    """One thing in which a learner differs from the others of the session; sentences are in French, as kept.

    `contribution` is by how much the log-odds would fall (positive) if it were as usual in the session.
    """

    family: str
    feature: str
    value: float | None
    usual: float | None
    contribution: float
    sentence: str
    remedy: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class RiskScore:
    """What was estimated of one enrolment on one local day.

    Attributes:
        enrolment_id: Whose it is; `session_id` the session that it was compared within.
        session_id: See `enrolment_id`.
        target: What is estimated; `horizon` within how many days, None to the end.
        horizon: See `target`.
        on: The local day of the session.
        as_of: What was known at this instant is in it, and nothing later.
        model: Which model said so; None where there is no score.
        probability: From 0 to 1, calibrated; None where only a rank may be shown, or nothing at all.
        low: Lower end of its 95 % interval; `high` the upper one.
        high: See `low`.
        rank: Share of the session's scored enrolments that are less at risk, from 0 to 1; None without a score.
        place: 1 for whoever is most at risk, among `among` scored enrolments of the session; None without a score.
        among: See `place`.
        unshown: Why there is no probability (a code), None where there is one; `unshown_sentence` says so in French.
        unshown_sentence: See `unshown`.
        reasons: What raises it most, the weightiest first.
    """

    enrolment_id: EnrolmentId
    session_id: SessionId
    target: str
    horizon: int | None
    on: date
    as_of: Micros
    model: ModelName | None
    probability: float | None = None
    low: float | None = None
    high: float | None = None
    rank: float | None = None
    place: int | None = None
    among: int = 0
    unshown: str | None = None
    unshown_sentence: str = ""
    reasons: tuple[RiskReason, ...] = ()

    @property
    def is_scored(self) -> bool:
        """Whether there is at least a rank."""
        return self.rank is not None


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionFigures:
    """How a model fared on one session, on one day of it, on data later than its own.

    `session_id` None stands for all of them together, `day` None for all days. `auc` with its 95 % interval,
    `average_precision` beside `base_rate`, `brier` beside that of saying the base rate of everybody, the calibration
    error, and precision and recall when the top tenth are called. None where not defined.
    """

    session_id: SessionId | None
    day: int | None
    count: int
    base_rate: float | None = None
    auc: float | None = None
    auc_low: float | None = None
    auc_high: float | None = None
    average_precision: float | None = None
    brier: float | None = None
    brier_constant: float | None = None
    calibration_error: float | None = None
    precision: float | None = None
    recall: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Training:
    """One time that a model was fitted, kept or refused, with the figures that decided.

    `sessions` are those it learnt from, `judged_on` the later ones it was held against; `first_on` and `last_on` the
    days between which the first lie. `verdict` is `kept` or `refused`; `why` says it in a sentence. `difference` is by
    how much its AUC is above that of the model before it, on the same later data, with the 95 % interval.
    """

    at: Micros
    by: str
    target: str
    owner: OrganisationId
    verdict: str
    why: str
    version: int | None = None
    first_on: date | None = None
    last_on: date | None = None
    sessions: tuple[str, ...] = ()
    judged_on: tuple[str, ...] = ()
    counts: Mapping[str, int] = field(default_factory=dict)
    features_version: str = ""
    figures: tuple[SessionFigures, ...] = ()
    before: SessionFigures | None = None
    difference: tuple[float, float, float] | None = None

    @property
    def is_kept(self) -> bool:
        """Whether a model came of it."""
        return self.verdict == "kept"


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelCard:
    """One active model: what it was made of, how it fares, who signed it. `digest` is SHA-256, in hexadecimal."""

    model: ModelName
    digest: str
    signed_by: str
    active_since: Micros
    activated_by: str
    training: Training
    features: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class FeatureShift:
    """One feature: its population stability index (above .1 look, above .25 act), and shares not known then and now."""

    feature: str
    stability_index: float
    missing_before: float
    missing_now: float


@dataclass(frozen=True, slots=True, kw_only=True)
class RiskDrift:
    """How far today's learners are from those a model learnt from, and its probabilities from what happened.

    `count` enrolments were looked at for `features` (the largest shift first). Of `sessions`, finished since
    the model was made: `finished` snapshots had a probability, `said` on average, `happened` in truth, `error` the
    calibration error; None without any.
    """

    model: ModelName
    on: date
    at: Micros
    count: int
    features: tuple[FeatureShift, ...]
    sessions: tuple[str, ...] = ()
    finished: int = 0
    said: float | None = None
    happened: float | None = None
    error: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class RiskAlert:
    """That somebody should look at an enrolment. It does nothing by itself: it opens a follow-up, which is a person's.

    `closed_at` is when the estimate no longer asked for it; the follow-up stays with its owner until they end it.
    """

    id: str
    enrolment_id: EnrolmentId
    session_id: SessionId
    target: str
    opened_at: Micros
    opened_on: date
    opened_place: int
    opened_among: int
    closed_at: Micros | None = None
    closed_why: str = ""

    @property
    def is_open(self) -> bool:
        """Whether the estimate still asks for it."""
        return self.closed_at is None


@dataclass(frozen=True, slots=True, kw_only=True)
class RiskStatus:
    """How far scoring has come.

    `scored_at` is when anything was scored last; `active` enrolments run today, `scored` of them have an estimate of
    their session's day, `without` says of the others how many there are for each reason (a code). `trouble` is what
    keeps scoring from going on, in French, None while nothing does.
    """

    is_on: bool
    scored_at: Micros | None
    active: int
    scored: int
    without: Mapping[str, int]
    models: tuple[ModelName, ...]
    trained_at: Micros | None
    next_training_on: date | None
    trouble: str | None
