"""Every view that other systems read, a line each: its path, the view, whom it serves as its page does.

`is_settled` is for views that follow from facts, records and the day alone. What an answer shows besides (documents,
trail, senders, letters) may change without these: then its bytes are compared.
"""

from __future__ import annotations

from typing import Final

from dashboards.http.shown import Shown
from dashboards.views import audit, audit_log, audit_samples, disclosures, files, files_detail, files_documents
from training.access import EVERYBODY, STAFF, Role

_FUNDERS: Final = frozenset((Role.FUNDER, *STAFF))
_AUDITORS: Final = frozenset((Role.AUDITOR, *STAFF))

SHOWN: Final = (
    # Funders: what they fund.
    Shown("files", files.files, _FUNDERS),
    Shown("files/<enrolment_id>", files_detail.file, _FUNDERS),
    Shown("files/<enrolment_id>/documents", files_documents.documents_of_file, _FUNDERS),
    Shown("files/documents", files_documents.documents, _FUNDERS),
    Shown("files/documents/<code>", files_documents.document_of, _FUNDERS),
    # Auditors: a sample, the log, the trail.
    Shown("audit", audit.audit, _AUDITORS, is_settled=True),
    Shown("audit/sample", audit_samples.sample, _AUDITORS),
    Shown("audit/sample/<enrolment_id>", audit_samples.sampled_file, _AUDITORS),
    Shown("audit/log", audit_log.log_state, _AUDITORS),
    Shown("audit/log/continuity", audit_log.continuity, _AUDITORS),
    Shown("audit/trail", audit_log.trail, _AUDITORS),
    # Everybody, of the enrolments within their scope: who read what of them.
    Shown("enrolments/<enrolment_id>/disclosures", disclosures.disclosures, EVERYBODY - {Role.FUNDER, Role.TRAINER}),
)
