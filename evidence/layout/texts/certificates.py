"""Certificat de réalisation: the ministry's wording and order (compliance 1.3), then hours by modality."""

from __future__ import annotations

from typing import Final

from evidence.content import ActionNature, CompletionCertificate, IntermediateCertificate
from evidence.layout import french
from evidence.layout.texts.words import (
    NATURES,
    Setting,
    Texts,
    funding_facts,
    has_distance,
    hours_table,
    person,
    signature,
)

_RETENTION: Final = (
    "Sans préjudice des délais imposés par les règles fiscales, comptables ou commerciales, je m’engage à conserver "
    "l’ensemble des pièces justificatives qui ont permis d’établir le présent certificat pendant une durée de "
    "3\u00a0ans à compter de la fin de l’année du dernier paiement. En cas de cofinancement des fonds européens la "
    "durée de conservation est étendue conformément aux obligations conventionnelles spécifiques."
)
_MONTHLY: Final = (
    "Lorsque l’action est mise en œuvre dans le cadre d’un projet de transition professionnelle, le certificat de "
    "réalisation doit être transmis mensuellement."
)
_AT_A_DISTANCE: Final = (
    "Dans le cadre des formations à distance prendre en compte la réalisation des activités pédagogiques et le temps "
    "estimé pour les réaliser."
)
_DISTANCE: Final = (
    "Heures à distance : temps estimé, annoncé au stagiaire, des activités pédagogiques dont la réalisation est "
    "prouvée."
)


def certificate_texts(content: CompletionCertificate | IntermediateCertificate, setting: Setting) -> Texts:
    """Return the texts of a certificate, intermediate or not."""
    frame, action = setting.frame, content.action
    period = content.period if isinstance(content, IntermediateCertificate) else None
    whole = french.between(action.starts_on, action.ends_on)
    return {
        "about": person(content.trainee),
        "signatory": content.signatory.name,
        "quality": content.signatory.quality,
        "provider": frame.provider.legal_name,
        "trainee": person(content.trainee),
        "employer": content.trainee.employer,
        "action": action.title,
        "natures": [[label, nature is action.nature] for nature, label in NATURES.items()],
        # The intermediate one certifies its period, as the model has it, and says which action that is a part of.
        "dates": whole if period is None else french.between(period.first, period.last),
        "whole": "" if period is None else f"Période d’une action prévue {whole}.",
        "duration": _duration(content),
        "cumulated": _cumulated(content),
        "hours": hours_table(content.hours),
        "hours_note": _DISTANCE if has_distance(content.hours) else "",
        "funding": funding_facts(content.funding),
        "retention": _RETENTION,
        "notes": [_MONTHLY, _AT_A_DISTANCE],
        "signature": signature(content.signatory, content.place, frame.issued_at.astimezone(setting.zone).date()),
    }


def _duration(content: CompletionCertificate | IntermediateCertificate) -> str:
    """Return the duration realised: in months for apprenticeship (days beside them), else in hours."""
    seconds = content.realised_seconds
    hours = french.hours(seconds)
    exact = f"{hours} ({french.length(seconds)})" if seconds % 3600 else hours
    if content.action.nature is not ActionNature.APPRENTICESHIP or content.realised_months is None:
        return exact
    days = "" if content.realised_days is None else f", soit {french.count(content.realised_days, 'jour')}"
    return f"{french.count(content.realised_months, 'mois', 'mois')}{days} ({hours})"


def _cumulated(content: CompletionCertificate | IntermediateCertificate) -> str:
    if not isinstance(content, IntermediateCertificate):
        return ""
    begins, ends = french.day(content.action.starts_on), french.day(content.period.last)
    return f"Depuis le début de l’action ({begins}) et jusqu’au {ends} : {french.length(content.cumulated_seconds)}."
