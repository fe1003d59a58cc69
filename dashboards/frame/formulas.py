"""What each formula divides by what, as a reader is told on demand. Which formulas there are: `analytics.rates`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from analytics.rates.formulas import formulas
from dashboards.languages import Language
from dashboards.words import typeset


@dataclass(frozen=True, slots=True)
class Explanation:
    """A formula in the reader's language: what is counted, out of what."""

    title: str
    numerator: str
    denominator: str


_DUE_SYNCHRONOUS: Final = "temps synchrone des demi-journées dues"
_CREDITED: Final = "temps synchrone retenu dans les demi-journées dues"
_ENTERED: Final = "inscriptions entrées en formation"
_PROVED: Final = "temps annoncé des activités obligatoires faites ou dispensées"

# Formula to its French numerator and denominator, and its English title: the register has the other halves.
_FRENCH: Final[Mapping[str, tuple[str, str, str]]] = {
    "attendance_rate_net": (_CREDITED, f"{_DUE_SYNCHRONOUS}, moins les absences justifiées", "Attendance rate (net)"),
    "attendance_rate_gross": (_CREDITED, _DUE_SYNCHRONOUS, "Attendance rate (gross)"),
    "realisation_rate": (
        "tout le temps retenu : synchrone, à distance, en situation de travail",
        "temps prévu au contrat en vigueur, moins ce qui est dispensé ; jamais plus de 100 %",
        "Realisation rate",
    ),
    "distance_activity_rate": (
        "temps à distance retenu : le temps annoncé des activités faites",
        "temps à distance prévu au contrat en vigueur, moins ce qui est dispensé",
        "Distance activity rate",
    ),
    "completion_rate": (
        "activités obligatoires faites ou dispensées", "activités obligatoires qui s’appliquent", "Completion rate",
    ),
    "completion_rate_weighted": (
        _PROVED, "temps annoncé des activités obligatoires qui s’appliquent", "Completion rate, weighted",
    ),
    "progression": (
        _PROVED,
        "temps annoncé de celles attendues à ce jour, selon le calendrier individuel, sinon au rythme de la session",
        "Progression",
    ),
    "dropout_rate": (
        "inscriptions entrées en formation et terminées par un abandon",
        "inscriptions entrées en formation et terminées",
        "Dropout rate",
    ),
    "interruption_rate": (
        "inscriptions entrées et terminées par un abandon, une interruption par l’organisme ou un cas de force majeure",
        _ENTERED,
        "Interruption rate",
    ),
    "contract_termination_rate": (
        "inscriptions terminées par une rupture de contrat après la période probatoire", _ENTERED,
        "Contract termination rate",
    ),
    "early_contract_termination_rate": (
        "inscriptions terminées par une rupture de contrat pendant la période probatoire", _ENTERED,
        "Contract termination rate in probation",
    ),
}  # fmt: skip


def explain(formula: str, language: Language) -> Explanation:
    """Return a formula in words; of one that has no words here yet, those of the register. Raises KeyError."""
    known = formulas()[formula]
    words = _FRENCH.get(formula)
    if language == "fr":
        numerator, denominator = words[:2] if words else (known.numerator, known.denominator)
        return Explanation(typeset(known.title), typeset(numerator), typeset(denominator))
    return Explanation(words[2] if words else known.title, known.numerator, known.denominator)
