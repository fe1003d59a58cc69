"""Attestations: attendance, end of training, entry, exit; and the transcript."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from evidence.content import (
    Absence,
    AttendanceAttestation,
    EndOfTrainingAttestation,
    EntryAttestation,
    ExitAttestation,
    Outcome,
    Rate,
    SkillsTranscript,
)
from evidence.layout import french
from evidence.layout.texts.words import (
    HALF_DAYS,
    MODALITIES,
    NOTHING,
    OUTCOMES,
    Rows,
    Setting,
    Texts,
    action_facts,
    evaluations_table,
    facts,
    funding_facts,
    hours_table,
    person,
    score,
    signature,
    trainee_facts,
)
from training.records.enrolment import ExitReason

# The formulas that documents print: what they are called, and what they divide (docs/facts.md has them all).
_RATES: Final[Mapping[str, tuple[str, str]]] = {
    "attendance_rate_net": ("Taux d’assiduité net", "heures suivies / (heures dues − absences justifiées)"),
    "attendance_rate_gross": ("Taux d’assiduité brut", "heures suivies / heures dues"),
    "realisation_rate": ("Taux de réalisation", "heures réalisées / heures prévues, moins les dispenses"),
}
_REASONS: Final[Mapping[ExitReason, str]] = {
    ExitReason.COMPLETED: "Terme de la formation",
    ExitReason.ABANDON: "Abandon",
    ExitReason.TRANSFER: "Transfert vers une autre session",
    ExitReason.OF_INTERRUPTION: "Interruption par l’organisme de formation",
    ExitReason.FORCE_MAJEURE: "Force majeure",
    ExitReason.EARLY_SUCCESS: "Réussite anticipée",
    ExitReason.CANCELLED_BEFORE_ENTRY: "Annulation avant l’entrée",
    ExitReason.CONTRACT_TERMINATION: "Rupture du contrat",
}


def attendance_texts(content: AttendanceAttestation, setting: Setting) -> Texts:
    """Return the texts of the attestation d'assiduité."""
    counts = content.half_days
    return {
        "about": person(content.trainee),
        "statement": (
            f"Je soussigné(e) {content.signatory.name}, {content.signatory.quality}, atteste que l’assiduité de "
            f"{person(content.trainee)} à l’action désignée ci‑dessous, "
            f"{french.between(content.period.first, content.period.last)}, a été la suivante."
        ),
        "facts": [*trainee_facts(content.trainee), *action_facts(content.action), *funding_facts(content.funding)],
        "figures": [
            ["Heures dues", french.length(content.due_seconds), french.count(counts.due, "demi-journée")],
            ["Heures suivies", french.length(content.attended_seconds), _attended(content)],
            [
                "Absence justifiée",
                french.length(content.justified_seconds),
                french.count(counts.absent_justified, "demi-journée entière", "demi-journées entières"),
            ],
            [
                "Absence injustifiée",
                french.length(content.due_seconds - content.attended_seconds - content.justified_seconds),
                french.count(counts.absent_unjustified, "demi-journée entière", "demi-journées entières"),
            ],
        ],
        "rates": [_rate(rate) for rate in content.rates],
        "absences": {
            "header": ["Date", "Demi-journée", "Horaire", "Manqué", "Motif"],
            "rows": [_absence(absence, setting) for absence in content.absences],
        },
        "hours": hours_table(content.hours),
        "evaluations": evaluations_table(content.evaluations, setting),
        "signature": _signature(content, setting),
    }


def end_texts(content: EndOfTrainingAttestation, setting: Setting) -> Texts:
    """Return the texts of the attestation de fin de formation."""
    met = "sont réunies" if content.is_completed else "ne sont pas toutes réunies"
    return {
        "about": person(content.trainee),
        "statement": (
            f"Je soussigné(e) {content.signatory.name}, {content.signatory.quality}, atteste que "
            f"{person(content.trainee)} a suivi l’action désignée ci‑dessous (durée réalisée : "
            f"{french.hours(content.realised_seconds)} ; durée prévue : {french.hours(content.planned_seconds)})."
        ),
        "facts": [*trainee_facts(content.trainee), *action_facts(content.action)],
        "objectives": list(content.objectives),
        "evaluations": evaluations_table(content.evaluations, setting),
        "completion": f"Les conditions d’achèvement fixées par le programme {met}.",
        "hours": hours_table(content.hours),
        "note": (
            "Cette attestation (article L6313-7 du Code du travail) est remise au stagiaire. Elle ne remplace pas le "
            "certificat de réalisation adressé au financeur, ni une certification."
        ),
        "signature": _signature(content, setting),
    }


