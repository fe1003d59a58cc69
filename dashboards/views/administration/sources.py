"""Sources of traces as an administrator sees them: settled, tried, run; every change stands in the audit trail."""

from __future__ import annotations

from base64 import b64decode
from binascii import Error as Base64Error
from dataclasses import dataclass
from typing import Any

from dashboards.views.administration.organisation import ADMINISTRATORS
from dashboards.views.administration.trailing import leave_deed
from dashboards.views.lens import Lens
from lrs.clock import Micros
from lrs.errors import InvalidRequest, Problem
from training.attendance.mark import Author
from training.records.ids import PersonId, SessionId
from training.sources.definition import parse_source, write_source
from training.sources.plan import Asked, RunReport
from training.sources.pulling import Pull, seal_secret
from training.sources.run import FileRun
from training.sources.schedule import Schedule
from training.sources.schedules import Schedules
from training.sources.source import Source, SourceKind
from training.sources.store import Run, Sources, is_told_elsewhere

# A page waits for a pull: after so many pages it shows how far it has come, and the next press goes on.
_PAGES = 20


@dataclass(frozen=True, slots=True)
class SourceView:
    """A source with its last runs, the newest first; `session` is what its session is called.

    `schedule` says how the pulls of another record store stand at `at`, None for a source of files.
    """

    source: Source
    runs: tuple[Run, ...]
    session: str
    has_secret: bool
    schedule: Schedule | None
    at: Micros


def read_sources(lens: Lens) -> list[SourceView]:
    """Return every source."""
    lens.viewer.require(ADMINISTRATORS)
    return [_view(lens, source) for source in _sources(lens).all(lens.viewer.organisation)]


def read_source(lens: Lens, source_id: str) -> SourceView:
    """Return one source; raises NotFound."""
    lens.viewer.require(ADMINISTRATORS)
    return _view(lens, _sources(lens).get(lens.viewer.organisation, source_id))


def make_source(
    lens: Lens, kind: str, title: str, home_page: str, session_id: str, remote: dict[str, Any], secret: str = ""
) -> Source:
    """Make a source of a kind, with what it cannot do without; raises InvalidRequest with every problem.

    `remote` and `secret` are of another record store, and left out for files.
    """
    lens.viewer.require(ADMINISTRATORS)
    is_remote = kind == SourceKind.STATEMENTS
    plain = {
        "kind": kind, "title": title, "home_page": home_page, "session_id": session_id or None,
        "remote": remote if is_remote else None,
    }  # fmt: skip
    source = parse_source(str(lens.services.ids.new_uuid()), plain)
    organisation, sources = lens.viewer.organisation, _sources(lens)
    sources.put(organisation, source, lens.viewer.trail_name, is_new=True)
    if is_remote and secret:
        sources.keep_secret(organisation, source.id, seal_secret(lens.services, organisation, source.id, secret))
    leave_deed(lens, f"source:{source.id}", "source_created", {"kind": source.kind.value})
    return source


def change_source(lens: Lens, source_id: str, changes: dict[str, Any], secret: str = "") -> None:
    """Change a source; raises NotFound, InvalidRequest with every problem.

    An empty secret leaves the one there is, but for another address: no secret is told to whom it was not given for.
    """
    lens.viewer.require(ADMINISTRATORS)
    organisation, sources = lens.viewer.organisation, _sources(lens)
    kept = sources.get(organisation, source_id)
    source = parse_source(source_id, {**write_source(kept), **changes})
    if not secret and is_told_elsewhere(kept, source) and sources.secret(organisation, source_id) is not None:
        message = "The secret was given for another address."
        raise InvalidRequest(message, [Problem("/remote/secret", message, "the secret for this one")])
    sources.put(organisation, source, lens.viewer.trail_name)
    if secret:
        sources.keep_secret(organisation, source_id, seal_secret(lens.services, organisation, source_id, secret))
    leave_deed(lens, f"source:{source_id}", "source_changed")


def drop_source(lens: Lens, source_id: str) -> None:
    """Forget a source; what it recorded stays."""
    lens.viewer.require(ADMINISTRATORS)
    _sources(lens).drop(lens.viewer.organisation, source_id)
    leave_deed(lens, f"source:{source_id}", "source_dropped")


def run_file(lens: Lens, source_id: str, data: bytes, asked: Asked) -> RunReport:
    """Record what a file says, or with `dry_run` say what would be; raises NotFound, InvalidRequest."""
    lens.viewer.require(ADMINISTRATORS)
    by = Author("account", lens.viewer.trail_name.removeprefix("account:"))
    report = FileRun(lens.services, lens.viewer.organisation, source_id, by).run(data, asked)
    if not asked.dry_run:
        leave_deed(lens, f"source:{source_id}", "source_run", {"sha256": report.sha256, "stored": str(report.stored)})
    return report


def pull_now(lens: Lens, source_id: str) -> Run:
    """Take some pages of another record store; raises Conflict, InvalidRequest, Overloaded."""
    lens.viewer.require(ADMINISTRATORS)
    by = Author("account", lens.viewer.trail_name.removeprefix("account:"))
    run = Pull(lens.services, lens.viewer.organisation, source_id, by, _PAGES).run()
    leave_deed(lens, f"source:{source_id}", "source_pulled", {"stored": str(run.stored)})
    return run


def session_options(lens: Lens) -> list[tuple[str, str]]:
    """Return the sessions on record, the newest first."""
    found = sorted(lens.records.sessions.values(), key=lambda item: (item.starts_on, item.id), reverse=True)
    return [(item.id, f"{item.title or item.id}, {item.starts_on:%d/%m/%Y}") for item in found]


def people_options(lens: Lens, session_id: SessionId | None, first: tuple[PersonId, ...] = ()) -> list[tuple[str, str]]:
    """Return whom a line may be about: who it may be by what stands there, then the session's trainees."""
    records = lens.records
    trainees = () if session_id is None else (item.person_id for item in records.enrolments_in(session_id))
    named = dict.fromkeys((*first, *(records.survivor(item) for item in trainees)))
    return [(item, records.people[item].name or item) for item in named if item in records.people]


def read_file(contents: object) -> bytes:
    """Return the bytes of a file as a browser sends it, `data:…;base64,…`; raises InvalidRequest."""
    _, comma, text = contents.partition(";base64,") if isinstance(contents, str) else ("", "", "")
    try:
        if not comma:
            raise ValueError
        return b64decode(text, validate=True)
    except (Base64Error, ValueError):
        message = "This is no file."
        raise InvalidRequest(message, [Problem("/file", message, "a file")]) from None


def _view(lens: Lens, source: Source) -> SourceView:
    organisation, sources = lens.viewer.organisation, _sources(lens)
    session = None if source.session_id is None else lens.records.sessions.get(source.session_id)
    called = "" if session is None else session.title or session.id
    has_secret = sources.secret(organisation, source.id) is not None
    schedule = None if source.remote is None else Schedules(lens.services.store).get(organisation, source.id)
    runs = tuple(sources.runs(organisation, source.id, 20))
    return SourceView(source, runs, called, has_secret, schedule, lens.services.clock.now_micros())


def _sources(lens: Lens) -> Sources:
    return Sources(lens.services.store, lens.services.clock, lens.services.ids)
