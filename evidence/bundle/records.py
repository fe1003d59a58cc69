"""Records as a bundle includes them: each at its version, without what nothing printed needs."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import replace
from datetime import date
from typing import Any, Final

from evidence.bundle.parts import RecordPart
from lrs.clock import Micros, to_text
from lrs.errors import InvalidRequest, Problem
from lrs.tenancy import OrganisationId
from training.records import Enrolment, Person, Programme, Provider, Records
from training.records.kinds import CLASSES, Kind, Record
from training.records.plain import write_plain
from training.records.reading import read_plain

# Bundles name no organisation number: it means nothing outside the deployment.
NOWHERE: Final = OrganisationId(0)


def write_record(
    record: Record, kind: Kind, record_id: str, version: int, recorded_at: Micros, *,
    identities: Collection[str], day: date,
) -> RecordPart:  # fmt: skip
    """Write a record's version without what nobody needs here.

    Of people only the names and those of `identities` that they have, of the provider only who signs on `day`.
    """
    kept, omits = _minimal(record, identities, day)
    return RecordPart(
        kind=kind.value, id=record_id, version=version, recorded_at=to_text(recorded_at), body=write_plain(kept),
        omits=omits,
    )  # fmt: skip


def read_records(parts: Iterable[RecordPart], as_of: Micros) -> Records:
    """Read the records of a bundle; raises InvalidRequest with what is wrong."""
    found: defaultdict[Kind, dict[Any, Any]] = defaultdict(dict)
    versions: dict[Any, Programme] = {}
    for at, part in enumerate(parts):
        try:
            kind = Kind(part.kind)
        except ValueError as error:
            problem = Problem(f"/records/{at}/kind", "There is no such kind of record.", ", ".join(Kind))
            message = "A record cannot be read."
            raise InvalidRequest(message, [problem]) from error
        record = read_plain(CLASSES[kind], part.body, f"/records/{at}/body", lenient=True)
        found[kind][part.id] = record
        if isinstance(record, Programme):
            # A session keeps to a version of its programme, and the one that is included is the one it follows.
            versions[record.id, part.version] = record
    return Records(
        organisation=NOWHERE,
        as_of=as_of,
        people=found[Kind.PERSON],
        programmes=found[Kind.PROGRAMME],
        programme_versions=versions,
        sessions=found[Kind.TRAINING_SESSION],
        slots=found[Kind.SLOT],
        enrolments=found[Kind.ENROLMENT],
        funders=found[Kind.FUNDER],
        completion_rules=found[Kind.COMPLETION_RULE],
        mapping_rules=found[Kind.MAPPING_RULE],
        providers=found[Kind.PROVIDER],
    )


def _minimal(record: Record, identities: Collection[str], day: date) -> tuple[Record, tuple[str, ...]]:
    """Return a record without the members that no figure and no line of a document needs, and where they were."""
    if isinstance(record, Person):
        own = tuple(identity for identity in record.identities if identity.text in identities)
        omits = [name for name in ("email", "phone") if getattr(record, name)]
        omits += ["identities"] if own != record.identities else []
        return replace(record, email="", phone="", identities=own), tuple(f"/{name}" for name in omits)
    if isinstance(record, Enrolment) and record.funding is not None:
        bare = replace(record.funding, agreed_amount_cents=None, unit_cost_cents=None)
        names = ("agreed_amount_cents", "unit_cost_cents")
        omitted = tuple(f"/funding/{name}" for name in names if getattr(record.funding, name) is not None)
        return replace(record, funding=bare), omitted
    if isinstance(record, Provider):
        signing = tuple(item for item in record.signatories if item.is_in_office(day))
        omits = [name for name in ("logo", "stamp") if getattr(record, name) is not None]
        omits += ["signatories"] if signing != record.signatories else []
        return replace(record, logo=None, stamp=None, signatories=signing), tuple(f"/{name}" for name in omits)
    return record, ()
