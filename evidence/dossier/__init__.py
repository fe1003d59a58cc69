"""Dossiers: everything that evidences a training, as one zip that anybody can read and check (docs/dossiers.md)."""

from evidence.dossier.asked import Asked, Extract, Scope
from evidence.dossier.making import Dossier, Dossiers

__all__ = ["Asked", "Dossier", "Dossiers", "Extract", "Scope"]
