"""Facts in `/api/v1`: translates, decides nothing. `SECTIONS` is what the application registers."""

from __future__ import annotations

from typing import Final

from analytics.http import facts
from lrs.http.api.operations import Section

SECTIONS: Final = (Section("facts", "What statements and records add up to.", facts.OPERATIONS),)
