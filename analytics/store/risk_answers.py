"""From features to what is kept of them: each model asked about each row, places, reasons. No I/O."""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping
from datetime import date
from typing import Final

from analytics.risk.explanation import Reason
from analytics.risk.features import FeatureTable, Lack
from analytics.risk.models import Model, Scores, Unshown
from analytics.risk.targets import Target
from analytics.store.risk_choice import Chosen
from analytics.store.risk_forms import KeptAnswer, KeptReason
from analytics.store.risk_scores import Look
from analytics.store.risk_values import ModelName
from training.records.ids import EnrolmentId, SessionId

# What is asked of whom: each target to its own horizon, and leaving within two weeks too.
ASKED: Final = ((Target.AT_RISK, None), (Target.LEAVES, None), (Target.LEAVES_SOON, 28), (Target.LEAVES_SOON, 14))
# Which of these are explained: the others follow from the same facts.
EXPLAINED: Final = frozenset(((Target.AT_RISK, None), (Target.LEAVES_SOON, 28)))
# Why nothing is said: no model has been trained, or the one there is does not hold.
NO_MODEL: Final = "no_model"
REFUSED: Final = "model_refused"

# What says in French why there is no probability: of a model, or of a row that cannot be trusted.
Words = Callable[[str, Lack | None], str]


def looks_of(table: FeatureTable, chosen: Chosen, days: Mapping[SessionId, date], words: Words) -> list[Look]:
    """Return what is to be kept of each row of a table; `days` are the local days of its sessions."""
    answers: list[list[KeptAnswer]] = [[] for _ in table.enrolment_ids]
    for target, horizon in ASKED:
        found = chosen.models.get(target)
        if found is None:
            said = _unsaid(table, target, horizon, REFUSED if target in chosen.refused else NO_MODEL, words)
        else:
            said = _said(table, *found, horizon, words)
        for row, answer in enumerate(said):
            answers[row].append(answer)
    return [
        Look(EnrolmentId(name), SessionId(session), days[SessionId(session)], values, answers[row])
        for row, (name, session, values) in enumerate(
            zip(table.enrolment_ids, table.session_ids, table.values.tolist(), strict=True)
        )
    ]


def without_score(looks: list[Look]) -> Counter[str]:
    """Count why rows have no score, by the code of the reason."""
    first = [look.answers[0] for look in looks]
    return Counter(answer.unshown or "" for answer in first if answer.rank is None)


def _said(table: FeatureTable, name: ModelName, model: Model, horizon: int | None, words: Words) -> list[KeptAnswer]:
    scores = model.score(table, horizon=horizon)
    places, among = _places(table, scores)
    scored = [row for row in range(len(table)) if math.isfinite(scores.margin[row])]
    explained = scored if (model.target, horizon) in EXPLAINED else []
    why = dict(zip(explained, model.explain(table, explained), strict=True))
    found = []
    for row, enrolment in enumerate(table.enrolment_ids):
        is_scored = math.isfinite(scores.margin[row])
        lack = table.lacking.get(EnrolmentId(enrolment))
        unshown = scores.unshown[row]
        code = (
            None if unshown is None else (lack.reason.value if lack and unshown is Unshown.LACKING else unshown.value)
        )
        answer = KeptAnswer(
            target=model.target.value,
            horizon=horizon,
            owner=name.owner,
            version=name.version,
            probability=_number(scores.probability[row]),
            low=_number(scores.low[row]),
            high=_number(scores.high[row]),
            rank=_number(scores.rank[row]) if is_scored else None,
            place=places.get(row),
            among=among[table.session_ids[row]],
            unshown=code,
            sentence="" if unshown is None else words(unshown.value, lack),
            reasons=_reasons(why.get(row, ())),
        )
        found.append(answer)
    return found


def _unsaid(table: FeatureTable, target: Target, horizon: int | None, why: str, words: Words) -> list[KeptAnswer]:
    """Return answers where no model answers: what was known is kept all the same."""
    return [
        KeptAnswer(
            target.value, horizon, None, 0, None, None, None, None, None, 0,
            why if lack is None else lack.reason.value, words(why, lack),
        )
        for lack in (table.lacking.get(EnrolmentId(name)) for name in table.enrolment_ids)
    ]  # fmt: skip


def _places(table: FeatureTable, scores: Scores) -> tuple[dict[int, int], Mapping[str, int]]:
    """Return the place of each scored row in its session, 1 for whoever is most at risk, and how many are scored."""
    by_session: defaultdict[str, list[tuple[float, str, int]]] = defaultdict(list)
    for row, (name, session) in enumerate(zip(table.enrolment_ids, table.session_ids, strict=True)):
        if math.isfinite(scores.margin[row]):
            # Of those who are alike the id decides, so that places are the same every time.
            by_session[session].append((-float(scores.margin[row]), name, row))
    places = {row: at for found in by_session.values() for at, (_, _, row) in enumerate(sorted(found), 1)}
    return places, Counter({name: len(found) for name, found in by_session.items()})


def _reasons(found: Iterable[Reason]) -> tuple[KeptReason, ...]:
    return tuple(
        KeptReason(
            item.family, item.feature, _number(item.value), _number(item.usual), float(item.contribution),
            item.sentence, item.remedy,
        )
        for item in found
    )  # fmt: skip


def _number(value: float | None) -> float | None:
    return None if value is None or not math.isfinite(value) else float(value)
