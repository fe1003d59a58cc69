"""Every view that other systems read, a line each: its path, the view, whom it serves as its page does.

`is_settled` is for views that follow from facts, records and the day alone. What an answer shows besides (documents,
trail, senders, letters) may change without these: then its bytes are compared.
"""

from __future__ import annotations

from typing import Final

from dashboards.http.risk import SHOWN_OF_RISK
from dashboards.http.shown import Shown
from dashboards.views import (
    audit,
    audit_log,
    audit_samples,
    comparison,
    decisions,
    disclosures,
    enrolment,
    files,
    files_detail,
    files_documents,
    learner_badges,
    learner_data,
    learner_documents,
    learner_home,
    learner_records,
    learner_requests,
    learner_sharing,
    portfolio,
    session,
    statements,
    trainer_contacts,
    trainer_day,
    trainer_exchanges,
    trainer_results,
    trainer_sessions,
)
from dashboards.views.administration import health
from training.access import EVERYBODY, STAFF, Role

_LEARNERS: Final = frozenset((Role.LEARNER,))
_TRAINERS: Final = frozenset((Role.TRAINER, *STAFF))
_FUNDERS: Final = frozenset((Role.FUNDER, *STAFF))
_AUDITORS: Final = frozenset((Role.AUDITOR, *STAFF))
_READERS: Final = frozenset((Role.TRAINER, Role.AUDITOR, *STAFF))
_TEACHERS: Final = frozenset((Role.TRAINER, *STAFF))

SHOWN: Final = (
    # Learners: themself.
    Shown("me", learner_home.home, _LEARNERS),
    Shown("me/badges", learner_badges.encouragement, _LEARNERS),
    Shown("me/documents", learner_documents.documents, _LEARNERS),
    Shown("me/sharing", learner_sharing.sharing, _LEARNERS),
    Shown("me/data", learner_data.my_data, _LEARNERS),
    Shown("me/records", learner_records.records_of, _LEARNERS),
    Shown("me/requests", learner_requests.my_requests, _LEARNERS),
    # Trainers: what they teach, and whom.
    Shown("teaching", trainer_day.teaching_day, _TRAINERS),
    Shown("teaching/contacts", trainer_contacts.contacts, _TRAINERS),
    Shown("teaching/contacts/<enrolment_id>", trainer_contacts.contact, _TRAINERS),
    Shown("teaching/sessions", trainer_sessions.taught_sessions, _TRAINERS),
    Shown("teaching/sessions/<session_id>", trainer_sessions.taught_file, _TRAINERS),
    Shown("teaching/sessions/<session_id>/results", trainer_results.session_results, _TRAINERS),
    Shown("teaching/learners/<enrolment_id>", trainer_exchanges.exchange_file, _TRAINERS),
    # Managers: every session, and what is made of what.
    Shown("portfolio", portfolio.portfolio, STAFF),
    Shown("learners", portfolio.find_learners, STAFF),
    Shown("decisions", decisions.decisions, STAFF),
    Shown("decisions/<kind>", decisions.decisions_of, STAFF),
    Shown("content", comparison.content_of, STAFF),
    Shown("modalities", comparison.modalities_of, STAFF),
    Shown("cohorts", comparison.cohorts_of, STAFF),
    Shown("sessions/<session_id>", session.session_file, _TEACHERS),
    Shown("enrolments/<enrolment_id>", enrolment.enrolment_file, _TEACHERS),
    Shown("statements", statements.statements_of, _READERS),
    Shown("statements/<statement_id>", statements.statement_of, _READERS),
    # Funders: what they fund.
    Shown("files", files.files, _FUNDERS),
    Shown("files/<enrolment_id>", files_detail.file, _FUNDERS),
    Shown("files/<enrolment_id>/documents", files_documents.documents_of_file, _FUNDERS),
    Shown("files/documents", files_documents.documents, _FUNDERS),
    # Auditors: a sample, the log, the trail.
    Shown("audit", audit.audit, _AUDITORS, is_settled=True),
    Shown("audit/sample", audit_samples.sample, _AUDITORS),
    Shown("audit/sample/<enrolment_id>", audit_samples.sampled_file, _AUDITORS),
    Shown("audit/log", audit_log.log_state, _AUDITORS),
    Shown("audit/log/continuity", audit_log.continuity, _AUDITORS),
    Shown("audit/trail", audit_log.trail, _AUDITORS),
    # Administrators: how the deployment stands.
    Shown("settings/health", health.read_health, frozenset((Role.ADMINISTRATOR,))),
    # What is estimated, and followed up.
    *SHOWN_OF_RISK,
    # Everybody, within their scope: a document, and who read what.
    Shown("documents/<code>", files_documents.document_of, EVERYBODY),
    Shown("enrolments/<enrolment_id>/disclosures", disclosures.disclosures, EVERYBODY - {Role.FUNDER, Role.TRAINER}),
)
