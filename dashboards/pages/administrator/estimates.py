"""Whether chances of giving up are estimated: the decision that holds, who made it, why, and every one before it.

Its reader decides whether the organisation has learners estimated at all. Turning it off is one act and takes effect at
once; turning it on asks for the day of the impact assessment, which comes first. Prospects are never estimated.
"""

from __future__ import annotations

from datetime import date
from typing import Any, Final

from dash import Input, Output, State, html

from dashboards import formats
from dashboards.frame import answers, forms, parts
from dashboards.frame.acts import Acts
from dashboards.frame.page import Page
from dashboards.frame.visit import Visit
from dashboards.views.risk import today_of
from dashboards.views.risk_switch import ADMINISTRATORS, SwitchView, read_switch, turn
from dashboards.words import Texts, Words
from lrs.clock import Micros, to_datetime
from training.followups import Decision
from training.followups.followup import REASON_MOST

_TEXTS: Final[Texts] = {
    "title": ("Estimation du risque d’abandon", "Estimates of dropout"),
    "lead": (
        "Décider si l’organisme la fait faire. Elle sert à proposer de l’aide ; elle ne décide jamais seule.",
        "Decide whether the organisation has it made. It serves to offer help; it never decides by itself.",
    ),
    "settings": ("Administration", "Administration"),
    "is_on": ("En service", "On"),
    "is_off": ("Hors service", "Off"),
    "now": ("Aujourd’hui", "Today"),
    "decided": ("Décidé", "Decided"),
    "decided_by": ("le {day}, par {who} : {reason}", "on {day}, by {who}: {reason}"),
    "never_decided": (
        "Personne ne l’a encore décidé : rien n’est estimé avant une décision.",
        "Nobody has decided yet: nothing is estimated before a decision.",
    ),
    "assessed": ("Analyse d’impact", "Impact assessment"),
    "active": ("Inscriptions en cours", "Running enrolments"),
    "objecting": ("Personnes opposées", "People who object"),
    "followups": ("Suivis ouverts", "Open follow-ups"),
    "scored": ("Dernière estimation", "Last estimate"),
    "scored_never": ("aucune", "none"),
    "turn_off": ("Arrêter l’estimation", "Turn estimates off"),
    "turn_off_caption": (
        "Effet immédiat : plus rien n’est calculé ni montré. Les suivis en cours restent à leurs responsables.",
        "At once: nothing is worked out or shown. Open follow-ups stay with their owners.",
    ),
    "turn_on": ("Mettre en service", "Turn estimates on"),
    "turn_on_caption": (
        "Faites d’abord l’analyse d’impact (modèle : docs/dpia.md) et informez les stagiaires.",
        "Make the impact assessment first (template: docs/dpia.md), and inform learners.",
    ),
    "reason": ("Motif de la décision", "Reason of the decision"),
    "reason_missing": ("Donnez un motif.", "Give a reason."),
    "assessed_on": ("Date de l’analyse d’impact (AIPD)", "Date of the impact assessment (DPIA)"),
    "assessed_missing": ("Donnez la date de l’analyse d’impact, passée.", "Give the day of the assessment, past."),
    "do_off": ("Arrêter", "Turn off"),
    "do_on": ("Mettre en service", "Turn on"),
    "history": ("Décisions", "Decisions"),
    "history_caption": ("Toutes, la dernière d’abord ; aucune n’est effacée.", "All of them, the last first."),
    "history_none": ("Aucune décision.", "No decision."),
    "when": ("Quand", "When"),
    "what": ("Décision", "Decision"),
    "who": ("Par", "By"),
    "frame": ("Le cadre", "The frame"),
    "frame_act": ("Règlement européen sur l’IA", "European AI regulation"),
    "frame_act_text": (
        "Traité comme un système à haut risque (annexe III, 3) : surveillance humaine, journaux, fiche du modèle.",
        "Treated as a high-risk system (annex III (3)): human oversight, logs, a model card.",
    ),
    "frame_gdpr": ("RGPD", "GDPR"),
    "frame_gdpr_text": (
        "Intérêt légitime, analyse d’impact (35), opposition (21), aucune décision automatisée (22).",
        "Legitimate interest, impact assessment (35), objection (21), no automated decision (22).",
    ),
    "frame_prospects": ("Candidats et prospects", "Applicants and prospects"),
    "frame_prospects_text": (
        "Jamais estimés : le produit ne contient pas cette fonction, qui servirait à sélectionner (annexe III, 3 a).",
        "Never estimated: the product has no such function, which would serve to select (annex III (3) (a)).",
    ),
    "frame_read": ("À lire", "To read"),
    "frame_read_text": (
        "docs/model-card.md, docs/dpia.md, docs/dropout-evaluation.md, livrés avec le produit.",
        "docs/model-card.md, docs/dpia.md, docs/dropout-evaluation.md, which come with the product.",
    ),
}
_FRAME: Final = ("act", "gdpr", "prospects", "read")


