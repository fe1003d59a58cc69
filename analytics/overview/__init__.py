"""What the enrolments of a training session, or of several, add up to: counts, hours, rates. Pure.

Kept by session where facts are kept (`analytics.store.overview`), so that a portfolio reads a row a session.
"""

from analytics.overview.interval import Interval, wilson
from analytics.overview.overview import ModalityOverview, Overview, SessionOverview, together
from analytics.overview.totals import Totals

__all__ = ["Interval", "ModalityOverview", "Overview", "SessionOverview", "Totals", "together", "wilson"]
