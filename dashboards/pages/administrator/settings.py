"""What waits for the administrator.

They decide here what to see to first: what does not work, since when, and what to do about it. Each part is looked at
on its own, so the page says what it can while others are down. What works is listed last and shortly.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from dash import html

from dashboards import formats
from dashboards.frame import parts
from dashboards.frame.page import Page
from dashboards.frame.visit import Visit
from dashboards.pages.administrator.health_words import HEALTH_TEXTS
from dashboards.views.administration.health import Check, Level, read_health
from dashboards.views.administration.requests import read_requests
from dashboards.words import Words
from training.access import Role

ADMINISTRATORS: Final = frozenset((Role.ADMINISTRATOR,))
_TONES: Final[Mapping[Level, parts.Tone]] = {
    Level.WRONG: "alarm",
    Level.UNKNOWN: "warning",
    Level.WATCH: "warning",
    Level.GOOD: "good",
}
_TEXTS: Final = {
    **HEALTH_TEXTS,
    "lead": (
        "Ce qui attend une décision ou une intervention ; le plus urgent d’abord.",
        "What waits for a decision or somebody’s hand; the most urgent first.",
    ),
    "all_good_title": ("Tout fonctionne", "Everything works"),
    "all_good": ("Rien n’attend de vous en ce moment.", "Nothing waits for you just now."),
    "some_title": ("Rien n’est bloqué", "Nothing is blocked"),
    "some": ("Quelques points sont à surveiller ou à régler.", "Some things are to be watched or settled."),
    "wrong_one": ("1 point bloquant", "1 thing is in the way"),
    "wrong_many": ("{count} points bloquants", "{count} things are in the way"),
    "todo": ("À traiter", "To see to"),
    "todo_caption": (
        "Chaque ligne dit ce qui se passe et ce qu’il faut faire.",
        "Each says what is the matter, and what to do.",
    ),
    "works": ("Ce qui fonctionne", "What works"),
    "level_wrong": ("bloquant", "in the way"),
    "level_unknown": ("inconnu", "unknown"),
    "level_watch": ("à surveiller", "to watch"),
    "level_good": ("en ordre", "in order"),
    "see": ("Ouvrir la page", "Open the page"),
    "at": ("État du {when}", "As of {when}"),
    "part_requests": ("Demandes sur les données personnelles", "Requests about personal data"),
    "requests_overdue": (
        "{count} demande(s) en retard de réponse.",
        "{count} request(s) whose answer is overdue.",
    ),
    "requests_overdue_do": ("Répondre sans attendre.", "Answer them now."),
    "requests_open": (
        "{count} demande(s) en attente de réponse, la première avant le {day}.",
        "{count} request(s) to answer, the first by {day}.",
    ),
    "requests_open_do": ("Répondre dans le délai.", "Answer them in time."),
}


def draw(visit: Visit) -> Any:  # noqa: ANN401 - what Dash takes as children
    """Draw the page."""
    words, health = visit.words, read_health(visit.lens)
    checks = sorted((*_requests(visit), *health.checks), key=lambda check: check.level)
    waiting = [check for check in checks if check.level is not Level.GOOD]
    working = [check for check in checks if check.level is Level.GOOD]
    at = words("at", when=formats.moment_of(health.at, words.language))
    return [
        parts.heading(words("title"), words("lead")),
        parts.live(
            "health",
            parts.stack(
                _summary(words, sum(check.level is Level.WRONG for check in checks), len(waiting)),
                *([_todo(words, waiting)] if waiting else []),
                parts.card(words("works"), parts.facts(*[_short(words, check) for check in working]), caption=at),
            ),
        ),
    ]


def _summary(words: Words, wrong: int, waiting: int) -> Any:  # noqa: ANN401 - Dash children
    if wrong:
        title = words("wrong_one") if wrong == 1 else words("wrong_many", count=wrong)
        return parts.notice(title, tone="alarm")
    if waiting:
        return parts.notice(words("some_title"), words("some"), tone="warning")
    return parts.notice(words("all_good_title"), words("all_good"), tone="good")


def _todo(words: Words, checks: list[Check]) -> Any:  # noqa: ANN401 - Dash children
    return parts.card(words("todo"), [_line(words, check) for check in checks], caption=words("todo_caption"))


def _line(words: Words, check: Check) -> Any:  # noqa: ANN401 - Dash children
    key, values = _key(check), _spoken(words, check.values)
    link: list[Any] = [" ", parts.link(words("see"), check.path)] if check.path else []
    state = parts.badge(words(f"level_{check.level.name.lower()}"), _TONES[check.level])
    title = html.H3([words(f"part_{check.part}"), " ", state])
    return html.Div(
        [title, html.P(words(key, **values)), html.P([words(f"{key}_do", **values), *link])], className="check"
    )


def _short(words: Words, check: Check) -> tuple[str, Any]:
    return words(f"part_{check.part}"), words(_key(check), **_spoken(words, check.values))


def _key(check: Check) -> str:
    return "unseen" if check.finding == "unseen" else f"{check.part}_{check.finding}"


def _spoken(words: Words, values: Mapping[str, Any]) -> dict[str, object]:
    """Return the values of a check as they are said."""
    language, found = words.language, dict[str, object](values)
    for name in ("since", "until"):
        if name in values:
            instant = values[name]
            found[name] = words("never") if instant is None else formats.moment_of(instant, language)
    for name in ("free", "total"):
        if name in values:
            found[name] = f"{values[name] / 1024**3:.1f}".replace(".", "," if language == "fr" else ".")
    for name in ("behind", "people", "count", "size"):
        if name in values:
            found[name] = formats.number(int(values[name]), language)
    if "missing" in values:
        found["missing"] = ", ".join(words(f"missing_{name}") for name in values["missing"])
    return found


def _requests(visit: Visit) -> list[Check]:
    """Return what there is to answer; nothing where it cannot be seen, which the store's own line says."""
    try:
        waiting = read_requests(visit.lens).open
    except Exception:  # noqa: BLE001 - the page says of every part what it can
        return []
    if not waiting:
        return []
    overdue = sum(item.days_left < 0 for item in waiting)
    day = formats.short_day(waiting[0].request.due_on, visit.language)
    values = {"count": overdue or len(waiting), "day": day}
    level, finding = (Level.WRONG, "overdue") if overdue else (Level.WATCH, "open")
    return [Check("requests", finding, level, values, "settings/requests")]


PAGE: Final = Page(
    name="administrator.settings",
    path="settings",
    roles=ADMINISTRATORS,
    title=("Administration", "Administration"),
    draw=draw,
    menu=("Administration", "Administration"),
    icon="gear",
    texts={**_TEXTS, "title": ("Administration", "Administration")},
    always_changes=True,
)
