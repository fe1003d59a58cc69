"""The documents of a session, on its page: what is issued, what became of the last batches, and what to issue next."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from dash import Input, Output, State, html

from dashboards import formats
from dashboards.frame import answers, forms, parts, writing
from dashboards.frame.acts import Acts
from dashboards.frame.visit import Visit
from dashboards.pages.manager import words as said
from dashboards.views.session import SessionFile
from dashboards.views.session_issuing import Made, issue, made_in
from dashboards.words import Texts, Words
from evidence.content import DocumentType
from evidence.issuing.batch import ItemState
from evidence.issuing.document import IssuedDocument
from lrs.clock import to_text
from training.access import STAFF

TEXTS: Final[Texts] = {
    "documents": ("Documents", "Documents"),
    "documents_caption": (
        "Ceux qui valent aujourd’hui ; chacun mène à son fichier et à ses versions.",
        "Those that hold today; each leads to its file and its versions.",
    ),
    "documents_none": ("Aucun document n’est émis pour cette session.", "No document is issued for this session."),
    "for_whom": ("Pour", "For"),
    "everybody": ("tout le groupe", "the whole group"),
    "issued_at": ("Émis le", "Issued"),
    "number": ("Numéro", "Number"),
    "issue": ("Émettre des documents", "Issue documents"),
    "issue_caption": (
        "Un document par stagiaire prêt ; pour les autres, ce qui manque. Ce qui n’a pas changé reste tel quel.",
        "One document for each learner who is ready; for others, what is missing. What has not changed stays.",
    ),
    "issue_type": ("Document", "Document"),
    "issue_do": ("Émettre", "Issue"),
    "issue_type_missing": ("Choisissez un document.", "Choose a document."),
    "issue_begun": ("La préparation a commencé", "They are being made"),
    "issue_begun_text": (
        "Les documents apparaissent ici dès qu’ils sont scellés.",
        "Documents appear here as soon as they are sealed.",
    ),
    "batch": ("Dernière émission : {type}", "Last issue: {type}"),
    "batch_caption": (
        "Demandée le {at} ; {done} sur {total} traités.",
        "Asked for on {at}; {done} of {total} settled.",
    ),
    "batch_trouble": ("En attente : {trouble}", "Waiting: {trouble}"),
    "missing": ("Ce qui manque", "What is missing"),
}
# Certificates come first: they are what most sessions end with.
_TYPES: Final = (
    DocumentType.CERTREAL, DocumentType.ATTASS, DocumentType.ATTFIN, DocumentType.EMARG, DocumentType.RELCO,
    DocumentType.RELCOMP, DocumentType.ATTENT, DocumentType.ATTSORT,
)  # fmt: skip
_KIND, _DO = "session-issue-type", "session-issue"


def cards(visit: Visit, found: SessionFile, *, is_staff: bool) -> list[Any]:
    """Return what the page of a session says about documents."""
    words = visit.words
    shown = [html.Div(_documents(words, found), id="documents")]
    if is_staff:
        shown.append(_issue(words))
        shown += [_batch(visit, found)] if found.batches else []
    return shown


def acts(acts: Acts) -> None:
    """Register the issue of documents."""

    @acts.on(STAFF, Output(_KIND, "error"), Input(_DO, "n_clicks"), State(_KIND, "value"))
    def start(visit: Visit, clicks: object, kind: object) -> str:
        if not clicks:
            return ""
        if not isinstance(kind, str) or not kind:
            return visit.words("issue_type_missing")
        issue(visit.lens, kind, visit.place.get("session_id", ""))
        answers.say(visit.words("issue_begun"), visit.words("issue_begun_text"))
        answers.draw_again()
        return ""


def document_columns(words: Words, *, has_holder: bool = True) -> list[parts.Column]:
    """Return the columns of a table of issued documents."""
    holder = [parts.Column("holder", words("for_whom"), "text", 170)] if has_holder else []
    return [
        parts.Column("document", words("document"), "link", 250),
        *holder,
        parts.Column("number", words("number"), "text", 150),
        parts.Column("issued", words("issued_at"), "instant"),
        parts.Column("state", words("state"), "badge", 140),
    ]


def document_row(words: Words, document: IssuedDocument) -> Mapping[str, Any]:
    """Return one issued document as a row."""
    return {
        "id": document.code,
        "document": said.cell(document.type.heading, f"documents/{document.code}"),
        "holder": document.holder or words("everybody"),
        "number": f"{document.number} v{document.version}",
        "issued": to_text(document.issued_at),
        "state": said.badge_of(words, said.STATUSES[document.status]),
    }


def _documents(words: Words, found: SessionFile) -> Any:  # noqa: ANN401 - a component
    rows = [document_row(words, item) for item in reversed(found.documents)]
    table = parts.table(
        words, "documents", document_columns(words), rows, empty=words("documents_none"), label=words("documents")
    )
    return parts.card(words("documents"), table, caption=words("documents_caption"))


def _issue(words: Words) -> Any:  # noqa: ANN401 - a component
    options = [(item.value, item.heading) for item in _TYPES]
    fields = forms.form(
        words,
        forms.select(
            _KIND, words("issue_type"), options, words=words, value=DocumentType.CERTREAL.value, searchable=False
        ),
        forms.buttons(forms.button(_DO, words("issue_do"))),
        title=words("issue"),
    )
    return parts.card(words("issue"), fields, caption=words("issue_caption"))


def _batch(visit: Visit, found: SessionFile) -> Any:  # noqa: ANN401 - a component
    words, batch = visit.words, found.batches[0]
    done = batch.total - batch.counts.get(ItemState.WAITING, 0)
    caption = words(
        "batch_caption", at=writing.as_of_text(batch.started_at, words.language),
        done=formats.number(done, words.language), total=formats.number(batch.total, words.language),
    )  # fmt: skip
    columns = [
        parts.Column("name", words("person"), "text", 180),
        parts.Column("state", words("state"), "badge", 170),
        parts.Column("missing", words("missing"), "text", 420),
    ]
    rows = [_made(words, item) for item in made_in(visit.lens, batch)]
    trouble = [parts.notice(words("batch_trouble", trouble=batch.trouble), tone="warning")] if batch.trouble else []
    head = parts.live("batch", [html.P(caption, className="caption"), *trouble])
    title = words("batch", type=batch.type.heading)
    return parts.card(title, [head, parts.table(words, "batch", columns, rows, label=title)])


def _made(words: Words, made: Made) -> Mapping[str, Any]:
    return {
        "id": str(made.item.number),
        "name": made.name or words("everybody"),
        "state": said.badge_of(words, said.ITEMS[made.item.state]),
        "missing": " ".join(message for _, message in made.item.missing),
    }
