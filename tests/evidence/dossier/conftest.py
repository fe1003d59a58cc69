"""The office of the tests of retention serves here too."""

from __future__ import annotations

from tests.evidence.retention.conftest import office

__all__ = ["office"]
