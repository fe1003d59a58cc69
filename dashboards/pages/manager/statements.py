"""The statements that a figure is made of, and one of them as it was received.

Its reader checks: is this figure what the platforms said, when, and can nobody have changed it since?
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final
from urllib.parse import urlencode

from dash import html

from dashboards import formats, verbs
from dashboards.frame import parts, writing
from dashboards.frame.page import Page
from dashboards.frame.visit import Visit
from dashboards.pages.manager import words as said
from dashboards.pages.trainer.words import ANOMALIES
from dashboards.views.lens import Lens
from dashboards.views.statements import Sealing, StatementLine, StatementPage, statement_of, statements_of
from dashboards.views.statements_asked import Asked, parse_asked
from dashboards.views.statements_text import set_out
from dashboards.words import Texts, Words
from lrs.clock import to_text

_TEXTS: Final[Texts] = {
    **said.SHARED,
    "title": ("Traces", "Statements"),
    "one_title": ("Trace", "Statement"),
    "lead": (
        "Ce dont les chiffres de {person} découlent, tel que les plateformes l’ont envoyé.",
        "What the figures of {person} follow from, as platforms sent it.",
    ),
    "file": ("Dossier de {person}", "File of {person}"),
    "asked_day": ("jour : {value}", "day: {value}"),
    "asked_activity": ("activité : {value}", "activity: {value}"),
    "asked_slot": ("demi-journée : {value}", "half-day: {value}"),
    "asked_anomaly": ("constat : {value}", "finding: {value}"),
    "asked_as_of": ("situation au {value}", "as of {value}"),
    "asked_all": ("toute l’inscription", "the whole enrolment"),
    "all": ("Toutes les traces de l’inscription", "Every statement of the enrolment"),
    "caption": (
        "{total} traces ; page {number} sur {pages}. Les heures sont celles de Paris.",
        "{total} statements; page {number} of {pages}. Times are those of Paris.",
    ),
    "none": ("Aucune trace ne répond à cette demande.", "No statement matches."),
    "none_hint": (
        "Le chiffre est nul, ou il vient des contrats et du calendrier, pas de traces.",
        "The figure is nought, or it comes from contracts and the calendar, not from statements.",
    ),
    "when": ("Quand", "When"),
    "verb": ("Action", "Verb"),
    "object": ("Sur quoi", "Object"),
    "result": ("Résultat", "Result"),
    "sender": ("Envoyée par", "Sent by"),
    "sealed": ("Scellement", "Seal"),
    "open": ("JSON", "JSON"),
    "pages": ("Pages", "Pages"),
    "success": ("réussite", "success"),
    "failure": ("échec", "failure"),
    "completed": ("achevée", "completed"),
    "not_completed": ("non achevée", "not completed"),
    "score": ("score {value}", "score {value}"),
    "sealed_at": ("n° {position}, état {head}", "no. {position}, head {head}"),
    "unsealed": ("pas encore scellée", "not sealed yet"),
    "voided": ("annulée", "voided"),
    "erased": ("effacée", "erased"),
    "stands": ("valable", "stands"),
    "one_lead": ("Telle qu’elle est conservée, octet pour octet.", "As it is kept, byte for byte."),
    "stored": ("Reçue le", "Received"),
    "happened": ("Datée du", "Dated"),
    "proof": ("Preuve d’inclusion", "Inclusion proof"),
    "proof_held": (
        "Vérifiée à l’instant : n° {position} des {size} traces que couvre l’état n° {head}, signé le {at}.",
        "Checked just now: no. {position} of the {size} statements under head {head}, signed {at}.",
    ),
    "proof_fails": (
        "Elle ne tient pas : le journal ne contient pas cette trace à cette place. Prévenez l’administrateur.",
        "It does not hold: the log has not this statement at this place. Tell the administrator.",
    ),
    "proof_none": (
        "Elle n’est pas encore couverte par un état signé : cela prend quelques secondes.",
        "No signed head covers it yet: that takes a few seconds.",
    ),
    "laid_out": ("Mise en lignes", "Set out over lines"),
    "exact": ("Exactement telle que conservée", "Exactly as kept"),
    "exact_caption": ("Une seule ligne, sans un caractère de plus.", "One line, not a character more."),
    "erased_title": ("Cette trace a été effacée", "This statement was erased"),
    "erased_text": (
        "Il n’en reste que sa place dans le journal, qui prouve qu’elle y était.",
        "Only its place in the log is left, which proves that it was there.",
    ),
}


# One line of JSON may be thousands of characters long.
_WRAPPED: Final = {"whiteSpace": "pre-wrap", "overflowWrap": "anywhere", "margin": 0, "fontSize": ".87rem"}


def draw(visit: Visit) -> Any:  # noqa: ANN401 - what Dash takes as children
    """Draw the list."""
    words, lens = visit.words, visit.lens
    asked = parse_asked(visit.place)
    page = statements_of(lens, asked, _number(visit.place.get("page", "")))
    lens.note_reading([lens.enrolment(asked.enrolment_id).id], "statements")
    caption = words(
        "caption", total=formats.number(page.total, words.language), number=page.number, pages=page.pages
    )  # fmt: skip
    every = f"statements?{urlencode({'enrolment': asked.enrolment_id})}"
    tools = parts.link(words("all"), every) if page.asked != Asked(asked.enrolment_id) else None
    table = parts.table(
        words, "statements", _columns(words), [_row(words, line, asked) for line in page.lines],
        empty=words("none"), label=words("title"),
    )  # fmt: skip
    body = table if page.total else parts.nothing(words("none"), words("none_hint"))
    return [
        said.way_up(
            visit,
            (page.session, said.session_path(lens.enrolment(asked.enrolment_id).session_id)),
            (page.person, said.enrolment_path(asked.enrolment_id)),
        ),
        parts.heading(words("title"), words("lead", person=page.person)),
        parts.card(_filters(words, lens, asked), [body, *_pages(words, page)], caption=caption, tools=tools),
    ]


def draw_one(visit: Visit) -> Any:  # noqa: ANN401 - Dash children
    """Draw one statement."""
    words, lens = visit.words, visit.lens
    name = visit.place.get("enrolment", "")
    source = statement_of(lens, name, visit.place["statement_id"])
    enrolment = lens.enrolment(name)
    lens.note_reading([enrolment.id], "statements")
    line = source.line
    person = lens.person(enrolment.person_id).name
    head = [
        said.way_up(visit, (person, said.enrolment_path(name)), (words("title"), said.statements_path(name))),
        parts.heading(words("one_title"), words("one_lead"), _standing(words, line)),
        parts.card(words("sealed"), parts.facts(*_facts(words, line))),
    ]
    if line.is_erased:
        return [*head, parts.notice(words("erased_title"), words("erased_text"))]
    return [
        *head,
        parts.card(words("laid_out"), html.Pre(set_out(source.text), style=_WRAPPED, tabIndex=0)),
        parts.card(words("exact"), html.Pre(source.text, style=_WRAPPED, tabIndex=0), caption=words("exact_caption")),
    ]


def _filters(words: Words, lens: Lens, asked: Asked) -> str:
    """Return what is asked for, in words."""
    language = words.language
    programme = lens.records.programme_of(lens.enrolment(asked.enrolment_id).session_id)
    found = []
    if asked.activity_id is not None:
        activity = None if programme is None else programme.find_activity(asked.activity_id)
        found.append(words("asked_activity", value=activity.title if activity else asked.activity_id))
    if asked.slot_id is not None:
        slot = next((item for name, item in lens.records.slots.items() if name == asked.slot_id), None)
        value = asked.slot_id if slot is None else _slot(words, slot.held_on.isoformat(), slot.half_day.value)
        found.append(words("asked_slot", value=value))
    if asked.day is not None:
        found.append(words("asked_day", value=formats.short_day(asked.day, language)))
    if asked.anomaly is not None:
        pairs = {kind.value: pair for kind, pair in ANOMALIES.items()}
        pair = pairs.get(asked.anomaly)
        found.append(words("asked_anomaly", value=words.say(pair) if pair else asked.anomaly))
    if asked.as_of is not None:
        found.append(words("asked_as_of", value=writing.as_of_text(asked.as_of, language)))
    text = ", ".join(found) or words("asked_all")
    return text[:1].upper() + text[1:]


def _slot(words: Words, day: str, half_day: str) -> str:
    return f"{writing.short_date(day, words.language)} {words.say(said.HALF_DAYS[half_day])}"


def _columns(words: Words) -> list[parts.Column]:
    return [
        parts.Column("when", words("when"), "instant", 165),
        parts.Column("verb", words("verb"), "text", 130),
        parts.Column("object", words("object"), "text", 200),
        parts.Column("open", words("open"), "link", 80),
        parts.Column("state", words("state"), "badge", 110),
        parts.Column("sealed", words("sealed"), "text", 180),
        parts.Column("result", words("result"), "text", 200),
        parts.Column("sender", words("sender"), "text", 170),
    ]


def _row(words: Words, line: StatementLine, asked: Asked) -> Mapping[str, Any]:
    language = words.language
    where = f"statements/{line.statement_id}?{urlencode({'enrolment': asked.enrolment_id})}"
    is_good = not (line.is_voided or line.is_erased)
    state = "erased" if line.is_erased else "voided" if line.is_voided else "stands"
    return {
        "id": str(line.statement_id),
        "when": to_text(line.timestamp if line.timestamp is not None else line.stored),
        "verb": verbs.verb_name(line.verb, line.verb_names, language) if line.verb else "",
        "object": verbs.activity_name(line.object, line.object_names, language) if line.object else "",
        "result": _result(words, line),
        "sender": line.sender,
        "sealed": _seal(words, line.sealing),
        "state": f"{'good' if is_good else 'warning'}:{words(state)}",
        "open": said.cell(words("see_statements"), where),
    }


def _result(words: Words, line: StatementLine) -> str:
    found = []
    if line.success is not None:
        found.append(words("success" if line.success else "failure"))
    if line.completion is not None:
        found.append(words("completed" if line.completion else "not_completed"))
    if line.scaled is not None:
        found.append(words("score", value=writing.percent(100 * line.scaled, words.language)))
    if line.duration:
        found.append(line.duration)
    return said.joined(found)


def _seal(words: Words, sealing: Sealing) -> str:
    if sealing.head_number is None:
        return words("unsealed")
    position = formats.number(sealing.position, words.language)
    return words("sealed_at", position=position, head=formats.number(sealing.head_number, words.language))


def _standing(words: Words, line: StatementLine) -> html.Span:
    if line.is_erased:
        return parts.badge(words("erased"), "warning")
    return parts.badge(words("voided"), "warning") if line.is_voided else parts.badge(words("stands"), "good")


def _facts(words: Words, line: StatementLine) -> list[tuple[str, Any]]:
    language, sealing = words.language, line.sealing
    lines: list[tuple[str, Any]] = []
    if line.timestamp is not None:
        lines.append((words("happened"), formats.moment_of(line.timestamp, language)))
    lines += [(words("stored"), formats.moment_of(line.stored, language)), (words("sender"), line.sender)]
    if sealing.is_proved is None or sealing.signed_at is None:
        told: Any = words("proof_none")
    elif sealing.is_proved:
        told = words(
            "proof_held", position=formats.number(sealing.position, language),
            size=formats.number(sealing.head_size or 0, language),
            head=formats.number(sealing.head_number or 0, language), at=formats.moment_of(sealing.signed_at, language),
        )  # fmt: skip
    else:
        told = parts.badge(words("proof_fails"), "alarm")
    return [*lines, (words("proof"), told)]


def _pages(words: Words, page: StatementPage) -> list[Any]:
    if page.pages == 1:
        return []
    given = _given(page.asked)
    options = [
        (f"statements?{urlencode({**given, 'page': number})}", str(number), number == page.number)
        for number in sorted({1, page.pages, *range(max(1, page.number - 2), min(page.pages, page.number + 2) + 1)})
    ]
    return [parts.choice(words("pages"), options)]


def _given(asked: Asked) -> dict[str, object]:
    every = {
        "enrolment": asked.enrolment_id, "activity": asked.activity_id, "day": asked.day, "slot": asked.slot_id,
        "anomaly": asked.anomaly, "as_of": asked.as_of,
    }  # fmt: skip
    return {name: value for name, value in every.items() if value is not None}


def _number(text: str) -> int:
    return int(text) if text.isdecimal() and len(text) < 6 else 1  # noqa: PLR2004 - no list is so long


PAGES: Final = (
    Page("manager.statements", "statements", said.READERS, _TEXTS["title"], draw, texts=_TEXTS),
    Page("manager.statement", "statements/<statement_id>", said.READERS, _TEXTS["one_title"], draw_one, texts=_TEXTS),
)
