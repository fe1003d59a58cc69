"""The form that all printed values take."""

from __future__ import annotations

import msgspec


class Value(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A frozen value that is written to JSON and read back exactly; an unknown member is refused."""
