"""The pages of role `trainer`: made for a phone between two half-days.

Managers may open them for any session, but have pages of their own to begin from: the menu does not name these to them.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from dashboards.frame.page import Page, no_acts
from dashboards.pages.trainer.contacts import CONTACTS
from dashboards.pages.trainer.day import DAY
from dashboards.pages.trainer.followup import FOLLOWUP
from dashboards.pages.trainer.learner import LEARNER
from dashboards.pages.trainer.results import RESULTS
from dashboards.pages.trainer.session import SESSION
from dashboards.pages.trainer.sessions import SESSIONS
from training.access import STAFF

_OWN: Final = (DAY, CONTACTS, SESSIONS, SESSION, RESULTS, LEARNER, FOLLOWUP)


def _of_staff(page: Page) -> Page:
    """Return a page as whoever answers for the organisation has it. What it does is registered once, for both."""
    return replace(page, name=f"{page.name}_of_staff", roles=STAFF, menu=None, acts=no_acts)


PAGES: Final[tuple[Page, ...]] = (*_OWN, *map(_of_staff, _OWN))
