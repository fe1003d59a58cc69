"""Every document of a funder's files: for whoever files them, or looks for one by its number."""

from __future__ import annotations

from typing import Any, Final

from dashboards.frame import parts
from dashboards.frame.page import Page
from dashboards.frame.visit import Visit
from dashboards.pages.funder.tables import documents_table
from dashboards.pages.funder.words import TEXTS
from dashboards.views.files_documents import documents
from training.access import Role

NAME: Final = "funder.documents"
SHOWN_MOST: Final = 500


def draw(visit: Visit) -> Any:  # noqa: ANN401 - Dash children
    """Draw the documents, newest first."""
    words, lens = visit.words, visit.lens
    found = documents(lens)
    shown = found[:SHOWN_MOST]
    lens.note_reading({name for item in shown for name in item.enrolment_ids}, NAME)
    listed: Any = parts.nothing(words("documents_none"), words("documents_none_hint"))
    if shown:
        listed = documents_table(words, shown, has_trainees=True)
    return [
        parts.heading(words("documents_title"), words("documents_lead")),
        parts.card(words("documents_title"), listed, caption=words("documents_caption")),
    ]


PAGE: Final = Page(
    name=NAME,
    path="files/documents",
    roles=frozenset((Role.FUNDER,)),
    title=("Documents de mes dossiers", "Documents of my files"),
    menu=("Documents", "Documents"),
    icon="file",
    draw=draw,
    texts=TEXTS,
)
