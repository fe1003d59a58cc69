"""Tables of a dossier as CSV in French: for a spreadsheet, and for people. Pure."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Final
from zoneinfo import ZoneInfo

from analytics.anomalies.anomaly import Anomaly, AnomalyKind
from analytics.facts import EnrolmentFacts, Presence, SlotFact
from analytics.rates.formulas import formulas
from evidence.completeness.item import WORDS, Item
from training.attendance.mark import Mark
from training.attendance.sheet import Line, Sheet
from training.records import Modality

HALF_DAYS: Final = {"AM": "matin", "PM": "après-midi", "EVENING": "soir"}
MODALITIES: Final = {
    Modality.IN_PERSON: "en présentiel",
    Modality.SYNC_REMOTE: "classe virtuelle",
    Modality.ASYNC: "à distance",
    Modality.BLENDED: "mixte",
    Modality.WORKPLACE: "en situation de travail",
}
PRESENCES: Final = {
    Presence.PRESENT: "présent",
    Presence.PARTIAL: "présent en partie",
    Presence.LATE: "en retard",
    Presence.LEFT_EARLY: "parti avant la fin",
    Presence.ABSENT_JUSTIFIED: "absent, justifié",
    Presence.ABSENT_UNJUSTIFIED: "absent, non justifié",
    Presence.EXCUSED_WAIVED: "dispensé",
    Presence.CANCELLED: "annulé",
    Presence.UNKNOWN: "rien n’est enregistré",
    Presence.UPCOMING: "à venir",
}
ANOMALIES: Final = {
    AnomalyKind.PARALLEL_PRESENCE: "présences simultanées",
    AnomalyKind.IMPOSSIBLE_SPEED: "activité faite bien plus vite qu’annoncé",
    AnomalyKind.LOW_CONNECTION: "connexion très inférieure au temps annoncé",
    AnomalyKind.OUTSIDE_CONTRACT: "hors des dates du contrat",
    AnomalyKind.LONG_SITTING: "connexion sans pause",
    AnomalyKind.SILENT_STRETCH: "longue période sans activité",
    AnomalyKind.WRONG_CLOCK: "horloge de l’émetteur en avance",
    AnomalyKind.MARK_WITHOUT_SLOT: "émargement sans demi-journée",
    AnomalyKind.MARKS_SIDE_BY_SIDE: "deux émargements pour une demi-journée",
    AnomalyKind.MARK_ON_CANCELLED_SLOT: "émargement d’une demi-journée annulée",
    AnomalyKind.MARK_BEYOND_LOG: "émargement au-delà de la connexion",
    AnomalyKind.HOURS_OVER_CONTRACT: "heures au-delà du contrat",
}
_MICRO: Final = 1_000_000
_FORMULA: Final = frozenset("=+-@\t\r")
_NUMBER: Final = re.compile(r"[-+]?[0-9]+([.,][0-9]+)?\Z")


def table(heads: Sequence[str], rows: Iterable[Sequence[object]]) -> bytes:
    """Write a table as spreadsheets in France read it: UTF-8 with a mark, semicolons, decimal commas.

    A cell that a spreadsheet would run as a formula gets an apostrophe before it.
    """
    out = io.StringIO()
    writer = csv.writer(out, delimiter=";", lineterminator="\r\n")
    writer.writerow(heads)
    writer.writerows([_cell(value) for value in row] for row in rows)
    return b"\xef\xbb\xbf" + out.getvalue().encode()


def hours(seconds: float) -> str:
    """Write a length of time in hours, two decimals.

    >>> hours(12600)
    '3,50'
    """
    return f"{seconds / 3600:.2f}".replace(".", ",")


def moment(instant: datetime | None, zone: ZoneInfo) -> str:
    """Write an instant in a session's time."""
    return "" if instant is None else f"{instant.astimezone(zone):%d/%m/%Y %H:%M:%S}"


def attendance_table(slots: Iterable[tuple[SlotFact, Sheet, Line | None]], zone: ZoneInfo) -> bytes:
    """Write what is known of one trainee's half-days."""
    heads = ("Date", "Demi-journée", "De", "À", "Modalité", "Durée prévue (h)", "Due", "État", "Retenu (h)",
             "Enregistré le", "Enregistré par", "Signé le", "Moyen", "Motif", "Corrige", "Traces")  # fmt: skip
    return table(heads, (_attendance_row(fact, sheet, line, zone) for fact, sheet, line in slots))


def _attendance_row(fact: SlotFact, sheet: Sheet, line: Line | None, zone: ZoneInfo) -> Sequence[object]:
    slot, mark = sheet.slot, None if line is None else line.mark
    return (
        f"{slot.held_on:%d/%m/%Y}", HALF_DAYS.get(slot.half_day.value, slot.half_day.value),
        f"{slot.starts_at.astimezone(zone):%H:%M}", f"{slot.ends_at.astimezone(zone):%H:%M}",
        MODALITIES[slot.mode], hours(fact.planned_seconds), "oui" if fact.is_due else "non", PRESENCES[fact.presence],
        hours(fact.credited_micros / _MICRO), *_mark_cells(mark, zone),
        " ".join(str(item) for item in fact.statement_ids),
    )  # fmt: skip


