"""What administrators leave in the audit trail: what they changed of access, rules and retention."""

from __future__ import annotations

from collections.abc import Mapping

from dashboards.views.lens import Lens
from evidence.trail.entry import Act, Deed


def leave_deed(lens: Lens, what: str, change: str, details: Mapping[str, str] | None = None, *, why: str = "") -> None:
    """Record a change of `what` (`kind:id`): `change` is a word as in `credential_revoked`. Nothing names anybody."""
    deed = Deed(lens.viewer.trail_name, Act.CHANGED, what, why, {"change": change, **(details or {})})
    lens.sources.trail.record(lens.viewer.organisation, deed)
