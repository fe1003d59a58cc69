"""The pages of role `funder`: the files that it funds, and nothing else."""

from __future__ import annotations

from typing import Final

from dashboards.frame.page import Page
from dashboards.pages.funder import documents, file, files

PAGES: Final[tuple[Page, ...]] = (files.PAGE, documents.PAGE, file.PAGE)
