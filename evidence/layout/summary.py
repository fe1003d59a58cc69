"""A summary for people of what files beside it hold for machines: a PDF that everybody can read, and no document."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Final

import typst

from evidence.layout.characters import Typesetter

_TEMPLATE: Final = "summary.typ"
# Accessible, as documents are; not kept for decades, as they are.
_STANDARDS: Final = ("ua-1",)


@dataclass(frozen=True, slots=True)
class Part:
    """A titled part: a sentence, and a table whose every row is as long as its header; either may be empty."""

    title: str
    note: str = ""
    header: tuple[str, ...] = ()
    rows: Sequence[tuple[str, ...]] = ()


@dataclass(frozen=True, slots=True)
class Summary:
    """What stands on it, in French; `foot` is repeated below each page. Texts may hold anything."""

    title: str
    lead: str
    author: str
    foot: str
    parts: Sequence[Part] = field(default=())


def lay_out_summary(summary: Summary, at: datetime) -> bytes:
    """Return the PDF: the same bytes for the same arguments."""
    text = Typesetter().text
    data = {
        "title": text(summary.title), "lead": text(summary.lead), "author": text(summary.author),
        "foot": text(summary.foot),
        "parts": [
            {
                "title": text(part.title), "note": text(part.note), "header": [text(item) for item in part.header],
                "rows": [[text(item) for item in row] for row in part.rows],
            }
            for part in summary.parts
        ],
    }  # fmt: skip
    home = Path(str(files("evidence.layout")))
    pdf = typst.Compiler(root=str(home / "templates"), font_paths=_fonts()).compile(
        input=str(home / "templates" / _TEMPLATE),
        format="pdf",
        sys_inputs={"data": json.dumps(data, ensure_ascii=False)},
        pdf_standards=list(_STANDARDS),
        timestamp=at.astimezone(UTC).replace(microsecond=0),
    )
    assert isinstance(pdf, bytes)  # noqa: S101 - without an output file typst returns the bytes
    return pdf


@cache
def _fonts() -> typst.Fonts:
    fonts = str(files("evidence.layout").joinpath("fonts"))
    return typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=[fonts])
