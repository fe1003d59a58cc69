"""What is recorded of me, why, who saw it and until when.

A learner decides with it whether to take a copy, to ask for something to be put right, or to object.
"""

from __future__ import annotations

from typing import Any, Final
from urllib.parse import urlencode

from dash import html

from dashboards import formats
from dashboards.frame import parts
from dashboards.frame.page import Page
from dashboards.frame.visit import Visit
from dashboards.pages.learner.words import (
    LEARNER_TEXTS,
    ROLES,
    day_text,
    file_link,
    provision_text,
    source_text,
    unknown,
)
from dashboards.pages.places import place_words
from dashboards.views.disclosures import Disclosed
from dashboards.views.enrolment import DayLine
from dashboards.views.learner_data import KeptUntil, MyData, Recorded, Seen, my_data
from dashboards.words import Words
from lrs.clock import to_datetime
from training.accounts.readers import ReaderKind

TEXTS: Final = {
    **LEARNER_TEXTS,
    "title": ("Mes données", "My data"),
    "lead": (
        "Ce qui est enregistré de vous, pourquoi, qui l’a lu, et combien de temps on le garde.",
        "What is recorded of you, why, who read it, and for how long it is kept.",
    ),
    "take": ("Tout télécharger", "Download everything"),
    "take_what": ("mes données", "my data"),
    "take_text": (
        "Un fichier ZIP : un résumé à lire, vos traces (xAPI) octet pour octet, des tableaux CSV, vos documents PDF.",
        "One ZIP file: a summary to read, your statements (xAPI) byte for byte, CSV tables, your PDF documents.",
    ),
    "ask": ("Faire une demande", "Make a request"),
    "recorded": ("Ce qui est enregistré", "What is recorded"),
    "name": ("Nom", "Name"),
    "email": ("Adresse électronique", "E-mail address"),
    "phone": ("Téléphone", "Phone"),
    "identities": ("Connu des plateformes sous", "Known to platforms as"),
    "enrolments": ("Inscriptions", "Enrolments"),
    "statements": ("Traces d’apprentissage", "Learning statements"),
    "documents": ("Documents émis", "Documents issued"),
    "anomalies": ("Points relevés pour relecture", "Points noted for review"),
    "none": ("aucun", "none"),
    "days": ("Mes traces, jour par jour", "My statements, day by day"),
    "days_caption": (
        "Les temps ne s’additionnent pas entre eux ; une ligne mène à ses traces.",
        "The times are not added to each other; a line leads to its statements.",
    ),
    "days_none": ("Aucune trace n’est encore arrivée.", "No statement has come yet."),
    "column_day": ("Jour", "Day"),
    "column_traces": ("Traces", "Statements"),
    "column_connected": ("Connecté", "Connected"),
    "column_active": ("Actif", "Active"),
    "column_credited": ("Retenu", "Credited"),
    "why": ("Pourquoi, et sur quelle base", "Why, and on which basis"),
    "why_source": ("Source : {source}", "Source: {source}"),
    "use_data": ("Données", "Data"),
    "use_basis": ("Base légale", "Lawful basis"),
    "use_recipients": ("Destinataires", "Recipients"),
    "use_object": ("Vous pouvez vous y opposer", "You may object"),
    "object_link": ("M’y opposer", "Object"),
    "seen": ("Qui a lu mes données", "Who read my data"),
    "seen_caption": (
        ("Financeurs, auditeurs, autres logiciels, documents téléchargés. Vos formateurs et votre responsable, qui "
        "vous suivent au quotidien, n’y laissent pas de ligne quand ils lisent une page."),
        ("Funders, auditors, other systems, documents downloaded. Your trainers and your manager, who follow "
         "you day by "
        "day, leave no line when they read a page."),
    ),
    "seen_none": ("Personne d’autre que vous, pour l’instant.", "Nobody but you, so far."),
    "column_at": ("Quand", "When"),
    "column_who": ("Qui", "Who"),
    "column_what": ("Quoi", "What"),
    "column_where": ("Où, ou pourquoi", "Where, or why"),
    "column_course": ("Session", "Session"),
    "what_record": ("ce qui est enregistré de l’inscription", "what is recorded of the enrolment"),
    "what_document": ("le document {number}", "document {number}"),
    "who_account": ("une personne de l’organisme", "somebody of the organisation"),
    "who_key": ("un autre logiciel", "another system"),
    "who_credential": ("un autre logiciel", "another system"),
    "who_product": ("Assidu, automatiquement", "Assidu, by itself"),
    "who_gone": ("un accès supprimé depuis", "an access deleted since"),
    "who_share": ("quelqu’un à qui vous avez donné un lien", "somebody to whom you gave a link"),
    "where_share": ("votre lien de partage", "your link"),
    "kept": ("Combien de temps", "For how long"),
    "kept_caption": (
        "Au terme, les traces sont effacées ; un gel demandé par un contrôle ou un litige peut prolonger.",
        "At the end the statements are erased; a hold for an inspection or a dispute may lengthen it.",
    ),
    "kept_until": ("jusqu’au {day}", "until {day}"),
    "kept_retention.documents": ("Documents émis, et les traces qu’ils citent", "Issued documents, and what they cite"),
    "kept_retention.attendance": ("Émargements, absences, classes virtuelles", "Attendance, absences, virtual classes"),
    "kept_retention.traces": ("Autres traces d’activité", "Other activity statements"),
    "kept_retention.verification": (
        "Le fait qu’un document a été émis, sans son contenu", "That a document was issued, without its content",
    ),
}  # fmt: skip


