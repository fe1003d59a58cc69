"""What platforms' traces are held to, and which rules they break.

The administrator decides here which platforms' traces are checked against an xAPI profile, whether a trace that breaks
a rule is only counted or refused, and sees what to ask of each platform's publisher first.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from dashboards import formats
from dashboards.frame import answers, parts
from dashboards.frame.acts import Acts
from dashboards.frame.page import Page
from dashboards.frame.visit import Visit
from dashboards.pages.administrator.form import FORM_TEXTS, Field, Form, Values, require, text_of, texts_of
from dashboards.pages.administrator.settings import ADMINISTRATORS
from dashboards.views.administration.checks import CheckedSender, ChecksView, change_checks, read_checks
from dashboards.words import Words
from lrs.profile_report import BrokenRule
from lrs.profiles.checks import CheckMode
from lrs.profiles.library import known_profile, known_profiles

_TONES: Final[Mapping[CheckMode, parts.Tone]] = {
    CheckMode.OFF: "plain",
    CheckMode.FLAG: "warning",
    CheckMode.REFUSE: "good",
}
_POINTERS: Final = {"/profile_checks": "mode"}
_CHANGE: Final = Form("checks-change", ("sender", "mode", "profiles"), (), _POINTERS, {"profiles": "hint_profiles"})
_TEXTS: Final = {
    **FORM_TEXTS,
    "title": ("Contrôle des traces", "Checks of statements"),
    "lead": (
        "Un profil xAPI dit ce qu’une trace doit contenir. Choisissez quelles plateformes doivent s’y tenir.",
        "An xAPI profile says what a statement of some kind must hold. Choose which platforms are held to it.",
    ),
    "broken": ("Règles non respectées", "Rules that are broken"),
    "broken_caption": (
        "Du {since} au {until}, les plus fréquentes d’abord : ce qu’il faut demander à l’éditeur de chaque plateforme.",
        "From {since} to {until}, the most frequent first: what to ask of each platform’s publisher.",
    ),
    "broken_none": ("Aucune règle n’a été enfreinte pendant ces trente jours.", "No rule was broken in these 30 days."),
    "senders": ("Ce qui est contrôlé", "What is checked"),
    "senders_none": ("Aucun accès n’est en service.", "No credential is in use."),
    "change": ("Changer le contrôle d’une plateforme", "Change what a platform is held to"),
    "change_caption": (
        "Une trace comptée est enregistrée ; une trace refusée retourne à la plateforme, avec le détail.",
        "A statement that is counted is stored; one that is refused goes back to the platform, with every problem.",
    ),
    "column_sender": ("Plateforme", "Platform"),
    "column_template": ("Genre de trace", "Kind of statement"),
    "column_rule": ("Ce qui est demandé", "What is asked"),
    "template_of": ("{template} ({profile})", "{template} ({profile})"),
    "column_count": ("Traces", "Statements"),
    "column_refused": ("dont refusées", "of them refused"),
    "column_looked": ("Contrôlées", "Checked"),
    "column_last": ("Dernière fois", "Last"),
    "column_mode": ("Contrôle", "Check"),
    "mode_off": ("aucun", "none"),
    "mode_flag": ("compter", "count"),
    "mode_refuse": ("refuser", "refuse"),
    "field_sender": ("Plateforme", "Platform"),
    "field_mode": ("Si une règle n’est pas respectée", "When a rule is broken"),
    "field_profiles": ("Profils", "Profiles"),
    "option_off": ("Ne rien contrôler", "Check nothing"),
    "option_flag": ("Enregistrer la trace et compter", "Store the statement and count"),
    "option_refuse": ("Refuser la trace", "Refuse the statement"),
    "hint_profiles": ("Au moins un profil, si quelque chose est contrôlé.", "At least one, if anything is checked."),
    "save": ("Enregistrer", "Save"),
    "saved": ("Le contrôle est enregistré.", "Saved."),
    "asks_there": ("{where}\u00a0: {asked}", "{where}: {asked}"),
    "asks_included": ("à indiquer", "must be there"),
    "asks_excluded": ("à ne pas indiquer", "must not be there"),
    "asks_any": ("l’une de ces valeurs : {values}", "one of these values: {values}"),
    "asks_all": ("seulement ces valeurs : {values}", "only these values: {values}"),
    "asks_none": ("aucune de ces valeurs : {values}", "none of these values: {values}"),
    "asks_cmi5": ("règle de la spécification cmi5, section {section}", "rule of cmi5, section {section}"),
    "asks_unknown": ("règle qui n’existe plus", "a rule that is no more"),
    "cmi5_template": ("contenu lancé d’ici", "content launched here"),
}


def draw(visit: Visit) -> Any:  # noqa: ANN401 - what Dash takes as children
    """Draw the page."""
    words, view = visit.words, read_checks(visit.lens)
    days = {name: formats.short_day(day, words.language) for name, day in _days(view).items()}
    return [
        parts.heading(words("title"), words("lead")),
        parts.card(
            words("broken"),
            parts.table(
                words, "broken", _broken_columns(words),
                [_broken_row(words, at, one) for at, one in enumerate(view.report.broken)],
                empty=words("broken_none"),
            ),
            caption=words("broken_caption", **days),
        ),
        parts.card(
            words("senders"),
            parts.table(
                words, "senders", _sender_columns(words), [_sender_row(words, one) for one in view.senders],
                empty=words("senders_none"),
            ),
        ),
        *([_change(words, view)] if view.senders else []),
    ]  # fmt: skip


def _days(view: ChecksView) -> dict[str, Any]:
    return {"since": view.report.since, "until": view.report.until}


def _change(words: Words, view: ChecksView) -> Any:  # noqa: ANN401 - Dash children
    fields = [
        Field(
            "sender", words("field_sender"), "choice", view.senders[0].key,
            options=[(one.key, one.label) for one in view.senders], is_required=True,
        ),
        Field(
            "mode", words("field_mode"), "choice", CheckMode.FLAG.value,
            options=[(mode.value, words(f"option_{mode}")) for mode in CheckMode], is_required=True,
        ),
        Field(
            "profiles", words("field_profiles"), "choices", [], words("hint_profiles"),
            [(profile.name, profile.label[words.language]) for profile in known_profiles()],
        ),
    ]  # fmt: skip
    return parts.card(words("change"), _CHANGE.draw(words, fields, words("save")), caption=words("change_caption"))


def _broken_columns(words: Words) -> list[parts.Column]:
    # Together as wide as the page on a screen of 1280 pixels: which rule it is, is what a publisher is asked with.
    return [
        parts.Column("sender", words("column_sender"), width=150),
        parts.Column("template", words("column_template"), width=190),
        parts.Column("rule", words("column_rule"), width=300),
        parts.Column("count", words("column_count"), "number", 85),
        parts.Column("refused", words("column_refused"), "number", 90),
        parts.Column("looked", words("column_looked"), "number", 105),
        parts.Column("last", words("column_last"), "day", 115),
    ]


def _broken_row(words: Words, at: int, one: BrokenRule) -> dict[str, Any]:
    return {
        "id": str(at),
        "sender": one.label,
        "template": words(
            "template_of",
            profile=_profile(words, one.profile) if one.profile else "cmi5",
            template=one.template.get(words.language, words("cmi5_template")),
        ),
        "rule": _asked(words, one),
        "count": one.stored + one.refused,
        "refused": one.refused,
        "looked": one.looked,
        "last": one.last_on.isoformat(),
    }


def _asked(words: Words, one: BrokenRule) -> str:
    """Say what a rule asks: in the profile's own words where it has some."""
    if one.rule is None:
        section = one.rule_id.removeprefix("cmi5 ")
        return words("asks_unknown") if section == one.rule_id else words("asks_cmi5", section=section)
    rule = one.rule
    said = [words(f"asks_{rule.presence}")] if rule.presence in ("included", "excluded") else []
    for kind in ("any", "all", "none"):
        values = getattr(rule, kind)
        if values is not None:
            said.append(words(f"asks_{kind}", values=", ".join(map(str, values))))
    note = rule.note.get(words.language)
    asked = words("asks_there", where=rule.location.text, asked="\u202f; ".join(said))
    return asked if note is None else f"{asked} — {note}"


