"""The pages of role `administrator`, in the order in which its menu shows them."""

from __future__ import annotations

from typing import Final

from dashboards.frame.page import Page
from dashboards.pages.administrator import (
    credentials,
    funders,
    organisation,
    people,
    quarantine,
    requests,
    retention,
    rules,
    settings,
)

PAGES: Final[tuple[Page, ...]] = (
    settings.PAGE,
    *people.PAGES,
    *credentials.PAGES,
    *quarantine.PAGES,
    *requests.PAGES,
    *organisation.PAGES,
    *funders.PAGES,
    *rules.PAGES,
    *retention.PAGES,
)
