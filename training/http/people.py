"""Who is who: two people that are one, and one that is two."""

from __future__ import annotations

from dataclasses import dataclass, replace
from http import HTTPStatus
from typing import Any, Final

from marshmallow import Schema, fields

from lrs.errors import Conflict, InvalidRequest, Problem
from lrs.http.api.operations import ApiRequest, Operation
from training.http import schemas
from training.http.resource import author, entry_shape, reader, register
from training.records.identity import Identity
from training.records.kinds import Kind
from training.records.person import Person, merged, unmerged
from training.records.reading import read_plain
from training.store import Change, Entry

_PATH: Final = "/people/<string:record_id>"


@dataclass(frozen=True, slots=True)
class _Split:
    """What a split asks for."""

    identities: tuple[Identity, ...] = ()
    person: Person | None = None
    note: str = ""


def merge_person(request: ApiRequest) -> dict[str, Any]:
    """Say that this person is another one.

    Whatever is known of this person then counts for the other. Nothing is lost: the identities stay where they are,
    and a split undoes it.
    """
    entry, person = _person(request)
    change = Change(
        Kind.PERSON, person.id, merged(person, request.arguments["into"]), entry.version, request.arguments["note"]
    )
    return _write(request, change)


def split_person(request: ApiRequest) -> dict[str, Any]:
    """Say that this person is not another one.

    Without `person`, undo a merge. With `person`, make somebody new of some of this person's identities.
    """
    entry, person = _person(request)
    wanted = _wanted(request)
    if wanted.person is None:
        if person.merged_into is None:
            message = "This person was not merged into anybody."
            raise Conflict(message)
        return _write(request, Change(Kind.PERSON, person.id, unmerged(person), entry.version, wanted.note))
    missing = [item for item in wanted.identities if item not in person.identities]
    if missing or not wanted.identities:
        message = "These are not identities of this person."
        raise InvalidRequest(message, [Problem("/identities", message, "one or more of the person's identities")])
    stays = tuple(item for item in person.identities if item not in wanted.identities)
    new = replace(wanted.person, identities=wanted.identities)
    changes = (
        Change(Kind.PERSON, person.id, replace(person, identities=stays), entry.version, wanted.note),
        Change(Kind.PERSON, new.id, new, 0, wanted.note),
    )
    return _write(request, *changes)


def _wanted(request: ApiRequest) -> _Split:
    plain = request.arguments["plain"]
    person = plain.get("person") if isinstance(plain, dict) else None
    if isinstance(person, dict) and "id" not in person:
        plain = {**plain, "person": {**person, "id": str(request.services.ids.new_uuid())}}
    return read_plain(_Split, plain)


def _person(request: ApiRequest) -> tuple[Entry, Person]:
    entry = reader(request).get(request.caller.organisation, Kind.PERSON, request.path["record_id"])
    assert isinstance(entry.record, Person)  # noqa: S101 - by its kind
    return entry, entry.record


def _write(request: ApiRequest, *changes: Change) -> dict[str, Any]:
    entries = register(request).write(request.caller.organisation, changes, author(request))
    return {"items": [entry_shape(entry) for entry in entries]}


class PeopleSchema(Schema):
    """The people that were changed."""

    items = fields.List(fields.Nested(schemas.entry_schema(Kind.PERSON)), required=True)


_REFUSES: Final = (HTTPStatus.NOT_FOUND, HTTPStatus.CONFLICT, HTTPStatus.PRECONDITION_FAILED)
OPERATIONS: Final = (
    Operation("POST", f"{_PATH}/merge", merge_person, PeopleSchema, takes=schemas.MergeSchema, refuses=_REFUSES),
    Operation(
        "POST",
        f"{_PATH}/split",
        split_person,
        PeopleSchema,
        takes=schemas.SplitSchema,
        body_required=False,
        refuses=_REFUSES,
    ),
)
