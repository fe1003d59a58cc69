"""Reading elements of SCORM's data model out of untrusted JSON, noting all that is wrong by the element's own name."""

from __future__ import annotations

import math
import re
from collections.abc import Collection, Iterator
from typing import Any, Final

from lrs.errors import Problem

Json = dict[str, Any]

# An element is a text to SCORM; these are what players hand over in its place.
_NUMBER: Final = re.compile(r"-?\d{1,15}(?:\.\d{1,15})?\Z", re.ASCII)
# What a data model says of itself, and no learner does.
_ABOUT: Final = frozenset(("_version", "_children", "_count"))
_DIGITS_MOST: Final = 3
_ROWS: Final = 'members "0" to "999", each a JSON object'
REQUIREMENT: Final = {"1.2": "SCORM 1.2 RTE 3.4", "2004": "SCORM 2004 RTE 4.2"}


class Elements:
    """The elements below one name, such as `cmi.core.score`; what is wrong is added to `problems`."""

    def __init__(self, tree: Json, name: str, edition: str, problems: list[Problem], prefix: str = "") -> None:
        """`prefix` is the JSON Pointer of what the first part of `name` stands in."""
        self._tree = tree
        self._name = name
        self._edition = edition
        self._problems = problems
        self._prefix = prefix

    def refuse(self, element: str, message: str, accepted: str) -> None:
        """Note that an element of these is wrong."""
        name = f"{self._name}.{element}" if element else self._name
        pointer = f"{self._prefix}/{name.replace('.', '/')}"
        self._problems.append(Problem(pointer, f"{name}: {message}", accepted, REQUIREMENT[self._edition]))

    def only(self, known: Collection[str]) -> None:
        """Refuse elements that the edition does not have."""
        for element in self._tree.keys() - known - _ABOUT:
            shown = element if element.isidentifier() and len(element) <= 60 else "an element"  # noqa: PLR2004 - a name
            self.refuse(shown, f"SCORM {self._edition} has no such element.", ", ".join(sorted(known)))

    def text(self, element: str, most: int) -> str:
        """Return a text of at most `most` characters; empty for what is not said."""
        value = self._tree.get(element)
        if value is None or value == "":
            return ""
        if isinstance(value, int | float) and not isinstance(value, bool):
            value = repr(value)
        if not isinstance(value, str):
            self.refuse(element, "This is no text.", "a text")
            return ""
        if len(value) > most:
            self.refuse(element, f"This has {len(value):,} characters.", f"at most {most:,} characters")
            return ""
        return value

    def word(self, element: str, words: Collection[str]) -> str:
        """Return one of `words`; empty for what is not said."""
        value = self.text(element, 100)
        if value and value not in words:
            self.refuse(element, "This is no word of its vocabulary.", ", ".join(words))
            return ""
        return value

    def number(self, element: str, low: float = -math.inf, high: float = math.inf) -> float | None:
        """Return a number from `low` to `high`; None for what is not said."""
        written = self.text(element, 100).strip()
        if not written:
            return None
        value = float(written) if _NUMBER.match(written) else math.nan
        if low <= value <= high:
            return int(value) if value == int(value) and "." not in written else value
        bounds = "a number" if low == -math.inf else f"a number from {low:g} to {high:g}"
        self.refuse(element, "This is no number in its range.", bounds)
        return None

    def below(self, element: str) -> Elements:
        """Return the elements below one of these; none for what is not said."""
        value = self._tree.get(element)
        if value is not None and value != "" and not isinstance(value, dict):
            self.refuse(element, "This has elements below it.", "a JSON object")
        tree = value if isinstance(value, dict) else {}
        return Elements(tree, f"{self._name}.{element}", self._edition, self._problems, self._prefix)

    def rows(self, element: str) -> Iterator[tuple[int, Json]]:
        """Yield the rows of a collection with their places, whether it comes as an object or as an array."""
        value = self._tree.get(element)
        if isinstance(value, list):
            value = {str(place): row for place, row in enumerate(value)}
        if not value:
            return
        if not isinstance(value, dict):
            self.refuse(element, "This is a collection.", 'a JSON object with members "0", "1", …')
            return
        for name, row in value.items():
            if name in _ABOUT or row is None:
                continue
            place = self.place(element, name)
            if place is None:
                return
            if not isinstance(row, dict):
                self.refuse(element, "This is no row of a collection.", _ROWS)
                return
            yield place, row

    def place(self, element: str, name: str) -> int | None:
        """Return the place of a row that has this name in a collection; None, having noted it, for what is none."""
        if name.isdecimal() and name.isascii() and len(name) <= _DIGITS_MOST:
            return int(name)
        self.refuse(element, "This is no row of a collection.", _ROWS)
        return None

    def row(self, element: str, place: int, tree: Json) -> Elements:
        """Return the elements of one row that `rows` yielded."""
        return Elements(tree, f"{self._name}.{element}.{place}", self._edition, self._problems, self._prefix)
