"""What the verification page says, in French."""

from __future__ import annotations

from typing import Final, NamedTuple

from evidence.issuing.document import Status
from evidence.verification.report import Outcome, Verdict


class Said(NamedTuple):
    """What a page says of how a document stands: `tone` is how it looks."""

    title: str
    text: str
    tone: str


STATUSES: Final = {
    Status.VALID: Said(
        "Document valide",
        "Ce document a été émis sous ce code, et rien ne l’a remplacé ni annulé.",
        "good",
    ),
    Status.TO_REPLACE: Said(
        "Document à remplacer",
        "Ce document a bien été émis. Depuis, des éléments dont il dépend ont changé : l’organisme doit le réémettre.",
        "warn",
    ),
    Status.SUPERSEDED: Said(
        "Document remplacé",
        "Ce document a bien été émis, mais une version plus récente le remplace.",
        "warn",
    ),
    Status.REVOKED: Said(
        "Document annulé",
        "L’organisme a annulé ce document : il ne fait plus foi.",
        "bad",
    ),
}
OUTCOMES: Final = {
    Outcome.HOLDS: Said("Ce fichier est authentique", "Toutes les étapes sont vérifiées.", "good"),
    Outcome.INCOMPLETE: Said(
        "Rien de faux n’a été trouvé",
        "Certaines étapes n’ont pas pu être vérifiées ici ; chacune dit pourquoi.",
        "warn",
    ),
    Outcome.FAILS: Said("Ce fichier ne tient pas", "La première étape qui ne tient pas est nommée ci-dessous.", "bad"),
    Outcome.UNREADABLE: Said("Ce fichier ne peut pas être vérifié", "", "bad"),
}
OTHER_FILE: Final = Said(
    "Ce fichier n’est pas ce document",
    "Il diffère, d’un octet au moins, de celui qui a été émis sous ce code.",
    "bad",
)
VERDICTS: Final = {
    Verdict.HOLDS: Said("Vérifié", "", "good"),
    Verdict.FAILS: Said("Ne tient pas", "", "bad"),
    Verdict.UNCHECKED: Said("Non vérifiable ici", "", "unknown"),
}
DEVELOPMENT: Final = (
    "Cachet de développement, non qualifié : il montre que le fichier n’a pas changé, et ne prouve pas qui l’a émis."
)
UNKNOWN: Final = Said(
    "Aucun document sous ce code",
    "Relisez le code imprimé au bas du document, ou visez à nouveau son QR code.",
    "unknown",
)
TOO_LARGE: Final = Said("Ce fichier est trop grand", "Un document d’Assidu a moins de 20 Mo.", "bad")
NO_FILE: Final = Said("Aucun fichier n’a été choisi", "Choisissez le PDF à vérifier.", "bad")
BUSY: Final = "Trop de demandes viennent de votre adresse. Réessayez dans {wait}."
