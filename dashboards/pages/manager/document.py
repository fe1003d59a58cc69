"""One issued document: what it is, what it replaced, and its file.

Its reader decides whether this is the one to send, and takes it; reading it leaves a trace that the learner sees.
"""

from __future__ import annotations

from typing import Any, Final

from dash import Input, Output, html

from dashboards.frame import answers, forms, parts, writing
from dashboards.frame.acts import Acts
from dashboards.frame.page import Page
from dashboards.frame.visit import Visit
from dashboards.pages.manager import words as said
from dashboards.views.session_issuing import read_document
from dashboards.words import Texts, Words
from evidence.issuing.document import IssuedDocument
from training.access import STAFF

_TEXTS: Final[Texts] = {
    **said.SHARED,
    "number": ("Numéro", "Number"),
    "version": ("Version", "Version"),
    "holder": ("Titulaire", "Holder"),
    "training": ("Formation", "Training"),
    "period": ("Période", "Period"),
    "as_of": ("Situation au", "As of"),
    "issued": ("Émis le", "Issued"),
    "code": ("Code de vérification", "Verification code"),
    "verify": ("Vérifier ce document", "Verify this document"),
    "digest": ("Empreinte SHA-256 du fichier", "SHA-256 digest of the file"),
    "seal": ("Sceau", "Seal"),
    "seal_level": ("cachet électronique, PAdES {level}", "electronic seal, PAdES {level}"),
    "development": ("autorité de test : sans valeur probante", "test authority: no probative value"),
    "replaced_by": ("Remplacé par", "Replaced by"),
    "replaces": ("Remplace", "Replaces"),
    "revoked": ("Retiré : {reason}", "Withdrawn: {reason}"),
    "to_replace": ("Ce document est à remplacer", "This document is to be replaced"),
    "to_replace_text": (
        "Ce dont il découle a changé depuis. Émettez-le à nouveau : la nouvelle version citera celle-ci.",
        "What it follows from has changed since. Issue it again: the new version will cite this one.",
    ),
    "download": ("Télécharger le PDF", "Download the PDF"),
    "everybody": ("tout le groupe", "the whole group"),
}
_DOWNLOAD: Final = "document-download"


def draw(visit: Visit) -> Any:  # noqa: ANN401 - what Dash takes as children
    """Draw the page."""
    words, lens = visit.words, visit.lens
    document = lens.document(visit.place["code"])
    lens.note_reading(document.enrolments, "documents")
    pair, tone = said.STATUSES[document.status]
    up = [(words("portfolio"), "portfolio")] if lens.viewer.role in STAFF else []
    up.append((words("session"), said.session_path(document.session_id)))
    if document.enrolment_id is not None:
        up.append((document.holder, said.enrolment_path(document.enrolment_id)))
    button = forms.button(_DOWNLOAD, words("download"))
    return [
        said.way_up(visit, *up),
        parts.heading(document.type.heading, document.title, parts.badge(words.say(pair), tone), button),
        parts.live("state", _notices(words, document)),
        html.Div(id="document-done", hidden=True),
        parts.card(words("document"), parts.facts(*_facts(words, document))),
    ]


def acts(acts: Acts) -> None:
    """Register the download."""

    @acts.on(said.READERS, Output("document-done", "title"), Input(_DOWNLOAD, "n_clicks"))
    def download(visit: Visit, clicks: object) -> str:
        if clicks:
            name, content = read_document(visit.lens, visit.place.get("code", ""), "page")
            answers.download(content, name, "application/pdf")
        return ""


def _notices(words: Words, document: IssuedDocument) -> list[Any]:
    found = []
    if document.status.name == "TO_REPLACE":
        found.append(parts.notice(words("to_replace"), words("to_replace_text"), tone="warning"))
    if document.replaced_by:
        found.append(parts.notice(words("replaced_by"), _document_link(document.replaced_by)))
    if document.revocation_reason:
        found.append(parts.notice(words("revoked", reason=document.revocation_reason), tone="alarm"))
    return found


def _document_link(code: str) -> html.A:
    return parts.link(code, f"documents/{code}")


def _facts(words: Words, document: IssuedDocument) -> list[tuple[str, Any]]:
    language = words.language
    lines: list[tuple[str, Any]] = [
        (words("number"), document.number),
        (words("version"), str(document.version)),
        (words("holder"), document.holder or words("everybody")),
        (words("training"), document.title),
    ]
    if document.first_on is not None and document.last_on is not None:
        lines.append((words("period"), said.days_between(document.first_on, document.last_on, language)))
    seal = words("development") if document.is_development else words("seal_level", level=document.seal_level)
    lines += [
        (words("as_of"), writing.as_of_text(document.as_of, language)),
        (words("issued"), writing.as_of_text(document.issued_at, language)),
        (words("seal"), seal),
        (words("digest"), html.Code(document.digest)),
        (words("code"), html.A(document.code, href=f"/verify/{document.code}", title=words("verify"))),
    ]
    if document.replaces:
        lines.append((words("replaces"), _document_link(document.replaces)))
    return lines


PAGE: Final = Page(
    name="manager.document",
    path="documents/<code>",
    roles=said.READERS,
    title=("Document", "Document"),
    draw=draw,
    acts=acts,
    texts=_TEXTS,
)
