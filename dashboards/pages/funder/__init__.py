"""The pages of role `funder`."""

from __future__ import annotations

from typing import Final

from dashboards.frame.page import Page

PAGES: Final[tuple[Page, ...]] = ()
