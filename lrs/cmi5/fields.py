"""The single values of a course structure: addresses, scores, what must be one of a few words (cmi5 13.1.4)."""

from __future__ import annotations

import re
from collections.abc import Container
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from typing import Final
from urllib.parse import SplitResult, parse_qsl, unquote, urlsplit

from lrs.cmi5.vocabulary import MoveOn
from lrs.errors import Problem
from lrs.packages.markup import Element
from lrs.statements.rules import value_problems
from lrs.versions import Version

LAUNCH_NAMES: Final = ("endpoint", "fetch", "actor", "registration", "activityId")
METHODS: Final = ("AnyWindow", "OwnWindow")
_UNIT: Final = "cmi5 13.1.4"
_PLACES_MOST: Final = 4
_DECIMAL: Final = re.compile(r"[+-]?(\d+(\.\d*)?|\.\d+)\Z")


@dataclass(slots=True)
class Faults:
    """What is wrong with a structure so far; `files` are those of the archive that it came in, None without one."""

    problems: list[Problem] = field(default_factory=list)
    files: Container[str] | None = None

    def add(self, pointer: str, message: str, accepted: str, requirement: str) -> None:
        """Note one problem."""
        self.problems.append(Problem(pointer, message, accepted, requirement))


def iri_of(faults: Faults, element: Element, path: str, requirement: str) -> str:
    """Return an element's id."""
    found = element.attributes.get("id", "").strip()
    if not found or value_problems("iri", found, Version.V2_0_0, ""):
        message = f"The id {found[:200]!r} is no IRI." if found else "The id is missing."
        faults.add(f"{path}#{element.line}/@id", message, "an IRI with its scheme", requirement)
    return found


def key_of(element: Element, name: str) -> str | None:
    """Return a text that is the publisher's own, None when it is not there."""
    found = element.one(name)
    return None if found is None else found.text.strip()


def move_on_of(faults: Faults, element: Element, path: str) -> MoveOn:
    """Return what it takes for a unit to be satisfied."""
    found = element.attributes.get("moveOn", MoveOn.NOT_APPLICABLE.value).strip()
    try:
        return MoveOn(found)
    except ValueError:
        faults.add(f"{path}#{element.line}/@moveOn", f"There is no moveOn {found[:100]!r}.", ", ".join(MoveOn), _UNIT)
        return MoveOn.NOT_APPLICABLE


def method_of(faults: Faults, element: Element, path: str) -> str:
    """Return which window a unit wants."""
    found = element.attributes.get("launchMethod", METHODS[0]).strip()
    if found not in METHODS:
        message = f"There is no launchMethod {found[:100]!r}."
        faults.add(f"{path}#{element.line}/@launchMethod", message, ", ".join(METHODS), _UNIT)
    return found


def score_of(faults: Faults, element: Element, path: str) -> float | None:
    """Return the score that a unit is passed with."""
    text = element.attributes.get("masteryScore")
    if text is None:
        return None
    text = text.strip()
    try:
        score = Decimal(text) if _DECIMAL.match(text) else None
    except InvalidOperation:
        score = None
    places = 0 if score is None else -int(score.normalize().as_tuple().exponent)
    if score is None or not 0 <= score <= 1 or places > _PLACES_MOST:
        accepted = f"a decimal between 0 and 1 with at most {_PLACES_MOST} places"
        faults.add(f"{path}#{element.line}/@masteryScore", f"The score {text[:100]!r} is none.", accepted, _UNIT)
        return None
    return float(score)


def url_of(faults: Faults, element: Element, path: str) -> str:
    """Return where a unit is launched."""
    holder = element.one("url")
    found = "" if holder is None else holder.text.strip()
    where = f"{path}/url#{element.line if holder is None else holder.line}"
    try:
        parts = urlsplit(found)
        names = {name for name, _ in parse_qsl(parts.query, keep_blank_values=True)}
    except ValueError:
        faults.add(where, f"The address {found[:200]!r} cannot be read.", "an https address", _UNIT)
        return found
    if not parts.scheme:
        _check_relative(faults, where, found, parts)
    elif parts.scheme not in ("http", "https") or not parts.hostname:
        message = f"A browser does not launch {found[:200]!r}."
        faults.add(where, message, "an http or https address with a host", _UNIT)
    taken = sorted(names.intersection(LAUNCH_NAMES))
    if taken:
        message = f"The address has parameters that a launch adds: {', '.join(taken)}."
        faults.add(where, message, "other names", "cmi5 8.1")
    return found


def file_of(url: str, files: Container[str]) -> str | None:
    """Return the file of an archive that a relative address leads to, None where it leads to none.

    >>> file_of("lecons/un%20deux.html?page=2#haut", {"lecons/un deux.html"})
    'lecons/un deux.html'
    """
    parts = urlsplit(url.replace("\\", "/"))
    if parts.scheme or parts.netloc:
        return None
    for path in (unquote(parts.path), parts.path):
        name = "/".join(part for part in path.split("/") if part not in ("", "."))
        if name and ".." not in name.split("/") and name in files:
            return name
    return None


def _check_relative(faults: Faults, where: str, found: str, parts: SplitResult) -> None:
    """Hold an address without a scheme to what came with the structure (14.1, 14.2)."""
    if not found:
        faults.add(where, "The address is empty.", "a file of the archive, or an https address", _UNIT)
    elif faults.files is None:
        message = f"The address {found[:200]!r} is not whole, and there is no archive that it could be in."
        faults.add(where, message, "a fully qualified address", "cmi5 14.2")
    elif parts.netloc:
        message = f"The address {found[:200]!r} leads out of the archive and has no scheme."
        faults.add(where, message, "a file of the archive, or an https address", "cmi5 14.1")
    elif file_of(found, faults.files) is None:
        message = f"The archive has no file {parts.path[:200]!r}."
        faults.add(where, message, "a file of the archive, or a fully qualified address", "cmi5 14.1")
