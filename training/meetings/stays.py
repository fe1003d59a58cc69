"""What of a person's time in a meeting lies in the half-days it was held for."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from training.meetings.log import Stretch
from training.records.ids import SlotId
from training.records.slot import Slot


@dataclass(frozen=True, slots=True)
class Stay:
    """One time in the class of one slot, never beyond it.

    `left_at` None: no leaving is known, so the log shows no time. `is_shortened`: the tool counted less presence than
    lies between; only what must have been within the slot is in it, from its beginning on.
    """

    slot_id: SlotId
    joined_at: datetime
    left_at: datetime | None
    is_shortened: bool
    lines: tuple[int, ...]
    said: tuple[str, str]

    @property
    def seconds(self) -> int:
        """How long it is."""
        return 0 if self.left_at is None else int((self.left_at - self.joined_at).total_seconds())


def stays_in(stretches: Iterable[Stretch], slots: Iterable[Slot]) -> list[Stay]:
    """Return the stays that stretches make in slots, in order of time; those that overlap are one.

    Somebody in a class with two devices is there once.
    """
    known = list(stretches)
    found: list[Stay] = []
    for slot in slots:
        own = sorted(
            (stay for stretch in known if (stay := _cut(stretch, slot)) is not None),
            key=lambda stay: (stay.joined_at, stay.lines),
        )
        found.extend(_united(own))
    return sorted(found, key=lambda stay: (stay.joined_at, stay.slot_id))


def _cut(stretch: Stretch, slot: Slot) -> Stay | None:
    first = slot.starts_at.astimezone(UTC)
    last = slot.ends_at.astimezone(UTC)
    if stretch.left_at is None:
        if not first <= stretch.joined_at < last:
            return None
        return Stay(slot.id, stretch.joined_at, None, is_shortened=False, lines=stretch.lines, said=stretch.said)
    start, end = max(stretch.joined_at, first), min(stretch.left_at, last)
    if stretch.known_seconds is not None:
        # All that lies outside the slot may have been presence: only the rest must have been inside.
        outside = (stretch.left_at - stretch.joined_at) - (end - start)
        end = min(end, start + timedelta(seconds=stretch.known_seconds) - outside)
    if end <= start:
        return None
    is_shortened = stretch.known_seconds is not None
    return Stay(slot.id, start, end, is_shortened=is_shortened, lines=stretch.lines, said=stretch.said)


def _united(stays: Iterable[Stay]) -> Iterator[Stay]:
    """Yield stays of one slot with those that overlap made one; a joining without leaving within one adds nothing."""
    current: Stay | None = None
    for stay in stays:
        if current is None or current.left_at is None or stay.joined_at > current.left_at:
            if current is not None:
                yield current
            current = stay
        elif stay.left_at is not None:
            last = max(stay, current, key=lambda item: item.left_at or item.joined_at)
            current = Stay(
                current.slot_id,
                current.joined_at,
                last.left_at,
                is_shortened=current.is_shortened or stay.is_shortened,
                lines=tuple(sorted({*current.lines, *stay.lines})),
                said=(current.said[0], last.said[1]),
            )
    if current is not None:
        yield current
