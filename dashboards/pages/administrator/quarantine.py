"""Refused statements.

Who answers for platforms decides here what to tell the sender, and what becomes of what it sent: replayed as it was,
replayed mended, or dropped. A manager reads the same and changes nothing.
"""

from __future__ import annotations

from typing import Any, Final

from dash import html

from dashboards import formats
from dashboards.frame import parts
from dashboards.frame.acts import Acts
from dashboards.frame.page import Page
from dashboards.frame.visit import Visit
from dashboards.pages.administrator.form import FORM_TEXTS, Field, Form, Values, require, text_of
from dashboards.pages.administrator.passing import pass_on, passed_on
from dashboards.pages.administrator.refusals import refusal_words
from dashboards.pages.administrator.settings import ADMINISTRATORS
from dashboards.views.administration.quarantine import (
    HeldView,
    drop_held,
    read_held,
    read_quarantine,
    replay_held,
)
from dashboards.words import Words
from lrs.errors import AssiduError, Problem
from training.access import STAFF, Role

_REPLAY: Final = Form("quarantine-replay", ("body",))
_DROP: Final = Form("quarantine-drop", (), ("sure",))
_TONES: Final[dict[str, parts.Tone]] = {"held": "warning", "replayed": "good", "dropped": "plain"}

_TEXTS: Final = {
    **FORM_TEXTS,
    "title": ("Traces refusées", "Refused statements"),
    "lead": (
        "Ce qu’une plateforme a envoyé et qui n’a pas pu être pris, avec tout ce qui n’allait pas.",
        "What a platform sent that could not be taken, with all that was wrong.",
    ),
    "held": ("En attente d’une décision", "Waiting for a decision"),
    "held_none": (
        "Rien n’est en quarantaine : tout ce qui est arrivé a été pris.",
        "Nothing is in quarantine: all that came was taken.",
    ),
    "over": ("Déjà traité", "Dealt with"),
    "over_none": ("Rien pour l’instant.", "Nothing yet."),
    "senders": ("Qui garde ce qui est refusé", "Who keeps what is refused"),
    "senders_caption": (
        "Sans quarantaine, ce qui est refusé est rendu à la plateforme et n’est pas gardé.",
        "Without quarantine, what is refused goes back to the platform and is not kept.",
    ),
    "senders_none": ("Aucun accès n’est en service.", "No credential is in use."),
    "column_received": ("Reçu", "Received"),
    "column_sender": ("Plateforme", "Platform"),
    "column_problem": ("Premier problème", "First problem"),
    "column_problems": ("Problèmes", "Problems"),
    "column_times": ("Envois", "Times"),
    "column_state": ("État", "State"),
    "column_quarantine": ("Quarantaine", "Quarantine"),
    "state_held": ("en attente", "held"),
    "state_replayed": ("rejoué", "replayed"),
    "state_dropped": ("écarté", "dropped"),
    "yes": ("oui", "yes"),
    "no": ("non", "no"),
    "one_title": ("Envoi refusé", "Refused request"),
    "one_lead": ("Reçu de {label} le {when}, {times} fois.", "Received from {label} at {when}, {times} time(s)."),
    "problems": ("Ce qui ne va pas", "What is wrong"),
    "problems_caption": (
        "À transmettre à qui règle la plateforme : l’endroit, ce qui ne va pas, ce qui serait pris, la règle xAPI.",
        "For whoever runs the platform: where, what is wrong, what would be taken, the xAPI rule.",
    ),
    "accepted": ("Serait pris (en anglais, comme le standard)", "Would be taken"),
    "body_whole": ("(tout l’envoi)", "(the whole)"),
    "fix": ("Corriger et rejouer", "Mend and replay"),
    "fix_caption": (
        "L’envoi est enregistré comme si la plateforme l’envoyait maintenant. Encore refusé, il reste ici, entier.",
        "It is stored as if the platform sent it now. If it is refused again it stays here, whole.",
    ),
    "fix_body": ("Contenu à enregistrer (JSON)", "What to store (JSON)"),
    "fix_do": ("Rejouer", "Replay"),
    "stored_again": ("L’envoi corrigé est enregistré.", "What was mended is stored."),
    "no_body": (
        "Le contenu était trop long pour être gardé, ou a été oublié : la plateforme doit le renvoyer.",
        "The body was too long to keep, or is forgotten: the platform must send it again.",
    ),
    "cut": (
        "Le contenu est montré par son début ; il est rejoué entier.",
        "Only its beginning is shown; it is replayed whole.",
    ),
    "drop": ("Écarter", "Drop"),
    "drop_caption": (
        "Le contenu est oublié définitivement ; il reste que cet envoi a été refusé, et pourquoi.",
        "The body is forgotten for good; that it was refused, and why, stays.",
    ),
    "drop_sure": ("Je comprends que le contenu sera oublié", "I understand that the body is forgotten"),
    "drop_do": ("Écarter cet envoi", "Drop this request"),
    "dropped": ("L’envoi est écarté.", "The request is dropped."),
    "again": ("Encore refusé : rien n’a été enregistré.", "Refused again: nothing was stored."),
    "body": ("Contenu reçu", "What was received"),
    "stored": ("Traces enregistrées", "Statements stored"),
}


def draw(visit: Visit) -> Any:  # noqa: ANN401 - what Dash takes as children
    """Draw the list."""
    words, found = visit.words, read_quarantine(visit.lens)
    held = parts.table(
        words, "held", _columns(words), [_row(words, item) for item in found.held], empty=words("held_none")
    )
    over = parts.table(
        words, "over", _columns(words), [_row(words, item) for item in found.over], empty=words("over_none")
    )
    senders = [
        {"id": key, "name": label, "quarantine": words("yes") if keeps else words("no")}
        for key, label, keeps in found.senders
    ]
    columns = [parts.Column("name", words("column_sender")), parts.Column("quarantine", words("column_quarantine"))]
    return [
        *passed_on(visit),
        parts.heading(words("title"), words("lead")),
        parts.card(words("held"), held),
        parts.card(words("over"), over),
        parts.card(
            words("senders"),
            parts.table(words, "senders", columns, senders, empty=words("senders_none")),
            caption=words("senders_caption"),
        ),
    ]