def _sender_columns(words: Words) -> list[parts.Column]:
    return [
        parts.Column("sender", words("column_sender"), "link", 240),
        parts.Column("mode", words("column_mode"), "badge"),
        parts.Column("profiles", words("field_profiles"), width=280),
        parts.Column("looked", words("column_looked"), "number"),
    ]


def _sender_row(words: Words, one: CheckedSender) -> dict[str, Any]:
    label = one.label.replace("\\", "\\\\").replace("]", "\\]")
    return {
        "id": one.key,
        "sender": f"[{label}](/dashboards/settings/credentials/{one.key})",
        "mode": f"{_TONES[one.mode]}:{words(f'mode_{one.mode}')}",
        "profiles": ", ".join(_profile(words, name) for name in one.profiles),
        "looked": one.looked,
    }


def _profile(words: Words, name: str) -> str:
    return known_profile(name).label[words.language]


def register(acts: Acts) -> None:
    """Register what the page can do."""

    @_CHANGE.on(acts, ADMINISTRATORS, is_critical=True)
    def change(visit: Visit, values: Values) -> None:
        require(values, "sender", "mode")
        change_checks(visit.lens, text_of(values, "sender"), text_of(values, "mode"), texts_of(values, "profiles"))
        answers.say(visit.words("saved"))
        answers.draw_again()


PAGE: Final = Page(
    name="administrator.checks",
    path="settings/checks",
    roles=ADMINISTRATORS,
    title=("Contrôle des traces", "Checks of statements"),
    draw=draw,
    menu=("Contrôle des traces", "Checks of statements"),
    icon="check",
    acts=register,
    texts=_TEXTS,
)
