"""A document's values to a PDF that everybody can read and keep: PDF/A-3a and PDF/UA-1, its evidence attached."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib.resources import files
from os import getpid
from pathlib import Path
from shutil import copytree, rmtree
from tempfile import mkdtemp
from threading import Lock
from typing import Final
from weakref import finalize

import typst

from evidence.content import Content, DocumentType, Frame, document_type_of
from evidence.layout.pictures import FOLDER, Pictures
from evidence.layout.texts import compose

# What documents look like, and how they say it. A change of it is a change of every document's bytes: the same inputs
# give the same document only under the same version.
LAYOUT_VERSION: Final = "1"
# typst refuses to write what does not conform to both.
STANDARDS: Final = ("a-3a", "ua-1")
_ANY_DAY: Final = datetime(2026, 1, 1, tzinfo=UTC)
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

    Only the fonts that come with the templates are used, so that a page looks the same wherever it is made. typst reads
    nothing outside the templates' folder. A document with pictures is laid out in a folder of its own, made with the
    first of them, where the pictures under way stand beside a copy of the templates; it goes when this object does.
    """

    def __init__(self) -> None:
        home = Path(str(files("evidence.layout")))
        self._templates = home / "templates"
        self._fonts = typst.Fonts(
            include_system_fonts=False, include_embedded_fonts=False, font_paths=[str(home / "fonts")]
        )
        self._plain = self._desk(self._templates)
        self._illustrated: _Desk | None = None
        self._lock = Lock()

    def render(
        self, content: Content, frame: Frame, evidence: bytes, pictures: Mapping[str, bytes] | None = None
    ) -> bytes:
        """Return the PDF of a document: the same bytes for the same arguments, wherever and whenever.

        `evidence` is UTF-8 JSON, attached as `evidence.json` (relationship Data). `pictures` holds the PNG, JPEG or SVG
        of every logo, stamp and drawing that the content names, by the SHA-256 of its bytes; one that is missing,
        broken or another than its name says is not shown, and the page says so. Texts may hold anything (see
        `evidence.layout.characters`).
        """
        with self._lock:
            try:
                return self._lay_out(content, frame, evidence, pictures or {})
            except typst.TypstError:
                # A picture may be whole and yet say what no decoder follows. Only then is each tried alone.
                readable = {name: item for name, item in (pictures or {}).items() if self._decodes(name, item)}
                if len(readable) == len(pictures or {}):
                    raise
                return self._lay_out(content, frame, evidence, readable)

    def _lay_out(self, content: Content, frame: Frame, evidence: bytes, pictures: Mapping[str, bytes]) -> bytes:
        found = Pictures(pictures)
        texts = json.dumps(compose(content, frame, found), ensure_ascii=False)
        inputs = {"data": texts, "evidence": evidence.decode()}
        with self._beside(found.shown) as desk:
            return desk.compile(_TEMPLATES[document_type_of(content)], inputs, frame.issued_at)

    def _decodes(self, digest: str, content: bytes) -> bool:
        found = Pictures({digest: content})
        place = found.find(digest)
        if place is None:
            return True  # it is not shown, and so is in nobody's way
        with self._beside(found.shown) as desk:
            try:
                desk.compile("picture.typ", {"picture": place}, _ANY_DAY)
            except typst.TypstError:
                return False
        return True

    @contextmanager
    def _beside(self, shown: Mapping[str, bytes]) -> Iterator[_Desk]:
        """Put pictures where templates find them, for as long as one document takes."""
        if not shown:
            yield self._plain
            return
        if self._illustrated is None:
            self._illustrated = self._desk(self._folder())
        places = {self._illustrated.root / FOLDER / name: content for name, content in shown.items()}
        try:
            for place, content in places.items():
                place.write_bytes(content)
            yield self._illustrated
        finally:
            for place in places:
                place.unlink(missing_ok=True)

    def _folder(self) -> Path:
        folder = Path(mkdtemp(prefix="assidu-layout-"))
        finalize(self, _remove, folder, getpid())
        copytree(self._templates, folder, dirs_exist_ok=True)
        (folder / FOLDER).mkdir()
        return folder

    def _desk(self, root: Path) -> _Desk:
        return _Desk(root, typst.Compiler(root=str(root), font_paths=self._fonts))


@dataclass(frozen=True, slots=True)
class _Desk:
    """Where a document is laid out: a folder of templates, and what reads them."""

    root: Path
    compiler: typst.Compiler

    def compile(self, template: str, inputs: dict[str, str], at: datetime) -> bytes:
        pdf = self.compiler.compile(
            input=str(self.root / template),
            format="pdf",
            sys_inputs=inputs,
            pdf_standards=list(STANDARDS),
            # A PDF file dates itself to the second.
            timestamp=at.astimezone(UTC).replace(microsecond=0),
        )
        assert isinstance(pdf, bytes)  # noqa: S101 - without an output file typst returns the bytes
        return pdf


def _remove(folder: Path, owner: int) -> None:
    # A child that was forked off ends with a copy of what its parent still uses.
    if getpid() == owner:
        rmtree(folder, ignore_errors=True)
