"""Ways of working, and how many of each completed: regularity, presence, pace; in groups, never anybody by themself.

Its reader decides what to advise a new session, and where the calendar asks for a rhythm that few can keep. Groups
differ in much besides: what goes together is shown, not what follows from what.
"""

from __future__ import annotations

from typing import Any, Final

from dash import html

from dashboards import formats
from dashboards.frame import parts, writing
from dashboards.frame.page import Page
from dashboards.frame.visit import Visit
from dashboards.pages.estimates import interval_text
from dashboards.pages.manager import words as said
from dashboards.views.risk_profiles import Band, Profile, ProfilesView, profiles_of
from dashboards.words import Texts, Words
from training.access import STAFF

_TEXTS: Final[Texts] = {
    **said.SHARED,
    "title": ("Profils qui réussissent", "Profiles that succeed"),
    "lead": (
        "Comment ont travaillé ceux qui ont achevé la formation, et les autres ; par groupes.",
        "How those worked who completed the course, and the others; in groups.",
    ),
    "programmes": ("Programme", "Programme"),
    "none": ("Rien à montrer pour l’instant", "Nothing to show for now"),
    "none_hint": (
        "Il faut des sessions terminées, avec au moins {least} personnes entrées.",
        "It takes ended sessions, with at least {least} people who entered.",
    ),
    "caveat": ("À lire avec prudence", "To be read with care"),
    "caveat_text": (
        "Aller de pair n’est pas causer : qui a plus de temps travaille aussi plus régulièrement.",
        "Going together is not causing: whoever has more time also works more regularly.",
    ),
    "least": (
        "Un groupe de moins de {least} personnes n’est pas montré, ni celui dont on pourrait le déduire.",
        "A group of fewer than {least} people is not shown, nor one from which it could be told.",
    ),
    "interval": (
        "L’intervalle (Wilson, 95 %) dit entre quelles valeurs la vraie part peut se trouver.",
        "The interval (Wilson, 95%) says between which values the true share may lie.",
    ),
    "of": (
        "{people} personne(s) entrée(s), {sessions} session(s) terminée(s) de « {title} ».",
        "{people} people who entered, {sessions} ended sessions of “{title}”.",
    ),
    "regularity": ("Régularité", "Regularity"),
    "regularity_caption": (
        "Jours avec une trace, par semaine de session.",
        "Days with a statement, by week of the session.",
    ),
    "attendance_caption": ("Assiduité nette, en pourcentage.", "Net attendance, in percent."),
    "pace": ("Temps actif", "Active time"),
    "pace_caption": ("Heures actives par semaine de session.", "Active hours by week of the session."),
    "band": ("Groupe", "Group"),
    "band_between": ("{low} à moins de {high}{unit}", "{low} to less than {high}{unit}"),
    "band_from": ("{low}{unit} et plus", "{low}{unit} and more"),
    "people_count": ("Personnes", "People"),
    "completed": ("Formation achevée", "Course completed"),
    "interval_column": ("Intervalle", "Interval"),
    "hidden": ("non montré", "not shown"),
}
_UNITS: Final = {"regularity": ("j/sem.", "days/week"), "attendance": ("%", "%"), "pace": ("h/sem.", "h/week")}


def draw(visit: Visit) -> Any:  # noqa: ANN401 - what Dash takes as children
    """Draw the page."""
    words, found = visit.words, profiles_of(visit.lens, visit.place.get("programme", ""))
    head = [
        parts.heading(words("title"), words("lead")),
        parts.live("as-of", parts.as_of(words, found.as_of)),
        *_programmes(words, found),
    ]
    if found.programme is None or found.people is None:
        return [*head, parts.nothing(words("none"), words("none_hint", least=found.least))]
    language = words.language
    about = words(
        "of", people=formats.number(found.people, language), sessions=formats.number(found.sessions, language),
        title=found.programme.title or found.programme.id,
    )  # fmt: skip
    caveat = [words("caveat_text"), words("least", least=found.least), words("interval")]
    return [
        *head,
        html.P(about),
        parts.notice(words("caveat"), html.Ul([html.Li(text) for text in caveat])),
        *(_profile(words, item) for item in found.profiles),
    ]


def _programmes(words: Words, found: ProfilesView) -> list[Any]:
    if len(found.programmes) < 2 or found.programme is None:  # noqa: PLR2004 - of one there is no choice
        return []
    chosen = found.programme.id
    places = [(f"profiles?programme={item.id}", item.title or item.id, item.id == chosen) for item in found.programmes]
    return [parts.choice(words("programmes"), places)]


def _profile(words: Words, profile: Profile) -> Any:  # noqa: ANN401 - a component
    name = profile.dimension
    columns = [
        parts.Column("band", words("band"), "text", 220),
        parts.Column("people", words("people_count"), "text", 130),
        parts.Column("completed", words("completed"), "text", 170),
        parts.Column("interval", words("interval_column"), "text", 170),
    ]
    rows = [_row(words, name, at, band) for at, band in enumerate(profile.bands)]
    table = parts.table(words, name, columns, rows, label=words(name))
    return parts.card(words(name), table, caption=words(f"{name}_caption"))


def _row(words: Words, name: str, at: int, band: Band) -> dict[str, Any]:
    language = words.language
    unit = words.say(_UNITS[name])
    low = writing.decimal(band.low, language)
    if band.high is None:
        text = words("band_from", low=low, unit=f"\u00a0{unit}")
    else:
        text = words("band_between", low=low, high=writing.decimal(band.high, language), unit=f"\u00a0{unit}")
    hidden = words("hidden")
    interval = band.interval
    share = hidden
    if band.people is not None and band.completed is not None:
        share = formats.percent(band.completed, band.people, language) if band.people else words("figure_none")
        share += f" ({formats.number(band.completed, language)})"
    return {
        "id": str(at),
        "band": text,
        "people": hidden if band.people is None else formats.number(band.people, language),
        "completed": share,
        "interval": "" if interval is None else interval_text(words, interval.low, interval.high),
    }


PAGE: Final = Page(
    name="manager.profiles",
    path="profiles",
    roles=STAFF,
    title=_TEXTS["title"],
    draw=draw,
    menu=("Profils", "Profiles"),
    icon="star",
    texts=_TEXTS,
)