def _mark_cells(mark: Mark | None, zone: ZoneInfo) -> Sequence[object]:
    if mark is None:
        return ("",) * 6
    evidence = mark.evidence
    return (
        moment(mark.recorded_at, zone), mark.recorded_by,
        "" if evidence is None else moment(evidence.signed_at, zone), "" if evidence is None else evidence.method.value,
        mark.reason or (mark.late_reason or ""), "" if mark.replaces is None else str(mark.replaces),
    )  # fmt: skip


def sheets_table(sheets: Iterable[Sheet], zone: ZoneInfo) -> bytes:
    """Write a session's half-days: who taught, who countersigned, of whom nothing is known."""
    heads = ("Date", "Demi-journée", "De", "À", "Module", "Formateurs", "Attendus", "Présents",
             "Sans rien d’enregistré", "Contresignée le", "Contresignée par", "À jour",
             "Empreinte de la feuille")  # fmt: skip
    return table(heads, (_sheet_row(sheet, zone) for sheet in sheets))


def _sheet_row(sheet: Sheet, zone: ZoneInfo) -> Sequence[object]:
    slot, under = sheet.slot, sheet.countersignature
    expected = [line for line in sheet.lines if line.is_expected]
    present = sum(line.mark is not None and line.mark.status.is_present for line in sheet.lines)
    return (
        f"{slot.held_on:%d/%m/%Y}", HALF_DAYS.get(slot.half_day.value, slot.half_day.value),
        f"{slot.starts_at.astimezone(zone):%H:%M}", f"{slot.ends_at.astimezone(zone):%H:%M}", sheet.module_title,
        ", ".join(name for _, name in sheet.trainers), len(expected), present, len(sheet.missing),
        "" if under is None else moment(under.signed_at, zone), "" if under is None else under.trainer_name,
        "" if under is None else ("oui" if under.is_current else "non"), sheet.sha256,
    )  # fmt: skip


def facts_table(facts: EnrolmentFacts) -> bytes:
    """Write what an enrolment adds up to: hours by modality, times that are never blended, rates with their counts."""
    rows: list[Sequence[object]] = []
    by_modality = {"prévues": facts.planned_seconds, "dispensées": facts.waived_seconds, "dues": facts.due_seconds,
                   "réalisées": facts.credited_seconds}  # fmt: skip
    for name, seconds in by_modality.items():
        rows += [(f"Heures {name}, {MODALITIES[modality]}", hours(value), "h", "", "") for modality, value in
                 sorted(seconds.items())]  # fmt: skip
    single = {"Absences justifiées": facts.justified_seconds, "Temps annoncé": facts.estimated_seconds,
              "Temps de connexion": facts.connected_seconds, "Temps actif": facts.active_seconds,
              "dont seulement déclaré": facts.declared_seconds}  # fmt: skip
    rows += [(name, hours(value), "h", "", "") for name, value in single.items()]
    rows.append(("Activités obligatoires faites", facts.satisfied_count, "activités", facts.satisfied_count,
                 facts.mandatory_count))  # fmt: skip
    for figure in facts.figures:
        percent = "n.c." if figure.whole_percent is None else figure.whole_percent
        name = f"{formulas()[figure.formula].title} (formule {figure.formula}, version {figure.version})"
        rows.append((name, percent, "%", figure.numerator, figure.denominator))
    return table(("Mesure", "Valeur", "Unité", "Numérateur", "Dénominateur"), rows)


def anomalies_table(anomalies: Iterable[Anomaly]) -> bytes:
    """Write what somebody should look at."""
    heads = ("Jour", "Quoi", "Observé (s)", "Seuil (s)", "Activité", "Demi-journée", "Règles", "Traces")
    return table(
        heads,
        (
            (f"{item.day:%d/%m/%Y}", ANOMALIES[item.kind], round(item.observed_seconds), round(item.limit_seconds),
             item.activity_id or "", item.slot_id or "", item.rules_version,
             " ".join(str(name) for name in item.statement_ids))
            for item in anomalies
        ),
    )  # fmt: skip


def completeness_table(items: Iterable[Item]) -> bytes:
    """Write what is asked for, and what there is of it."""
    heads = ("Pièce", "État", "Période du", "au", "Due à partir du", "Au plus tard le", "Délai", "Profil du financeur",
             "Rapport", "Source", "Statut de la source", "Code du document")  # fmt: skip
    return table(
        heads,
        (
            (item.expected.document, WORDS[item.state], _day(item.expected.first_on), _day(item.expected.last_on),
             _day(item.expected.event_on), _day(item.expected.due_on), item.expected.deadline, item.expected.profile_id,
             item.expected.report_id, item.expected.source, item.expected.source_status, item.code or "")
            for item in items
        ),
    )  # fmt: skip


def _day(day: object) -> str:
    return "" if day is None else f"{day:%d/%m/%Y}"


def _cell(value: object) -> str:
    text = str(value)
    return f"'{text}" if text[:1] in _FORMULA and not _NUMBER.match(text) else text
