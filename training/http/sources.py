"""Sources of traces in `/api/v1`: what an administrator settles once, the runs of their files, pulls."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from datetime import date
from http import HTTPStatus
from typing import Any, Final

from lrs.clock import to_text
from lrs.errors import InvalidRequest, Problem
from lrs.http.api.operations import ApiRequest, Operation
from training.attendance.mark import Author
from training.http.meetings import parse_decisions
from training.http.source_schemas import (
    NewSourceSchema,
    SourceListSchema,
    SourcePullQuerySchema,
    SourcePullSchema,
    SourceRunListSchema,
    SourceRunQuerySchema,
    SourceRunReportSchema,
    SourceRunSchema,
    SourceSchema,
)
from training.meetings.stamps import DateOrder
from training.records.ids import PersonId, SessionId, SlotId
from training.sources.definition import parse_source, write_source
from training.sources.plan import Asked
from training.sources.pulling import Pull, seal_secret
from training.sources.run import FileRun
from training.sources.schedule import write_schedule
from training.sources.schedules import Schedules
from training.sources.source import Source
from training.sources.store import Run, Sources

SECRET_MOST: Final = 500


def list_sources(request: ApiRequest) -> dict[str, Any]:
    """List the sources, by id; never with a secret."""
    found = _sources(request).all(request.caller.organisation)
    return {"items": [_shape(request, source) for source in found]}


def create_source(request: ApiRequest) -> dict[str, Any]:
    """Make a source: a way that traces arrive, with its columns, words and clock."""
    plain = request.arguments["plain"]
    given = plain.get("id") if isinstance(plain, dict) else None
    name = given if isinstance(given, str) and given else str(request.services.ids.new_uuid())
    return _put(request, name, plain, is_new=True)


def get_source(request: ApiRequest) -> dict[str, Any]:
    """Show a source."""
    return _shape(request, _sources(request).get(request.caller.organisation, request.path["record_id"]))


def put_source(request: ApiRequest) -> dict[str, Any]:
    """Replace a source, or make it. Its kind stays; a `secret` that is left out stays too, but for another address.

    What stopped its pulls is taken to be mended.
    """
    return _put(request, request.path["record_id"], request.arguments["plain"], is_new=False)


def delete_source(request: ApiRequest) -> dict[str, Any]:
    """Forget a source, its secret and its position. What it recorded stays, and so do its receipts."""
    sources, organisation = _sources(request), request.caller.organisation
    shape = _shape(request, sources.get(organisation, request.path["record_id"]))
    sources.drop(organisation, request.path["record_id"])
    return shape


def run_source(request: ApiRequest) -> dict[str, Any]:
    """Import a file of a source: CSV, workbook (.xlsx), or a badge (PNG, JSON).

    All of it or nothing: with `dry_run` the answer lists what would be recorded, every problem with its line and column
    and the people to decide about; without, any problem refuses the file. The same file again stores nothing new. While
    it runs, its receipt under `runs` says how far it has come.
    """
    run = FileRun(request.services, request.caller.organisation, request.path["record_id"], _author(request))
    return asdict(run.run(request.body, asked_of(request.arguments)))


def list_runs(request: ApiRequest) -> dict[str, Any]:
    """List the last hundred runs of a source, newest first: file hashes, counts, what became of them."""
    sources, organisation = _sources(request), request.caller.organisation
    sources.get(organisation, request.path["record_id"])
    return {"items": [run_shape(run) for run in sources.runs(organisation, request.path["record_id"])]}


def get_run(request: ApiRequest) -> dict[str, Any]:
    """Show a run, also while it is under way."""
    organisation, path = request.caller.organisation, request.path
    return run_shape(_sources(request).run(organisation, path["record_id"], path["run_id"]))


def pull_source(request: ApiRequest) -> dict[str, Any]:
    """Pull what is new from another record store, a number of pages; sent again, it goes on where it ended.

    With `dry_run` the next page is looked at and nothing is stored.
    """
    arguments = request.arguments
    pages = arguments["pages"]
    pull = Pull(request.services, request.caller.organisation, request.path["record_id"], _author(request), pages)
    if arguments["dry_run"] == "true":
        return {"dry_run": True, "run": None, "next_page": pull.look()}
    return {"dry_run": False, "run": run_shape(pull.run()), "next_page": None}


def asked_of(arguments: Mapping[str, Any]) -> Asked:
    """Return what is said beside a file, from the arguments of a request."""
    session_id, slot_id = arguments.get("session_id"), arguments.get("slot_id")
    graded_on: date | None = arguments.get("graded_on")
    order, certified_by = arguments.get("date_order"), arguments.get("certified_by")
    return Asked(
        dry_run=arguments["dry_run"] == "true",
        decisions=parse_decisions(arguments.get("decisions", "")),
        session_id=None if session_id is None else SessionId(session_id),
        slot_id=None if slot_id is None else SlotId(slot_id),
        time_zone=arguments.get("time_zone"),
        date_order=None if order is None else DateOrder(order),
        certified_by=None if certified_by is None else PersonId(certified_by),
        scan_sha256=arguments.get("scan_sha256", ""),
        graded_on=graded_on,
        remember=arguments.get("remember", "false") == "true",
    )


def run_shape(run: Run) -> dict[str, Any]:
    """Write a receipt."""
    return {
        "id": run.id, "source_id": run.source_id, "kind": run.kind, "state": run.state.value,
        "started": to_text(run.started), "updated": to_text(run.updated), "by": run.by, "sha256": run.sha256,
        "size_bytes": run.size_bytes, "lines": run.lines, "total": run.total, "stored": run.stored,
        "already_stored": run.already_stored, "skipped": run.skipped, "problem_count": run.problem_count,
        "details": dict(run.details),
    }  # fmt: skip


def read_secret(plain: object) -> str | None:
    """Take the secret out of what is sent for a source; None when there is none. Raises InvalidRequest."""
    secret = plain.pop("secret", None) if isinstance(plain, dict) else None
    if secret is None:
        return None
    if not isinstance(secret, str) or not 0 < len(secret) <= SECRET_MOST:
        message = "This is not a secret."
        raise InvalidRequest(message, [Problem("/secret", message, f"1 to {SECRET_MOST} characters")])
    return secret


def _put(request: ApiRequest, name: str, plain: object, *, is_new: bool) -> dict[str, Any]:
    given = dict(plain) if isinstance(plain, dict) else plain
    secret = read_secret(given)
    if isinstance(given, dict):
        given.pop("id", None)
    sources, organisation = _sources(request), request.caller.organisation
    source = sources.put(organisation, parse_source(name, given), _author(request).text, is_new=is_new)
    if secret is not None:
        sources.keep_secret(organisation, name, seal_secret(request.services, organisation, name, secret))
    return _shape(request, source)


def _shape(request: ApiRequest, source: Source) -> dict[str, Any]:
    services, organisation = request.services, request.caller.organisation
    has_secret = _sources(request).secret(organisation, source.id) is not None
    schedule = None
    if source.remote is not None:
        schedule = write_schedule(Schedules(services.store).get(organisation, source.id), services.clock.now_micros())
    return {"id": source.id, **write_source(source), "has_secret": has_secret, "schedule": schedule}


def _sources(request: ApiRequest) -> Sources:
    return Sources(request.services.store, request.services.clock, request.services.ids)


def _author(request: ApiRequest) -> Author:
    return Author("credential", request.caller.credential)


_ONE: Final = "/sources/<string:record_id>"
_MISSING: Final = (HTTPStatus.NOT_FOUND,)
_WRITTEN: Final = (HTTPStatus.CONFLICT,)
OPERATIONS: Final = (
    Operation("GET", "/sources", list_sources, SourceListSchema),
    Operation(
        "POST", "/sources", create_source, SourceSchema, takes=NewSourceSchema, status=HTTPStatus.CREATED,
        refuses=_WRITTEN,
    ),
    Operation("GET", _ONE, get_source, SourceSchema, refuses=_MISSING),
    Operation("PUT", _ONE, put_source, SourceSchema, takes=NewSourceSchema, refuses=_WRITTEN),
    Operation("DELETE", _ONE, delete_source, SourceSchema, refuses=_MISSING),
    Operation(
        "POST", f"{_ONE}/runs", run_source, SourceRunReportSchema, query=SourceRunQuerySchema,
        raw="application/octet-stream", refuses=(*_MISSING, *_WRITTEN),
    ),
    Operation("GET", f"{_ONE}/runs", list_runs, SourceRunListSchema, refuses=_MISSING),
    Operation("GET", f"{_ONE}/runs/<string:run_id>", get_run, SourceRunSchema, refuses=_MISSING),
    Operation(
        "POST", f"{_ONE}/pulls", pull_source, SourcePullSchema, query=SourcePullQuerySchema,
        refuses=(*_MISSING, *_WRITTEN),
    ),
)  # fmt: skip
