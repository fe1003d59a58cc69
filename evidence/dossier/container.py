"""The zip of a dossier, written as it is sent: nothing is kept but the list of what went into it."""

from __future__ import annotations

import zipfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from hashlib import sha256
from typing import Final

# What is compressed already is stored as it is.
_STORED: Final = (".pdf", ".tst")
# The quickest: statements shrink to a tenth all the same, and an auditor waits.
_LEVEL: Final = 1


@dataclass(frozen=True, slots=True)
class Entry:
    """One file that went into the dossier: its path, digest, size, what it is and whom it concerns."""

    path: str
    sha256: str
    size: int
    kind: str
    about: str


class _Sink:
    """Takes what the zip writes until it is sent on. It cannot go back, so that lengths follow the data."""

    def __init__(self) -> None:
        self._parts: list[bytes] = []

    def write(self, data: bytes) -> int:
        self._parts.append(bytes(data))
        return len(data)

    def flush(self) -> None:
        """Do nothing: `take` empties it."""

    def take(self) -> bytes:
        taken = b"".join(self._parts)
        self._parts.clear()
        return taken


class Container:
    """Writes files into a zip and yields its bytes. Entries bear no date: the manifest says when it was made."""

    def __init__(self) -> None:
        self._sink = _Sink()
        self._zip = zipfile.ZipFile(self._sink, "w", zipfile.ZIP_DEFLATED, compresslevel=_LEVEL)  # type: ignore[call-overload]  # a sink is enough
        self._names: set[str] = set()
        self.entries: list[Entry] = []

    def add(self, path: str, parts: Iterable[bytes], kind: str, about: str = "") -> Iterator[bytes]:
        """Write one file and yield what the zip has grown by, part by part. Raises ValueError for a path twice."""
        if path in self._names:
            raise ValueError(f"{path} is in the dossier already")
        self._names.add(path)
        digest, size = sha256(), 0
        # By name, a file is compressed as the zip says; what is described by itself is stored.
        target = zipfile.ZipInfo(path) if path.endswith(_STORED) else path
        with self._zip.open(target, "w") as file:
            for part in parts:
                digest.update(part)
                size += len(part)
                file.write(part)
                yield self._sink.take()
        self.entries.append(Entry(path, digest.hexdigest(), size, kind, about))
        yield self._sink.take()

    def end(self) -> bytes:
        """Close the zip and return its last bytes."""
        self._zip.close()
        return self._sink.take()
