"""One kind of record as a resource: list, create, show, replace, delete, history."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from http import HTTPStatus
from typing import Any, Final

from lrs.clock import Micros, to_text
from lrs.errors import InvalidRequest, PreconditionFailed, Problem
from lrs.http.api.cursors import parse_cursor, write_cursor
from lrs.http.api.operations import ApiRequest, Operation
from lrs.http.api.schemas import PageQuerySchema
from lrs.http.api.shapes import split_page
from training.http import schemas
from training.records.kinds import CLASSES, Kind, Record
from training.records.plain import write_plain
from training.records.reading import read_plain
from training.rules.references import reference_key
from training.store import Change, Entry, RecordReader, Register

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_TAG: Final = re.compile(r'(?:W/)?"([1-9][0-9]{0,8})"\Z')
Answer = tuple[dict[str, Any], HTTPStatus, dict[str, str]]


@dataclass(frozen=True, slots=True)
class Resource:
    """Where a kind of record is found, what it is called, and what lists of it may be narrowed to.

    `check_deletion` refuses, by raising, what must not be deleted though no record names it.
    """

    kind: Kind
    path: str
    words: str
    filters: Mapping[str, Kind]
    check_deletion: Callable[[ApiRequest], None] | None = None

    def operations(self) -> tuple[Operation, ...]:
        """Return the six operations on this kind of record."""
        entry, body = schemas.entry_schema(self.kind), schemas.body_schema(self.kind)
        page, one = schemas.page_schema(self.kind, entry), f"/{self.path}/<string:record_id>"
        missing, written = (HTTPStatus.NOT_FOUND,), (HTTPStatus.CONFLICT, HTTPStatus.PRECONDITION_FAILED)
        query = schemas.list_query(self.kind, tuple(self.filters))
        return (
            Operation("GET", f"/{self.path}", self._view("list", self._list), page, takes=query),
            Operation(
                "POST",
                f"/{self.path}",
                self._view("create", self._create),
                entry,
                takes=body,
                status=HTTPStatus.CREATED,
                refuses=(HTTPStatus.CONFLICT,),
            ),
            Operation("GET", one, self._view("show", self._show), entry, takes=schemas.AsOfSchema, refuses=missing),
            Operation(
                "PUT",
                one,
                self._view("replace", self._replace),
                entry,
                takes=body,
                headers=schemas.MatchSchema,
                refuses=written,
            ),
            Operation(
                "DELETE",
                one,
                self._view("delete", self._delete),
                entry,
                headers=schemas.MatchSchema,
                refuses=(*missing, *written),
            ),
            Operation(
                "GET",
                f"{one}/history",
                self._view("follow", self._history),
                page,
                takes=PageQuerySchema,
                refuses=missing,
            ),
        )

    def _view(self, verb: str, view: Callable[[ApiRequest], object]) -> Callable[[ApiRequest], object]:
        def named(request: ApiRequest) -> object:
            return view(request)

        named.__name__ = f"{verb}_{self.kind.value}"
        named.__doc__ = _DOCUMENTATION[verb].format(self.words)
        return named

    def _list(self, request: ApiRequest) -> dict[str, Any]:
        limit, after = request.arguments["limit"], parse_cursor(request.arguments.get("after"))
        rows = reader(request).page(
            request.caller.organisation,
            self.kind,
            after="" if after is None else after[1],
            limit=limit + 1,
            as_of=as_of(request),
            key=self._key(request.arguments),
        )
        shown, last = split_page(rows, limit)
        following = None if last is None else write_cursor(0, last.record_id)
        return {"items": [entry_shape(entry) for entry in shown], "next": following}

    def _key(self, arguments: Mapping[str, Any]) -> str | None:
        asked = [name for name in self.filters if name in arguments]
        if len(asked) > 1:
            message = "A list is narrowed by one thing at a time."
            raise InvalidRequest(message, [Problem(f"query:{asked[1]}", message, " or ".join(self.filters))])
        return reference_key(self.filters[asked[0]], arguments[asked[0]]) if asked else None

    def _create(self, request: ApiRequest) -> Answer:
        plain = _members(request)
        record_id = plain.get("id", str(request.services.ids.new_uuid()))
        record = read_plain(CLASSES[self.kind], {**plain, "id": record_id})
        return written(request, Change(self.kind, record.id, record, expected=0), HTTPStatus.CREATED)

    def _show(self, request: ApiRequest) -> Answer:
        entry = reader(request).get(request.caller.organisation, self.kind, request.path["record_id"], as_of(request))
        return entry_shape(entry), HTTPStatus.OK, tagged(entry)

    def _replace(self, request: ApiRequest) -> Answer:
        plain, record_id = _members(request), request.path["record_id"]
        if plain.get("id", record_id) != record_id:
            message = "The body is another record than the path."
            raise InvalidRequest(message, [Problem("/id", message, "the id of the path, or none")])
        record: Record = read_plain(CLASSES[self.kind], {**plain, "id": record_id})
        return written(request, Change(self.kind, record_id, record, _expected(request, absent=0)))

    def _delete(self, request: ApiRequest) -> Answer:
        if self.check_deletion is not None:
            self.check_deletion(request)
        return written(request, Change(self.kind, request.path["record_id"], None, _expected(request, absent=None)))

    def _history(self, request: ApiRequest) -> dict[str, Any]:
        limit, after = request.arguments["limit"], parse_cursor(request.arguments.get("after"))
        rows = reader(request).history(
            request.caller.organisation,
            self.kind,
            request.path["record_id"],
            after=0 if after is None else after[0],
            limit=limit + 1,
        )
        shown, last = split_page(rows, limit)
        following = None if last is None else write_cursor(last.version)
        return {"items": [entry_shape(entry) for entry in shown], "next": following}


_DOCUMENTATION: Final = {
    "list": "List {0}.\n\nIn order of their ids, as they are or as they were on record at `as_of`.",
    "create": "Create one of {0}.\n\nUnder an id of your choice, or one made here.",
    "show": "Show one of {0}.\n\nAs it is, or as it was on record at `as_of`. The ETag is its version.",
    "replace": "Write one of {0} whole.\n\nCreates it, or with If-Match makes a new version; what was before is kept.",
    "delete": "Delete one of {0}.\n\nRefused while others name it. Its history stays.",
    "follow": "List the versions of one of {0}.\n\nOldest first, deletions included.",
}


def reader(request: ApiRequest) -> RecordReader:
    """Return the way to read the deployment's records."""
    return RecordReader(request.services.store, request.services.clock)


