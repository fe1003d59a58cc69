"""What one dossier is made with, and how its files are written and listed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

import orjson

from evidence.dossier.asked import Asked
from evidence.dossier.container import Container, Entry
from evidence.dossier.index import Row
from evidence.dossier.names import slug
from evidence.dossier.traces import Heads
from lrs.clock import Micros, to_datetime, to_text
from lrs.errors import NotFound
from lrs.organisations import Organisation
from lrs.tenancy import OrganisationId
from training.records import Records
from training.records.kinds import Kind
from training.records.plain import write_plain
from training.store import RecordReader

_VERSIONS_AT_ONCE = 200


@dataclass
class Course:
    """One dossier being made: what was asked, by whom, of which records; and what is in it so far."""

    organisation: Organisation
    asked: Asked
    who: str
    made_at: Micros
    as_of: Micros
    records: Records
    heads: Heads
    container: Container
    rows: list[Row] = field(default_factory=list)
    # What the audit trail is asked about.
    subjects: set[str] = field(default_factory=set)
    _folders: set[str] = field(default_factory=set)

    @property
    def number(self) -> OrganisationId:
        """The organisation's number."""
        return self.organisation.number

    def folder(self, parent: str, *texts: str) -> str:
        """Return a folder's name that no other has: two ids may read alike once they are plain."""
        wanted = f"{parent}/{'-'.join(slug(text) for text in texts if text)}"
        name, number = wanted, 2
        while name in self._folders:
            name, number = f"{wanted}-{number}", number + 1
        self._folders.add(name)
        return name

    def put(
        self, path: str, parts: Iterable[bytes], kind: str, group: str, label: str, *, about: str = "", date: str = "",
        state: str = "",
    ) -> Iterator[bytes]:  # fmt: skip
        """Write a file, list it, and yield what the dossier grew by."""
        yield from self.container.add(path, parts, kind, about)
        self.rows.append(Row(group, label, self.container.entries[-1], date, state))

    def note_missing(self, group: str, label: str, digest: str, *, date: str, state: str) -> None:
        """List a file that is not in the dossier, with why."""
        self.rows.append(Row(group, label, Entry("", digest, 0, "document", ""), date, state))


def versions(reader: RecordReader, organisation: OrganisationId, names: Sequence[tuple[Kind, str]]) -> Iterator[bytes]:
    """Yield every version of records as lines, in order of kind, id and version; one never written is passed over."""
    for kind, record_id in sorted(set(names)):
        after = 0
        while True:
            try:
                found = reader.history(organisation, kind, record_id, after=after, limit=_VERSIONS_AT_ONCE)
            except NotFound:
                break
            yield b"".join(
                orjson.dumps(
                    {
                        "kind": kind.value, "id": record_id, "version": entry.version,
                        "recorded_at": to_text(entry.recorded_at),
                        "until": None if entry.until is None else to_text(entry.until),
                        "recorded_by": entry.recorded_by, "note": entry.note, "is_deleted": entry.is_deleted,
                        "body": write_plain(entry.record),
                    }
                )
                + b"\n"
                for entry in found
            )  # fmt: skip
            if len(found) < _VERSIONS_AT_ONCE:
                break
            after = found[-1].version


def json_file(value: Any) -> list[bytes]:  # noqa: ANN401 - JSON
    """Return a value as a file of JSON that a person can read too."""
    return [orjson.dumps(value, option=orjson.OPT_INDENT_2 | orjson.OPT_NON_STR_KEYS) + b"\n"]


def day_of(instant: Micros) -> str:
    """Write the day of an instant."""
    return f"{to_datetime(instant):%d/%m/%Y}"
