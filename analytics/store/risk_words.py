"""What is said in French where nothing, or no probability, is said of an enrolment; and of what holds estimates up."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from analytics.risk.features import Lack
from analytics.risk.features.registry import load_registry

SENTENCES: Final[Mapping[str, str]] = {
    "no_model": "Aucun modèle n’a encore pu être entraîné\u00a0: il faut davantage de sessions terminées.",
    "model_refused": "Le modèle conservé ne peut pas être vérifié\u00a0: il n’est pas utilisé.",
    "uncalibrated": "Le rang seul est indiqué\u00a0: les pourcentages ne sont pas assez justes.",
    "out_of_range": "Le rang seul est indiqué\u00a0: le modèle ne connaît aucune situation semblable.",
    "lacking": "Les données ne permettent aucune estimation.",
}


def sentence_of(code: str, lack: Lack | None) -> str:
    """Return why there is no estimate, or no probability, in French; `lack` weighs more than the code."""
    return SENTENCES[code] if lack is None else load_registry().lacks[lack.reason]["fr"]
