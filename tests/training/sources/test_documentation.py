"""The page on sources names every kind, key and parameter there is."""

from __future__ import annotations

from pathlib import Path

from training.http.source_schemas import SourceRunQuerySchema
from training.sources.source import Key, SourceKind

PAGE = (Path(__file__).resolve().parents[3] / "docs" / "sources.md").read_text("utf-8")


def test_every_kind_key_and_parameter_is_on_the_page():
    named = {*(f"`{kind}`" for kind in SourceKind), *(f"`{key}`" for key in Key), *SourceRunQuerySchema().fields}
    assert [name for name in sorted(named) if name not in PAGE] == []