def transcript_texts(content: SkillsTranscript, setting: Setting) -> Texts:
    """Return the texts of the relevé de compétences."""
    modules: dict[str, Rows] = {}
    for line in content.lines:
        at = NOTHING if line.at is None else french.short_day(line.at.astimezone(setting.zone).date())
        cells = [line.title, at, score(line.score), score(line.mastery), str(line.attempts or NOTHING)]
        modules.setdefault(line.module, []).append([*cells, OUTCOMES[line.outcome]])
    waived = sum(line.outcome is Outcome.WAIVED for line in content.lines)
    return {
        "about": person(content.trainee),
        "facts": [*trainee_facts(content.trainee), *action_facts(content.action)],
        "summary": (
            f"{french.count(content.acquired, 'élément acquis', 'éléments acquis')} sur "
            f"{french.count(content.evaluated, 'évalué')}"
            + (f", {french.count(waived, 'dispense')}" if waived else "")
            + "."
        ),
        "header": ["Compétence ou activité évaluée", "Date", "Résultat", "Seuil", "Essais", "Issue"],
        "modules": [[title or "Hors module", rows] for title, rows in modules.items()],
        "signature": _signature(content, setting),
    }


def entry_texts(content: EntryAttestation, setting: Setting) -> Texts:
    """Return the texts of the attestation d'entrée en formation."""
    return {
        "about": person(content.trainee),
        "statement": (
            f"Je soussigné(e) {content.signatory.name}, {content.signatory.quality}, atteste que "
            f"{person(content.trainee)} est entré(e) en formation le {french.day(content.entered_on)}."
        ),
        "facts": [
            *trainee_facts(content.trainee),
            *action_facts(content.action, is_planned=True),
            *facts(("Entrée effective", french.weekday(content.entered_on))),
            *funding_facts(content.funding),
        ],
        "hours": {
            "header": ["Modalité", "Heures prévues"],
            "rows": [[MODALITIES[part.modality], french.length(part.planned_seconds)] for part in content.hours],
            "total": ["Total", french.length(content.planned_seconds)],
        },
        "signature": _signature(content, setting),
    }


def exit_texts(content: ExitAttestation, setting: Setting) -> Texts:
    """Return the texts of the attestation de sortie de formation."""
    entered = "" if content.entered_on is None else french.weekday(content.entered_on)
    reason = _REASONS[content.reason] + (f" – {content.detail}" if content.detail else "")
    return {
        "about": person(content.trainee),
        "statement": (
            f"Je soussigné(e) {content.signatory.name}, {content.signatory.quality}, atteste que "
            f"{person(content.trainee)} est sorti(e) de formation le {french.day(content.left_on)}."
        ),
        "facts": [
            *trainee_facts(content.trainee),
            *action_facts(content.action, is_planned=True),
            *facts(
                ("Entrée effective", entered),
                ("Sortie effective", french.weekday(content.left_on)),
                ("Motif de sortie", reason),
            ),
            *funding_facts(content.funding),
        ],
        "figures": [
            ["Heures réalisées", french.length(content.realised_seconds), ""],
            ["Heures prévues", french.length(content.planned_seconds), ""],
        ],
        "rates": [_rate(content.rate)],
        "hours": hours_table(content.hours),
        "signature": _signature(content, setting),
    }


def _attended(content: AttendanceAttestation) -> str:
    counts = content.half_days
    whole = french.count(counts.attended, "demi-journée entière", "demi-journées entières")
    return f"{whole}, {counts.partly_attended} en partie" if counts.partly_attended else whole


def _rate(rate: Rate) -> list[str]:
    label, formula = _RATES.get(rate.formula, (rate.formula, ""))
    seconds = rate.unit == "second"
    over = [french.length(part) if seconds else str(part) for part in (rate.numerator, rate.denominator)]
    return [label, french.whole_percent(rate.percent), f"{formula} : {over[0]} / {over[1]}"]


def _absence(absence: Absence, setting: Setting) -> list[str]:
    kind = "Justifiée" if absence.is_justified else "Injustifiée"
    missed = "Toute la demi-journée" if absence.is_whole else french.length(absence.missed_seconds)
    return [
        french.short_day(absence.held_on),
        f"{HALF_DAYS[absence.half_day].capitalize()}, {MODALITIES[absence.modality].lower()}",
        f"{french.clock(absence.starts_at, setting.zone)} – {french.clock(absence.ends_at, setting.zone)}",
        missed,
        f"{kind} : {absence.reason}" if absence.reason else kind,
    ]


def _signature(
    content: AttendanceAttestation | EndOfTrainingAttestation | SkillsTranscript | EntryAttestation | ExitAttestation,
    setting: Setting,
) -> Texts:
    on = setting.frame.issued_at.astimezone(setting.zone).date()
    return signature(content.signatory, content.place, on)
