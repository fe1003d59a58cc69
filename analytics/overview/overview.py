"""A training session, or several together, in figures."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, TypeVar

from msgspec.structs import replace

from analytics.overview.totals import Rate, Times, Totals, sum_times
from analytics.rates import Figure
from analytics.rates.cohort import ending_figures
from analytics.rates.formulas import Stamp
from analytics.time import day_of
from training.records import ExitReason, Modality, TrainingSession
from training.records.ids import SessionId

_Key = TypeVar("_Key")
# What the work's rates are counted in, in the order in which they are shown.
_RATES: Final = (
    ("attendance_rate_net", "second"),
    ("attendance_rate_gross", "second"),
    ("realisation_rate", "second"),
    ("distance_activity_rate", "second"),
    ("completion_rate", "activity"),
    ("completion_rate_weighted", "second"),
    ("progression", "second"),
)
# What of an overview is simply added up.
_NUMBERS: Final = (
    "registered", "entered", "ongoing", "completed", "justified_seconds", "estimated_seconds", "connected_seconds",
    "active_seconds", "declared_seconds", "mandatory_count", "satisfied_count", "statement_count", "active_day_count",
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class ModalityOverview:
    """What some enrolments have in one modality.

    Attributes:
        modality: Which.
        enrolment_count: How many of them have anything planned, due or credited in it.
        planned_seconds: Under the contracts that hold.
        waived_seconds: What need not be done.
        due_seconds: The slots held by now that were due.
        attended_seconds: What was credited in these.
        justified_seconds: What was missed with a justification.
        credited_seconds: All that was credited.
        figures: Of this modality alone: attendance_rate_net, attendance_rate_gross and realisation_rate.
    """

    modality: Modality
    enrolment_count: int
    planned_seconds: int
    waived_seconds: int
    due_seconds: int
    attended_seconds: int
    justified_seconds: int
    credited_seconds: int
    figures: tuple[Figure, ...]

    def figure(self, formula: str) -> Figure:
        """Return the figure of one formula; raises `KeyError`."""
        return _figure(self.figures, formula)


@dataclass(frozen=True, slots=True, kw_only=True)
class Overview:
    """What some enrolments add up to at one instant.

    A rate's numerator and denominator are sums over the enrolments of which anything was due; each numerator is cut at
    its own cap first, so that what one trainee does beyond the agreement makes up for nobody else.

    Attributes:
        as_of: The instant that it is true of, in microseconds since 1970.
        rules_version: The version of the rules that hold then.
        registered: How many enrolments.
        entered: Those that were entered: anything credited, or the entry accepted.
        ongoing: Those entered that have neither been left nor come to the end of their session.
        completed: Those whose completion rule is met.
        exits: How many were left, by reason, entered or not.
        figures: The rates of the work, then those of how enrolments ended; always all of them.
        counts: Of each rate of the work, how many enrolments it is of: those of which anything was due.
        modalities: The hours and rates of each modality that anybody has.
        justified_seconds: Synchronous time missed with a justification.
        estimated_seconds: The announced time of mandatory activities.
        connected_seconds: Gross connection.
        active_seconds: Active time.
        declared_seconds: The part of the connection that is only declared.
        mandatory_count: Mandatory activities that apply, one for each enrolment.
        satisfied_count: Those satisfied or waived.
        statement_count: How many statements the days are drawn from.
        active_day_count: Days with any statement, one for each enrolment.
        last_at: The last statement, in microseconds since 1970, attendance marks aside; None when there is none.
    """

    as_of: int
    rules_version: str
    registered: int
    entered: int
    ongoing: int
    completed: int
    exits: dict[ExitReason, int]
    figures: tuple[Figure, ...]
    counts: dict[str, int]
    modalities: tuple[ModalityOverview, ...]
    justified_seconds: int
    estimated_seconds: int
    connected_seconds: int
    active_seconds: int
    declared_seconds: int
    mandatory_count: int
    satisfied_count: int
    statement_count: int
    active_day_count: int
    last_at: int | None

    @property
    def planned_seconds(self) -> int:
        """Planned hours of every modality."""
        return sum(item.planned_seconds for item in self.modalities)

    @property
    def due_seconds(self) -> int:
        """Hours of every modality that were due by now."""
        return sum(item.due_seconds for item in self.modalities)

    @property
    def credited_seconds(self) -> int:
        """Credited hours of every modality: heures-stagiaires."""
        return sum(item.credited_seconds for item in self.modalities)

    def figure(self, formula: str) -> Figure:
        """Return the figure of one formula; raises `KeyError`."""
        return _figure(self.figures, formula)


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionOverview(Overview):
    """What the enrolments of one training session add up to.

    Attributes:
        session_id: Which.
        is_over: Whether the session had ended.
    """

    session_id: SessionId
    is_over: bool


def describe(totals: Totals, stamp: Stamp) -> Overview:
    """Return totals as figures; what is over has been counted as such."""
    return Overview(**_members(totals, stamp))


def describe_session(totals: Totals, session: TrainingSession, stamp: Stamp) -> SessionOverview:
    """Return a session's totals as figures. Once its last day is over, nobody in it is ongoing."""
    is_over = session.ends_on < day_of(stamp.as_of, session.time_zone)
    if is_over:
        totals = replace(totals, endings=replace(totals.endings, over=totals.endings.entered))
    return SessionOverview(**_members(totals, stamp), session_id=session.id, is_over=is_over)


