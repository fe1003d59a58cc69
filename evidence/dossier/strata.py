"""A sample drawn from parts of a population, each by its weight; the same for the same seed. Pure.

The rule (docs/auditors.md): one from each part while there are enough, the rest one by one to the part that lacks most
of its share, never more than it has; within a part those of the lowest ranks (`asked.draw`), one enrolment a person.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from fractions import Fraction

from evidence.dossier.asked import draw
from training.records import Records
from training.records.enrolment import Enrolment
from training.records.ids import PersonId


def shares(counts: Mapping[str, int], size: int) -> dict[str, int]:
    """Return how many of a sample of `size` come from each part that has so many.

    >>> shares({"a": 80, "b": 15, "c": 5}, 10)
    {'a': 8, 'b': 1, 'c': 1}
    """
    names = sorted(name for name, count in counts.items() if count > 0)
    total, wanted = sum(counts[name] for name in names), min(size, sum(counts[name] for name in names))
    if not names or wanted <= 0:
        return dict.fromkeys(names, 0)
    # One for each part, the largest first where there are not enough; what is left goes by weight.
    first = sorted(names, key=lambda name: (-counts[name], name))[:wanted]
    found = {name: int(name in first) for name in names}
    for _ in range(wanted - len(first)):
        lacking = [name for name in names if found[name] < counts[name]]
        found[max(lacking, key=lambda name: (Fraction(counts[name] * wanted, total) - found[name], counts[name]))] += 1
    return found


def draw_by(
    population: Iterable[Enrolment], records: Records, seed: str, size: int, part_of: Callable[[Enrolment], str]
) -> list[Enrolment]:
    """Draw a sample by parts; somebody who was drawn in one part is not drawn in another.

    Where a part has not enough people of its own left, the others make up for it, in order of rank.
    """
    parts: dict[str, list[Enrolment]] = {}
    for enrolment in population:
        parts.setdefault(part_of(enrolment), []).append(enrolment)
    wanted = shares({name: len(_people(items, records)) for name, items in parts.items()}, size)
    drawn: list[Enrolment] = []
    people: set[PersonId] = set()
    for name in sorted(parts):
        free = [item for item in parts[name] if records.survivor(item.person_id) not in people]
        drawn += draw(free, records, seed, wanted[name])
        people = _people(drawn, records)
    left = [item for items in parts.values() for item in items if records.survivor(item.person_id) not in people]
    return drawn + draw(left, records, seed, size - len(drawn))


def _people(enrolments: Iterable[Enrolment], records: Records) -> set[PersonId]:
    return {records.survivor(item.person_id) for item in enrolments}
