"""Where imported course structures are kept: the XML as it came, so that it can be read again by better rules."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final

import orjson
from pymongo import ASCENDING, ReturnDocument

from lrs.clock import Micros
from lrs.cmi5.course import Texts
from lrs.store.database import Document, Store
from lrs.tenancy import OrganisationId

COLLECTION: Final = "cmi5_courses"


@dataclass(frozen=True, slots=True)
class CourseRow:
    """One course of an organisation. `id` follows from its publisher's IRI: imported again it is the same course.

    `package` and `version` say where its files are; None of a course that was imported when none were kept.
    """

    id: str
    organisation: OrganisationId
    iri: str
    title: Texts
    structure: bytes = field(repr=False)
    digest: str
    units: int
    created: Micros
    updated: Micros
    by: str
    package: str | None = None
    version: int | None = None


class CourseStore:
    """Collection `cmi5_courses`: `o` organisation, `id`, `iri`, `title`, `xml`, its `digest`, instants in µs.

    `p` and `n` are the package and the version that its files are kept in.
    """

    def __init__(self, store: Store) -> None:
        self._courses = store.collection(COLLECTION)

    def put(self, course: CourseRow) -> CourseRow:
        """Keep a course, in place of the structure that it had."""
        row: Document | None = self._courses.find_one_and_update(
            {"o": course.organisation, "id": course.id},
            {
                "$set": {
                    "iri": course.iri,
                    "title": orjson.dumps(dict(course.title)),
                    "xml": course.structure,
                    "digest": course.digest,
                    "units": course.units,
                    "updated": course.updated,
                    "by": course.by,
                    "p": course.package,
                    "n": course.version,
                },
                "$setOnInsert": {"created": course.created},
            },
            upsert=True,
            return_document=ReturnDocument.AFTER,
        )
        assert row is not None  # noqa: S101 - it was put there
        return _row(row)

    def find(self, organisation: OrganisationId, name: str) -> CourseRow | None:
        """Return one of the organisation's courses."""
        row = self._courses.find_one({"o": organisation, "id": name})
        return None if row is None else _row(row)

    def page(self, organisation: OrganisationId, after: tuple[int, str] | None, limit: int) -> list[CourseRow]:
        """Return up to `limit` courses that were imported after `(created, id)`, oldest first."""
        query: Document = {"o": organisation}
        if after is not None:
            created, name = after
            query["$or"] = [{"created": {"$gt": created}}, {"created": created, "id": {"$gt": name}}]
        rows = self._courses.find(query).sort([("created", ASCENDING), ("id", ASCENDING)]).limit(limit)
        return [_row(row) for row in rows]


def _row(row: Document) -> CourseRow:
    return CourseRow(
        row["id"], OrganisationId(row["o"]), row["iri"], orjson.loads(row["title"]), bytes(row["xml"]), row["digest"],
        row["units"], Micros(row["created"]), Micros(row["updated"]), row["by"], row.get("p"), row.get("n"),
    )  # fmt: skip
