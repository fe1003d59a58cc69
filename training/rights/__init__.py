"""What people ask about the data that is kept of them (RGPD, articles 15 to 21), and what becomes of it.

`Rights(store, clock, ids)` keeps requests, `Shares(services)` what people show to others; nothing connects at import.
"""

from training.rights.register import Rights
from training.rights.request import Answer, Asked, Event, Outcome, Purpose, Right, RightsRequest, State
from training.rights.share import Offer, Opened, Share
from training.rights.shares import Shares

__all__ = [
    "Answer",
    "Asked",
    "Event",
    "Offer",
    "Opened",
    "Outcome",
    "Purpose",
    "Right",
    "Rights",
    "RightsRequest",
    "Share",
    "Shares",
    "State",
]
