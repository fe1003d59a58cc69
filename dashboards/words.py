"""Texts in French and in English, key by key, with French typography."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

from dashboards.languages import Language

# Key to (French, English). French is written with plain spaces; `typeset` makes them what its typography asks for.
Texts = Mapping[str, tuple[str, str]]


class Words:
    """The texts of a page in one language."""

    def __init__(self, language: Language, *texts: Texts) -> None:
        """Later `texts` win over earlier ones."""
        self.language = language
        self._column = 0 if language == "fr" else 1
        self._texts = {key: pair for part in texts for key, pair in part.items()}

    def __call__(self, key: str, **values: object) -> str:
        """Return a text, with its values put in; raises KeyError for a key that nobody wrote."""
        return self.say(self._texts[key], **values)

    def say(self, pair: tuple[str, str], **values: object) -> str:
        """Return the text of a pair, with its values put in."""
        text = pair[self._column]
        said = (typeset(text) if self.language == "fr" else text).format(**values)
        return agree(said, self.language) if "(s)" in said else said

    def adding(self, *texts: Texts) -> Words:
        """Return these words and more."""
        return Words(self.language, self._texts, *texts)


def agree(text: str, language: Language) -> str:
    r"""Let words with « (s) » agree with the number before them: nought is singular in French.

    What has no number before it stays as it is.

    >>> agree("2 règles, 0 décision(s) propre(s)", "fr"), agree("0 rule(s), 1 day(s)", "en"), agree("jour(s)", "fr")
    ('2 règles, 0 décision propre', '0 rules, 1 day', 'jour(s)')
    """

    def ending(found: re.Match[str]) -> str:
        numbers = _NUMBER.findall(text[: found.start()])
        if not numbers:
            return found[0]
        value = int(re.sub(r"\D", "", numbers[-1]))
        return "" if value == 1 or (value == 0 and language == "fr") else "s"

    return re.sub(r"\(s\)", ending, text)


# As it is written in both languages.
_NUMBER: Final = re.compile(r"\d[\d,\u202f]*")


def typeset(text: str) -> str:
    r"""Put the spaces of French typography: narrow before ; ! ?, no-break before a colon, units and inside « ».

    >>> typeset("Vite ! À {n} h : fini")
    'Vite\u202f! À {n}\xa0h\xa0: fini'
    """
    text = re.sub(r" (?=[;!?])", "\u202f", text)
    return re.sub(r" (?=:)|(?<=[\d}]) (?=(?:h|%)(?!\w))|(?<=«) | (?=»)", "\u00a0", text)
