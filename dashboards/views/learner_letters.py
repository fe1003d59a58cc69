"""What is written to somebody who asked about their data: in French, with the dates that the law gives."""

from __future__ import annotations

from typing import Final

from dashboards import formats
from dashboards.attendance.letters import Letter
from dashboards.views.lens import Lens
from dashboards.words import typeset
from lrs.organisations import Organisations
from training.records.person import Person
from training.rights import Outcome, Right, RightsRequest

RIGHTS: Final = {
    Right.ACCESS: "d’accès à vos données",
    Right.RECTIFICATION: "de rectification de vos données",
    Right.ERASURE: "d’effacement de vos données",
    Right.RESTRICTION: "de limitation de l’usage de vos données",
    Right.PORTABILITY: "de portabilité de vos données",
    Right.OBJECTION: "d’opposition à un usage de vos données",
}
OUTCOMES: Final = {
    Outcome.GRANTED: "Votre demande est acceptée.",
    Outcome.PARTLY: "Votre demande est acceptée en partie.",
    Outcome.REFUSED: "Votre demande n’est pas acceptée.",
}
_COMPLAINT: Final = (
    "Si cette réponse ne vous convient pas, vous pouvez saisir la CNIL (www.cnil.fr/plaintes) ou un tribunal."
)
_WHERE: Final = "Vous retrouvez cette demande dans votre espace, à la page « Mes demandes »."


def received_letter(lens: Lens, person: Person, request: RightsRequest) -> Letter | None:
    """Return the letter that says that a request was received; None for somebody without an address."""
    due = formats.short_day(request.due_on, "fr")
    text = f"Nous avons reçu votre demande {RIGHTS[request.right]}. Nous vous répondons au plus tard le {due}."
    return _letter(lens, person, "Votre demande est reçue", [text, _WHERE])


def answered_letter(lens: Lens, person: Person | None, request: RightsRequest) -> Letter | None:
    """Return the letter that says how a request was answered; None for somebody without an address."""
    outcome = OUTCOMES[request.outcome or Outcome.GRANTED]
    head = f"Vous avez fait une demande {RIGHTS[request.right]}. {outcome}"
    parts = [head, request.answer, *([] if request.outcome is Outcome.GRANTED else [_COMPLAINT]), _WHERE]
    return _letter(lens, person, "Réponse à votre demande", parts)


def extended_letter(lens: Lens, person: Person | None, request: RightsRequest) -> Letter | None:
    """Return the letter that says that an answer takes longer, and why; None for somebody without an address."""
    due, why = formats.short_day(request.due_on, "fr"), request.events[-1].text
    text = f"Votre demande {RIGHTS[request.right]} nous prend plus de temps que prévu : {why}"
    return _letter(
        lens, person, "Votre demande prend plus de temps", [text, f"Nous vous répondons au plus tard le {due}.", _WHERE]
    )


def _letter(lens: Lens, person: Person | None, subject: str, parts: list[str]) -> Letter | None:
    if person is None or not person.email:
        return None
    name = Organisations(lens.services.store, lens.services.clock).get(lens.viewer.organisation).name
    body = "\n\n".join([f"Bonjour {person.first_name or person.name},", *parts, name])
    return Letter(to=person.email, sender=name, subject=typeset(subject), text=typeset(body))
