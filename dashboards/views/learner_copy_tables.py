"""The tables of the copy of everything: what is worked out of a learner, who saw it, what they share and asked."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, Final
from zoneinfo import ZoneInfo

import orjson

from analytics.derivation import PersonFacts
from analytics.facts import DayFact, SlotFact, Standing
from dashboards.views.learner import Me, course_title, own_enrolments
from dashboards.views.learner_badges import encouragement
from dashboards.views.learner_data import who_saw
from dashboards.views.learner_requests import rights_of
from dashboards.views.learner_sharing import shares_of
from dashboards.views.lens import Lens
from dashboards.views.risk_copy import risk_tables
from evidence.dossier.papers import STATES
from evidence.dossier.tables import ANOMALIES, HALF_DAYS, MODALITIES, PRESENCES, facts_table, hours, moment, table
from evidence.issuing.document import IssuedDocument
from evidence.store.log import Sealed
from lrs.clock import Micros, to_datetime
from training.records.ids import EnrolmentId

TRACE_HEADS: Final = ("Date", "Reçue le", "Verbe", "Objet", "Identifiant", "Annulée", "Effacée", "Fichier")
_PARIS: Final = ZoneInfo("Europe/Paris")
_MICRO: Final = 1_000_000


def trace_row(trace: Sealed, path: str) -> Sequence[object]:
    """Return the line of the index for one statement."""
    value: dict[str, Any] = {} if trace.body is None else orjson.loads(trace.body)
    return (
        value.get("timestamp", ""),
        _at(trace.stored),
        value.get("verb", {}).get("id", ""),
        value.get("object", {}).get("id", ""),
        str(trace.statement_id),
        _yes(trace.is_voided),
        _yes(trace.body is None),
        path,
    )


def write_tables(
    lens: Lens, me: Me, facts: PersonFacts, documents: Sequence[IssuedDocument]
) -> Iterator[tuple[str, bytes]]:
    """Yield each table with what to call it."""
    yield "inscriptions.csv", _enrolments(lens, me)
    for at, item in enumerate(facts.enrolments, 1):
        yield f"heures-et-taux-{at:02d}.csv", facts_table(item)
    yield "journees.csv", table(_DAY_HEADS, (_day(lens, fact) for fact in facts.days))
    yield "demi-journees.csv", table(_SLOT_HEADS, (_slot(lens, fact) for fact in facts.slots))
    yield "activites.csv", table(_STANDING_HEADS, (_standing(lens, item) for item in facts.standings))
    yield "points-a-regarder.csv", _anomalies(facts)
    yield "badges-et-points.csv", _badges(lens)
    yield "documents.csv", _documents(documents)
    yield "consultations.csv", _seen(lens, me)
    yield "partages.csv", _shares(lens, me)
    yield "demandes.csv", _requests(lens, me)
    yield from risk_tables(lens, me)


def _enrolments(lens: Lens, me: Me) -> bytes:
    heads = (
        "Inscription",
        "Session",
        "Du",
        "Au",
        "Entrée",
        "Sortie",
        "Motif de sortie",
        "Employeur",
        "Identifiant xAPI",
    )
    rows = []
    for item in own_enrolments(lens, me):
        session = lens.records.sessions.get(item.session_id)
        rows.append(
            (
                item.id, course_title(lens, item), session.starts_on if session else "",
                session.ends_on if session else "", item.entered_on or "", item.exit.on if item.exit else "",
                item.exit.reason.value if item.exit else "", item.employer, str(item.registration),
            )
        )  # fmt: skip
    return table(heads, rows)


_DAY_HEADS: Final = (
    "Date", "Inscription", "Activité", "Demi-journée", "Prévu (h)", "Estimé, activité entière (h)", "Connecté (h)",
    "Actif (h)", "Retenu (h)", "Traces", "Première", "Dernière", "Règles",
)  # fmt: skip


def _day(lens: Lens, fact: DayFact) -> Sequence[object]:
    return (
        fact.day, fact.enrolment_id or "", _activity(lens, fact.enrolment_id, fact.activity_id), fact.slot_id or "",
        hours(fact.planned_seconds), hours(fact.estimated_seconds), hours(fact.connected_micros / _MICRO),
        hours(fact.active_micros / _MICRO), hours(fact.credited_micros / _MICRO), fact.statement_count,
        "" if fact.first_at is None else _at(fact.first_at), "" if fact.last_at is None else _at(fact.last_at),
        fact.rules_version,
    )  # fmt: skip


_SLOT_HEADS: Final = (
    "Date", "Inscription", "Demi-journée", "De", "À", "Modalité", "Durée prévue (h)", "Due", "État", "Retenu (h)",
    "Justifié (h)", "Traces",
)  # fmt: skip


def _slot(lens: Lens, fact: SlotFact) -> Sequence[object]:
    slot = lens.records.slots.get(fact.slot_id)
    half_day = "" if slot is None else HALF_DAYS.get(slot.half_day.value, slot.half_day.value)
    return (
        fact.day, fact.enrolment_id, half_day,
        "" if slot is None else f"{slot.starts_at.astimezone(_PARIS):%H:%M}",
        "" if slot is None else f"{slot.ends_at.astimezone(_PARIS):%H:%M}",
        MODALITIES[fact.modality], hours(fact.planned_seconds), _yes(fact.is_due), PRESENCES[fact.presence],
        hours(fact.credited_micros / _MICRO), hours(fact.justified_micros / _MICRO), _ids(fact.statement_ids),
    )  # fmt: skip


_STANDING_HEADS: Final = (
    "Inscription", "Activité", "Titre", "Faite", "Dispensée", "Depuis", "Tentatives", "Meilleur score", "Dernier score",
    "Avancement", "Preuves",
)  # fmt: skip


def _standing(lens: Lens, item: Standing) -> Sequence[object]:
    return (
        item.enrolment_id, item.activity_id, _activity(lens, item.enrolment_id, item.activity_id),
        _yes(item.satisfied_at is not None), _yes(item.is_waived),
        "" if item.satisfied_at is None else _at(item.satisfied_at), item.attempts, _share(item.best_scaled),
        _share(item.last_scaled), _share(item.progress), _ids(item.proof_ids),
    )  # fmt: skip


def _anomalies(facts: PersonFacts) -> bytes:
    heads = ("Date", "Inscription", "Ce qui a été relevé", "Traces")
    rows = [
        (item.day, item.enrolment_id or "", ANOMALIES.get(item.kind, item.kind.value), _ids(item.statement_ids))
        for item in facts.anomalies
    ]
    return table(heads, rows)


def _badges(lens: Lens) -> bytes:
    found = encouragement(lens)
    rows: list[Sequence[object]] = []
    for line in found.badges:
        title, rule = line.badge.title[0], line.badge.rule[0]
        rows += [("badge", title, one.earned_on, "", one.course, rule, _ids(one.statement_ids)) for one in line.earned]
    for item in found.points:
        title, rule = item.rule.title[0], item.rule.rule[0]
        rows.append(("points", title, item.on or "", item.points, item.course, rule, _ids(item.statement_ids)))
    return table(("Sorte", "Titre", "Date", "Points", "Session", "Règle", "Traces"), rows)


def _documents(documents: Sequence[IssuedDocument]) -> bytes:
    heads = ("Document", "Numéro", "Version", "Émis le", "État", "Motif", "Code de vérification", "SHA-256")
    return table(
        heads,
        (
            (item.type.heading, item.number, item.version, _at(item.issued_at), STATES[item.status],
             item.revocation_reason or "", item.code, item.digest)
            for item in documents
        ),
    )  # fmt: skip


def _seen(lens: Lens, me: Me) -> bytes:
    heads = ("Date", "Session", "Qui", "En tant que", "Quoi", "Document", "Où ou pourquoi")
    return table(
        heads,
        (
            (_at(item.disclosure.at), item.course, item.disclosure.reader_name or item.disclosure.reader.value,
             "" if item.disclosure.role is None else item.disclosure.role.value, item.disclosure.what.value,
             item.disclosure.document_number or "", item.disclosure.place)
            for item in who_saw(lens, me)
        ),
    )  # fmt: skip


def _shares(lens: Lens, me: Me) -> bytes:
    heads = ("Partagé le", "Avec", "Pour", "Jusqu’au", "Retiré le", "Documents", "Ouvertures", "Dernières ouvertures")
    return table(
        heads,
        (
            (_at(item.shared_at), item.recipient, item.purpose, item.until,
             "" if item.withdrawn_at is None else _at(item.withdrawn_at), " ".join(item.codes), item.opened_count,
             " ; ".join(f"{_at(one.at)} {one.network}".strip() for one in item.opened))
            for item in shares_of(lens, me)
        ),
    )  # fmt: skip


def _requests(lens: Lens, me: Me) -> bytes:
    heads = ("Demandé le", "Droit", "Texte", "Réponse due le", "État", "Issue", "Réponse", "Répondu le")
    found = rights_of(lens).of_people(lens.viewer.organisation, me.names)
    return table(
        heads,
        (
            (_at(item.opened_at), item.right.value, item.text, item.due_on, item.state.value,
             item.outcome.value if item.outcome else "", item.answer,
             "" if item.answered_at is None else _at(item.answered_at))
            for item in found
        ),
    )  # fmt: skip


def _activity(lens: Lens, enrolment_id: str | None, activity_id: str | None) -> str:
    enrolment = None if enrolment_id is None else lens.records.enrolments.get(EnrolmentId(enrolment_id))
    programme = None if enrolment is None else lens.records.programme_of(enrolment.session_id)
    activity = None if programme is None or activity_id is None else programme.find_activity(activity_id)
    return (activity.title if activity else "") or activity_id or ""


def _at(micros: int) -> str:
    return moment(to_datetime(Micros(micros)), _PARIS)


def _ids(ids: Sequence[object]) -> str:
    return " ".join(str(item) for item in ids)


def _share(value: float | None) -> str:
    return "" if value is None else f"{value:.2f}".replace(".", ",")


def _yes(value: object) -> str:
    return "oui" if value else "non"
