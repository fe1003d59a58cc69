"""What a check says in French: the titles of its steps, and the spaces of French typography."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Final
from zoneinfo import ZoneInfo

from evidence.verification.report import Outcome, Verdict

NO_BREAK: Final = "\u00a0"
_THIN: Final = "\u202f"
_PARIS: Final = "Europe/Paris"

DOCUMENT_STEPS: Final[Mapping[str, str]] = {
    "seal.intact": "Le fichier est, à l’octet près, celui qui a été scellé",
    "seal.signer": "Le cachet est celui d’un organisme reconnu",
    "seal.timestamp": "La date du cachet est attestée par une autorité reconnue",
    "evidence.embedded": "Les éléments de preuve sont joints au document, et lisibles",
    "evidence.printed": "Ce qui est imprimé est ce que disent les éléments de preuve",
    "evidence.dates": "Les dates se suivent",
    "ledger.checkpoint": "L’état du registre est signé",
    "ledger.timestamp": "La date de cet état du registre est attestée",
    "statements.included": "Chaque trace citée figure au registre, inchangée",
    "figures.recomputed": "Les chiffres se recalculent à partir des traces citées",
}
DOSSIER_STEPS: Final[Mapping[str, str]] = {
    "dossier.container": "L’archive est bien formée, sans rien d’ajouté",
    "dossier.manifest": "Le manifeste est lisible et complet",
    "dossier.files": "Chaque fichier a l’empreinte que donne le manifeste",
    "dossier.origin": "Le manifeste vient de l’organisme, et n’a pas changé depuis",
    "ledger.checkpoint": "Les états du registre sont signés",
    "ledger.timestamp": "La date du dernier état du registre est attestée",
    "ledger.consistent": "Les états du registre se prolongent les uns les autres",
    "statements.included": "Chaque trace figure au registre, inchangée",
    "trail.entries": "Les entrées du journal sont celles qui ont été enregistrées",
    "documents": "Chaque document joint tient, étape par étape",
}
VERDICTS: Final[Mapping[Verdict, str]] = {
    Verdict.HOLDS: "vérifié",
    Verdict.FAILS: "ne tient pas",
    Verdict.UNCHECKED: "non vérifiable ici",
}
OUTCOMES: Final[Mapping[Outcome, str]] = {
    Outcome.HOLDS: "Tout ce qui devait être vérifié l’est.",
    Outcome.FAILS: "Ce fichier ne tient pas.",
    Outcome.UNREADABLE: "Ce fichier ne peut pas être vérifié.",
    Outcome.INCOMPLETE: "Rien de faux n’a été trouvé, mais tout n’a pas pu être vérifié.",
}


def typeset(text: str) -> str:
    r"""Put the spaces of French typography: narrow before ; ! ?, no-break before a colon and within « ».

    >>> typeset("Vite ! Le code : « 12 »")
    'Vite\u202f! Le code\xa0: «\xa012\xa0»'
    """
    for mark in ";!?":
        text = text.replace(f" {mark}", f"{_THIN}{mark}")
    return text.replace(" :", f"{NO_BREAK}:").replace("« ", f"«{NO_BREAK}").replace(" »", f"{NO_BREAK}»")


def moment(instant: datetime) -> str:
    r"""Write an instant, in French time.

    >>> from datetime import UTC
    >>> moment(datetime(2026, 1, 5, 8, 5, 9, tzinfo=UTC))
    '05/01/2026 à 9\xa0h\xa005'
    """
    local = instant.astimezone(ZoneInfo(_PARIS))
    return f"{local:%d/%m/%Y} à {local.hour}{NO_BREAK}h{NO_BREAK}{local.minute:02}"


def count(number: int, one: str, many: str) -> str:
    r"""Write a count with its noun.

    >>> count(1, "trace", "traces"), count(12500, "trace", "traces")
    ('1 trace', '12\u202f500 traces')
    """
    return f"{number:,} {one if number in (0, 1) else many}".replace(",", _THIN)
