"""What fitting and reading models refuse."""

from __future__ import annotations

from lrs.errors import Conflict, InvalidRequest


class UnreadableModel(InvalidRequest):
    """The bytes are no model of this form."""


class NothingToLearn(Conflict):
    """No rows with both outcomes, and no pooled model to stand in."""
