"""How long evidence and raw traces are kept, what stands against deleting them, and deleting them in their time."""

from evidence.retention.classes import RetentionClass, Terms
from evidence.retention.holds import Hold, HoldScope

__all__ = ["Hold", "HoldScope", "RetentionClass", "Terms"]
