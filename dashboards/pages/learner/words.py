"""Words that several of a learner's pages say."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any, Final
from uuid import UUID

import dash_mantine_components as dmc
from dash import html
from dash.development.base_component import Component

from analytics.encouragement import Reason
from dashboards import formats
from dashboards.frame import forms, parts
from dashboards.frame.parts import Tone
from dashboards.pages.administrator.rule_words import SOURCES
from dashboards.views.learner import LEARNERS
from dashboards.words import Texts, Words, typeset
from evidence.issuing.document import Status

ROLES: Final = LEARNERS

LEARNER_TEXTS: Final[Texts] = {
    "me_unknown": ("Votre compte n’est relié à aucune fiche", "Your account is tied to nobody on record"),
    "me_unknown_hint": (
        "Demandez à votre responsable pédagogique de relier les deux. Rien n’est perdu : vos traces vous attendent.",
        "Ask your pedagogical manager to tie the two. Nothing is lost: your traces are waiting.",
    ),
    "IN_PERSON": ("En présentiel", "In person"),
    "SYNC_REMOTE": ("Classe virtuelle", "Virtual class"),
    "ASYNC": ("À distance, à votre rythme", "Remote, at your own pace"),
    "BLENDED": ("Mixte", "Blended"),
    "WORKPLACE": ("En situation de travail", "At the workplace"),
    "AM": ("matin", "morning"),
    "PM": ("après-midi", "afternoon"),
    "EVENING": ("soir", "evening"),
    "reason_overdue": ("en retard sur votre calendrier", "overdue by your calendar"),
    "reason_begun": ("déjà commencée", "begun already"),
    "reason_failed": ("à retenter", "worth another attempt"),
    "reason_next": ("la suite du programme", "next in the programme"),
    "reason_optional": ("facultative", "optional"),
    "status_VALID": ("en vigueur", "valid"),
    "status_SUPERSEDED_INPUTS": ("à remplacer", "to be replaced"),
    "status_SUPERSEDED": ("remplacé", "replaced"),
    "status_REVOKED": ("révoqué", "revoked"),
    "traces_one": ("trace", "statement"),
    "traces_many": ("traces", "statements"),
    "days_one": ("jour", "day"),
    "days_many": ("jours", "days"),
    "source_recalled": ("référence à confirmer", "reference to be confirmed"),
    "source_design": ("choix du produit", "chosen by the product"),
    "source_verified": ("source vérifiée", "source verified"),
    "source_override": ("décision de votre organisme", "decided by your training organisation"),
}

REASON_TONES: Final[dict[Reason, Tone]] = {Reason.OVERDUE: "warning", Reason.FAILED: "warning"}
STATUS_TONES: Final[dict[Status, Tone]] = {
    Status.VALID: "good",
    Status.TO_REPLACE: "warning",
    Status.SUPERSEDED: "plain",
    Status.REVOKED: "alarm",
}


def unknown(words: Words) -> html.Div:
    """Return what a learner's page shows to an account that is tied to nobody."""
    return parts.nothing(words("me_unknown"), words("me_unknown_hint"))


def reason_badge(words: Words, reason: Reason) -> html.Span:
    """Return why an activity is proposed, in a few words."""
    return parts.badge(words(f"reason_{reason.value}"), REASON_TONES.get(reason, "plain"))


def day_text(words: Words, value: date) -> str:
    """Write a day without its weekday."""
    return formats.short_day(value, words.language)


def long_day(words: Words, value: date) -> str:
    """Write a day with its weekday, as one reads it aloud."""
    return formats.day(value, words.language)


def span_text(words: Words, starts_at: datetime, ends_at: datetime) -> str:
    """Write from when to when, in the day's own zone."""
    return f"{starts_at:%H:%M} – {ends_at:%H:%M}" if words.language == "en" else f"{starts_at:%H:%M} à {ends_at:%H:%M}"


def file_link(text: str, address: str, name: str, *, size: str = "") -> html.A:
    """Return a button that gives the reader a file; `name` says to who cannot see what stands around it which one."""
    said: dict[str, Any] = {"aria-label": f"{text} {name}"}
    return html.A(text, href=address, className="button", download="", title=size or None, **said)


def other_link(text: str, address: str, name: str) -> html.A:
    """Return a button to a page of ours beside these: it opens beside them too."""
    said: dict[str, Any] = {"aria-label": f"{text} {name}"}
    return html.A(text, href=address, className="button quiet", target="_blank", rel="noopener", **said)


def checkboxes(
    key: str, label: str, options: forms.Options, *, value: Sequence[str] = (), hint: str = "", required: bool = False
) -> Component:
    """Return a choice of several whose options are all seen, each as wide as a thumb; `value` is a list."""
    boxes = [dmc.Checkbox(label=text, value=name) for name, text in options]
    group: Component = dmc.CheckboxGroup(
        html.Div(boxes, className="radios"), id=key, label=label, description=hint or None, withAsterisk=required,
        value=list(value),
    )  # fmt: skip
    return group


def statements_link(words: Words, ids: tuple[UUID, ...], path: str) -> html.A:
    """Return a link to the statements that something rests on, with how many they are."""
    count = formats.counted(len(ids), words("traces_one"), words("traces_many"), words.language)
    return parts.link(count, path)


def provision_text(words: Words, name: str, reference: str, status: str) -> str:
    """Write where a rule's value comes from: in the reader's language where that is written down."""
    return source_text(words, words.say(SOURCES[name]) if name in SOURCES else reference, status)


def source_text(words: Words, reference: str, status: str) -> str:
    """Write where a value comes from, and how sure that is: `… (référence à confirmer)`."""
    told = typeset(reference) if words.language == "fr" else reference
    return f"{told} ({words(f'source_{status}')})"
