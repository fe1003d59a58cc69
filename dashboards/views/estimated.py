"""What pages draw of estimates: the values that are kept of them, so that no page knows the store behind."""

from __future__ import annotations

from analytics.store.risk import ModelCard, RiskDrift, RiskReason, RiskScore

__all__ = ["ModelCard", "RiskDrift", "RiskReason", "RiskScore"]
