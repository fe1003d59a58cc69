"""Feuille d'émargement: half-day by half-day, who was there and how it was signed."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Final

from evidence.content import (
    AttendanceSheet,
    HalfDaySheet,
    SheetFlag,
    SheetLine,
    SheetStatus,
    Signature,
    SigningMethod,
    TrainerSignature,
)
from evidence.layout import french
from evidence.layout.texts.words import HALF_DAYS, MODALITIES, Setting, Texts, facts, signature

_METHODS: Final[Mapping[SigningMethod, str]] = {
    SigningMethod.DISPLAYED_CODE: "code affiché en salle",
    SigningMethod.MAILED_CODE: "code reçu par e-mail",
    SigningMethod.PERSONAL_LINK: "lien personnel",
}
_FLAGS: Final[Mapping[SheetFlag, str]] = {
    SheetFlag.OUTSIDE_WINDOW: "signature hors de la plage prévue",
    SheetFlag.REST_DAY: "dimanche ou jour férié",
    SheetFlag.DRAWING_REUSED: "tracé identique à celui d’une autre signature",
    SheetFlag.DEVICE_BURST: "plusieurs signatures rapprochées sur le même appareil",
    SheetFlag.TWO_PLACES: "présence signée ailleurs au même moment",
    SheetFlag.TRAINER_MISSING: "feuille non contresignée",
}
# What stands in the place of a drawing that is not at hand; who checks a page against its evidence looks for it.
_NO_DRAWING: Final = "Signature tracée, image non disponible"
_SHA_SHOWN: Final = 16
_ID_SHOWN: Final = 8


def sheet_texts(content: AttendanceSheet, setting: Setting) -> Texts:
    """Return the texts of the feuille d'émargement."""
    on = setting.frame.issued_at.astimezone(setting.zone).date()
    return {
        "about": content.session or content.title,
        "facts": facts(
            ("Action", content.title),
            ("Session", content.session),
            ("Dates", french.between(content.starts_on, content.ends_on)),
            ("Demi-journées", str(len(content.half_days))),
        ),
        "header": ["Stagiaire", "Présence", "Signature", "Signé le"],
        "half_days": [_half_day(item, setting) for item in content.half_days],
        "note": (
            f"Heures locales ({setting.frame.time_zone}). Chaque stagiaire signe depuis son propre accès, après "
            "avoir lu le texte signé ; les cases barrées sont celles des absents. La référence est celle de la trace "
            "dans le registre scellé."
        ),
        "signature": None if content.signatory is None else signature(content.signatory, "", on),
    }


def _half_day(sheet: HalfDaySheet, setting: Setting) -> Texts:
    name = f"{french.weekday(sheet.held_on)}, {HALF_DAYS[sheet.half_day]}"
    name = name[0].upper() + name[1:]
    return {
        "title": f"{name}, {_hours(sheet.starts_at, sheet.ends_at, setting)}",
        "facts": facts(
            ("Module", sheet.module or "Non renseigné"),
            ("Animée par", ", ".join(sheet.trainers) or "Non renseigné"),
            ("Lieu", _place(sheet)),
        ),
        "cancelled": "" if sheet.cancelled is None else _cancelled(sheet.cancelled),
        "lines": [_line(line, setting) for line in sheet.lines],
        "summary": f"{name} : {_summary(sheet)}",
        "trainer": _trainer(sheet, setting),
    }


def _cancelled(reason: str) -> str:
    return f"Demi-journée non tenue : {reason}." if reason else "Demi-journée non tenue."


def _hours(starts: datetime, ends: datetime, setting: Setting) -> str:
    return f"de {french.clock(starts, setting.zone)} à {french.clock(ends, setting.zone)}"


def _place(sheet: HalfDaySheet) -> str:
    mode = MODALITIES[sheet.modality]
    return f"{sheet.place} ({mode[0].lower()}{mode[1:]})" if sheet.place else mode


def _line(line: SheetLine, setting: Setting) -> Texts:
    is_absent = line.status in (SheetStatus.ABSENT_JUSTIFIED, SheetStatus.ABSENT_UNJUSTIFIED)
    drawing = None if line.signature is None else setting.pictures.find(line.signature.drawing)
    who = f"{line.first_name} {line.last_name}".strip()
    return {
        "last_name": line.last_name,
        "first_name": line.first_name,
        "employer": line.employer,
        "status": _status(line),
        "remarks": _remarks(line, setting),
        "is_struck": is_absent or (line.status is None and not line.is_expected),
        "has_drawing": line.signature is not None and line.signature.drawing is not None,
        "drawing": drawing,
        "drawing_alternative": f"Signature tracée par {who}",
        "mark": _mark(line, has_drawing=drawing is not None),
        "signed": _signed(line.signature, setting),
    }