def draw(visit: Visit) -> list[Any]:
    """Return the page."""
    words, view = visit.words, my_data(visit.lens)
    head = parts.heading(words("title"), words("lead"), parts.live("as-of", parts.as_of(words, view.as_of)))
    if not view.is_known or view.recorded is None:
        return [head, unknown(words), _why(words, view)]
    take = parts.row(
        file_link(words("take"), "/dashboards/me/files/everything", words("take_what")),
        parts.button_link(words("ask"), "me/requests", quiet=True),
    )
    return [
        head,
        parts.card(words("take"), [take], caption=words("take_text")),
        parts.card(words("recorded"), parts.live("recorded", _recorded(words, view.recorded))),
        _days(words, view.days),
        _seen(words, view.seen),
        _why(words, view),
        _kept(words, view.kept),
    ]


def _recorded(words: Words, recorded: Recorded) -> html.Dl:
    none, language = words("none"), words.language
    courses = html.Div([html.Div(title) for _, title in recorded.enrolments]) if recorded.enrolments else none
    names = html.Div([html.Div(text) for text in recorded.identities]) if recorded.identities else none
    statements: Any = formats.number(recorded.statement_count, language)
    if recorded.statement_count:
        statements = parts.link(statements, "me/records")
    documents: Any = formats.number(recorded.document_count, language)
    return parts.facts(
        (words("name"), recorded.name or none),
        (words("email"), recorded.email or none),
        (words("phone"), recorded.phone or none),
        (words("identities"), names),
        (words("enrolments"), courses),
        (words("statements"), statements),
        (words("documents"), parts.link(documents, "me/documents") if recorded.document_count else documents),
        (words("anomalies"), formats.number(recorded.anomaly_count, language)),
    )


def _days(words: Words, days: tuple[DayLine, ...]) -> html.Section:
    columns = [
        parts.Column("day", words("column_day"), "day"),
        parts.Column("traces", words("column_traces"), "link"),
        parts.Column("connected", words("column_connected"), "hours", 130),
        parts.Column("active", words("column_active"), "hours"),
        parts.Column("credited", words("column_credited"), "hours"),
    ]
    # A half-day that nothing is known of yet is no day of statements.
    rows = [_day(words, line) for line in days if line.statement_count or line.credited_seconds]
    table = parts.table(words, "days", columns, rows, empty=words("days_none"))
    return parts.card(words("days"), table, caption=words("days_caption"))


