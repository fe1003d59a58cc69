"""The sheet as a table that spreadsheets open: `;`, UTF-8 with a byte order mark, French headings."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from datetime import datetime
from io import StringIO
from typing import Final
from zoneinfo import ZoneInfo

from training.attendance.mark import Mark, Method, Rule, Status
from training.attendance.sheet import Line, Sheet
from training.attendance.wording import half_day

MEDIA_TYPE: Final = "text/csv; charset=utf-8"
COLUMNS: Final = (
    "Organisme", "Formation", "Session", "Module", "Date", "Demi-journée", "Début", "Fin", "Lieu", "Formateur",
    "Nom", "Prénom", "Inscription", "Statut", "Minutes créditées", "Minutes de retard", "Minutes de départ anticipé",
    "Justifié", "Motif", "Signé le", "Moyen", "Signature tardive, motif", "Signalements", "Correction, motif",
    "Marque", "Contresigné par", "Contresigné le",
)  # fmt: skip
STATUSES: Final = {
    Status.PRESENT: "présent",
    Status.LATE: "en retard",
    Status.LEFT_EARLY: "parti avant la fin",
    Status.ABSENT_JUSTIFIED: "absence justifiée",
    Status.ABSENT_UNJUSTIFIED: "absence non justifiée",
}
METHODS: Final = {
    Method.DISPLAYED_CODE: "code affiché",
    Method.MAILED_CODE: "code reçu par courriel",
    Method.PERSONAL_LINK: "lien personnel",
}
RULES: Final = {
    Rule.OUTSIDE_WINDOW: "hors de la plage de signature",
    Rule.REST_DAY: "dimanche ou jour férié",
    Rule.DRAWING_REUSED: "tracé déjà utilisé",
    Rule.DEVICE_BURST: "plusieurs signatures du même appareil",
    Rule.TWO_PLACES: "présent ailleurs au même moment",
    Rule.TRAINER_MISSING: "signature du formateur manquante",
}
NOT_EXPECTED: Final = "non attendu"
UNKNOWN: Final = "sans indication"
# What a spreadsheet would run as a formula (OWASP, CSV injection).
_FORMULA: Final = ("=", "+", "-", "@", "\t", "\r")


def sheet_table(sheet: Sheet) -> bytes:
    """Return the sheet as CSV: one line for each trainee who is expected or of whom something is recorded."""
    buffer = StringIO()
    writer = csv.writer(buffer, delimiter=";", lineterminator="\r\n")
    writer.writerow(COLUMNS)
    for line in sheet.lines:
        writer.writerow([_safe(cell) for cell in _cells(sheet, line)])
    return buffer.getvalue().encode("utf-8-sig")


def _cells(sheet: Sheet, line: Line) -> Iterator[str]:
    slot, zone, mark = sheet.slot, sheet.session.zone, line.mark
    yield from (sheet.organisation_name, sheet.title, sheet.session.id, sheet.module_title)
    yield from (f"{slot.held_on:%d/%m/%Y}", half_day(slot.half_day))
    yield from (f"{slot.starts_at.astimezone(zone):%H:%M}", f"{slot.ends_at.astimezone(zone):%H:%M}")
    yield from (slot.place or sheet.session.place, ", ".join(name for _, name in sheet.trainers))
    yield from (line.last_name, line.first_name, line.enrolment_id)
    if mark is None:
        yield UNKNOWN if line.is_expected else NOT_EXPECTED
        yield from [""] * 11
    else:
        yield from _mark_cells(mark, zone)
    under = sheet.countersignature
    is_current = under is not None and under.is_current
    yield under.trainer_name if under is not None and is_current else ""
    yield _moment(under.signed_at, zone) if under is not None and is_current else ""


def _mark_cells(mark: Mark, zone: ZoneInfo) -> Iterator[str]:
    evidence = mark.evidence
    yield STATUSES[mark.status]
    yield str(mark.credited_seconds // 60)
    yield str(mark.late_seconds // 60)
    yield str(mark.early_seconds // 60)
    yield "oui" if mark.is_justified else "non"
    yield mark.reason
    yield "" if evidence is None else _moment(evidence.signed_at, zone)
    yield "" if evidence is None else METHODS[evidence.method]
    yield mark.late_reason or ""
    yield ", ".join(RULES[rule] for rule in mark.flags)
    yield mark.correction_reason
    yield str(mark.statement_id)


def _moment(at: datetime, zone: ZoneInfo) -> str:
    return f"{at.astimezone(zone):%d/%m/%Y %H:%M:%S}"


def _safe(cell: str) -> str:
    return f"'{cell}" if cell.startswith(_FORMULA) else cell