def draw_one(visit: Visit) -> Any:  # noqa: ANN401 - Dash children
    """Draw one refused request."""
    words, item = visit.words, read_held(visit.lens, visit.place["held_id"])
    when = formats.moment_of(item.received, words.language)
    state = parts.badge(words(f"state_{item.state}"), _TONES.get(item.state, "plain"))
    drawn: list[Any] = [
        *passed_on(visit),
        parts.crumbs(words, (words("title"), "settings/quarantine")),
        parts.heading(words("one_title"), words("one_lead", label=item.label, when=when, times=item.times), state),
        parts.card(words("problems"), _problems(words, item.problems), caption=words("problems_caption")),
    ]
    if item.statement_ids:
        ids = html.Ul([html.Li(html.Code(str(name))) for name in item.statement_ids])
        drawn.append(parts.card(words("stored"), ids))
    if item.state == "held" and visit.lens.viewer.role is Role.ADMINISTRATOR:
        drawn.extend(_decisions(words, item))
    elif item.body is not None:
        drawn.append(parts.card(words("body"), html.Pre(item.body, tabIndex=0)))
    return drawn


def _decisions(words: Words, item: HeldView) -> list[Any]:
    body = Field("body", words("fix_body"), "long", item.body or "", words("cut") if item.is_cut else "", lines=8)
    sure = Field("sure", words("drop_sure"), "flag")
    missing = [parts.notice(words("no_body"), tone="warning")] if item.body is None else []
    return [
        parts.card(
            words("fix"), [*missing, _REPLAY.draw(words, [body], words("fix_do"))], caption=words("fix_caption")
        ),
        parts.card(
            words("drop"), _DROP.draw(words, [sure], words("drop_do"), emphasis="danger"), caption=words("drop_caption")
        ),
    ]


def _problems(words: Words, problems: tuple[Problem, ...]) -> html.Ol:
    """Return what is wrong, one below the other; what would be accepted is in the standard's own language."""
    return html.Ol([_problem(words, problem) for problem in problems], className="entries")


def _problem(words: Words, problem: Problem) -> html.Li:
    where = html.Code(problem.pointer) if problem.pointer else words("body_whole")
    said: list[Any] = [html.P([where, " ", html.B(refusal_words(words, problem.message))])]
    if problem.accepted:
        accepted = html.Span(problem.accepted, lang="en")
        said.append(html.P([words("accepted"), " : ", accepted], className="caption"))
    return html.Li([html.Div(said), html.Span(problem.requirement, className="caption")])


def _columns(words: Words) -> list[parts.Column]:
    return [
        parts.Column("received", words("column_received"), "link", 190),
        parts.Column("sender", words("column_sender"), width=200),
        parts.Column("problem", words("column_problem"), width=340),
        parts.Column("problems", words("column_problems"), "number"),
        parts.Column("times", words("column_times"), "number"),
        parts.Column("state", words("column_state"), "badge"),
    ]


def _row(words: Words, item: HeldView) -> dict[str, Any]:
    when = formats.moment_of(item.last_received, words.language)
    first = item.problems[0] if item.problems else None
    return {
        "id": str(item.held_id),
        "received": f"[{when}](/dashboards/settings/quarantine/{item.held_id})",
        "sender": item.label,
        "problem": "" if first is None else f"{first.pointer} {refusal_words(words, first.message)}".strip(),
        "problems": len(item.problems),
        "times": item.times,
        "state": f"{_TONES.get(item.state, 'plain')}:{words(f'state_{item.state}')}",
    }


def register_one(acts: Acts) -> None:
    """Register what the page of one refused request can do."""

    @_REPLAY.on(acts, ADMINISTRATORS)
    def again(visit: Visit, values: Values) -> Any:  # noqa: ANN401 - Dash children
        words, held_id = visit.words, visit.place["held_id"]
        item, given = read_held(visit.lens, held_id), text_of(values, "body")
        # As it was kept, unless somebody has changed it: attachments and odd bytes stay what they were.
        body = None if item.body is None or item.is_cut or given == item.body.strip() else given
        if item.body is None:
            body = given
        try:
            replay_held(visit.lens, held_id, body)
        except AssiduError as error:
            if not error.problems:
                raise
            return html.Div([parts.notice(words("again"), tone="alarm"), _problems(words, error.problems)])
        pass_on(visit, f"settings/quarantine/{held_id}", "stored_again")
        return None

    @_DROP.on(acts, ADMINISTRATORS)
    def drop(visit: Visit, values: Values) -> None:
        require(values, "sure")
        drop_held(visit.lens, visit.place["held_id"])
        pass_on(visit, f"settings/quarantine/{visit.place['held_id']}", "dropped")


PAGES: Final = (
    Page(
        name="administrator.quarantine",
        path="settings/quarantine",
        roles=STAFF,
        title=("Traces refusées", "Refused statements"),
        draw=draw,
        menu=("Traces refusées", "Refused statements"),
        icon="inbox",
        texts=_TEXTS,
    ),
    Page(
        name="administrator.held",
        path="settings/quarantine/<held_id>",
        roles=STAFF,
        title=("Envoi refusé", "Refused request"),
        draw=draw_one,
        acts=register_one,
        texts=_TEXTS,
    ),
)
