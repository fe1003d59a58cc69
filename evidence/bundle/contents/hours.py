"""Hours that documents print: credited ones, by modality, of the whole action or of a period."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable

from analytics.facts import SlotFact
from analytics.rates import Figure
from evidence.bundle.case import Case
from evidence.content import ModalityHours, Rate
from training.records import Modality

SECOND = 1_000_000


def credited(case: Case) -> dict[Modality, int]:
    """Return whole credited seconds by modality, of the period where there is one; each modality is cut once."""
    found = sum_by_modality(case.slots, lambda fact: fact.credited_micros)
    distance = sum(item.seconds for item in case.credits)
    if distance:
        found[Modality.ASYNC] = found.get(Modality.ASYNC, 0) + distance
    return found


def planned(case: Case) -> dict[Modality, int]:
    """Return planned seconds by modality: the contract's, or of a period what its half-days last.

    No contract says how much asynchronous work lies in a month: nothing of it is planned for a period.
    """
    if case.period is None:
        return dict(case.facts.planned_seconds)
    cancelled = {slot.id for slot in case.records.slots_of(case.session_id) if slot.cancelled is not None}
    return sum_by_modality(
        (fact for fact in case.slots if fact.slot_id not in cancelled), lambda fact: fact.planned_seconds * SECOND
    )


def hours(case: Case) -> tuple[ModalityHours, ...]:
    """Return both side by side, for every modality that has either."""
    done, due = credited(case), planned(case)
    return tuple(
        ModalityHours(modality=modality, planned_seconds=due.get(modality, 0), credited_seconds=done.get(modality, 0))
        for modality in Modality
        if done.get(modality) or due.get(modality)
    )


def sum_by_modality(slots: Iterable[SlotFact], micros_of: Callable[[SlotFact], int]) -> dict[Modality, int]:
    """Return whole seconds by modality; what adds up to nothing is left out."""
    found: Counter[Modality] = Counter()
    for fact in slots:
        found[fact.modality] += micros_of(fact)
    return {modality: micros // SECOND for modality, micros in found.items() if micros}


def print_rate(figure: Figure) -> Rate:
    """Return a figure as documents print it: the rate beside its counts."""
    return Rate(
        formula=figure.formula,
        version=figure.version,
        numerator=figure.numerator,
        denominator=figure.denominator,
        unit=figure.unit,
        percent=figure.whole_percent,
    )
