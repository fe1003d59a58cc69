"""The folder of an export: files that are written aside and put in their place whole, and how far it has come."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Collection
from dataclasses import asdict, dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Final, Self

import msgspec
import pyarrow as pa
import pyarrow.parquet as pq

from lrs.errors import Conflict

# Outside every table's folder, so that no pattern that reads a table finds what is not whole.
ASIDE: Final = ".assidu"
PART: Final = "part.parquet"


@dataclass(slots=True)
class Journal:
    """What an export that is under way has done: it is there while the export is not complete.

    `end` is the last instant of the log that this export reads, `done` the parts that are in place.
    """

    first: str | None
    last: str | None
    end: int
    aside: str
    done: list[str] = field(default_factory=list)


class Folder:
    """One organisation's part of an export's folder."""

    def __init__(self, path: Path, organisation: str) -> None:
        self.path = path
        self.organisation = organisation
        self._note = path / ASIDE / f"{organisation}.json"

    def begin(self, journal: Journal, *, resume: bool) -> Journal:
        """Begin an export, or with `resume` go on with the one that was interrupted; raise Conflict for another's.

        What an interrupted one had left aside is removed.
        """
        kept = self._kept()
        self._note.parent.mkdir(parents=True, exist_ok=True)
        if kept is not None:
            shutil.rmtree(kept.aside, ignore_errors=True)
        if kept is not None and resume:
            if (kept.first, kept.last) != (journal.first, journal.last):
                raise Conflict(
                    f"The export in {self.path} was one of other months ({kept.first or 'the first'} to "
                    f"{kept.last or 'the last'}): ask for the same ones, or leave out --resume."
                )
            journal.done, journal.end = kept.done, kept.end
        journal.aside = tempfile.mkdtemp(prefix=f"{self.organisation}-", dir=self._note.parent)
        self.save(journal)
        return journal

    def save(self, journal: Journal) -> None:
        """Note what is done; a crash leaves the older note or this one."""
        partial = self._note.with_suffix(".partial")
        partial.write_bytes(msgspec.json.encode(asdict(journal)))
        partial.replace(self._note)

    def end(self, journal: Journal) -> None:
        """Say that the export is complete."""
        shutil.rmtree(journal.aside, ignore_errors=True)
        self._note.unlink(missing_ok=True)

    def place(self, table: str, month: str | None) -> Path:
        """Return where a part belongs, as Hive names partitions."""
        place = self.path / table / f"organisation={self.organisation}"
        return (place if month is None else place / f"month={month}") / PART

    def months(self, table: str) -> list[str]:
        """Return the months that a table has files of."""
        root = self.path / table / f"organisation={self.organisation}"
        return sorted(found.parent.name.removeprefix("month=") for found in root.glob(f"month=*/{PART}"))

    def prune(self, table: str, gone: Collection[str]) -> None:
        """Remove the files of months that have no rows any more."""
        for month in gone:
            place = self.place(table, month)
            place.unlink()
            place.parent.rmdir()

    def _kept(self) -> Journal | None:
        try:
            return msgspec.json.decode(self._note.read_bytes(), type=Journal)
        except FileNotFoundError:
            return None
        except msgspec.MsgspecError as error:
            raise Conflict(f"{self._note} cannot be read: remove it, and export again.") from error


class Part:
    """A Parquet file that is being written: aside until it is whole, then in its place at once."""

    def __init__(self, aside: Path, place: Path, schema: pa.Schema) -> None:
        self._place = place
        aside.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(suffix=".parquet", dir=aside)
        os.close(handle)
        self._aside = Path(name)
        self._writer = pq.ParquetWriter(self._aside, schema, compression="zstd")

    def write(self, batch: pa.RecordBatch) -> None:
        """Add rows: one row group."""
        self._writer.write_batch(batch)

    def finish(self) -> None:
        """Put the file in its place, durably."""
        self._writer.close()
        with self._aside.open("rb") as written:
            os.fsync(written.fileno())
        # Made for this process alone, as temporary files are; an export is as readable as its folder lets it be.
        self._aside.chmod(0o644)
        self._place.parent.mkdir(parents=True, exist_ok=True)
        self._aside.replace(self._place)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.drop()

    def drop(self) -> None:
        """Let go of what was not finished."""
        self._writer.close()
        self._aside.unlink(missing_ok=True)
