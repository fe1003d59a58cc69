"""What fitting and reading models refuse."""

from __future__ import annotations

from lrs.errors import AssiduError


class UnreadableModel(AssiduError):
    """The bytes are no model of this form."""


class NothingToLearn(AssiduError):
    """No rows with both outcomes, and no pooled model to stand in."""
