"""A course structure as it is after import: blocks, assignable units, objectives (cmi5 13.1)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from urllib.parse import urlsplit

from lrs.cmi5.vocabulary import MoveOn
from lrs.errors import NotFound

# Texts by language; `und` for one whose language is not said.
Texts = Mapping[str, str]


def text_in(texts: Texts, language: str) -> str:
    """Return a text in a language, else in none, else in the first that there is.

    >>> text_in({"en-GB": "Colour", "fr": "Couleur"}, "en"), text_in({"de": "Farbe"}, "fr")
    ('Colour', 'Farbe')
    """
    plain = {name.lower().partition("-")[0]: text for name, text in reversed(list(texts.items()))}
    return texts.get(language) or plain.get(language) or texts.get("und") or next(iter(texts.values()), "")


@dataclass(frozen=True, slots=True)
class Objective:
    """A learning objective, which AUs and blocks refer to."""

    id: str
    title: Texts
    description: Texts


@dataclass(frozen=True, slots=True)
class Unit:
    """An assignable unit: what is launched. `id` is its publisher's; `mastery_score` is between 0 and 1.

    A `url` without a scheme is a file of the archive that the course came in.
    """

    id: str
    title: Texts
    description: Texts
    url: str
    objectives: tuple[str, ...] = ()
    launch_parameters: str | None = None
    entitlement_key: str | None = None
    move_on: MoveOn = MoveOn.NOT_APPLICABLE
    mastery_score: float | None = None
    launch_method: str = "AnyWindow"
    activity_type: str | None = None

    @property
    def is_hosted(self) -> bool:
        """Say whether the unit is launched from a file that came with the course."""
        return not urlsplit(self.url).scheme


@dataclass(frozen=True, slots=True)
class Block:
    """Units and blocks that belong together."""

    id: str
    title: Texts
    description: Texts
    children: tuple[Unit | Block, ...]
    objectives: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Course:
    """A whole course structure."""

    id: str
    title: Texts
    description: Texts
    children: tuple[Unit | Block, ...]
    objectives: tuple[Objective, ...] = ()

    def units(self) -> Iterator[Unit]:
        """Yield every unit in order, whatever block it is in."""
        return _units(self.children)

    def blocks(self) -> Iterator[Block]:
        """Yield every block, those inside another before it."""
        return _blocks(self.children)

    def unit(self, name: str) -> Unit:
        """Return a unit by its publisher's id; raise NotFound."""
        for unit in self.units():
            if unit.id == name:
                return unit
        message = "The course has no such unit."
        raise NotFound(message)


def units_of(block: Block) -> Iterator[Unit]:
    """Yield every unit of a block, and of the blocks in it."""
    return _units(block.children)


def _units(children: tuple[Unit | Block, ...]) -> Iterator[Unit]:
    for child in children:
        if isinstance(child, Unit):
            yield child
        else:
            yield from _units(child.children)


def _blocks(children: tuple[Unit | Block, ...]) -> Iterator[Block]:
    for child in children:
        if isinstance(child, Block):
            yield from _blocks(child.children)
            yield child
