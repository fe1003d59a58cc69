"""French words for what contents name, and the pieces that several documents are made of."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Final
from zoneinfo import ZoneInfo

from evidence.content import (
    Action,
    ActionNature,
    Evaluation,
    Frame,
    Funding,
    ModalityHours,
    Outcome,
    Signatory,
    Trainee,
)
from evidence.layout import french
from evidence.layout.pictures import Pictures
from training.records.modality import Modality
from training.records.slot import HalfDay

Rows = list[list[str]]
Texts = dict[str, Any]

MODALITIES: Final[Mapping[Modality, str]] = {
    Modality.IN_PERSON: "En présentiel",
    Modality.SYNC_REMOTE: "En classe virtuelle",
    Modality.ASYNC: "À distance (FOAD)",
    Modality.BLENDED: "Mixte",
    Modality.WORKPLACE: "En situation de travail",
}
HALF_DAYS: Final[Mapping[HalfDay, str]] = {HalfDay.AM: "matin", HalfDay.PM: "après-midi", HalfDay.EVENING: "soirée"}
NATURES: Final[Mapping[ActionNature, str]] = {
    ActionNature.TRAINING: "action de formation",
    ActionNature.SKILLS_ASSESSMENT: "bilan de compétences",
    ActionNature.PRIOR_LEARNING_VALIDATION: "action de VAE",
    ActionNature.APPRENTICESHIP: "action de formation par apprentissage",
}
OUTCOMES: Final[Mapping[Outcome, str]] = {
    Outcome.ACQUIRED: "Acquis",
    Outcome.NOT_ACQUIRED: "Non acquis",
    Outcome.WAIVED: "Dispensé(e)",
    Outcome.NONE: "Sans verdict",
}
NOTHING: Final = "–"


@dataclass(frozen=True, slots=True)
class Setting:
    """What texts are written under: the frame, its time zone, and the pictures."""

    frame: Frame
    zone: ZoneInfo
    pictures: Pictures


def person(trainee: Trainee) -> str:
    """Return civility, first name, last name."""
    return " ".join(part for part in (trainee.civility, trainee.first_name, trainee.last_name) if part)


def quoted(text: str) -> str:
    """Put a text between French quotation marks."""
    return f"«{french.NO_BREAK}{text}{french.NO_BREAK}»"


def facts(*rows: tuple[str, str]) -> Rows:
    """Return labels with their values, leaving out those without one."""
    return [[label, value] for label, value in rows if value]


def trainee_facts(trainee: Trainee) -> Rows:
    """Return who, and for whom they work."""
    return facts(("Stagiaire", person(trainee)), ("Entreprise", trainee.employer))


def action_facts(action: Action, *, is_planned: bool = False) -> Rows:
    """Return the action's title, nature, dates, way and place; `is_planned` says that the dates are the plan's."""
    return facts(
        ("Action", action.title),
        ("Nature", NATURES[action.nature].capitalize()),
        ("Dates prévues" if is_planned else "Dates", french.between(action.starts_on, action.ends_on)),
        ("Modalité", MODALITIES[action.modality]),
        ("Lieu", action.place),
        ("Session", action.session),
        ("Convention", action.reference),
    )


def funding_facts(funding: Funding | None) -> Rows:
    """Return who pays, under which references."""
    if funding is None:
        return []
    return facts(
        ("Financeur", funding.funder),
        ("Dispositif", funding.scheme),
        ("Dossier", funding.file_no),
        ("Accord de prise en charge", funding.agreement_no),
    )


def hours_table(hours: Iterable[ModalityHours]) -> Texts:
    """Return hours by modality, planned beside done, with their sums."""
    parts = list(hours)
    rows = [
        [MODALITIES[part.modality], french.length(part.planned_seconds), french.length(part.credited_seconds)]
        for part in parts
    ]
    total = [
        "Total",
        french.length(sum(part.planned_seconds for part in parts)),
        french.length(sum(part.credited_seconds for part in parts)),
    ]
    return {"header": ["Modalité", "Heures prévues", "Heures réalisées"], "rows": rows, "total": total}


def has_distance(hours: Iterable[ModalityHours]) -> bool:
    """Say whether any of it was done at a distance, at one's own time."""
    return any(part.modality is Modality.ASYNC and part.credited_seconds for part in hours)


def evaluations_table(evaluations: Iterable[Evaluation], setting: Setting) -> Texts:
    """Return results of evaluations: what, when, score against threshold, outcome."""
    rows = [
        [
            item.title,
            item.module,
            french.short_day(item.at.astimezone(setting.zone).date()) if item.at is not None else NOTHING,
            score(item.score),
            score(item.mastery),
            str(item.attempts) if item.attempts else NOTHING,
            OUTCOMES[item.outcome],
        ]
        for item in evaluations
    ]
    header = ["Évaluation", "Module", "Date", "Résultat", "Seuil", "Essais", "Issue"]
    return {"header": header, "rows": rows}


def score(value: float | None) -> str:
    """Write a scaled score; a dash where there is none."""
    return NOTHING if value is None else french.percent(value)


def signature(signatory: Signatory, place: str, on: date) -> Texts:
    """Return who gives a document, where and when."""
    return {
        "given": f"Fait à {place}, le {french.day(on)}" if place else f"Fait le {french.day(on)}",
        "name": signatory.name,
        "quality": signatory.quality,
    }
