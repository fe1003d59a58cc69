"""Attributes of HTML that are no names of Python: `aria-label`, `data-png`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any


def wild(given: Mapping[str, str]) -> Any:  # noqa: ANN401 - Dash's annotations know no wildcards
    """Return attributes to be handed to a component by `**`."""
    return given
