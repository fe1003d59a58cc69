"""The page around a SCO, as HTML; and what is said when there is nothing to show."""

from __future__ import annotations

from collections.abc import Mapping
from html import escape
from typing import Final

import orjson

from lrs.courses.plays import Opened
from lrs.http.player_files import PREFIX as FILES
from lrs.http.player_files import WORKER, address
from lrs.packages.manifest import Item

# What the content may do: run, open windows and forms, save files. Not: lead the whole page elsewhere.
SANDBOX: Final = (
    "allow-scripts allow-same-origin allow-forms allow-modals allow-popups allow-downloads allow-presentation"
)
_LEVEL_MOST: Final = 2
_WIDE: Final = "\u00a0"
_TEXTS: Final[Mapping[str, tuple[str, str]]] = {
    "contents": ("Sommaire", "Contents"),
    "previous": ("Précédent", "Previous"),
    "next": ("Suivant", "Next"),
    "saving": ("Enregistrement…", "Saving…"),
    "saved": ("Enregistré", "Saved"),
    "waiting": (
        f"Pas de réseau{_WIDE}: vos réponses sont gardées sur cet appareil et partiront à son retour.",
        "No network: your answers are kept on this device and will be sent when it is back.",
    ),
    "refused": (
        "Une partie de ce que le cours a envoyé a été refusée. Prévenez votre organisme de formation.",
        "Part of what the course sent was refused. Tell your training organisation.",
    ),
    "ended": (
        "Ce lien a pris fin. Ouvrez de nouveau le cours depuis votre espace de formation.",
        "This link has ended. Open the course again from where it is offered.",
    ),
    "revoked": (
        "Ce lien a été retiré par votre organisme de formation. Ce que vous aviez fait est gardé.",
        "This link was revoked by your training organisation. What you had done is kept.",
    ),
    "over": (
        "Cette partie est terminée et enregistrée. Vous pouvez fermer la page ou passer à la suite.",
        "This part has ended and is saved. You may close the page or go on.",
    ),
    "missing": ("Il n’y a rien à cette adresse.", "There is nothing at this address."),
    "failed": (
        "Le cours ne peut pas être ouvert pour le moment. Réessayez dans quelques minutes.",
        "The course cannot be opened just now. Try again in a few minutes.",
    ),
    "completed": ("terminé", "completed"),
    "passed": ("réussi", "passed"),
    "failed_standing": ("non réussi", "failed"),
    "incomplete": ("commencé", "begun"),
    "none": ("à faire", "to do"),
    "asset": ("à consulter", "to look at"),
    "resume": ("Reprendre le cours", "Go on with the course"),
    "course_over": (
        "Le cours est terminé et enregistré. Vous pouvez fermer la page.",
        "The course has ended and is saved. You may close the page.",
    ),
    "course_suspended": (
        f"Le cours est enregistré{_WIDE}: vous le reprendrez là où vous en êtes. Vous pouvez fermer la page.",
        "The course is saved: you will go on from here. You may close the page.",
    ),
    "closed": ("Cette partie ne peut pas être ouverte.", "This part cannot be opened."),
    "closed_disabled": (
        f"fermée pour l’instant{_WIDE}: le cours demande d’abord autre chose",
        "closed for now: the course asks for something else first",
    ),
    "closed_limit": ("nombre d’essais atteint", "no attempts left"),
    "closed_stopped": ("une partie qui précède doit d’abord être réussie", "a part before it has to be done first"),
    "closed_no_choice": ("s’ouvre dans l’ordre du cours", "opens in the order of the course"),
    "closed_forward_only": ("le cours ne revient pas en arrière", "the course does not go back"),
    "closed_no_exit": ("terminez d’abord le chapitre ouvert", "finish the open chapter first"),
    "closed_constrained": ("trop loin de la partie ouverte", "too far from the open part"),
    "closed_prevented": ("s’ouvre par le début de son chapitre", "opens by the beginning of its chapter"),
    "closed_other": ("fermée pour l’instant", "closed for now"),
    "title": ("Cours", "Course"),
    "frame": (f"Contenu{_WIDE}: ", "Content: "),
}


def text(key: str, language: str) -> str:
    """Return one of the player's texts, in French unless `language` is English."""
    return _TEXTS[key][1 if language == "en" else 0]