def register(request: ApiRequest) -> Register:
    """Return the way to write the deployment's records."""
    return Register(request.services.store, request.services.clock)


def written(request: ApiRequest, change: Change, status: HTTPStatus = HTTPStatus.OK) -> Answer:
    """Write one change, and answer with the version that holds now."""
    (entry,) = register(request).write(request.caller.organisation, [change], author(request))
    return entry_shape(entry), status, tagged(entry)


def author(request: ApiRequest) -> str:
    """Return who a version is said to be recorded by."""
    return f"credential {request.caller.credential}"


def as_of(request: ApiRequest) -> Micros | None:
    """Return the instant that a request asks about."""
    instant = request.arguments.get("as_of")
    return None if instant is None else Micros((instant - _EPOCH) // timedelta(microseconds=1))


def tagged(entry: Entry) -> dict[str, str]:
    """Return the headers that say which version this is."""
    return {"ETag": f'"{entry.version}"'}


def entry_shape(entry: Entry) -> dict[str, Any]:
    """Write a version of a record."""
    return {
        "version": entry.version,
        "change": entry.change,
        "recorded_at": to_text(entry.recorded_at),
        "until": None if entry.until is None else to_text(entry.until),
        "recorded_by": entry.recorded_by,
        "note": entry.note,
        "is_deleted": entry.is_deleted,
        "record": write_plain(entry.record),
    }


def _members(request: ApiRequest) -> dict[str, Any]:
    plain = request.arguments["plain"]
    if isinstance(plain, dict):
        return plain
    message = "The body is not an object."
    raise InvalidRequest(message, [Problem("", message, "a record's members")])


def _expected(request: ApiRequest, *, absent: int | None) -> int | None:
    """Return the version that is to be replaced; `absent` when no header says."""
    match, none_match = request.arguments.get("if_match"), request.arguments.get("if_none_match")
    if none_match is not None and none_match.strip() != "*":
        message = "If-None-Match says only that there must be none yet."
        raise InvalidRequest(message, [Problem("header:If-None-Match", message, "*")])
    if match is None:
        return 0 if none_match is not None else absent
    if match.strip() == "*":
        return None
    found = _TAG.match(match.strip())
    if found is None:
        message = "If-Match names no version of a record."
        raise PreconditionFailed(message, [Problem("header:If-Match", message, 'a version, as in "3", or *')])
    return int(found[1])
