"""Read what decides a document, and draft it."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Collection, Iterator
from threading import Lock
from typing import Final
from uuid import UUID

import orjson

from evidence.bundle.case import Case
from evidence.bundle.contents.marks import COUNTERSIGNED
from evidence.bundle.deciding import Reach, deciding
from evidence.bundle.drafting import Draft, Version, draft
from evidence.bundle.inclusion import IncludedStatement, include
from evidence.bundle.sources import Name, kept_versions, sources
from evidence.content import AttendanceSheet, DocumentType
from evidence.issuing.refusals import Missing, NotReady, Reason
from evidence.store.versions import RecordVersions
from lrs.clock import Clock, Micros
from lrs.ledger_reading import Ledger
from lrs.organisations import Organisations
from lrs.statements.query import PageQuery
from lrs.store.attachments import Attachments
from lrs.store.database import Store
from lrs.store.statements import Statements
from lrs.tenancy import OrganisationId
from training.attendance.statement_ids import slot_iri
from training.records.kinds import Kind

# A batch is as of one instant.
_INSTANTS_KEPT: Final = 2
_DIFFERS: Final = (
    "Les pièces qui décident du document ne suffisent pas à le refaire\u00a0: il n’est pas émis. "
    "Signalez-le à votre administrateur."
)
_GONE: Final = "Une pièce dont le document dépend a été effacée\u00a0: il n’est pas émis."


class Drafting:
    """Drafts documents from the log and the records."""

    def __init__(self, store: Store, clock: Clock, ledger: Ledger) -> None:
        self._ledger = ledger
        self._versions = RecordVersions(store)
        self._lock = Lock()
        self._known: OrderedDict[tuple[OrganisationId, Micros], dict[Name, Version]] = OrderedDict()
        self._statements = Statements(store)
        self._attachments = Attachments(store)
        self._organisations = Organisations(store, clock)

    def draft(self, organisation: OrganisationId, case: Case) -> Draft:
        """Return the draft of a case that lacks nothing; raises NotReady when the evidence does not carry it."""
        versions = self._of(organisation, case)
        signed = frozenset(self._countersignatures(organisation, case))
        for reach in Reach:
            wanted = deciding(case, reach) | signed
            found = draft(case, self._read(organisation, wanted), versions)
            if found is not None:
                return found
        raise NotReady([Missing(Reason.EVIDENCE_DIFFERS, _DIFFERS)])

    def _of(self, organisation: OrganisationId, case: Case) -> list[Version]:
        """Return the versions of a case's sources. Those of one session as of one instant have most in common."""
        key, wanted = (organisation, case.as_of), sources(case)
        with self._lock:
            known = self._known.setdefault(key, {})
            while len(self._known) > _INSTANTS_KEPT:
                self._known.popitem(last=False)
        missing = [name for name in wanted if name not in known]
        kept = {name: version for name, version in kept_versions(case).items() if (Kind.PROGRAMME, name) in missing}
        for name, item in self._versions.at(organisation, missing, case.as_of, kept).items():
            known[name] = Version(item.kind, item.record_id, item.version, item.recorded_at, item.record)
        return [known[name] for name in wanted if name in known]

    def signatures(self, organisation: OrganisationId, found: Draft) -> dict[str, bytes]:
        """Return the signatures that were drawn and that a document shows, by their SHA-256."""
        if isinstance(found.content, AttendanceSheet):
            wanted = sorted(set(_drawings(found.content)))
            return {part.sha2: part.content for part in self._attachments.find(organisation, wanted)}
        return {}

    def _read(self, organisation: OrganisationId, wanted: Collection[UUID]) -> list[IncludedStatement]:
        entries = self._ledger.entries(organisation, wanted)
        found = [
            include(entry.position, entry.salt, entry.body)
            for entry in entries
            if entry.salt is not None and entry.body is not None
        ]
        if len(found) != len(wanted):
            raise NotReady([Missing(Reason.EVIDENCE_DIFFERS, _GONE)])
        return found

    def _countersignatures(self, organisation: OrganisationId, case: Case) -> Iterator[UUID]:
        """Yield the last countersignature under each sheet, of those stored by the instant asked about."""
        if case.type is not DocumentType.EMARG:
            return
        slug = self._organisations.get(organisation).slug
        for slot in case.records.slots_of(case.session_id):
            if case.holds(slot.held_on) and slot.cancelled is None:
                query = PageQuery(verb=COUNTERSIGNED, activity=slot_iri(slug, slot.id), until=case.as_of)
                for page in self._statements.page(organisation, query, 1, follow=False, writer=None):
                    yield from (UUID(orjson.loads(body)["id"]) for body in page.bodies)


def _drawings(sheet: AttendanceSheet) -> Iterator[str]:
    for half_day in sheet.half_days:
        signed = [line.signature for line in half_day.lines if line.signature is not None]
        yield from (item.drawing for item in signed if item.drawing is not None)
        if half_day.countersignature is not None and half_day.countersignature.drawing is not None:
            yield half_day.countersignature.drawing
