"""Features of each presentation on each day, from the histories that a replay read; kept as a file between runs."""

from __future__ import annotations

import pickle
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path
from typing import Final

from analytics.risk.features import FeatureTable, feature_table
from analytics.risk.history import Exit, History
from analytics.risk.targets import Fate, Sample, sample
from benchmarks.dropout.records import enrolment_id, entry_day, key_of
from benchmarks.dropout.replay import Ground, Replay, Stop, days_of
from benchmarks.dropout.statements import FORTNIGHTS
from benchmarks.dropout.tables import PASSED, WITHDRAWN, Key, Student, Tables, on
from lrs.clock import to_micros
from training.records import ExitReason

DAYS: Final = (0, 14, 28, 42, 56, 84, 112, 168)
# Raised whenever what the file holds changes.
_FORM: Final = 1


class StaleSnapshots(Exception):
    """The file was written in another form, or holds other presentations; the message says which."""


@dataclass
class Snapshots:
    """Histories as read at the last day of each presentation, and the tables of features that follow from them.

    What was known on an earlier day is what `History.known_at` leaves of them; that this is what somebody found who
    looked that day is shown by `checks.looked_then`.
    """

    histories: Mapping[str, Sequence[History]]
    tables: Tables
    _made: dict[tuple[str, int, bool], FeatureTable] = field(default_factory=dict)

    def table(self, presentation: str, day: int, *, with_gone: bool = False) -> FeatureTable:
        """Return the features of everybody still enrolled at the end of a day.

        `with_gone` has those in it who had left, as if nobody knew: only for comparison with what others published.
        """
        key = (presentation, day, with_gone)
        if key not in self._made:
            at = instant(presentation, day)
            known = [
                history.known_at(at) for history in self.histories[presentation] if self._is_on_record(history, day)
            ]
            if with_gone:
                known = [replace(history, exit=None) for history in known]
            else:
                known = [self._as_left(history, day, at) for history in known]
            self._made[key] = feature_table(known, at)
        return self._made[key]

    def sample(self, presentation: str, day: int, *, with_gone: bool = False) -> Sample:
        """Return a table with what came of each of its rows; rows that would tell the future have no outcome.

        The counts of clicks leave learners with several enrolments out, and whoever enrols again has mostly failed or
        left before: that nothing is told of somebody tells what is to come. From the first count on, nothing is learnt
        or judged of them (`is_told`).
        """
        table = self.table(presentation, day, with_gone=with_gone)
        known = self._fates
        if day >= FORTNIGHTS[0]:
            known = {name: fate for name, fate in known.items() if name in self._told}
        if with_gone:
            # Nobody is to have left already: who has, is taken to leave the next day.
            known = {name: _not_yet_gone(fate, day) for name, fate in known.items()}
        return sample(table, known)

    def _is_on_record(self, history: History, day: int) -> bool:
        """Say whether somebody had registered by the end of a day: others were not there to be looked at."""
        return entry_day(self.tables.students[key_of(history.enrolment_id)]) <= day

    def _as_left(self, history: History, day: int, at: int) -> History:
        """Return a history with its withdrawal, which is on record from the next day of the protocol on.

        Looks on other days know of it too.
        """
        if history.exit is not None or self.is_enrolled(history.enrolment_id, day):
            return history
        key = key_of(history.enrolment_id)
        left = self.tables.students[key].left_day
        return replace(history, exit=Exit(on(key.presentation, left or 0), ExitReason.ABANDON, at))

    @cached_property
    def _fates(self) -> dict[str, Fate]:
        return fates(self.tables)

    @cached_property
    def _told(self) -> frozenset[str]:
        return told(self.tables)

    def is_enrolled(self, name: str, day: int) -> bool:
        """Say by the table of registrations whether a learner had not left by the end of a day."""
        left = self.tables.students[key_of(name)].left_day
        return left is None or left > day


def instant(presentation: str, day: int) -> int:
    """Return the end of a day of a presentation, in microseconds."""
    return int(to_micros(Stop(presentation, day).at))


def told(tables: Tables) -> frozenset[str]:
    """Return the enrolments whose clicks are told whatever became of them: all, where every day's clicks are there.

    Else those of learners with a single enrolment. Some have another in a module that the data given leaves out: they
    are those of whom there are no counts although they had clicked by day 56.
    """
    if tables.daily is not None:
        return frozenset(map(enrolment_id, tables.students))
    counted, clicked = {row.key for row in tables.cumulative}, {row.key for row in tables.week8}
    return frozenset(
        enrolment_id(key)
        for key in tables.students
        if tables.enrolments_of[key.student] == 1 and (key in counted or key not in clicked)
    )


def fates(tables: Tables) -> dict[str, Fate]:
    """Return what became of every enrolment; those without a day of withdrawal are taken to have stayed."""
    return {enrolment_id(key): _fate(student, tables.lengths[key.course]) for key, student in tables.students.items()}


def _not_yet_gone(fate: Fate, day: int) -> Fate:
    left = fate.left_on_day
    return fate if left is None or left > day else replace(fate, left_on_day=day + 1)


def _fate(student: Student, length: int) -> Fate:
    left = student.left_day
    if left is None and student.result == WITHDRAWN:
        # When they left nobody wrote down: that they did is known at the end.
        left = length
    return Fate(max(length, left or 0), left, student.result in PASSED)


def take(
    tables: Tables, presentations: Sequence[str], file: Path, *, modules: frozenset[str] | None = None,
    folder: Path | None = None, say: Callable[[str], None] = print,
) -> Snapshots:  # fmt: skip
    """Replay each presentation, with all that its learners did before, in an organisation of its own; keep the file."""
    found: dict[str, list[History]] = {}
    for presentation in presentations:
        part = tables.until(presentation, modules)
        say(f"{presentation}: {len(part.students):,} enrolments")
        stops = days_of([presentation], DAYS)
        with Ground(folder=folder) as ground:
            replay = Replay(ground, part, say=say)
            found[presentation] = next(iter(replay.run(stops, {stops[-1]})))[1]
    write(found, file)
    return Snapshots(found, tables)


def write(histories: Mapping[str, Sequence[History]], file: Path) -> None:
    """Keep the histories; the file is for this machine, and for this version of the product."""
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(pickle.dumps((_FORM, dict(histories)), protocol=5))


def read(file: Path, tables: Tables) -> Snapshots:
    """Return what `take` kept. Raises StaleSnapshots."""
    try:
        form, histories = pickle.loads(file.read_bytes())  # noqa: S301 - written by `write` on this machine
    except (OSError, ValueError, TypeError, AttributeError, ImportError, EOFError, pickle.UnpicklingError) as error:
        message = f"{file} cannot be read ({error}): leave --from-snapshots away."
        raise StaleSnapshots(message) from error
    if form != _FORM:
        message = f"{file} has form {form}, not {_FORM}: leave --from-snapshots away."
        raise StaleSnapshots(message)
    return Snapshots(histories, tables)


def keys_of(table: FeatureTable) -> Iterator[Key]:
    """Yield which enrolment each row is of."""
    return map(key_of, table.enrolment_ids)
