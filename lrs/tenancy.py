"""Whose records these are."""

from __future__ import annotations

from typing import NewType

# A small integer, given out in sequence: it prefixes every key and every index entry of a tenant.
OrganisationId = NewType("OrganisationId", int)