def _status(line: SheetLine) -> str:
    match line.status:
        case None:
            return "Sans indication" if line.is_expected else "Non attendu(e)"
        case SheetStatus.PRESENT:
            return f"Présent(e), {french.length(line.credited_seconds)}"
        case SheetStatus.LATE | SheetStatus.LEFT_EARLY:
            return f"Présent(e) en partie, {french.length(line.credited_seconds)}"
        case SheetStatus.ABSENT_JUSTIFIED:
            return "Absence justifiée"
        case SheetStatus.ABSENT_UNJUSTIFIED:
            return "Absence injustifiée"


def _remarks(line: SheetLine, setting: Setting) -> list[str]:
    """Return what else is recorded: lateness, reasons, what was corrected, rules that are not kept."""
    found = []
    if line.late_seconds:
        found.append(f"Arrivée en retard de {french.length(line.late_seconds)}")
    if line.early_seconds:
        found.append(f"Départ en avance de {french.length(line.early_seconds)}")
    if line.reason:
        justified = " (justifié)" if line.is_justified and (line.late_seconds or line.early_seconds) else ""
        found.append(f"Motif : {line.reason}{justified}")
    if line.signature is not None and line.signature.late_reason is not None:
        signed = french.instant(line.signature.signed_at, setting.zone)
        found.append(f"Signé après la demi-journée, le {signed} : {line.signature.late_reason}")
    if line.correction:
        found.append(f"Corrigé : {line.correction}")
    found.extend(f"À examiner : {_FLAGS[flag]}" for flag in line.flags)
    return found


def _mark(line: SheetLine, *, has_drawing: bool) -> str:
    """Return what stands in the cell of the signature where no drawing does."""
    if has_drawing or line.status is None:
        return ""
    if line.status in (SheetStatus.ABSENT_JUSTIFIED, SheetStatus.ABSENT_UNJUSTIFIED):
        return "Absent(e)"
    if line.signature is None:
        return "Non signé par le stagiaire"
    if line.signature.drawing is None:
        return "Signé par case cochée"
    return _NO_DRAWING


def _signed(mark: Signature | None, setting: Setting) -> list[str]:
    if mark is None:
        return []
    return [
        french.short_instant(mark.signed_at, setting.zone),
        _METHODS[mark.method].capitalize(),
        f"Réf. {mark.statement_id[:_ID_SHOWN]}",
    ]


def _summary(sheet: HalfDaySheet) -> str:
    statuses = [line.status for line in sheet.lines if line.is_expected or line.status is not None]
    present = sum(status in (SheetStatus.PRESENT, SheetStatus.LATE, SheetStatus.LEFT_EARLY) for status in statuses)
    unknown = statuses.count(None)
    absent = len(statuses) - present - unknown
    parts = [french.count(present, "présence"), french.count(absent, "absence")]
    if unknown:
        parts.append(f"{unknown} sans indication")
    signed = sum(line.signature is not None for line in sheet.lines)
    return f"{', '.join(parts)} ; {french.count(signed, 'signature')}."


def _trainer(sheet: HalfDaySheet, setting: Setting) -> Texts | None:
    if sheet.cancelled is not None:
        return None
    mark = sheet.countersignature
    if mark is None:
        return {"text": "Feuille non contresignée.", "detail": "", "has_drawing": False, "drawing": None}
    drawing = setting.pictures.find(mark.drawing)
    return {
        "text": f"Contresignée par {mark.name}, le {french.instant(mark.signed_at, setting.zone)}.",
        "detail": _under(mark),
        "has_drawing": mark.drawing is not None,
        "drawing": drawing,
        "mark": "" if drawing is not None else _NO_DRAWING,
        "alternative": f"Signature tracée par {mark.name}",
    }


def _under(mark: TrainerSignature) -> str:
    reference = f"Empreinte de la feuille {mark.sheet_sha256[:_SHA_SHOWN]}…, réf. {mark.statement_id[:_ID_SHOWN]}."
    changed = "" if mark.is_current else " La feuille a changé depuis cette contresignature."
    return f"{reference}{changed}"
