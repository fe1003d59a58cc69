"""The page of a course of cmi5, as HTML: its units with how each stands, and a button that opens each."""

from __future__ import annotations

from collections.abc import Mapping
from html import escape
from typing import Final

from lrs.cmi5.vocabulary import LaunchMode
from lrs.courses.cmi5_plays import Contents, Line, UnitState
from lrs.http.player_page import head

_WIDE: Final = "\u00a0"
_LEVEL_MOST: Final = 2
_TEXTS: Final[Mapping[str, tuple[str, str]]] = {
    "lead": (
        "Vos réponses sont enregistrées au fil de chaque unité. En la quittant, vous revenez ici.",
        "Your answers are saved as you go. When you leave a unit, you come back here.",
    ),
    "all_met": ("Toutes les unités de ce cours sont satisfaites.", "All units of this course are satisfied."),
    "begin": ("Ouvrir", "Open"),
    "go_on": ("Reprendre", "Go on"),
    "review": ("Revoir", "Look again"),
    "named": (f"{{verb}}{_WIDE}: {{title}}", "{verb}: {title}"),
    "mode_Browse": (
        f"Vous parcourez ce cours{_WIDE}: rien n’est compté.",
        "You are looking around in this course: nothing counts.",
    ),
    "mode_Review": (
        f"Vous revoyez ce cours{_WIDE}: rien n’est compté.",
        "You are looking at this course again: nothing counts.",
    ),
    "units": ("Unités du cours", "The course’s units"),
    UnitState.TO_DO: ("à faire", "to do"),
    UnitState.BEGUN: ("en cours", "begun"),
    UnitState.SATISFIED: ("satisfait", "satisfied"),
    UnitState.WAIVED: ("dispensé", "waived"),
    UnitState.TO_READ: ("à consulter", "to look at"),
    UnitState.READ: ("consulté", "looked at"),
}
_VERBS: Final[Mapping[UnitState, str]] = {
    UnitState.TO_DO: "begin",
    UnitState.TO_READ: "begin",
    UnitState.WAIVED: "begin",
    UnitState.BEGUN: "go_on",
    UnitState.READ: "review",
    UnitState.SATISFIED: "review",
}


def course_page(contents: Contents, mode: LaunchMode, wanted: int | None, language: str) -> str:
    """Return the page; `wanted` is the place of the unit that somebody came for, which is then the first to open."""
    first = wanted if wanted is not None else contents.next_place
    title = escape(contents.title)
    # Of one unit alone, the button that stands out says it all.
    is_alone = first is not None and sum(line.place is not None for line in contents.lines) == 1
    lines = "".join(_line(line, first, language, has_button=not is_alone) for line in contents.lines)
    label = _said("units", language)
    return (
        f'{head(contents.title, language)}</head><body class="course"><header><h1>{title}</h1></header>'
        f'<main class="course"><p>{_said("lead", language)}</p>{_notices(contents, mode, language)}'
        f'{_first(contents, first, language)}<ol class="units" aria-label="{label}">{lines}</ol></main></body></html>'
    )


def _notices(contents: Contents, mode: LaunchMode, language: str) -> str:
    keys = [] if mode is LaunchMode.NORMAL else [f"mode_{mode}"]
    if contents.next_place is None:
        keys.append("all_met")
    return "".join(f'<p class="notice">{_said(key, language)}</p>' for key in keys)


def _first(contents: Contents, first: int | None, language: str) -> str:
    """Return the one button that stands out: what is not met yet, or what somebody came for."""
    if first is None:
        return ""
    line = contents.line(first)
    named = _said("named", language).format(verb=_said(_VERBS[line.state], language), title=line.title)
    return _button(first, escape(named), "main")


def _line(line: Line, first: int | None, language: str, *, has_button: bool) -> str:
    level, title = f"level-{min(line.level, _LEVEL_MOST)}", escape(line.title)
    if line.place is None:
        return f'<li class="block {level}"><h2>{title}</h2></li>'
    state = f'<span class="standing" data-standing="{line.state}">{_said(line.state, language)}</span>'
    current = ' aria-current="step"' if line.place == first else ""
    return (
        f'<li class="unit {level}" data-unit="{line.place}"{current}><div><span class="title">{title}</span>{state}'
        f"</div>{_quiet(line, line.place, language) if has_button else ''}</li>"
    )


def _quiet(line: Line, place: int, language: str) -> str:
    verb = _said(_VERBS[line.state], language)
    return _button(place, verb, "quiet", escape(_said("named", language).format(verb=verb, title=line.title)))


def _button(place: int, said: str, kind: str, name: str = "") -> str:
    label = f' aria-label="{name}"' if name else ""
    return f'<form method="post" action="unites/{place}"><button class="{kind}"{label}>{said}</button></form>'


def _said(key: str, language: str) -> str:
    return _TEXTS[key][1 if language == "en" else 0]
