"""Requests that leave the deployment: only to where an administrator said, only to addresses that may be asked.

Nothing here knows what is sent or why. `places` is pure: which addresses may be asked; `line` asks.
"""

from lrs.outgoing.line import Answer, Line, Unanswered
from lrs.outgoing.places import Network, Place, Refused, parse_place, place_problems

__all__ = ["Answer", "Line", "Network", "Place", "Refused", "Unanswered", "parse_place", "place_problems"]
