"""What people read about documents, in French."""

from __future__ import annotations

from datetime import date

from evidence.content import AttendanceSheet, Content
from evidence.seals.seal import SealProblem, SealState
from lrs.clock import to_datetime

_SEAL = {
    SealProblem.MISSING: "Aucun cachet électronique n’est enregistré pour l’organisme.",
    SealProblem.NOT_YET: "Le certificat du cachet n’est pas encore valable, d’après l’horloge de ce serveur.",
    SealProblem.WRONG_SECRET: (
        "Le cachet est enregistré mais ne s’ouvre pas\u00a0: il l’a été sous un autre secret de déploiement."
    ),
}


def short_day(on: date) -> str:
    """Write a date in figures.

    >>> short_day(date(2026, 3, 2))
    '02/03/2026'
    """
    # The layout has the same and more, and brings with it all that pages are made with.
    return f"{on:%d/%m}/{on.year:04}"


def seal_problem(state: SealState) -> str | None:
    """Say why an organisation cannot seal now; None when it can."""
    if state.problem is None:
        return None
    if state.problem is SealProblem.EXPIRED and state.not_after is not None:
        return f"Le certificat du cachet a expiré le {short_day(to_datetime(state.not_after).date())}."
    return _SEAL.get(state.problem, "Le certificat du cachet a expiré.")


def holder_of(content: Content) -> str:
    """Return whom a document is given about, for lists: a trainee's name, or the session of sheets."""
    if isinstance(content, AttendanceSheet):
        return content.session or content.title
    return f"{content.trainee.first_name} {content.trainee.last_name}".strip()
