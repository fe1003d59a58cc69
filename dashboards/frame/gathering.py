"""Which pages there are: those of every role, in the order in which menus show them."""

from __future__ import annotations

from importlib import import_module
from typing import Final

from dashboards.frame.page import Page

# The modules that have `PAGES`; the live feed stands last, for it is about platforms and not about people.
ROOMS: Final = (
    "dashboards.pages.learner",
    "dashboards.pages.trainer",
    "dashboards.pages.manager",
    "dashboards.pages.funder",
    "dashboards.pages.auditor",
    "dashboards.live.page",
    "dashboards.pages.administrator",
)


def gather_pages() -> tuple[Page, ...]:
    """Return every page. Imports Dash: call it when the application is built."""
    return tuple(page for room in ROOMS for page in import_module(room).PAGES)
