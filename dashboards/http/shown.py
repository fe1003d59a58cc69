"""A view as an operation of `/api/v1`: parameters from its signature, the answer's schema from what it returns.

A view that returns a sequence is given in pages; any other answer is whole. What a funder or an auditor is given of an
enrolment stands in the trail first, under the operation's path.
"""

from __future__ import annotations

import inspect
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, is_dataclass
from dataclasses import fields as members_of
from functools import cached_property
from hashlib import blake2b
from http import HTTPStatus
from typing import Any, Final, get_args, get_origin

import orjson

from dashboards.http.asking import arguments_of, hints_of, query_of
from dashboards.http.reading import lens_of
from dashboards.http.writing import page_of, schema_of
from dashboards.views.lens import Lens, Sources
from lrs.clock import Micros, to_datetime
from lrs.http.api.cursors import parse_cursor, write_cursor
from lrs.http.api.operations import ApiRequest, Operation
from lrs.http.api.schemas import PageQuerySchema
from training.access import Role
from training.records.ids import EnrolmentId

PREFIX: Final = "/dashboards/"
_SEGMENT: Final = re.compile(r"<(\w+)>")


@dataclass(frozen=True)
class Shown:
    """One view that other systems read.

    Attributes:
        path: Below `/api/v1/dashboards/`; `<name>` is one segment, and the parameter of the view that it fills.
        view: Takes a lens and these; its other parameters are the query, a dataclass's members one by one.
        roles: Whom it serves, as its page does.
        is_settled: Whether the answer follows from facts, records and the day alone: then whoever has this edition is
            told so without it being made again.
    """

    path: str
    view: Callable[..., Any]
    roles: frozenset[Role]
    is_settled: bool = False

    @property
    def of_path(self) -> tuple[str, ...]:
        """The parameters that the path fills."""
        return tuple(_SEGMENT.findall(self.path))

    @cached_property
    def row(self) -> type | None:
        """What a sequence that the view returns is made of; None when it returns something else."""
        returned = hints_of(self.view)["return"]
        if get_origin(returned) not in (tuple, list, Sequence):
            return None
        found: type = get_args(returned)[0]
        return found

    def operation(self, sources: Sources) -> Operation:
        """Return the operation."""
        answers = schema_of(hints_of(self.view)["return"]) if self.row is None else page_of(self.row)

        def show(request: ApiRequest) -> object:
            return self._answer(lens_of(request, sources), request)

        def edition(request: ApiRequest) -> str | None:
            return self._edition(lens_of(request, sources), request)

        bases = () if self.row is None else (PageQuerySchema,)
        title = "".join(part.title() for part in re.split(r"\W+", self.path))
        show.__name__ = re.sub(r"\W+", "_", self.path).strip("_")
        show.__doc__ = inspect.getdoc(self.view)
        return Operation(
            "GET", _SEGMENT.sub(r"<string:\1>", f"{PREFIX}{self.path}"), show, answers,
            takes=query_of(title, self.view, self.of_path, bases),
            refuses=(HTTPStatus.NOT_FOUND,), edition=edition,
        )  # fmt: skip

    def _answer(self, lens: Lens, request: ApiRequest) -> object:
        lens.viewer.require(self.roles)
        found = self.view(lens, **arguments_of(self.view, {**request.path, **request.arguments}))
        page: dict[str, Any] | None = None
        if self.row is not None:
            page = _cut(found, request.arguments)
            found = page["items"]
        lens.note_reading(set(enrolments_in(found)), f"/api/v1{PREFIX}{self.path}")
        return found if page is None else {"as_of": Micros(lens.as_of), **page}

    def _edition(self, lens: Lens, request: ApiRequest) -> str | None:
        lens.viewer.require(self.roles)
        if not self.is_settled:
            return None
        said = [
            self.path, request.path, _asked(request), lens.viewer.trail_name, lens.viewer.role, lens.edition,
            to_datetime(lens.now).date(),
        ]  # fmt: skip
        return blake2b(orjson.dumps(said, default=str, option=orjson.OPT_SORT_KEYS), digest_size=12).hexdigest()


def enrolments_in(value: object) -> Iterator[EnrolmentId]:
    """Yield the enrolments that an answer says something about: those that it names."""
    if is_dataclass(value) and not isinstance(value, type):
        for member in members_of(value):
            inner = getattr(value, member.name)
            if member.name == "enrolment_id" and inner:
                yield EnrolmentId(inner)
            else:
                yield from enrolments_in(inner)
    elif isinstance(value, Mapping):
        for inner in value.values():
            yield from enrolments_in(inner)
    elif isinstance(value, Sequence) and not isinstance(value, str | bytes):
        for inner in value:
            yield from enrolments_in(inner)


def _asked(request: ApiRequest) -> dict[str, Any]:
    """Return what was asked, without what the client has already."""
    return {name: value for name, value in request.arguments.items() if name != "if_none_match"}


def _cut(rows: Sequence[Any], arguments: Mapping[str, Any]) -> dict[str, Any]:
    """Return a page of rows. A cursor says how many came before, for views order their rows as they see fit."""
    after, limit = parse_cursor(arguments.get("after")), arguments["limit"]
    start = 0 if after is None else after[0]
    end = start + limit
    return {"items": rows[start:end], "next": write_cursor(end) if end < len(rows) else None}
