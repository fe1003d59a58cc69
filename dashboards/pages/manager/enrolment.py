"""One learner's file in one session, as it stands or as it stood.

Its reader decides what to do for this person: call them, have a half-day settled, issue a document; or answers a funder
who asks how a figure came about. So every figure leads to its days, half-days and activities, these to statements, and
the whole file can be seen as of an earlier instant: what a document said then is what one reads then.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any, Final

from dash import Input, Output, State, html

from dashboards import formats
from dashboards.frame import answers, forms, parts, writing
from dashboards.frame.acts import Acts
from dashboards.frame.page import Page
from dashboards.frame.visit import Visit
from dashboards.pages.manager import enrolment_documents, enrolment_record, enrolment_work
from dashboards.pages.manager import words as said
from dashboards.pages.trainer.words import MODALITIES
from dashboards.views.enrolment import EnrolmentFile, enrolment_file
from dashboards.words import Texts, Words
from lrs.errors import InvalidRequest, NotFound, Problem
from training.access import STAFF

_TEXTS: Final[Texts] = {
    **said.SHARED,
    **enrolment_work.TEXTS,
    **enrolment_record.TEXTS,
    **enrolment_documents.TEXTS,
    "past_title": ("Ce dossier est montré tel qu’il était le {at}", "This file is shown as it was on {at}"),
    "past_text": (
        "Seul compte ce qui était reçu et enregistré alors.",
        "Only what had been received and recorded by then counts.",
    ),
    "past_back": ("Revenir à aujourd’hui", "Back to today"),
    "before_title": ("Dossier du stagiaire", "Learner’s file"),
    "before_text": (
        "Le {at}, cette inscription n’était pas encore enregistrée.",
        "On {at} this enrolment was not on record yet.",
    ),
    "then": ("Voir le dossier à une date", "See the file as of a date"),
    "then_label": ("Le dossier tel qu’il était le", "The file as it was on"),
    "then_help": ("Heure de Paris.", "Paris time."),
    "then_do": ("Voir", "See"),
    "then_bad": ("Indiquez un jour et une heure.", "Give a day and an hour."),
    "then_ahead": ("Ce moment n’est pas encore passé.", "This moment is not over yet."),
    "unknown_title": ("Rien n’est encore connu de cette inscription", "Nothing is known of this enrolment yet"),
    "unknown_text": (
        "Les chiffres apparaîtront avec les premières traces, ou dès que l’inscription aura été prise en compte.",
        "Figures will appear with the first statements, or once the enrolment has been taken into account.",
    ),
    "times": ("Les cinq temps", "The five times"),
    "times_caption": (
        "Ils se lisent côte à côte et ne s’additionnent jamais.",
        "They are read side by side and never added up.",
    ),
    "distance": ("Activité à distance", "Distance work"),
    "statement_count": ("{count} trace(s)", "{count} statement(s)"),
    "planned_note": ("au contrat", "under the contract"),
    "estimated_note": ("annoncé pour les activités obligatoires", "announced for mandatory activities"),
    "connected_note": ("brut, silences compris", "gross, silences included"),
    "active_note": ("avec une action au moins toutes les quelques minutes", "with an act every few minutes at least"),
    "credited_note": ("ce qu’un document imprime", "what a document prints"),
    "by_modality": ("Heures par modalité", "Hours by modality"),
    "waived": ("Dispensé", "Waived"),
    "rate": ("Réalisé", "Realised"),
    "left": ("sortie : {reason}", "left: {reason}"),
    "done": ("achevée", "completed"),
    "going": ("en formation", "under way"),
}
_AT, _SEE = "enrolment-as-of", "enrolment-as-of-see"


def draw(visit: Visit) -> Any:  # noqa: ANN401 - what Dash takes as children
    """Draw the page."""
    words, lens = visit.words, visit.lens
    as_of = parse_as_of(visit.place.get("as_of", ""))
    name = lens.enrolment(visit.place["enrolment_id"]).id
    try:
        found = enrolment_file(lens, name, as_of)
    except NotFound:
        if as_of is None:
            raise
        return _before(words, name, as_of)
    lens.note_reading([found.enrolment.id], "enrolments")
    is_staff = lens.viewer.role in STAFF
    head = [parts.crumbs(words, *_way(words, found, is_staff=is_staff)), _heading(words, found)]
    if found.is_past:
        title = words("past_title", at=writing.as_of_text(as_of or 0, words.language))
        back = parts.link(words("past_back"), said.enrolment_path(found.enrolment.id))
        head.append(parts.notice(title, [html.P(words("past_text")), back], tone="warning"))
    if found.facts is None:
        head.append(parts.notice(words("unknown_title"), words("unknown_text")))
    return [
        *head,
        parts.live("as-of", parts.as_of(words, found.as_of)),
        parts.live("figures", _figures(words, found)),
        parts.more(words("then"), _then(words, visit.place.get("as_of", ""))),
        parts.card(words("times"), parts.live("times", _times(words, found)), caption=words("times_caption")),
        parts.card(words("by_modality"), _modalities(words, found)),
        *enrolment_work.cards(words, found),
        *enrolment_documents.cards(words, found, is_staff=is_staff),
        *enrolment_record.cards(words, found),
    ]


def _before(words: Words, name: str, as_of: int) -> list[Any]:
    """Return what stands where an enrolment was not on record yet."""
    back = parts.link(words("past_back"), said.enrolment_path(name))
    at = writing.as_of_text(as_of, words.language)
    return [parts.heading(words("before_title")), parts.nothing(words("before_text", at=at), "", back)]


def acts(acts: Acts) -> None:
    """Register what the page does: to look at another instant, and to issue documents."""

    @acts.on(said.TEACHERS, Output(_AT, "error"), Input(_SEE, "n_clicks"), State(_AT, "value"))
    def see(visit: Visit, clicks: object, at: object) -> str:
        if not clicks:
            return ""
        try:
            instant = parse_as_of(at if isinstance(at, str) else "")
        except InvalidRequest:
            instant = None
        if instant is None:
            return visit.words("then_bad")
        if instant > visit.lens.now:
            return visit.words("then_ahead")
        name = visit.lens.enrolment(visit.place.get("enrolment_id", "")).id
        answers.go_to(f"{said.enrolment_path(name)}?as_of={at}")
        return ""

    enrolment_documents.acts(acts)


def parse_as_of(text: str) -> int | None:
    """Read the moment that an address asks for, in Paris where it names no zone; InvalidRequest for what is none.

    >>> parse_as_of("2026-01-05T09:00") == parse_as_of("2026-01-05T08:00+00:00")
    True
    """
    if not text:
        return None
    try:
        found = datetime.fromisoformat(text)
        found = found.replace(tzinfo=formats.PARIS) if found.tzinfo is None else found
        return int(found.astimezone(UTC).timestamp()) * 1_000_000
    except (ValueError, OverflowError, OSError) as error:
        message = "This is not a moment."
        raise InvalidRequest(message, [Problem("/as_of", message, "a moment such as 2026-01-31T18:00")]) from error


def _way(words: Words, found: EnrolmentFile, *, is_staff: bool) -> list[tuple[str, str]]:
    up = [(words("portfolio"), "portfolio")] if is_staff else []
    return [*up, (found.session_title, said.session_path(found.session.id))]


def _heading(words: Words, found: EnrolmentFile) -> html.Div:
    session, left = found.session, found.enrolment.exit
    dates = said.days_between(session.starts_on, session.ends_on, words.language)
    lead = said.joined((found.session_title, dates, found.funder))
    if left is not None:
        badge = parts.badge(words("left", reason=words.say(said.EXITS[left.reason])))
    elif found.facts is not None and found.facts.is_completed:
        badge = parts.badge(words("done"), "good")
    else:
        badge = parts.badge(words("going"))
    return parts.heading(found.person.name or found.person.id, lead, badge)


def _figures(words: Words, found: EnrolmentFile) -> Any:  # noqa: ANN401 - a component
    if found.facts is None:
        return []
    shown = (
        ("attendance", "attendance_rate_net", "#half-days"),
        ("realisation", "realisation_rate", "#days"),
        ("completion", "completion_rate", "#activities"),
        ("progression", "progression", "#activities"),
        ("distance", "distance_activity_rate", "#activities"),
    )
    items = [parts.figure(words, words(name), found.facts.figure(rate), href=href) for name, rate, href in shown]
    count = formats.number(found.facts.statement_count, words.language)
    path = f"/dashboards/{said.statements_path(found.enrolment.id, as_of=found.as_of if found.is_past else None)}"
    return parts.figures(*items, parts.figure(words, words("statements"), count, href=path))


def _times(words: Words, found: EnrolmentFile) -> Any:  # noqa: ANN401 - a component
    facts, language = found.facts, words.language
    if facts is None:
        return []
    times = (
        ("planned", sum(facts.planned_seconds.values())),
        ("estimated", facts.estimated_seconds),
        ("connected", facts.connected_seconds),
        ("active", facts.active_seconds),
        ("credited", sum(facts.credited_seconds.values())),
    )
    return parts.figures(
        *(
            parts.figure(words, words(name), writing.hours(seconds, language), note=words(f"{name}_note"))
            for name, seconds in times
        )
    )


def _then(words: Words, at: str) -> Any:  # noqa: ANN401 - a component
    return forms.form(
        words,
        forms.moment(_AT, words("then_label"), value=at or None, hint=words("then_help")),
        forms.buttons(forms.button(_SEE, words("then_do"), emphasis="second")),
        title=words("then"),
    )


def _modalities(words: Words, found: EnrolmentFile) -> Any:  # noqa: ANN401 - a component
    facts = found.facts
    columns = [
        parts.Column("modality", words("modality"), "text", 160),
        parts.Column("planned", words("planned"), "hours"),
        parts.Column("waived", words("waived"), "hours"),
        parts.Column("due", words("due"), "hours"),
        parts.Column("credited", words("credited"), "hours"),
    ]
    held = [] if facts is None else [
        item for item in MODALITIES
        if facts.planned_seconds.get(item) or facts.due_seconds.get(item) or facts.credited_seconds.get(item)
    ]  # fmt: skip
    rows = [
        {
            "id": item.value,
            "modality": words.say(MODALITIES[item]),
            "planned": facts.planned_seconds.get(item, 0),
            "waived": facts.waived_seconds.get(item, 0),
            "due": facts.due_seconds.get(item, 0),
            "credited": facts.credited_seconds.get(item, 0),
        }
        for item in held
        if facts is not None
    ]
    return parts.table(words, "modalities", columns, rows, label=words("by_modality"))


PAGE: Final = Page(
    name="manager.enrolment",
    path="enrolments/<enrolment_id>",
    roles=said.TEACHERS,
    title=("Dossier du stagiaire", "Learner’s file"),
    draw=draw,
    acts=acts,
    texts=_TEXTS,
    # Documents that are being made change neither facts nor records.
    always_changes=True,
)
