"""Which tool wrote a table: known by the names of its columns (`formats.json`)."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from importlib.resources import files
from typing import Any, Final

import orjson

from training.meetings.stamps import DateOrder


class TableKind(StrEnum):
    """What a line of a table stands for; the surest first."""

    STAYS = "stays"
    ACTIONS = "actions"
    SUMMARY = "summary"


@dataclass(frozen=True)
class Format:
    """One kind of table of one tool, its columns' names folded."""

    id: str
    tool: str
    title: str
    kind: TableKind
    duration_unit_seconds: int
    required: frozenset[str]
    columns: Mapping[str, tuple[str, frozenset[str]]]
    actions: Mapping[str, str]
    date_orders: Mapping[str, DateOrder]
    names: Mapping[str, Mapping[str, Sequence[str]]]


@dataclass(frozen=True, slots=True)
class Header:
    """A header that was recognised: where each column stands, and in which language it is written."""

    format: Format
    places: Mapping[str, int]
    language: str

    @property
    def implied_order(self) -> DateOrder | None:
        """The order of dates that goes with the header's language, where the tool ties the two."""
        return self.format.date_orders.get(self.language)


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """Every format there is, and words that several of them use, folded."""

    formats: tuple[Format, ...]
    yes: frozenset[str]
    guests: frozenset[str]


def find_header(cells: Sequence[str]) -> Header | None:
    """Return the header that a record is, None when it is none that we know; of two that fit, the fuller."""
    names = [folded(cell) for cell in cells]
    found = [header for item in vocabulary().formats if (header := _header(item, names)) is not None]
    return max(found, key=lambda header: len(header.places), default=None)


def folded(text: str) -> str:
    """Return a text without accents, case and signs.

    >>> folded("Heure d’arrivée"), folded(" Durée (minutes) ")
    ('heure d arrivee', 'duree minutes')
    """
    plain = unicodedata.normalize("NFKD", text.replace("’", "'")).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", " ", plain).strip()


@cache
def vocabulary() -> Vocabulary:
    """Return what `formats.json` says, read once."""
    data = orjson.loads(files(__package__).joinpath("formats.json").read_bytes())
    return Vocabulary(
        tuple(_format(item) for item in data["formats"]),
        frozenset(map(folded, data["yes"])),
        frozenset(map(folded, data["guests"])),
    )


# A header half in one and half in the other language is taken for English, which implies no order of dates.
_LANGUAGES: Final = ("en", "fr")


def _format(item: Mapping[str, Any]) -> Format:
    columns: dict[str, tuple[str, frozenset[str]]] = {}
    for column, by_language in item["columns"].items():
        for language, names in by_language.items():
            for name in map(folded, names):
                before = columns.get(name, (column, frozenset[str]()))[1]
                columns[name] = (column, before | {language})
    actions = {folded(word): action for action, words in item.get("actions", {}).items() for word in words}
    return Format(
        item["id"],
        item["tool"],
        item["title"],
        TableKind(item["kind"]),
        item["duration_unit_seconds"],
        frozenset(item["required"]),
        columns,
        actions,
        {language: DateOrder(order) for language, order in item["date_orders"].items()},
        item["columns"],
    )


def _header(item: Format, names: Sequence[str]) -> Header | None:
    places: dict[str, int] = {}
    languages: Counter[str] = Counter()
    for at, name in enumerate(names):
        known = item.columns.get(name)
        if known is None:
            continue
        column, spoken = known
        # Zoom's long report names the host's e-mail address before the participant's: the last one counts.
        places[column] = at
        languages.update(spoken)
    if not item.required <= places.keys():
        return None
    return Header(item, places, max(_LANGUAGES, key=lambda language: languages[language]))
