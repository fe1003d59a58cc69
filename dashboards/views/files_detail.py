"""One file as its funder sees it: hours by modality, half-days or days as its profile asks, documents with their codes.

Results of assessments are in it only where the profile asks for them.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from analytics.derivation import PersonFacts
from analytics.facts import DayFact, EnrolmentFacts, Presence
from analytics.rates import Figure
from dashboards.views.files import FileLine, file_lines
from dashboards.views.files_asked import Share, share_of
from dashboards.views.files_documents import FileDocument, documents_of_file
from dashboards.views.lens import Lens
from evidence.completeness import Item
from evidence.completeness.enrolments import Completeness
from evidence.store.archive import Archive
from training.records.enrolment import Enrolment
from training.records.funder import Granularity
from training.records.modality import Modality
from training.records.slot import HalfDay

_MICRO = 1_000_000


@dataclass(frozen=True, slots=True)
class ModalityHours:
    """Time in one modality, in whole seconds: planned by the contract, due so far, credited."""

    modality: Modality
    planned_seconds: int
    due_seconds: int
    credited_seconds: int


@dataclass(frozen=True, slots=True)
class FileHalfDay:
    """One half-day: what is known of the trainee in it."""

    slot_id: str
    day: date
    half_day: HalfDay | None
    modality: Modality
    presence: Presence
    planned_seconds: int
    credited_seconds: int


@dataclass(frozen=True, slots=True)
class FileDay:
    """The time credited on one local day, in whole seconds."""

    day: date
    credited_seconds: int


@dataclass(frozen=True, slots=True)
class FileResult:
    """Where the trainee stands on one activity that is assessed: the best score, from -1 to 1, and whether passed."""

    activity: str
    best_scaled: float | None
    is_passed: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class File:
    """One file. `half_days`, `days` and `results` are empty where the funder's profile does not ask for them.

    `figures` are the rates on which a funder decides; `asked` is what the profile asks for, with where it stands.
    """

    as_of: int
    line: FileLine
    profile_id: str
    granularity: Granularity
    has_results: bool
    hours: tuple[ModalityHours, ...]
    figures: tuple[Figure, ...]
    half_days: tuple[FileHalfDay, ...]
    days: tuple[FileDay, ...]
    results: tuple[FileResult, ...]
    documents: tuple[FileDocument, ...]
    asked: tuple[Item, ...]


def file(lens: Lens, enrolment_id: str) -> File:
    """Return one file within the scope; raises NotFound."""
    enrolment = lens.enrolment(enrolment_id)
    part = lens.enrolment_part(enrolment_id)
    facts = part.enrolments[0] if part.enrolments else None
    share = share_of(lens, enrolment)
    (line,) = file_lines(lens, (enrolment.id,))
    return File(
        as_of=part.as_of if facts is None else facts.as_of,
        line=line,
        profile_id=share.profile_id,
        granularity=share.granularity,
        has_results=share.has_results,
        hours=_hours(facts),
        figures=() if facts is None else tuple(item for item in facts.figures if item.formula in _SHOWN),
        half_days=_half_days(lens, part) if share.granularity is Granularity.HALF_DAY else (),
        days=_days(part.days) if share.granularity is Granularity.DAY else (),
        results=_results(lens, enrolment, part, share),
        documents=documents_of_file(lens, enrolment_id),
        asked=_asked(lens, enrolment, part),
    )


_SHOWN = ("attendance_rate_net", "realisation_rate", "distance_activity_rate")


def _hours(facts: EnrolmentFacts | None) -> tuple[ModalityHours, ...]:
    if facts is None:
        return ()
    times = (facts.planned_seconds, facts.due_seconds, facts.credited_seconds)
    return tuple(
        ModalityHours(modality, *(part.get(modality, 0) for part in times))
        for modality in Modality
        if any(part.get(modality) for part in times)
    )


def _half_days(lens: Lens, part: PersonFacts) -> tuple[FileHalfDay, ...]:
    slots = lens.records.slots
    found = [
        FileHalfDay(
            fact.slot_id, fact.day, slots[fact.slot_id].half_day if fact.slot_id in slots else None, fact.modality,
            fact.presence, fact.planned_seconds, fact.credited_micros // _MICRO,
        )
        for fact in part.slots
    ]  # fmt: skip
    return tuple(sorted(found, key=lambda item: (item.day, item.half_day or "", item.slot_id)))


def _days(days: Iterable[DayFact]) -> tuple[FileDay, ...]:
    found: defaultdict[date, int] = defaultdict(int)
    for fact in days:
        found[fact.day] += fact.credited_micros
    return tuple(FileDay(day, micros // _MICRO) for day, micros in sorted(found.items()) if micros)


def _results(lens: Lens, enrolment: Enrolment, part: PersonFacts, share: Share) -> tuple[FileResult, ...]:
    programme = lens.records.programme_of(enrolment.session_id)
    if not share.has_results or programme is None:
        return ()
    titles = {activity.id: activity.title or activity.id for _, activity in programme.activities()}
    return tuple(
        FileResult(titles[item.activity_id], item.best_scaled, item.is_passed)
        for item in part.standings
        if item.activity_id in titles and item.best_scaled is not None
    )


def _asked(lens: Lens, enrolment: Enrolment, part: PersonFacts) -> tuple[Item, ...]:
    archive = Archive(lens.services.store, lens.services.clock, lens.sources.trail)
    found = Completeness(lens.services, archive).of(lens.viewer.organisation, lens.records, enrolment, part)
    return tuple(found)
