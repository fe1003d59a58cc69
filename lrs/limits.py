"""How much of anything is taken at once."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Limits:
    """Sizes in bytes, counts in statements. The front door fills these from its settings."""

    body_bytes: int = 32 * 1024 * 1024
    statement_bytes: int = 4 * 1024 * 1024
    page_statements: int = 100
    page_statements_most: int = 500
    # A page stops early rather than hold more than this in memory.
    page_bytes: int = 16 * 1024 * 1024
    quarantine_days: int = 90