def _day(words: Words, line: DayLine) -> dict[str, Any]:
    day = line.day.isoformat()
    count = formats.counted(line.statement_count, words("traces_one"), words("traces_many"), words.language)
    return {
        "id": day,
        "day": day,
        "traces": f"[{count}](/dashboards/me/records?{urlencode({'day': day})})" if line.statement_count else "",
        "connected": line.connected_seconds,
        "active": line.active_seconds,
        "credited": line.credited_seconds,
    }


def _seen(words: Words, seen: tuple[Seen, ...]) -> html.Section:
    columns = [
        parts.Column("at", words("column_at"), "instant"),
        parts.Column("who", words("column_who")),
        parts.Column("what", words("column_what")),
        parts.Column("where", words("column_where")),
        parts.Column("course", words("column_course")),
    ]
    rows = [_reading(words, item) for item in seen]
    table = parts.table(words, "seen", columns, rows, empty=words("seen_none"))
    return parts.card(words("seen"), table, caption=words("seen_caption"))


def _reading(words: Words, item: Seen) -> dict[str, Any]:
    found = item.disclosure
    is_share = found.reader is ReaderKind.PRODUCT and found.place.startswith("share:")
    what = words("what_record")
    if found.what is Disclosed.DOCUMENT:
        what = words("what_document", number=found.document_number or "")
    return {
        "id": str(found.number),
        "at": to_datetime(found.at).isoformat(),
        "who": words("who_share") if is_share else who_text(words, item),
        "what": what,
        "where": words("where_share") if is_share else place_words(words, found.place),
        "course": item.course,
    }


def who_text(words: Words, item: Seen) -> str:
    """Write who read something: a funder or a system by its name, anybody else by their role alone."""
    found = item.disclosure
    role = "" if found.role is None else words(f"role_{found.role.value}")
    named = found.reader_name or (role if found.reader is ReaderKind.ACCOUNT else "")
    if not named:
        return words(f"who_{found.reader.value}")
    return f"{named} ({role})" if role and named != role else named


def _why(words: Words, view: MyData) -> html.Section:
    notice, shown = view.notice, []
    for use in notice.uses:
        facts: list[tuple[str, Any]] = [
            (words("use_data"), words.say(use.data)),
            (words("use_basis"), source_text(words, f"{words.say(use.basis)}. {use.article}", use.status)),
            (words("use_recipients"), words.say(use.recipients)),
        ]
        if use.objectable is not None:
            path = f"me/requests?{urlencode({'right': 'objection', 'purpose': use.objectable.value})}"
            facts.append((words("use_object"), parts.link(words("object_link"), path)))
        shown.append(parts.more(words.say(use.title), parts.facts(*facts)))
    source = source_text(words, notice.source, notice.status)
    return parts.card(words("why"), parts.stack(*shown), caption=words("why_source", source=source))


def _kept(words: Words, kept: tuple[KeptUntil, ...]) -> html.Section:
    by_course: dict[str, list[KeptUntil]] = {}
    for item in kept:
        by_course.setdefault(item.course, []).append(item)
    shown = []
    for course, items in by_course.items():
        lines = [
            (
                words(f"kept_{item.retention_class.value}"),
                html.Div(
                    [
                        html.B(words("kept_until", day=day_text(words, item.until))),
                        html.P(
                            provision_text(words, item.retention_class.value, item.reference, item.status),
                            className="caption",
                        ),
                    ]
                ),
            )
            for item in items
        ]
        shown.append(parts.more(course, parts.facts(*lines)))
    return parts.card(words("kept"), parts.stack(*shown), caption=words("kept_caption"))


PAGE: Final = Page(
    name="learner.data",
    path="me/data",
    roles=ROLES,
    title=("Mes données", "My data"),
    menu=("Mes données", "My data"),
    icon="eye",
    draw=draw,
    texts=TEXTS,
)
