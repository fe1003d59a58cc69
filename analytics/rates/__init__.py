"""Rates by the formulas of docs/facts.md, each carrying its formula, version, numerator and denominator. Pure."""

from analytics.rates.figure import Figure

__all__ = ["Figure"]
