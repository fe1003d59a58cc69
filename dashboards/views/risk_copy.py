"""What is estimated of the reader and what was done about it, as tables of the copy of everything (RGPD, 15)."""

from __future__ import annotations

from collections.abc import Iterator

from dashboards.formats import PARIS
from dashboards.views.learner import Me, course_title, own_enrolments
from dashboards.views.lens import Lens
from dashboards.views.risk import followups_of, history_of
from evidence.dossier.tables import moment, table
from lrs.clock import Micros, to_datetime
from training.followups import load_outcomes
from training.records.ids import EnrolmentId

_ESTIMATES = (
    "Jour", "Inscription", "Ce qui est estimé", "Probabilité", "De", "À", "Place", "Sur", "Pourquoi pas de probabilité",
    "Raisons", "Modèle",
)  # fmt: skip
_FOLLOWUPS = ("Suivi", "Inscription", "Quand", "Quoi", "Par", "Texte", "Issue", "Jusqu’au")


def risk_tables(lens: Lens, me: Me) -> Iterator[tuple[str, bytes]]:
    """Yield each table with what to call it."""
    titles = {item.id: course_title(lens, item) for item in own_enrolments(lens, me)}
    yield "estimations.csv", _estimates(lens, titles)
    yield "suivis.csv", _followups(lens, titles)


def _estimates(lens: Lens, titles: dict[EnrolmentId, str]) -> bytes:
    rows = [
        (
            score.on, titles[name], score.target, _number(score.probability), _number(score.low), _number(score.high),
            "" if score.place is None else score.place, score.among, score.unshown_sentence,
            " ".join(item.sentence for item in score.reasons), "" if score.model is None else str(score.model),
        )
        for name in titles
        for score in history_of(lens, name)
    ]  # fmt: skip
    return table(_ESTIMATES, rows)


def _followups(lens: Lens, titles: dict[EnrolmentId, str]) -> bytes:
    outcomes = load_outcomes()
    rows = [
        (
            str(found.id), titles[found.enrolment_id], _at(event.at), event.what.value, event.name or event.by,
            event.text, outcomes[event.outcome].title[0] if event.outcome else "", event.until or "",
        )
        for found in followups_of(lens).of_enrolments(lens.viewer.organisation, list(titles))
        for event in found.events
    ]  # fmt: skip
    return table(_FOLLOWUPS, rows)


def _number(value: float | None) -> str:
    return "" if value is None else f"{value:.3f}".replace(".", ",")


def _at(micros: Micros) -> str:
    return moment(to_datetime(micros), PARIS)
