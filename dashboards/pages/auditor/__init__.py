"""The pages of role `auditor`: a sample and its evidence, the log, the trail."""

from __future__ import annotations

from typing import Final

from dashboards.frame.page import Page
from dashboards.pages.auditor import home, learner, log, sample, trail

PAGES: Final[tuple[Page, ...]] = (home.PAGE, log.PAGE, trail.PAGE, sample.PAGE, learner.PAGE)
