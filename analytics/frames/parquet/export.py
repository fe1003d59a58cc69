"""Write every table of an organisation as Parquet, piece by piece, so that it can be cut off and gone on with."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import timedelta
from itertools import groupby
from pathlib import Path
from typing import Final

import pyarrow as pa

from analytics.frames.frames import Frames
from analytics.frames.parquet.folder import Folder, Journal, Part
from analytics.frames.parquet.months import MonthOf, Months, month_of_instant, months_by_table
from analytics.frames.table import Table
from analytics.frames.tables import TABLES
from lrs.clock import Micros, to_text
from lrs.store.heads import find_head

# Rows held at a time: a row group of the log, or what several months of facts wait with together.
HELD_ROWS: Final = 50_000
GROUP_ROWS: Final = 20_000
# Names are for `people()`, whoever asks for them.
_NAMES: Final = "people"
_LOG: Final = "statements"
_WITHOUT_MONTH: Final = "activities"


@dataclass(slots=True)
class Report:
    """What an export wrote: rows by table, files, and the months that lost their file."""

    rows: dict[str, int] = field(default_factory=lambda: defaultdict(int))
    files: int = 0
    removed: int = 0


class Export:
    """One organisation's export. `shown` is told the table and how many more of its rows are written."""

    def __init__(
        self,
        folder: Path,
        frames: Frames,
        months: Months | None = None,
        shown: Callable[[str, int], object] = lambda _table, _rows: None,
    ) -> None:
        self._folder = Folder(folder, frames.organisation.slug)
        self._frames = frames
        self._reader = frames.reader
        self._months = months or Months()
        self._shown = shown
        self._report = Report()
        self._journal = Journal(self._months.first, self._months.last, 0, "")

    def run(self, *, resume: bool = False) -> Report:
        """Write what is wanted and return what was; `resume` goes on after what an interrupted run had put in place.

        1. The log, month after month. 2. Each table of facts and records: read once, its months put in place together.
        """
        self._journal.end = int(find_head(self._reader.store, self._reader.organisation).stored)
        self._journal = self._folder.begin(self._journal, resume=resume)
        # 1.
        self._log()
        # 2.
        months = months_by_table(self._reader.records())
        for name, table in TABLES.items():
            if name in (_NAMES, _LOG) or name in self._journal.done:
                continue
            if name == _WITHOUT_MONTH:
                self._whole(table)
            else:
                self._by_month(table, months[name])
            self._done(name)
        self._folder.end(self._journal)
        return self._report

    def _log(self) -> None:
        """Write the log: it is in order of `stored`, so that its months come one after the other."""
        table = TABLES[_LOG]
        start, end = self._months.instants()
        last = self._journal.end if end is None else min(self._journal.end, round(end.timestamp()) * 1_000_000 - 1)
        after = 0 if start is None else round(start.timestamp()) * 1_000_000 - 1
        written = [name.partition("/")[2] for name in self._journal.done if name.startswith(f"{_LOG}/")]
        if written:
            after = max(after, _end_of(max(written)))
        rows = self._reader.statements_between(Micros(after), Micros(last)) if after < last else iter(())
        for month, of_month in groupby(rows, key=lambda row: month_of_instant(row.stored)):
            with self._part(table, month) as part:
                for batch in table.batches(of_month, size=GROUP_ROWS):
                    self._write(table, part, batch)
                self._finish(part)
            written.append(month)
            self._done(f"{_LOG}/{month}")
        self._prune(_LOG, written)

    def _by_month(self, table: Table, month_of: MonthOf) -> None:
        """Write a table whose rows come in any order: its months are written side by side."""
        waiting: dict[str, list[object]] = defaultdict(list)
        parts: dict[str, Part] = {}
        held = 0
        with ExitStack() as stack:

            def flush(month: str) -> None:
                if month not in parts:
                    parts[month] = stack.enter_context(self._part(table, month))
                for batch in table.batches(waiting.pop(month)):
                    self._write(table, parts[month], batch)

            for row in self._rows(table.name):
                month = month_of(row)
                if not self._months.hold(month):
                    continue
                waiting[month].append(row)
                held += 1
                if held >= HELD_ROWS:
                    # The longest one alone: short row groups read slowly.
                    longest = max(waiting, key=lambda name: len(waiting[name]))
                    held -= len(waiting[longest])
                    flush(longest)
            for month in list(waiting):
                flush(month)
            for part in parts.values():
                self._finish(part)
        self._prune(table.name, list(parts))

    def _rows(self, name: str) -> Iterable[object]:
        """Return the rows of a table, of days only those of the months wanted: there are many."""
        if name != "days":
            return self._reader.rows_of(name)()
        start, end = self._months.days()
        return self._reader.days(since=start, until=None if end is None else end - timedelta(days=1))

    def _whole(self, table: Table) -> None:
        with self._part(table, None) as part:
            for batch in table.batches(self._reader.rows_of(table.name)()):
                self._write(table, part, batch)
            self._finish(part)

    def _part(self, table: Table, month: str | None) -> Part:
        """Begin a file that says whose it is, what it is, and when it was read."""
        now = self._reader.clock.now_micros()
        schema = table.schema(table.wanted(everything=False)).with_metadata(
            {
                "assidu.table": table.name,
                "assidu.row": table.row,
                "assidu.organisation": self._folder.organisation,
                "assidu.read_at": to_text(now),
                "assidu.facts_as_of": self._frames.as_of().isoformat(),
            }
        )
        return Part(Path(self._journal.aside), self._folder.place(table.name, month), schema)

    def _write(self, table: Table, part: Part, batch: pa.RecordBatch) -> None:
        part.write(batch)
        self._report.rows[table.name] += batch.num_rows
        self._shown(table.name, batch.num_rows)

    def _finish(self, part: Part) -> None:
        part.finish()
        self._report.files += 1

    def _prune(self, table: str, written: Iterable[str]) -> None:
        kept = set(written)
        gone = [month for month in self._folder.months(table) if self._months.hold(month) and month not in kept]
        self._folder.prune(table, gone)
        self._report.removed += len(gone)

    def _done(self, name: str) -> None:
        self._journal.done.append(name)
        self._folder.save(self._journal)


def _end_of(month: str) -> int:
    """Return the last microsecond of a month."""
    _, end = Months(None, month).instants()
    return 0 if end is None else round(end.timestamp()) * 1_000_000 - 1
