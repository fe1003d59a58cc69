"""Where an export goes: a stream, or a file that a later run can go on with."""

from __future__ import annotations

import gzip
import os
from dataclasses import asdict, dataclass
from pathlib import Path
from types import TracebackType
from typing import BinaryIO, Protocol, Self

import orjson

from lrs.errors import AssiduError


class CannotExport(AssiduError):
    """The file is not one that this export may write; the message says what to do."""


class Target(Protocol):
    """Takes whole lines."""

    def write(self, lines: bytes, position: int) -> None:
        """Take lines; `position` is the log's next."""
        ...

    def finish(self) -> None:
        """Make all of it durable."""
        ...


class StreamTarget:
    """A pipe or a terminal."""

    def __init__(self, stream: BinaryIO) -> None:
        self._stream = stream

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        """Leave the stream to whoever opened it."""

    def begin(self, position: int) -> int:
        """Begin at the beginning: nobody can go on with a stream."""
        return position

    def write(self, lines: bytes, position: int) -> None:  # noqa: ARG002 - a stream can't be gone on with
        """Pass the lines on."""
        self._stream.write(lines)

    def finish(self) -> None:
        """Pass on what is held back."""
        self._stream.flush()


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a file is an export of; going on with a file asks for the same."""

    organisation: str
    since: str | None
    until: str | None


class FileTarget:
    """A file, gzipped by its suffix, and beside it while it is incomplete `FILE.resume`, which says how far it is.

    Each piece of a gzipped file is a member of its own, so the file is whole after each.
    """

    def __init__(self, path: Path, wanted: Wanted, *, resume: bool) -> None:
        """Open the file; raise CannotExport for one that is there, unless it is to be gone on with."""
        self._path = path
        self._wanted = wanted
        self._note = path.with_name(path.name + ".resume")
        self._is_gzip = path.suffix == ".gz"
        kept = self._kept() if path.exists() or self._note.exists() else None
        if kept is not None and not resume:
            raise CannotExport(f"{path} is an export that was not completed: give --resume, or remove it.")
        if kept is None and path.exists():
            raise CannotExport(f"{path} is there already and complete: remove it, or choose another name.")
        self._position: int | None = kept[0] if kept else None
        length = kept[1] if kept else 0
        self._file = path.open("r+b" if path.exists() else "w+b")
        if self._file.seek(0, os.SEEK_END) < length:
            self._file.close()
            raise CannotExport(f"{path} is shorter than {self._note} says: remove both and export again.")
        self._file.truncate(length)
        self._file.seek(length)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._file.close()

    def begin(self, position: int) -> int:
        """Note where the export begins, before anything is written, and return where this run goes on."""
        if self._position is None:
            self._position = position
            self._save(position)
        return self._position

    def write(self, lines: bytes, position: int) -> None:
        """Write the lines durably, then note how far the file is."""
        self._file.write(gzip.compress(lines, mtime=0) if self._is_gzip else lines)
        self._sync()
        self._save(position)

    def finish(self) -> None:
        """Say that the file is complete."""
        if self._is_gzip and self._file.tell() == 0:
            self._file.write(gzip.compress(b"", mtime=0))
        self._sync()
        self._note.unlink(missing_ok=True)

    def _sync(self) -> None:
        self._file.flush()
        os.fsync(self._file.fileno())

    def _save(self, position: int) -> None:
        aside = self._note.with_name(self._note.name + ".partial")
        aside.write_bytes(orjson.dumps({**asdict(self._wanted), "position": position, "bytes": self._file.tell()}))
        aside.replace(self._note)

    def _kept(self) -> tuple[int, int] | None:
        """Return the next position and the length of the file, if it is incomplete."""
        try:
            note = orjson.loads(self._note.read_bytes())
            same = all(note[name] == value for name, value in asdict(self._wanted).items())
            kept = int(note["position"]), int(note["bytes"])
        except FileNotFoundError:
            return None
        except (orjson.JSONDecodeError, KeyError, TypeError, ValueError) as error:
            raise CannotExport(f"{self._note} cannot be read: remove it and {self._path}, and export again.") from error
        if not same:
            raise CannotExport(f"{self._path} is an export of something else: choose another name.")
        return kept
