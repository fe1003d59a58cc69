"""One file of a source from bytes to statements: planned whole, then recorded, or not at all."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Final
from uuid import UUID
from zoneinfo import available_timezones

import orjson

from lrs.caller import Caller, CredentialId, Scope
from lrs.clock import to_datetime
from lrs.draft import draft
from lrs.errors import AssiduError, Conflict, InvalidRequest, NotFound, Overloaded, Problem
from lrs.organisations import Organisations
from lrs.services import Services
from lrs.statements.multipart import Part
from lrs.tenancy import OrganisationId
from lrs.versions import Version
from training.attendance.mark import Author
from training.attendance.vocabulary import PEOPLE
from training.imports.report import LineProblem
from training.law import load_law
from training.meetings import report as meeting
from training.meetings.run import import_report
from training.records.ids import PersonId
from training.records.snapshot import Records
from training.sources.kinds import KINDS
from training.sources.naming import Naming
from training.sources.plan import SHOWN_MOST, Asked, Context, Json, Plan, RunReport, Shown
from training.sources.resolving import Marked, Resolving
from training.sources.source import Source, SourceKind
from training.sources.store import RunState, Sources
from training.sources.vocabulary import SOURCES
from training.store import RecordReader

# No API key may hold an É: nobody but us writes under this name, which pages show where a credential has no label.
CREDENTIAL: Final = CredentialId("Reprise de données (É)")
# Statements in one transaction; between two of them the receipt says how far it has come.
BATCH: Final = 500
PROBLEMS_MOST: Final = 1_000
_TOLERANCE: Final = "facts.clock_tolerance_seconds"
Progress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class _Item:
    """One thing to record: how it is shown, and its statements, none when it is there already."""

    shown: Shown
    statements: tuple[Json, ...]
    parts: tuple[Part, ...] = ()


@dataclass(slots=True)
class FileRun:
    """One file and whoever sends it. `by` is kept on marks and in the receipt; nobody's name is in either."""

    services: Services
    organisation: OrganisationId
    source_id: str
    by: Author
    progress: Progress | None = None

    def run(self, data: bytes, asked: Asked) -> RunReport:
        """Record what a file says, or with `dry_run` say what would be.

        1. Read and plan the file beside the records: every problem is found before anything is written. 2. Look at
        what is recorded already. 3. Check every statement as the log will. 4. Store them in batches; the receipt says
        how far. The same file again stores nothing new, and completes a run that was cut off.

        Raises NotFound for a source or session that is not there, InvalidRequest with every problem.
        """
        sources = Sources(self.services.store, self.services.clock, self.services.ids)
        source = sources.get(self.organisation, self.source_id)
        if source.kind is SourceKind.STATEMENTS:
            message = "Statements of another LRS are pulled, not sent as a file."
            raise Conflict(message)
        if source.kind is SourceKind.MEETING:
            return self._meeting(sources, source, data, asked)
        context, plan = self._plan(source, data, asked)
        at = to_datetime(self.services.clock.now_micros())
        marks = Resolving(self.services, load_law()).marks(self.organisation, plan, self.by, at)
        items = self._items(plan, marks)
        self._check(source, items, plan)
        report = _report(context, plan, items)
        if asked.dry_run:
            return report
        if report.problems:
            self._refuse(sources, source, report, len(data))
        if asked.remember:
            Naming(self.services).learn(self.organisation, plan.learnt, source.home_page)
        return self._record(sources, source, items, report, len(data))

    def _plan(self, source: Source, data: bytes, asked: Asked) -> tuple[Context, Plan]:
        """Return what the file is read beside, and what it asks for."""
        _check_asked(asked, source)
        records = RecordReader(self.services.store, self.services.clock).records(self.organisation)
        session_id = asked.session_id or source.session_id
        if session_id is not None and session_id not in records.sessions:
            message = "There is no such training session."
            raise NotFound(message)
        organisations = Organisations(self.services.store, self.services.clock)
        slug = organisations.get(self.organisation).slug
        digest = sha256(data).hexdigest()
        context = Context(records, source, asked, slug, digest, self._latest(records), load_law())
        return context, KINDS[source.kind].plan(data, context)

    def _latest(self, records: Records) -> datetime:
        """Return until when a statement may be dated and still show time."""
        now = to_datetime(self.services.clock.now_micros())
        return now + timedelta(seconds=load_law().value(_TOLERANCE, now.date(), records.law_overrides.values()))

    def _items(self, plan: Plan, marks: Sequence[Marked]) -> list[_Item]:
        """Return everything that the file says in the order of its lines; what is there already asks for nothing."""
        found = []
        for marked in marks:
            item, is_new = marked.presence, bool(marked.statements)
            what = f"{item.remark.status.value} {item.slot.id}"
            shown = Shown(item.lines, item.enrolment.person_id, what, item.slot.starts_at, marked.statement_id, is_new)
            found.append(_Item(shown, marked.statements))
        ids = [UUID(act.statement["id"]) for act in plan.acts]
        known: set[UUID] = set()
        for start in range(0, len(ids), BATCH):
            entries = self.services.statements.entries(self.organisation, ids[start : start + BATCH])
            known.update(entry.statement_id for entry in entries)
        for act, name in zip(plan.acts, ids, strict=True):
            shown = Shown(act.lines, act.person_id, act.what, act.at, name, name not in known)
            found.append(_Item(shown, () if name in known else (act.statement,), act.parts))
        return sorted(found, key=lambda item: (item.shown.lines, item.shown.at))

    def _check(self, source: Source, items: Sequence[_Item], plan: Plan) -> None:
        """Find what the log would refuse before anything is stored."""
        for start in range(0, len(items), BATCH):
            some = [(item, statement) for item in items[start : start + BATCH] for statement in item.statements]
            try:
                self._draft(source, [statement for _, statement in some], _parts(item for item, _ in some))
            except InvalidRequest as error:
                for problem in error.problems[:PROBLEMS_MOST]:
                    at = int(problem.pointer.split("/")[1]) if problem.pointer[1:2].isdigit() else 0
                    line = some[at][0].shown.lines[0]
                    plan.refuse(line, "", problem.pointer, problem.message, problem.accepted)

    def _draft(self, source: Source, statements: Sequence[Json], parts: Sequence[Part]) -> None:
        if statements:
            draft(
                source_caller(self.organisation, source), Version.V1_0_3, orjson.dumps(list(statements)), parts,
                statement_bytes=self.services.limits.statement_bytes, ids=self.services.ids,
            )  # fmt: skip

    def _refuse(self, sources: Sources, source: Source, report: RunReport, size: int) -> None:
        """Leave a receipt that a file was refused, without what stood in it, and raise."""
        fields = {"sha256": report.sha256, "size": size, "lines": report.lines, "problems": len(report.problems)}
        name = sources.begin(self.organisation, source, self.by.text, fields)
        sources.note(self.organisation, source.id, name, state=RunState.REFUSED)
        message = f"{len(report.problems)} things are wrong or undecided; nothing was recorded."
        raise InvalidRequest(message, [_refusal(problem) for problem in report.problems[:PROBLEMS_MOST]])

    def _record(
        self, sources: Sources, source: Source, items: Sequence[_Item], report: RunReport, size: int
    ) -> RunReport:
        already = sum(not item.statements for item in items)
        fields = {
            "sha256": report.sha256, "size": size, "lines": report.lines, "total": len(items), "already": already,
            "skipped": report.skipped,
        }  # fmt: skip
        name = sources.begin(self.organisation, source, self.by.text, fields)
        Naming(self.services).give(self.organisation, _nameless(items))
        fresh, stored, count = [item for item in items if item.statements], 0, 0
        try:
            for start in range(0, len(fresh), BATCH):
                batch = fresh[start : start + BATCH]
                statements = [statement for item in batch for statement in item.statements]
                self._post(source, statements, _parts(batch))
                stored, count = stored + len(statements), count + len(batch)
                sources.note(self.organisation, source.id, name, stored=stored)
                if self.progress is not None:
                    self.progress(count, len(fresh))
        except AssiduError:
            sources.note(self.organisation, source.id, name, state=RunState.STOPPED)
            raise
        sources.note(self.organisation, source.id, name, state=RunState.DONE, stored=stored)
        return _with_run(report, name)

    def _post(self, source: Source, batch: Sequence[Json], parts: Sequence[Part]) -> None:
        try:
            caller = source_caller(self.organisation, source)
            self.services.ingest.post(caller, Version.V1_0_3, orjson.dumps(list(batch)), parts)
        except Conflict as error:
            message = "Somebody else recorded at the same time; send the file again: what is stored is not repeated."
            raise Overloaded(message) from error

    def _meeting(self, sources: Sources, source: Source, data: bytes, asked: Asked) -> RunReport:
        """Import a meeting tool's report into the classes of its session."""
        session_id = asked.session_id or source.session_id
        if session_id is None:
            message = "Which training session the meeting belongs to is not said."
            raise InvalidRequest(message, [Problem("session_id", message, "a session's id, here or in the source")])
        zone = asked.time_zone
        wanted = meeting.Asked(
            asked.slot_id, zone, asked.date_order or source.date_order, asked.decisions, asked.dry_run
        )
        caller = source_caller(self.organisation, source)
        done = import_report(self.services, caller, session_id, data, wanted)
        report = _of_meeting(source, done)
        if asked.dry_run:
            return report
        fields = {
            "sha256": done.sha256, "size": len(data), "lines": done.lines, "total": len(report.items),
            "stored": done.stored, "already": done.already_stored,
        }  # fmt: skip
        name = sources.begin(self.organisation, source, self.by.text, fields)
        sources.note(self.organisation, source.id, name, state=RunState.DONE)
        return _with_run(report, name)


