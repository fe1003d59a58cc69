"""How far a file has been imported: kept in the database that the statements went into, never beside the file.

A file's position is true of one database. Beside the file it would outlive that database, and the next
import would skip statements that the new one has never seen.
"""

from __future__ import annotations

from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Final

from lrs.caller import Caller
from lrs.store.database import Store

COLLECTION: Final = "imports"


@dataclass(frozen=True, slots=True)
class Position:
    """Everything up to this line is stored or refused. `digest` tells whether a file still begins the same."""

    line: int = 0
    digest: bytes = b""
    refused: int = 0
    refused_bytes: int = 0


class Positions:
    """The positions of one credential's imports. Without a path nothing is kept."""

    def __init__(self, store: Store, caller: Caller, path: Path | None) -> None:
        self._rows = store.collection(COLLECTION)
        self._organisation = caller.organisation
        self._id = None
        if path is not None:
            named = f"{caller.credential}\n{path.resolve()}".encode("utf-8", "surrogateescape")
            self._id = f"{caller.organisation}:{sha256(named).hexdigest()}"

    def find(self) -> Position:
        """Return where the last run stopped, or the beginning."""
        row = self._rows.find_one({"_id": self._id, "o": self._organisation}) if self._id else None
        if row is None:
            return Position()
        return Position(row["line"], bytes(row["digest"]), row["refused"], row["refused_bytes"])

    def save(self, position: Position) -> None:
        """Keep it; the statements before it must be durable already."""
        if self._id is None:
            return
        row = {"o": self._organisation, "line": position.line, "digest": position.digest,
               "refused": position.refused, "refused_bytes": position.refused_bytes}  # fmt: skip
        self._rows.replace_one({"_id": self._id, "o": self._organisation}, row, upsert=True)

    def forget(self) -> None:
        """Begin at the first line next time."""
        if self._id is not None:
            self._rows.delete_one({"_id": self._id, "o": self._organisation})
