from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from subprocess import run

import pytest

from evidence.layout import Layout


@pytest.fixture(scope="session")
def layout() -> Layout:
    return Layout()


@pytest.fixture
def text_of(tmp_path: Path) -> Callable[[bytes], str]:
    """Give the text of a PDF as a reader copies it, white space made plain."""

    def text_of(pdf: bytes) -> str:
        path = tmp_path / "document.pdf"
        path.write_bytes(pdf)
        copied = run(["pdftotext", "-raw", str(path), "-"], capture_output=True, check=True).stdout.decode()
        return " ".join(copied.replace("\u200b", "").split())

    return text_of
