"""The documents that were issued about me.

A learner decides with it which document to hand to whom: what stands, what is to be replaced, what was withdrawn, and
how whoever receives it checks it.
"""

from __future__ import annotations

from typing import Any, Final

from dash import html

from dashboards import formats
from dashboards.frame import parts
from dashboards.frame.page import Page
from dashboards.frame.visit import Visit
from dashboards.pages.learner.words import LEARNER_TEXTS, ROLES, STATUS_TONES, day_text, file_link, other_link, unknown
from dashboards.views.learner_documents import DocumentLine, documents
from dashboards.words import Words
from evidence.issuing.document import Status
from lrs.clock import to_datetime

TEXTS: Final = {
    **LEARNER_TEXTS,
    "title": ("Mes documents", "My documents"),
    "lead": (
        "Certificats et attestations émis à votre nom, scellés par votre organisme.",
        "Certificates issued in your name, sealed by your training organisation.",
    ),
    "none": ("Aucun document n’a encore été émis", "No document has been issued yet"),
    "none_hint": (
        "Votre organisme les émet quand ce qu’ils attestent est réuni ; ils apparaissent ici aussitôt.",
        "Your training organisation issues them once what they evidence is there; they show here at once.",
    ),
    "current": ("En vigueur", "Standing"),
    "older": ("Versions remplacées ou révoquées ({count})", "Replaced or revoked versions ({count})"),
    "number": ("{number}, version {version}", "{number}, version {version}"),
    "issued": ("Émis le {day}", "Issued on {day}"),
    "period": ("Période du {first} au {last}", "Period from {first} to {last}"),
    "download": ("Télécharger", "Download"),
    "verify": ("Vérifier", "Verify"),
    "share": ("Partager", "Share"),
    "gone": ("Le fichier a été détruit au terme de sa conservation.", "The file was destroyed at the end of its time."),
    "to_replace": (
        "Ce qu’il atteste a changé depuis ; une nouvelle version viendra.",
        "What it evidences has changed since; a new version will come.",
    ),
    "revoked": ("Motif : {reason}", "Reason: {reason}"),
    "development": ("Sans valeur : émis par un système de démonstration.", "No value: issued by a demonstration."),
    "size": ("PDF, {size} ko", "PDF, {size} kB"),
}


def draw(visit: Visit) -> list[Any]:
    """Return the page."""
    words, view = visit.words, documents(visit.lens)
    head = parts.heading(words("title"), words("lead"))
    if not view.is_known:
        return [head, unknown(words)]
    if not view.lines:
        return [head, parts.live("documents", parts.nothing(words("none"), words("none_hint")))]
    current = [line for line in view.lines if line.status in (Status.VALID, Status.TO_REPLACE)]
    older = [line for line in view.lines if line not in current]
    shown: list[Any] = [_document(words, line) for line in current]
    if older:
        folded = parts.stack(*(_document(words, line) for line in older))
        shown.append(parts.more(words("older", count=len(older)), folded))
    return [head, parts.live("documents", parts.stack(*shown))]


def _document(words: Words, line: DocumentLine) -> html.Section:
    issued = to_datetime(line.issued_at).astimezone(formats.PARIS).date()
    about = [words("number", number=line.number, version=line.version), words("issued", day=day_text(words, issued))]
    if line.first_on is not None and line.last_on is not None:
        first, last = day_text(words, line.first_on), day_text(words, line.last_on)
        about.append(words("period", first=first, last=last))
    body: list[Any] = [html.P([item for text in about for item in (text, html.Br())][:-1])]
    if line.is_development:
        body.append(html.P(words("development"), className="caption"))
    if line.status is Status.TO_REPLACE:
        body.append(html.P(words("to_replace")))
    if line.reason:
        body.append(html.P(words("revoked", reason=line.reason)))
    if not line.has_file:
        body.append(html.P(words("gone")))
    name = f"{line.heading} {line.number}"
    size = formats.number(-(-line.size_bytes // 1000), words.language)
    acts = [
        file_link(
            words("download"), f"/dashboards/me/files/documents/{line.code}", name, size=words("size", size=size)
        ),
        other_link(words("verify"), line.verification_path, name),
    ]
    body.append(parts.row(*(acts if line.has_file else acts[1:])))
    status = parts.badge(words(f"status_{line.status.value}"), STATUS_TONES[line.status])
    return parts.card(line.heading, parts.stack(*body), caption=line.course, tools=status)


PAGE: Final = Page(
    name="learner.documents",
    path="me/documents",
    roles=ROLES,
    title=("Mes documents", "My documents"),
    menu=("Mes documents", "My documents"),
    icon="file",
    draw=draw,
    texts=TEXTS,
)