def _parts(items: Iterable[_Item]) -> tuple[Part, ...]:
    """Return the attachments of some items, each once."""
    return tuple({part.sha2: part for item in items if item.statements for part in item.parts}.values())


def source_caller(organisation: OrganisationId, source: Source) -> Caller:
    """Return a source as a caller of its organisation: its authority says who vouches for the statements."""
    authority = {
        "objectType": "Agent",
        "name": "Reprise Assidu",
        "account": {"homePage": SOURCES, "name": source.id},
    }
    scopes = frozenset({Scope.STATEMENTS_WRITE, Scope.DEFINE})
    return Caller(organisation, CREDENTIAL, scopes, orjson.dumps(authority))


def _check_asked(asked: Asked, source: Source) -> None:
    takes = KINDS[source.kind].takes
    given = [name for name in ("slot_id", "certified_by", "scan_sha256", "graded_on") if getattr(asked, name)]
    problems = [
        Problem(name, f"A source of kind {source.kind} takes no {name}.", ", ".join(takes) or "nothing")
        for name in given
        if name not in takes
    ]
    if asked.time_zone is not None and asked.time_zone not in available_timezones():
        problems.append(Problem("time_zone", "There is no such time zone.", "as in Europe/Paris"))
    if problems:
        message = "What is said beside the file cannot be used."
        raise InvalidRequest(message, problems)


