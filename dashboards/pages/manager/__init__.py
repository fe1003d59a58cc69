"""The pages of role `manager`; what a figure is made of is also for who checks and who teaches, within their scope."""

from __future__ import annotations

from typing import Final

from dashboards.frame.page import Page
from dashboards.pages.manager import (
    comparison,
    decisions,
    document,
    enrolment,
    followup_model,
    followup_sessions,
    followups,
    portfolio,
    profiles,
    session,
    statements,
)

PAGES: Final[tuple[Page, ...]] = (
    portfolio.PAGE,
    decisions.PAGE,
    followups.PAGE,
    followup_sessions.PAGE,
    followup_model.PAGE,
    *comparison.PAGES,
    profiles.PAGE,
    session.PAGE,
    enrolment.PAGE,
    document.PAGE,
    *statements.PAGES,
)
