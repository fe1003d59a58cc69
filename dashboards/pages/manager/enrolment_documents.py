"""What a learner's file shows of documents: what the funder asks for, what is issued, and what to issue next."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from dash import Input, Output, State, html

from dashboards.frame import answers, forms, parts
from dashboards.frame.acts import Acts
from dashboards.frame.visit import Visit
from dashboards.pages.manager import session_documents
from dashboards.pages.manager import words as said
from dashboards.views.enrolment import EnrolmentFile
from dashboards.views.session_issuing import issue
from dashboards.words import Texts, Words
from evidence.completeness import Item
from evidence.content import DocumentType
from training.access import STAFF

TEXTS: Final[Texts] = {
    **session_documents.TEXTS,
    "asked": ("Ce qui est demandé", "What is asked for"),
    "asked_caption": (
        "D’après le profil du financeur, ou le nôtre quand il n’y en a pas.",
        "By the funder’s profile, or our own where there is none.",
    ),
    "asked_none": ("Rien n’est demandé pour cette inscription.", "Nothing is asked for of this enrolment."),
    "event": ("Depuis", "Since"),
    "due_on": ("Échéance", "Deadline"),
    "source": ("Source", "Source"),
    "documents_none": (
        "Aucun document n’est émis pour cette inscription.",
        "No document is issued for this enrolment.",
    ),
    "issue_caption": (
        "Si quelque chose manque, la page de la session dit quoi. Ce qui n’a pas changé reste tel quel.",
        "If anything is missing, the session’s page says what. What has not changed stays as it is.",
    ),
}
_TYPES: Final = (
    DocumentType.CERTREAL, DocumentType.ATTASS, DocumentType.ATTFIN, DocumentType.RELCO, DocumentType.RELCOMP,
    DocumentType.ATTENT, DocumentType.ATTSORT,
)  # fmt: skip
_KIND, _DO = "enrolment-issue-type", "enrolment-issue"


def cards(words: Words, found: EnrolmentFile, *, is_staff: bool) -> list[Any]:
    """Return what the file says about documents."""
    shown = [] if found.is_past else [_asked(words, found)]
    shown.append(html.Div(_issued(words, found), id="documents"))
    if is_staff and not found.is_past:
        shown.append(_issue(words))
    return shown


def acts(acts: Acts) -> None:
    """Register the issue of a document."""

    @acts.on(STAFF, Output(_KIND, "error"), Input(_DO, "n_clicks"), State(_KIND, "value"))
    def start(visit: Visit, clicks: object, kind: object) -> str:
        if not clicks:
            return ""
        if not isinstance(kind, str) or not kind:
            return visit.words("issue_type_missing")
        enrolment = visit.lens.enrolment(visit.place.get("enrolment_id", ""))
        issue(visit.lens, kind, enrolment.session_id, enrolment.id)
        answers.say(visit.words("issue_begun"), visit.words("issue_begun_text"))
        answers.draw_again()
        return ""


def _asked(words: Words, found: EnrolmentFile) -> Any:  # noqa: ANN401 - a component
    columns = [
        parts.Column("document", words("document"), "link", 260),
        parts.Column("state", words("state"), "badge", 150),
        parts.Column("event", words("event"), "day"),
        parts.Column("due_on", words("due_on"), "day"),
        parts.Column("source", words("source"), "text", 220),
    ]
    rows = [_asked_row(words, item, at) for at, item in enumerate(found.asked)]
    table = parts.table(words, "asked", columns, rows, empty=words("asked_none"), label=words("asked"))
    return parts.card(words("asked"), table, caption=words("asked_caption"))


def _asked_row(words: Words, item: Item, at: int) -> Mapping[str, Any]:
    expected = item.expected
    name = said.document_name(expected.document)
    return {
        "id": str(at),
        "document": name if item.code is None else said.cell(name, f"documents/{item.code}"),
        "state": said.badge_of(words, said.ASKED[item.state]),
        "event": None if expected.event_on is None else expected.event_on.isoformat(),
        "due_on": None if expected.due_on is None else expected.due_on.isoformat(),
        "source": said.joined((expected.deadline, expected.source)),
    }


def _issued(words: Words, found: EnrolmentFile) -> Any:  # noqa: ANN401 - a component
    rows = [session_documents.document_row(words, item) for item in reversed(found.documents)]
    columns = session_documents.document_columns(words, has_holder=False)
    table = parts.table(words, "documents", columns, rows, empty=words("documents_none"), label=words("documents"))
    return parts.card(words("documents"), table)


def _issue(words: Words) -> Any:  # noqa: ANN401 - a component
    options = [(item.value, item.heading) for item in _TYPES]
    fields = forms.form(
        words,
        forms.select(_KIND, words("issue_type"), options, words=words, value=_TYPES[0].value, searchable=False),
        forms.buttons(forms.button(_DO, words("issue_do"))),
        title=words("issue"),
    )
    return parts.card(words("issue"), fields, caption=words("issue_caption"))