def _nameless(items: Sequence[_Item]) -> list[PersonId]:
    """Return whom statements name by our own account of them: it becomes an identity, by which facts find them."""
    accounts = (statement["actor"].get("account", {}) for item in items for statement in item.statements)
    return sorted({PersonId(account["name"]) for account in accounts if account.get("homePage") == PEOPLE})


def _report(context: Context, plan: Plan, items: Sequence[_Item]) -> RunReport:
    fresh = sum(len(item.statements) for item in items)
    return RunReport(
        None, context.asked.dry_run, context.source.id, context.source.kind.value, context.sha256, plan.encoding,
        str(context.zone), plan.date_order, plan.lines, plan.skipped, fresh,
        sum(not item.statements for item in items), tuple(item.shown for item in items[:SHOWN_MOST]),
        _in_order(plan.problems), _in_order(plan.notes), tuple(plan.undecided),
    )  # fmt: skip


def _in_order(problems: Sequence[LineProblem]) -> tuple[LineProblem, ...]:
    return tuple(sorted(dict.fromkeys(problems), key=lambda item: item.line))


def _with_run(report: RunReport, name: str) -> RunReport:
    return replace(report, run_id=name)


def _of_meeting(source: Source, done: meeting.MeetingReport) -> RunReport:
    items = [
        Shown(who.lines, who.person_id, f"CLASS {stay.slot_id}", stay.joined_at, stay.statement_ids[0], is_new=True)
        for who in done.participants
        if who.person_id is not None
        for stay in who.stays
        if stay.statement_ids
    ]
    return RunReport(
        None, done.dry_run, source.id, source.kind.value, done.sha256, done.encoding, done.time_zone, done.date_order,
        done.lines, 0, done.stored, done.already_stored, tuple(items), done.problems, done.notes, (),
    )  # fmt: skip


def _refusal(problem: LineProblem) -> Problem:
    where = f"line {problem.line}" + (f", {problem.column}" if problem.column else "")
    message = f"{problem.message} ({problem.value})" if problem.value else problem.message
    return Problem(where, message, problem.accepted)
