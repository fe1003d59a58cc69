"""What of an enrolment is its funder's to read: as much as its profile asks for (compliance 2.6), and no more.

Results of a trainee's assessments are theirs: a funder reads them where its profile says so, in a field or by asking
for a document that has them.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from dashboards.views.lens import Lens
from evidence.completeness.expected import course_of, profile_of
from evidence.content import DocumentType
from evidence.issuing.document import IssuedDocument
from training.access import Role
from training.records.enrolment import Enrolment
from training.records.funder import FunderProfile, Granularity

# What these say of assessments is between the provider and the trainee (compliance 1.2: « OF -> trainee »).
_OF_TRAINEES: Final = frozenset((DocumentType.ATTFIN, DocumentType.RELCOMP))
_EVERY: Final = frozenset(DocumentType)
_RESULTS: Final = ("evaluation", "result", "score")
# The finest first.
_FINENESS: Final = (Granularity.HALF_DAY, Granularity.DAY)


@dataclass(frozen=True, slots=True)
class Share:
    """What a funder's profile asks to be shown of an enrolment.

    `granularity` is the finest that any of its reports asks for: half-days, days, or the total. `documents` are the
    kinds that it reads.
    """

    profile_id: str
    granularity: Granularity
    has_results: bool
    documents: frozenset[DocumentType]


def share_of(lens: Lens, enrolment: Enrolment) -> Share:
    """Return what is to be shown of an enrolment to whoever funds it; to anybody else within whose scope it is, all."""
    course = course_of(enrolment, lens.records)
    on = course.ended_on if course is not None else None
    profile = profile_of(enrolment, lens.records, on) if on is not None else None
    return _share(profile) if lens.viewer.role is Role.FUNDER else _whole(profile)


def _whole(profile: FunderProfile | None) -> Share:
    return Share("" if profile is None else profile.id, Granularity.HALF_DAY, has_results=True, documents=_EVERY)


def _share(profile: FunderProfile | None) -> Share:
    reports = () if profile is None else profile.reports
    asked = {report.granularity for report in reports}
    named = {document.partition("?")[0] for report in reports for document in report.required_documents}
    results = any(part in field.path.lower() for report in reports for field in report.fields for part in _RESULTS)
    return Share(
        profile_id="" if profile is None else profile.id,
        granularity=next((item for item in _FINENESS if item in asked), Granularity.TOTAL),
        has_results=results,
        documents=frozenset(kind for kind in DocumentType if results or kind not in _OF_TRAINEES or kind in named),
    )


def shared_documents(lens: Lens, documents: Iterable[IssuedDocument]) -> list[IssuedDocument]:
    """Return those documents that are the viewer's to read; to anybody but a funder all that the lens gives."""
    if lens.viewer.role is not Role.FUNDER:
        return list(documents)
    known: dict[str, Share] = {}

    def is_shared(document: IssuedDocument) -> bool:
        for name in document.enrolments:
            if name not in known:
                known[name] = share_of(lens, lens.enrolment(name))
        return all(document.type in known[name].documents for name in document.enrolments)

    return [document for document in documents if is_shared(document)]
