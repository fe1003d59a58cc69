"""Retention runs: a dry run that says what would go and why, and a run that survives being stopped.

1. Files of the archive that are over are destroyed, each in a transaction with the note that it was.
2. Then statements that are over, are on no hold and are cited by no document whose file is kept, slice by slice, as
erasures on the ground of retention. 3. A certificate of destruction is archived and named by a statement of the log.
What cites goes before what it cites, so a statement may follow its document in one run, never go before it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from hashlib import sha256
from typing import Any, Final
from uuid import UUID, uuid5

import orjson

from evidence.archive.entry import Kind
from evidence.retention.certificate import Destruction, ErasedSlice, write_certificate
from evidence.retention.classes import RetentionClass
from evidence.retention.due import FileVerdict, StatementVerdict, judge_file, judge_statements, old_enough
from evidence.retention.erasing import Erasing
from evidence.retention.guard import Guard
from evidence.store.retention_runs import RetentionRuns, Run, Stage
from evidence.trail.entry import Act, Deed
from lrs.caller import Caller, Scope
from lrs.clock import Micros, to_datetime, to_text
from lrs.erasure import AUTHORITY, BASE, CREDENTIAL, Order, Plan
from lrs.errors import Conflict, InvalidRequest, NotFound, Problem
from lrs.organisations import Organisations
from lrs.services import Services
from lrs.store.database import Session
from lrs.store.erasure import PART_STATEMENTS, Ground, State
from lrs.store.leaves import Leaves
from lrs.tenancy import OrganisationId
from lrs.versions import Version

# Statements of one erasure of a run, give or take those looked at together.
SLICE_STATEMENTS: Final = 5_000
DESTROYED: Final = {"id": BASE + "verbs/destroyed", "display": {"fr": "a détruit", "en": "destroyed"}}
CERTIFICATE_TYPE: Final = BASE + "activity-types/destruction-certificate"
CERTIFICATE_EXTENSION: Final = BASE + "ext/destruction-certificate"
_FILES_SHOWN: Final = 1_000
_REASON_MOST: Final = 2_000


@dataclass(slots=True)
class Forecast:
    """What a run would take on a day, and what it would leave although its time is over.

    `files` are the first thousand that would go. Statements are counted by class, and by whom they concern.
    """

    on: str
    files: list[FileVerdict] = field(default_factory=list)
    file_count: int = 0
    file_bytes: int = 0
    statements: Counter[str] = field(default_factory=Counter)
    statements_about: Counter[str] = field(default_factory=Counter)
    kept_files: Counter[str] = field(default_factory=Counter)
    kept_statements: Counter[str] = field(default_factory=Counter)


class Retention:
    """Forecasts and carries out retention runs."""

    def __init__(self, services: Services) -> None:
        self._services = services
        self._erasing = Erasing(services)
        self._leaves = Leaves(services.store)
        self.runs = RetentionRuns(services.store)

    def forecast(self, organisation: OrganisationId) -> Forecast:
        """Say what a run would take today, and why; nothing is changed."""
        guard = self._erasing.guard(organisation)
        found = Forecast(guard.on.isoformat())
        gone: set[str] = set()
        for file in self._erasing.archive.every(organisation):
            if file.destroyed_at is not None:
                continue
            verdict = judge_file(file, guard)
            if verdict.is_due(guard):
                gone.add(file.sha256)
                found.file_count += 1
                found.file_bytes += file.size_bytes
                if len(found.files) < _FILES_SHOWN:
                    found.files.append(verdict)
            elif verdict.hold is not None and verdict.term is not None and verdict.term.until < guard.on:
                found.kept_files["hold"] += 1
        guard.expect_destroyed(gone)
        for entries in old_enough(self._services.statements, organisation, guard, Micros(0)):
            for item in judge_statements(entries, guard):
                _count(found, item, guard)
        return found

    def begin(self, organisation: OrganisationId, reason: str, by: str) -> Run:
        """Write down that a run is to be done; `run` or the worker carries it out. Raises Conflict during another."""
        if not reason.strip() or len(reason) > _REASON_MOST:
            problem = Problem("/reason", "A retention run has a reason.", f"a text of 1 to {_REASON_MOST} characters")
            raise InvalidRequest("Nothing was begun.", [problem])
        now = self._services.clock.now_micros()
        run = Run(self._services.ids.new_uuid(), organisation, by, reason.strip(), now, to_datetime(now).date())
        return self.runs.begin(run)

    def run(self, run: Run) -> Run:
        """Carry a run out to its end."""
        while self.step(self.runs.get(run.organisation, run.run_id)):
            pass
        return self.runs.get(run.organisation, run.run_id)

    def go_on(self) -> bool:
        """Take a step of every run that is under way, of whatever organisation; say whether there was any."""
        steps = [self.step(run) for run in self.runs.under_way()]
        return any(steps)

    def step(self, run: Run) -> bool:
        """Take the next step of a run; False when it is done."""
        if run.stage is Stage.FILES:
            self._destroy_some(run)
        elif run.stage is Stage.STATEMENTS:
            self._erase_some(run)
        elif run.stage is Stage.CERTIFICATE:
            self._certify(run)
        return run.stage is not Stage.DONE

    def _destroy_some(self, run: Run) -> None:
        """1. Destroy the files that are over, each with its note; a hold that comes in between is seen."""
        erasures = self._erasing.eraser.erasures
        changes = erasures.changes(run.organisation)
        guard = self._guard(run)
        for file in self._erasing.archive.every(run.organisation):
            if file.destroyed_at is None and judge_file(file, guard).is_due(guard):
                verdict = judge_file(file, guard)

                def work(session: Session, verdict: FileVerdict = verdict) -> None:
                    erasures.hold_still(session, run.organisation, changes)
                    file, now = verdict.file, self._services.clock.now_micros()
                    if self._erasing.archive.destroy(
                        session, run.organisation, file.sha256, str(run.run_id), now, claims=len(file.claims)
                    ):
                        self.runs.note_file(run, file.sha256, _file_row(verdict), session)

                try:
                    self._services.store.transaction(work)
                except Conflict:
                    # Somebody placed a hold: the next step looks again.
                    return
        self.runs.move(run, stage=Stage.STATEMENTS)

    def _erase_some(self, run: Run) -> None:
        """2. Go on with the slice at hand, else look for the next one."""
        if run.next_cursor is None:
            _, reached = self._due(run, self._guard(run))
            change = {"stage": Stage.CERTIFICATE} if reached is None else {"next_cursor": reached}
            self.runs.move(run, **change)
            return
        eraser = self._erasing.eraser
        try:
            erasure = eraser.erasures.get(run.organisation, run.erasure_id)
        except NotFound:
            self._begin_slice(run)
            return
        if erasure.state is State.GOING:
            eraser.step(erasure)
            return
        self.runs.move(run, stored_cursor=run.next_cursor, next_cursor=None, slice=run.slice + 1,
                       erasures=(*run.erasures, erasure.erasure_id),
                       statements=run.statements + erasure.statements)  # fmt: skip

    def _begin_slice(self, run: Run) -> None:
        changes = self._erasing.eraser.erasures.changes(run.organisation)
        guard = self._guard(run)
        due, _ = self._due(run, guard)
        plan = self._without_obstacles(run.organisation, due, guard)
        if not plan.entries:
            self.runs.move(run, stored_cursor=run.next_cursor, next_cursor=None)
            return
        order = Order(Ground.RETENTION, run.reason, run.by)
        try:
            self._erasing.eraser.begin(
                run.organisation, order, replace(plan, changes=changes), erasure_id=run.erasure_id
            )  # fmt: skip
        except Conflict:
            # Another erasure is under way: it is helped to its end, and the slice is looked at again.
            self._erasing.eraser.go_on()

    def _without_obstacles(self, organisation: OrganisationId, due: Sequence[UUID], guard: Guard) -> Plan:
        """Plan to erase what is due, but for what something stands against, and what can only go with that."""
        ids = set(due)
        while True:
            plan = self._erasing.eraser.plan(organisation, ids)
            against = {item.statement_id for item in (*plan.obstacles, *guard.obstacles(plan.entries))}
            if not against:
                return plan
            # A copy that must stay keeps what it is a copy of.
            against |= {
                item.duplicate_of for item in plan.entries if item.statement_id in against and item.duplicate_of
            }
            ids = {item.statement_id for item in plan.entries} - against

    def _due(self, run: Run, guard: Guard) -> tuple[list[UUID], Micros | None]:
        """Return what is due behind the cursor, as much as a slice takes, and how far that reaches; None at the end."""
        due: list[UUID] = []
        reached: Micros | None = None
        for entries in old_enough(self._services.statements, run.organisation, guard, run.stored_cursor):
            due += [item.entry.statement_id for item in judge_statements(entries, guard) if item.is_due(guard)]
            reached = entries[-1].stored
            if run.next_cursor is not None and reached >= run.next_cursor:
                break
            if len(due) >= SLICE_STATEMENTS:
                break
        return due, reached

    def _certify(self, run: Run) -> None:
        """3. Archive the certificate, name it in the log, and end the run."""
        if run.finished_at is None:
            # Written down first, so that a step that is taken again writes the same certificate.
            self.runs.move(run, finished_at=self._services.clock.now_micros())
            return
        now = run.finished_at
        data = write_certificate(self._destruction(run, now))
        about = [f"retention_run:{run.run_id}"]
        kept = self._erasing.archive.put(
            run.organisation, Kind.DESTRUCTION_CERTIFICATE, "text/html; charset=utf-8", data,
            RetentionClass.DESTRUCTION_CERTIFICATES, about,
        )  # fmt: skip
        self._tell(run, kept.sha256)
        details = {
            "files": str(len(self.runs.files(run))), "statements": str(run.statements), "certificate": kept.sha256
        }  # fmt: skip
        deed = Deed(run.by, Act.PRUNED, about[0], run.reason, details)

        def work(session: Session) -> None:
            if self.runs.finish(run, session, kept.sha256, now):
                self._erasing.trail.record_within(session, run.organisation, deed)

        self._services.store.transaction(work)

    def _destruction(self, run: Run, now: Micros) -> Destruction:
        guard = self._guard(run)
        organisation = Organisations(self._services.store, self._services.clock).get(run.organisation)
        return Destruction(
            run_id=str(run.run_id),
            organisation=organisation.name,
            by=run.by,
            reason=run.reason,
            on=run.on,
            begun_at=run.at,
            finished_at=now,
            provisions=tuple(guard.terms.provisions.values()),
            files=tuple(self.runs.files(run)),
            slices=tuple(self._slice(run, erasure_id) for erasure_id in run.erasures),
        )

    def _slice(self, run: Run, erasure_id: UUID) -> ErasedSlice:
        erasures = self._erasing.eraser.erasures
        erasure = erasures.get(run.organisation, erasure_id)
        ids = erasures.ids(erasure)
        leaves = sorted(self._leaves.entries(run.organisation, ids), key=lambda entry: entry.position)
        parts = -(-len(ids) // PART_STATEMENTS)
        return ErasedSlice(
            erasure_id=str(erasure_id),
            statements=len(ids),
            first_position=leaves[0].position,
            last_position=leaves[-1].position,
            leaves_sha256=sha256(b"".join(entry.leaf for entry in leaves)).hexdigest(),
            deletion_statements=tuple(str(uuid5(erasure_id, str(number))) for number in range(parts)),
        )

    def _tell(self, run: Run, certificate: str) -> None:
        """Store the statement that names the certificate: one that a stopped step has stored is named as it is."""
        statement: dict[str, Any] = {
            "id": str(uuid5(run.run_id, certificate)),
            "actor": {"objectType": "Agent", "account": {"homePage": BASE + "authors", "name": run.by}},
            "verb": DESTROYED,
            "object": {
                "objectType": "Activity",
                "id": f"{BASE}retention-runs/{run.run_id}",
                "definition": {"type": CERTIFICATE_TYPE},
            },
            "context": {"extensions": {CERTIFICATE_EXTENSION: certificate}},
            "timestamp": to_text(run.at),
        }
        scopes = frozenset({Scope.STATEMENTS_WRITE, Scope.DEFINE})
        caller = Caller(run.organisation, CREDENTIAL, scopes, AUTHORITY)
        self._services.ingest.post(caller, Version.V2_0_0, orjson.dumps(statement))

    def _guard(self, run: Run) -> Guard:
        return self._erasing.guard_on(run.organisation, run.on)


def _count(found: Forecast, item: StatementVerdict, guard: Guard) -> None:
    if item.is_due(guard):
        found.statements[item.keeping.retention_class.value] += 1
        for name in item.keeping.about or ("unknown",):
            found.statements_about[name] += 1
    elif item.is_over(guard):
        found.kept_statements["hold" if item.keeping.hold is not None else "cited"] += 1


def _file_row(verdict: FileVerdict) -> dict[str, Any]:
    file = verdict.file
    return {
        "sha256": file.sha256,
        "kind": file.kind.value,
        "size": file.size_bytes,
        "class": sorted({claim.retention_class for claim in file.claims}),
        "until": "" if verdict.term is None else verdict.term.until.isoformat(),
        "about": sorted(file.about),
    }
