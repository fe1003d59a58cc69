"""What an organisation's rules say about estimates on a day; the values are data (`training/law/risk.json`)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Self

from training.law import Law
from training.records.law_override import LawOverride


@dataclass(frozen=True, slots=True, kw_only=True)
class AlertTerms:
    """When an alert about a session's trainees opens, and when it ends.

    It opens for the first `open_share`, stays while its trainee is among the first `keep_share`, and ends after
    `close_days` local days outside. None opens in a session of fewer than `least_cohort`, nor below
    `least_probability`.
    """

    target: str
    open_share: float
    keep_share: float
    close_days: int
    least_cohort: int
    least_probability: float


@dataclass(frozen=True, slots=True, kw_only=True)
class TrainingTerms:
    """When models are fitted, and what is asked of a new one; `at_shares` of a session's length are looked at."""

    every_days: int
    least_enrolments: int
    least_events: int
    at_shares: tuple[float, ...]
    no_worse_by: float
    draws: int
    calibrated_within: float


@dataclass(frozen=True, slots=True, kw_only=True)
class RiskTerms:
    """Everything that rules say about estimates."""

    every_minutes: int
    alerts: AlertTerms
    training: TrainingTerms
    contributes: bool
    uses_pooled: bool
    keep_months: int

    @classmethod
    def on(cls, day: date, law: Law, overrides: Iterable[LawOverride]) -> Self:
        """Return what holds on `day`, with what the organisation has decided otherwise."""
        own = tuple(overrides)
        training = dict(law.value("risk.training", day, own))
        pooling = law.value("risk.pooling", day, own)
        return cls(
            every_minutes=int(law.value("risk.scoring", day, own)["every_minutes"]),
            alerts=AlertTerms(**law.value("risk.alerts", day, own)),
            training=TrainingTerms(**{**training, "at_shares": tuple(training["at_shares"])}),
            contributes=bool(pooling["contributes"]),
            uses_pooled=bool(pooling["uses"]),
            keep_months=int(law.value("risk.retention", day, own)["months"]),
        )
