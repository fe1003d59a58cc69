"""An estimate in words and lines, as every page that shows one draws it: what it says, why, what would change it.

It speaks of signs and situations, never of what somebody is; and a percentage stands there only where it has been held
against what happened.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from dash import html

from dashboards import formats
from dashboards.frame import parts, writing
from dashboards.views.estimated import RiskReason, RiskScore
from dashboards.views.risk import Trend, band_of
from dashboards.words import Texts, Words
from training.followups import load_outcomes

ESTIMATE_TEXTS: Final[Texts] = {
    "estimate_at_risk": (
        "Environ {chance} % des situations semblables n’ont pas été menées à leur terme (entre {low} et {high}).",
        "About {chance}% of similar situations were not brought to their end (between {low} and {high}).",
    ),
    "estimate_leaves": (
        "Environ {chance} % des situations semblables ont été quittées avant la fin (entre {low} et {high}).",
        "About {chance}% of similar situations were left before the end (between {low} and {high}).",
    ),
    "estimate_leaves_soon": (
        "Environ {chance} % des situations semblables ont été quittées dans les 28 jours (entre {low} et {high}).",
        "About {chance}% of similar situations were left within 28 days (between {low} and {high}).",
    ),
    "estimate_band": (
        "Parmi les {band} % de la session dont les signes sont les plus marqués.",
        "Among the {band}% of the session whose signs are the strongest.",
    ),
    "estimate_place": (
        "{place} sur {among} dans la session, des signes les plus marqués aux moins marqués.",
        "{place} of {among} in the session, from the strongest signs to the weakest.",
    ),
    "estimate_calm": (
        "Dans la moitié de la session dont les signes sont les moins marqués.",
        "In the half of the session whose signs are the weakest.",
    ),
    "estimate_none": ("Pas d’estimation.", "No estimate."),
    "estimate_on": ("Estimation du {day}, modèle {model}.", "Estimate of {day}, model {model}."),
    "estimate_why": ("Ce qui la fait monter", "What raises it"),
    "estimate_no_why": ("Rien ne s’écarte de la session.", "Nothing differs from the session."),
    "estimate_change": ("Ce qui la changerait", "What would change it"),
    "estimate_decides": (
        "Une estimation n’est pas un fait et ne décide de rien : qui suit le stagiaire décide, avec lui.",
        "An estimate is no fact. It decides nothing: whoever follows the learner decides, with them.",
    ),
    "place_low": ("moins marqués", "weaker"),
    "place_middle": ("milieu", "middle"),
    "place_high": ("plus marqués", "stronger"),
    "trend_rising": ("Signes plus marqués depuis deux semaines.", "Signs have grown over two weeks."),
    "trend_steady": ("Signes stables depuis deux semaines.", "Signs are steady over two weeks."),
    "trend_falling": ("Signes moins marqués depuis deux semaines.", "Signs have weakened over two weeks."),
    "trend_unknown": ("Pas encore de tendance.", "No trend yet."),
    "model_own": ("de l’organisme, version {version}", "of the organisation, version {version}"),
    "model_pooled": ("commun à plusieurs organismes, version {version}", "of several organisations, version {version}"),
}
# Of so few days each has its tick; in milliseconds.
_DAYS: Final = 10
_DAY: Final = 86_400_000


def said_of(words: Words, score: RiskScore) -> list[str]:
    """Return what an estimate says, in sentences: the chance where it is calibrated, else a place; why not, else."""
    if not score.is_scored:
        return [words("estimate_none"), *([score.unshown_sentence] if score.unshown_sentence else [])]
    language = words.language
    said = []
    if score.probability is not None:
        chance, low, high = (
            formats.number(round(100 * value), language) for value in (score.probability, score.low, score.high)
            if value is not None
        )  # fmt: skip
        key = f"estimate_{score.target}"
        said.append(words(key, chance=chance, low=low, high=high))
    band = band_of(score)
    if band is not None:
        said.append(words("estimate_band", band=round(100 * band)))
    elif score.place is not None and score.among < 10:  # noqa: PLR2004 - of few, a part says nothing
        said.append(words("estimate_place", place=_ordinal(words, score.place), among=score.among))
    elif score.place is not None:
        said.append(words("estimate_calm"))
    if score.probability is None and score.unshown_sentence:
        said.append(score.unshown_sentence)
    return said


def made_of(words: Words, score: RiskScore) -> str:
    """Return of which day an estimate is, and which model made it."""
    model = ""
    if score.model is not None:
        model = words("model_pooled" if score.model.is_pooled else "model_own", version=score.model.version)
    return words("estimate_on", day=formats.short_day(score.on, words.language), model=model)


def reasons_of(words: Words, reasons: Sequence[RiskReason]) -> html.Ul:
    """Return what raises an estimate, in the sentences that were kept with it."""
    if not reasons:
        return html.Ul([html.Li(words("estimate_no_why"))])
    return html.Ul([html.Li(item.sentence) for item in reasons])


def remedies_of(words: Words, reasons: Sequence[RiskReason]) -> list[Any]:
    """Return what would change an estimate; nothing where nobody can change anything."""
    found = list(dict.fromkeys(item.remedy for item in reasons if item.remedy))
    if not found:
        return []
    return [html.H3(words("estimate_change")), html.Ul([html.Li(text) for text in found])]


def trend_text(words: Words, trend: Trend) -> str:
    """Return where somebody's place goes."""
    return words(f"trend_{trend.value}")


def outcome_text(words: Words, outcome: str) -> str:
    """Return what a way to end is called."""
    return words.say(load_outcomes()[outcome].title)


def history_picture(words: Words, history: Sequence[RiskScore]) -> Mapping[str, Any]:
    """Return the figure of somebody's place among the session, day by day: 100 is where signs are strongest."""
    known = [item for item in history if item.rank is not None]
    return {
        "data": [
            {
                "type": "scatter", "mode": "lines+markers", "x": [item.on.isoformat() for item in known],
                "y": [round(100 * (item.rank or 0)) for item in known], "line": {"color": parts.SERIES[0]},
                "hovertemplate": "%{x}<extra></extra>",
            }
        ],
        "layout": {
            "yaxis": {
                "range": [-4, 104],
                "tickvals": [0, 50, 100],
                "ticktext": [words("place_low"), words("place_middle"), words("place_high")],
            },
            "xaxis": {"type": "date", "tickformat": "%-d %b", **({"dtick": _DAY} if len(known) <= _DAYS else {})},
        },
    }  # fmt: skip


def interval_text(words: Words, low: float, high: float) -> str:
    """Return between which shares a true one lies: 12 % – 34 %."""
    language = words.language
    return f"{writing.percent(round(100 * low), language)} – {writing.percent(round(100 * high), language)}"


def _ordinal(words: Words, place: int) -> str:
    if words.language == "fr":
        return "1er" if place == 1 else f"{place}e"
    return {1: "1st", 2: "2nd", 3: "3rd"}.get(place, f"{place}th")