def together(overviews: Iterable[Overview], stamp: Stamp | None = None) -> Overview:
    """Return several overviews as one: of a programme, a modality, a cohort, a portfolio.

    They are of one instant; `stamp` says which where there may be none of them. Raises ValueError without either.
    """
    every = list(overviews)
    if stamp is None:
        if not every:
            message = "No overviews, and no instant that this would be true of."
            raise ValueError(message)
        stamp = Stamp(every[0].as_of, every[0].rules_version)
    if not every:
        return describe(Totals(), stamp)
    times = sum_times({item.modality: _times(item) for item in overview.modalities} for overview in every)
    sums = {name: sum(getattr(overview, name) for overview in every) for name in _NUMBERS}
    return Overview(
        as_of=stamp.as_of,
        rules_version=stamp.rules_version,
        exits=_sum_counts(overview.exits for overview in every),
        figures=tuple(_added(stamp, some) for some in zip(*(overview.figures for overview in every), strict=True)),
        counts=_sum_counts(overview.counts for overview in every),
        modalities=tuple(_modality(modality, times[modality], stamp) for modality in Modality if modality in times),
        last_at=max((overview.last_at for overview in every if overview.last_at is not None), default=None),
        **sums,
    )


def _sum_counts(parts: Iterable[Mapping[_Key, int]]) -> dict[_Key, int]:
    found: dict[_Key, int] = {}
    for part in parts:
        for key, count in part.items():
            found[key] = found.get(key, 0) + count
    return found


def _added(stamp: Stamp, figures: Sequence[Figure]) -> Figure:
    """Return figures of one formula as one. Where nothing was due nothing was counted."""
    first = figures[0]
    above, below = (sum(getattr(figure, part) for figure in figures) for part in ("numerator", "denominator"))
    return stamp.figure(first.formula, above, below, first.unit)


def _times(item: ModalityOverview) -> Times:
    return Times(
        item.planned_seconds, item.waived_seconds, item.due_seconds, item.attended_seconds, item.justified_seconds,
        item.credited_seconds, item.enrolment_count,
    )  # fmt: skip


def _members(totals: Totals, stamp: Stamp) -> dict[str, Any]:
    endings, rates = totals.endings, totals.rates
    work = (_sum(stamp, formula, rates.get(formula) or Rate(unit)) for formula, unit in _RATES)
    return {
        "as_of": stamp.as_of,
        "rules_version": stamp.rules_version,
        "registered": endings.registered,
        "entered": endings.entered,
        "ongoing": endings.entered - endings.over,
        "completed": totals.completed,
        "exits": dict(endings.exits),
        "figures": (*work, *ending_figures(endings, stamp)),
        "counts": {formula: rate.enrolments for formula, rate in rates.items()},
        "modalities": tuple(
            _modality(modality, totals.modalities[modality], stamp)
            for modality in Modality
            if modality in totals.modalities
        ),
        "justified_seconds": totals.justified,
        "estimated_seconds": totals.estimated,
        "connected_seconds": totals.connected,
        "active_seconds": totals.active,
        "declared_seconds": totals.declared,
        "mandatory_count": totals.mandatory,
        "satisfied_count": totals.satisfied,
        "statement_count": totals.statements,
        "active_day_count": totals.active_days,
        "last_at": totals.last_at,
    }


def _modality(modality: Modality, times: Times, stamp: Stamp) -> ModalityOverview:
    return ModalityOverview(
        modality=modality,
        enrolment_count=times.enrolments,
        planned_seconds=times.planned,
        waived_seconds=times.waived,
        due_seconds=times.due,
        attended_seconds=times.attended,
        justified_seconds=times.justified,
        credited_seconds=times.credited,
        figures=(
            stamp.figure("attendance_rate_net", times.attended, times.due - times.justified, "second"),
            stamp.figure("attendance_rate_gross", times.attended, times.due, "second"),
            stamp.figure("realisation_rate", times.credited, times.planned - times.waived, "second"),
        ),
    )


def _sum(stamp: Stamp, formula: str, rate: Rate) -> Figure:
    return stamp.figure(formula, rate.numerator, rate.denominator, rate.unit)


def _figure(figures: Iterable[Figure], formula: str) -> Figure:
    for figure in figures:
        if figure.formula == formula:
            return figure
    raise KeyError(formula)