def draw(visit: Visit) -> Any:  # noqa: ANN401 - what Dash takes as children
    """Draw the page."""
    words, found = visit.words, read_switch(visit.lens)
    badge = parts.badge(words("is_on"), "good") if found.is_on else parts.badge(words("is_off"))
    trouble = [parts.notice(found.trouble, tone="warning")] if found.trouble else []
    return [
        parts.crumbs(words, (words("settings"), "settings")),
        parts.heading(words("title"), words("lead")),
        *trouble,
        parts.two(
            parts.card(words("now"), parts.live("now", _now(words, found)), tools=badge),
            _turn(words, found),
        ),
        parts.card(
            words("frame"), parts.facts(*((words(f"frame_{name}"), words(f"frame_{name}_text")) for name in _FRAME))
        ),
        parts.card(words("history"), _history(words, found), caption=words("history_caption")),
    ]


def _now(words: Words, found: SwitchView) -> Any:  # noqa: ANN401 - a component
    language = words.language
    last = found.decisions[0] if found.decisions else None
    lines: list[tuple[str, Any]] = [(words("decided"), words("never_decided") if last is None else _said(words, last))]
    if last is not None and last.assessed_on is not None:
        lines.append((words("assessed"), formats.short_day(last.assessed_on, language)))
    lines += [
        (words("active"), formats.number(found.active, language)),
        (words("objecting"), formats.number(found.objecting, language)),
        (words("followups"), formats.number(found.open_followups, language)),
    ]
    if found.is_on:
        at = found.scored_at
        lines.append(
            (words("scored"), words("scored_never") if at is None else formats.moment_of(Micros(at), language))
        )
    return parts.facts(*lines)


def _said(words: Words, decision: Decision) -> str:
    day = formats.moment_of(decision.at, words.language)
    return words("decided_by", day=day, who=decision.name or decision.by, reason=decision.reason)


def _turn(words: Words, found: SwitchView) -> Any:  # noqa: ANN401 - a component
    kind = "off" if found.is_on else "on"
    fields = [forms.text("turn-reason", words("reason"), required=True, most=REASON_MOST)]
    assessed = forms.date("turn-assessed", words("assessed_on"), required=True)
    # The act reads it in both cases; a decision to turn off needs none.
    fields.append(html.Div(assessed, hidden=True) if found.is_on else assessed)
    button = forms.button("turn-do", words(f"do_{kind}"), emphasis="danger" if found.is_on else "main")
    form = forms.form(words, *fields, forms.buttons(button), title=words(f"turn_{kind}"), has_required=True)
    return parts.card(words(f"turn_{kind}"), form, caption=words(f"turn_{kind}_caption"))


def _history(words: Words, found: SwitchView) -> Any:  # noqa: ANN401 - a component
    columns = [
        parts.Column("when", words("when"), "instant"),
        parts.Column("what", words("what"), "badge", 140),
        parts.Column("who", words("who"), "text", 170),
        parts.Column("reason", words("reason"), "text", 260),
        parts.Column("assessed", words("assessed"), "day", 150),
    ]
    rows = [
        {
            "id": str(item.number),
            "when": to_datetime(item.at).isoformat(),
            "what": ("good:" if item.is_on else "plain:") + words("is_on" if item.is_on else "is_off"),
            "who": item.name or item.by,
            "reason": item.reason,
            "assessed": None if item.assessed_on is None else item.assessed_on.isoformat(),
        }
        for item in found.decisions
    ]
    return parts.table(words, "decisions", columns, rows, empty=words("history_none"), label=words("history"))


def acts(register: Acts) -> None:
    """Register the decision."""

    @register.on(
        ADMINISTRATORS,
        [Output("turn-reason", "error"), Output("turn-assessed", "error")],
        Input("turn-do", "n_clicks"),
        State("turn-reason", "value"),
        State("turn-assessed", "value"),
    )
    def decide(visit: Visit, clicks: int | None, reason: object, assessed: object) -> list[str]:
        words, found = visit.words, read_switch(visit.lens)
        why, day = str(reason or "").strip(), _day(assessed)
        is_past = day is not None and day <= today_of(visit.lens)
        wrong = [
            "" if why and len(why) <= REASON_MOST else words("reason_missing"),
            "" if found.is_on or is_past else words("assessed_missing"),
        ]
        if not clicks or any(wrong):
            return wrong
        turn(visit.lens, visit.reader.person, why, on=not found.is_on, assessed_on=None if found.is_on else day)
        answers.go_to(f"settings/estimates?at={visit.lens.now}")
        return wrong


def _day(value: object) -> date | None:
    try:
        return date.fromisoformat(str(value or ""))
    except ValueError:
        return None


PAGE: Final = Page(
    name="administrator.estimates",
    path="settings/estimates",
    roles=ADMINISTRATORS,
    title=_TEXTS["title"],
    draw=draw,
    acts=acts,
    menu=("Estimations", "Estimates"),
    icon="scale",
    texts=_TEXTS,
    always_changes=True,
)
