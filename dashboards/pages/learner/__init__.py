"""The pages of role `learner`: themself, and nobody else. Drawn for a phone first."""

from __future__ import annotations

from typing import Final

from dashboards.frame.page import Page
from dashboards.pages.learner import badges, data, documents, estimate, home, records, requests, sharing

PAGES: Final[tuple[Page, ...]] = (
    home.PAGE,
    badges.PAGE,
    documents.PAGE,
    sharing.PAGE,
    data.PAGE,
    estimate.PAGE,
    records.PAGE,
    requests.PAGE,
)
