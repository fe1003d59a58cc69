"""What is wrong with a statement, in French: the record store says it in English, for senders are programs."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

from dashboards.words import Words, typeset

_KINDS: Final[Mapping[str, str]] = {
    "true or false": "vrai ou faux", "a text": "un texte", "a number": "un nombre",
    "a whole number": "un nombre entier", "a list": "une liste", "an object": "un objet", "null": "null",
}  # fmt: skip
_EXACT: Final[Mapping[str, str]] = {
    "This text does not have the form that is asked for.": "Ce texte n’a pas la forme demandée.",
    "This value is not the one allowed here.": "Cette valeur n’est pas celle qui est permise ici.",
    "This value is not in the vocabulary.": "Cette valeur n’est pas dans le vocabulaire.",
    "This number is too small.": "Ce nombre est trop petit.",
    "This number is too large.": "Ce nombre est trop grand.",
    "This list has too few items.": "Cette liste a trop peu d’éléments.",
    "This list has too many items.": "Cette liste a trop d’éléments.",
    "This is not allowed here.": "Ceci n’est pas permis ici.",
    "This is not valid.": "Ceci n’est pas valide.",
    "This is not JSON.": "Ceci n’est pas du JSON.",
    "The body is empty.": "Le contenu est vide.",
    "The body is not a JSON array.": "Le contenu n’est pas un tableau JSON.",
    "The case of this property's name is wrong.": "Le nom de cette propriété est mal écrit : majuscules ou minuscules.",
    "null is only allowed inside extensions.": "null n’est permis que dans les extensions.",
    "A SubStatement has no version.": "Une sous-trace n’a pas de version.",
    "A SubStatement has no stored.": "Une sous-trace n’a pas de stored.",
    "A SubStatement has no id.": "Une sous-trace n’a pas d’id.",
    "A SubStatement has no authority.": "Une sous-trace n’a pas d’authority.",
    "A SubStatement does not contain another.": "Une sous-trace n’en contient pas une autre.",
    "This list does not belong to this interactionType.": "Cette liste ne va pas avec cet interactionType.",
    "This does not have exactly one identifier.": "Il faut ici un identifiant, et un seul.",
    "Only an Activity has a revision.": "Seule une activité a une revision.",
    "Only an Activity has a platform.": "Seule une activité a une platform.",
    "Only a StatementRef can be voided.": "Seule une référence à une trace peut être annulée.",
    "A Group vouches for a statement only as an application and its user.":
        "Un groupe ne répond d’une trace que s’il réunit une application et son utilisateur.",
    "A Group that vouches for a statement has no identifier of its own.":
        "Un groupe qui répond d’une trace n’a pas d’identifiant propre.",
    "Neither member can be the OAuth application, which is identified by its account.":
        "Aucun des deux membres ne peut être l’application OAuth : son compte l’identifie.",
    "A Group without identifier cannot be asked for.": "Un groupe sans identifiant ne peut pas être demandé.",
    "This length of time is too large to be counted.": "Cette durée est trop grande pour être comptée.",
    "This is not a number that can be kept.": "Ce nombre ne peut pas être conservé.",
    "Another component of this list has the same id.": "Un autre élément de cette liste a le même id.",
    "min is not less than max.": "min n’est pas inférieur à max.",
    "raw is less than min.": "raw est inférieur à min.",
    "raw is greater than max.": "raw est supérieur à max.",
    "This is not a date and time in ISO 8601.": "Ce n’est pas une date avec heure selon ISO 8601.",
    "There is no such date or time in the calendar of the years 1 to 9999.": "Cette date ou cette heure n’existe pas.",
    "This is not an ISO 8601 duration.": "Ce n’est pas une durée selon ISO 8601.",
    "The attachment has no fileUrl and its bytes were not sent.":
        "La pièce jointe n’a pas de fileUrl, et son contenu n’a pas été envoyé.",
    "No attachment of the statements has this hash.": "Aucune pièce jointe des traces n’a cette empreinte.",
}  # fmt: skip
_SHAPES: Final[tuple[tuple[re.Pattern[str], str], ...]] = (
    (re.compile(r"There is no such property in (?:an? )?(.+)\."), "Il n’y a pas de propriété de ce nom dans {0}."),
    (re.compile(r"(\S+) is missing\."), "{0} manque."),
    (re.compile(r"This is (.+), not (.+)\."), "Ceci est {0} ; il faut {1}."),
    (re.compile(r"This is not JSON: .*line (\d+), column (\d+)\)\."), "Ce n’est pas du JSON : ligne {0}, colonne {1}."),
    (re.compile(r"Byte (\d+) is not UTF-8\."), "L’octet {0} n’est pas de l’UTF-8."),
    (re.compile(r"The name (.+) stands twice in one object\."), "Le nom {0} figure deux fois dans un objet."),
    (re.compile(r"Objects and arrays nest deeper than (\d+)\."), "Plus de {0} niveaux d’objets et de listes."),
)


def refusal_words(words: Words, message: str) -> str:
    """Return what is wrong in the reader's language; in English what has no French words yet.

    >>> refusal_words(Words("fr"), "actor is missing.")
    'actor manque.'
    """
    if words.language != "fr":
        return message
    if message in _EXACT:
        return typeset(_EXACT[message])
    for shape, french in _SHAPES:
        found = shape.fullmatch(message)
        if found is not None:
            return typeset(french.format(*(_KINDS.get(part, part) for part in found.groups())))
    return message