def player_page(opened: Opened, number: int, language: str) -> str:
    """Return the page of one part of a course; `number` is its place among what can be opened."""
    item, several = opened.launched[number], len(opened.launched) > 1
    known = {key: text(key, language) for key in _TEXTS if key != "failed_standing"}
    # The script says standings under the words of the runtime.
    known["failed"] = text("failed_standing", language)
    is_sequenced = not is_free(opened)
    page = {
        "start": "start", "worker": WORKER, "scope": f"{FILES}/", "texts": known, "number": number,
        "isSequenced": is_sequenced,
    }  # fmt: skip
    # In a script element nothing is escaped but what could end it.
    data = orjson.dumps(page).decode().replace("<", "\\u003c")
    steps = ""
    if several:
        steps = _asking_steps(language) if is_sequenced else _steps(number, len(opened.launched), language)
    title = opened.version.manifest.title
    heading = f"{title} – {item.title}" if several and item.title != title else title
    alone = "" if several else ' class="alone"'
    return (
        f'{head(heading, language)}<script type="module" src="{address("player.js")}"></script></head><body{alone}>'
        f'<header><h1>{escape(heading)}</h1><p id="state" role="status"></p>{steps}</header>'
        f"{_contents(opened, item, language) if several else ''}"
        f'<main class="stage"><iframe id="sco" title="{escape(text("frame", language) + item.title)}" '
        f'sandbox="{SANDBOX}" '
        f'allow="autoplay; fullscreen" allowfullscreen></iframe></main>'
        f'<script type="application/json" id="page">{data}</script></body></html>'
    )


def is_free(opened: Opened) -> bool:
    """Say whether every part of a course can be opened at any time."""
    manifest = opened.version.manifest
    return manifest.tree is None and not manifest.has_prerequisites


def notice_page(key: str, language: str) -> str:
    """Return a page that only says something."""
    title, said = text("title", language), text(key, language)
    return f"{head(title, language)}</head><body><main><h1>{title}</h1><p>{said}</p></main></body></html>"


def head(title: str, language: str) -> str:
    """Return how every page begins, up to what else its head holds."""
    return (
        f'<!doctype html><html lang="{language}"><head><meta charset="utf-8"><title>{escape(title)}</title>'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        '<meta name="referrer" content="no-referrer"><meta name="robots" content="noindex">'
        f'<link rel="icon" href="data:,"><link rel="stylesheet" href="{address("player.css")}">'
    )


def _steps(number: int, count: int, language: str) -> str:
    """Return the way to what comes before and after."""

    def step(at: int, rel: str, key: str) -> str:
        label = text(key, language)
        if not 0 <= at < count:
            return f'<span aria-hidden="true">{label}</span>'
        return f'<a data-go rel="{rel}" href="../{at}/">{label}</a>'

    return f'<div class="steps">{step(number - 1, "prev", "previous")}{step(number + 1, "next", "next")}</div>'


def _asking_steps(language: str) -> str:
    """Return the same of a course with rules: where they lead is asked, and whether they do is known later."""
    steps = "".join(
        f'<a role="link" data-ask="{request}" rel="{rel}" aria-disabled="true">{text(key, language)}</a>'
        for request, rel, key in (("previous", "prev", "previous"), ("continue", "next", "next"))
    )
    return f'<div class="steps">{steps}</div>'


def _contents(opened: Opened, current: Item, language: str) -> str:
    """Return the table of contents, with what is known of each part."""
    places = {item.identifier: at for at, item in enumerate(opened.launched)}
    items = opened.version.manifest.items
    free = is_free(opened)
    lines = [_line(item, places.get(item.identifier), language, (item is current, free)) for item in items]
    title = text("contents", language)
    return (
        f'<nav class="contents" aria-label="{title}"><details open><summary><h2>{title}</h2></summary>'
        f"<ol>{''.join(lines)}</ol></details></nav>"
    )


def _line(item: Item, place: int | None, language: str, state: tuple[bool, bool]) -> str:
    """Return one line; `state` says whether it is where one is, and whether it can be opened whatever is done."""
    level, title = f"level-{min(item.level, _LEVEL_MOST)}", escape(item.title)
    if place is None:
        return f'<li class="{level}">{title}</li>'
    is_current, free = state
    here = ' aria-current="page"' if is_current else ""
    standing = text("none" if item.is_sco else "asset", language)
    # What rules close has no address until the script knows that they do not.
    way = f'href="../{place}/"' if free else f'role="link" data-way="../{place}/" aria-disabled="true"'
    return (
        f'<li class="{level}" data-item="{place}"><a data-go {way}{here}>{title}</a>'
        f'<span class="standing">{standing}</span></li>'
    )
