"""The office of the tests of retention serves here too, and the training centre of those of issuing."""

from __future__ import annotations

from tests.evidence.issuing.conftest import authority, centre, layout, workshop
from tests.evidence.retention.conftest import office

__all__ = ["authority", "centre", "layout", "office", "workshop"]
