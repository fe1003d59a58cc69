"""A document's values to a PDF that everybody can read and keep: PDF/A-3a and PDF/UA-1, its evidence attached."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import UTC
from importlib.resources import files
from pathlib import Path
from threading import Lock
from typing import Final

import typst

from evidence.content import Content, DocumentType, Frame, document_type_of
from evidence.layout.texts import compose

# What documents look like, and how they say it. A change of it is a change of every document's bytes: the same inputs
# give the same document only under the same version.
LAYOUT_VERSION: Final = "1"
# typst refuses to write what does not conform to both.
STANDARDS: Final = ("a-3a", "ua-1")
_TEMPLATES: Final[Mapping[DocumentType, str]] = {
    DocumentType.CERTREAL: "certificate.typ",
    DocumentType.CERTINT: "certificate.typ",
    DocumentType.ATTASS: "attendance.typ",
    DocumentType.ATTFIN: "end_of_training.typ",
    DocumentType.EMARG: "sheet.typ",
    DocumentType.RELCO: "connection.typ",
    DocumentType.RELCOMP: "transcript.typ",
    DocumentType.ATTENT: "entry.typ",
    DocumentType.ATTSORT: "exit.typ",
}


class Layout:
    """Lays documents out. One for a process will do: calls from several threads take turns.

    Only the fonts that come with the templates are used, so that a page looks the same wherever it is made.
    """

    def __init__(self) -> None:
        home = Path(str(files("evidence.layout")))
        self._templates = home / "templates"
        fonts = typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=[str(home / "fonts")])
        self._compiler = typst.Compiler(root=str(self._templates), font_paths=fonts)
        self._lock = Lock()

    def render(
        self, content: Content, frame: Frame, evidence: bytes, pictures: Mapping[str, bytes] | None = None
    ) -> bytes:
        """Return the PDF of a document: the same bytes for the same arguments, wherever and whenever.

        `evidence` is UTF-8 JSON, attached as `evidence.json` (relationship Data). `pictures` holds the PNG or SVG of
        every logo and drawing that the content names, by the SHA-256 of its bytes; one that is missing, broken or
        another than its name says is not shown, and the page says so. Texts may hold anything (see
        `evidence.layout.characters`).
        """
        texts = compose(content, frame, pictures or {})
        inputs = {"data": json.dumps(texts, ensure_ascii=False), "evidence": evidence.decode()}
        template = str(self._templates / _TEMPLATES[document_type_of(content)])
        with self._lock:
            pdf = self._compiler.compile(
                input=template,
                format="pdf",
                sys_inputs=inputs,
                pdf_standards=list(STANDARDS),
                timestamp=frame.issued_at.astimezone(UTC),
            )
        assert isinstance(pdf, bytes)  # noqa: S101 - without an output file typst returns the bytes
        return pdf
