"""One rule of a statement template: where it looks, and what it wants there (Profiles, part two, 8.1)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final, Literal

import orjson

from lrs.errors import InvalidRequest, Problem
from lrs.profiles.paths import Hit, Path, parse_path

Presence = Literal["included", "excluded", "recommended"]
PRESENCES: Final = ("included", "excluded", "recommended")


@dataclass(frozen=True, slots=True)
class Breach:
    """How a statement breaks a rule: where, what is wrong, what would be taken."""

    rule: Rule
    pointer: str
    message: str
    accepted: str


@dataclass(frozen=True, slots=True)
class Rule:
    """A compiled rule. `id` is its template's id and its place there; `note` says by language what it is for."""

    id: str
    location: Path
    selector: Path | None
    presence: Presence | None
    any: tuple[Any, ...] | None
    all: tuple[Any, ...] | None
    none: tuple[Any, ...] | None
    note: Mapping[str, str]

    def breaches(self, statement: Mapping[str, Any], base: str) -> Iterator[Breach]:
        """Yield what of this rule a statement that stands at `base` breaks (Profiles, part three, 2.1, follows_rule).

        `contextActivities` must be lists, as they are once normalised.
        """
        matched, unmatched = self._values(statement, base)
        if self.presence == "included" and (unmatched or not matched):
            where = unmatched[0] if unmatched else self.location.pointer(base)
            yield Breach(self, where, f"{self._where} is missing.", self._accepted)
        elif self.presence == "excluded" and matched:
            yield Breach(self, matched[0].pointer, f"{self._where} does not belong here.", "nothing there")
        elif matched or unmatched or self.presence != "recommended":
            yield from self._value_breaches(matched, unmatched, base)

    def _values(self, statement: Mapping[str, Any], base: str) -> tuple[list[Hit], list[str]]:
        """Return the matchable values, and where a selector found nothing."""
        hits = list(self.location.hits(statement, base))
        if self.selector is None:
            return hits, []
        matched, unmatched = [], []
        for hit in hits:
            selected = list(self.selector.hits(hit.value, hit.pointer))
            matched += selected
            if not selected:
                unmatched.append(self.selector.pointer(hit.pointer))
        return matched, unmatched

    def _value_breaches(self, matched: list[Hit], unmatched: list[str], base: str) -> Iterator[Breach]:
        where = self.location.pointer(base)
        if self.any is not None and not {plain(hit.value) for hit in matched} & _plain(self.any):
            yield Breach(self, where, f"{self._where} has none of the values that it must have.", self._accepted)
        if self.all is not None:
            for pointer in unmatched:
                yield Breach(self, pointer, f"{self._where} is missing.", self._accepted)
            wanted = _plain(self.all)
            for hit in matched:
                if plain(hit.value) not in wanted:
                    yield Breach(self, hit.pointer, f"{self._where} has another value.", self._accepted)
        if self.none is not None:
            banned = _plain(self.none)
            for hit in matched:
                if plain(hit.value) in banned:
                    yield Breach(self, hit.pointer, f"{self._where} must not have this value.", self._accepted)

    @property
    def _where(self) -> str:
        selected = "" if self.selector is None else f" ▸ {self.selector.text}"
        return f"{self.location.text}{selected}"

    @property
    def _accepted(self) -> str:
        """Return what would be taken, in English; the note comes with it where the profile has one."""
        wanted = []
        if self.any is not None:
            wanted.append(f"among its values one of {_listed(self.any)}")
        if self.all is not None:
            wanted.append(f"only {_listed(self.all)}")
        if self.none is not None:
            wanted.append(f"none of {_listed(self.none)}")
        said = "; ".join(wanted) or "any value there"
        note = self.note.get("en")
        return f"{said}. {note}" if note else said


def parse_rule(value: Mapping[str, Any], name: str) -> Rule:
    """Compile one rule of a profile document; raise InvalidRequest."""
    presence = value.get("presence")
    lists = {kind: value.get(kind) for kind in ("any", "all", "none")}
    is_list = all(found is None or (isinstance(found, list) and found) for found in lists.values())
    is_said = presence is not None or any(found is not None for found in lists.values())
    if presence not in (None, *PRESENCES) or not is_list or not is_said or not isinstance(value.get("location"), str):
        message = f"The rule {name} is not one."
        accepted = "a location, and a presence (included, excluded, recommended) or any, all, none with values"
        raise InvalidRequest(message, [Problem("", message, accepted)])
    selector = value.get("selector")
    wanted = {kind: None if found is None else tuple(found) for kind, found in lists.items()}
    return Rule(
        name, parse_path(value["location"]), None if selector is None else parse_path(selector), presence,
        wanted["any"], wanted["all"], wanted["none"], value.get("scopeNote", {}),
    )  # fmt: skip


def plain(value: Any) -> bytes:  # noqa: ANN401 - any JSON
    """Return what makes two JSON values equal: 1 and 1.0 are, 1 and true are not."""
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    return orjson.dumps(value, option=orjson.OPT_SORT_KEYS)


def _plain(values: tuple[Any, ...]) -> set[bytes]:
    return {plain(value) for value in values}


def _listed(values: tuple[Any, ...]) -> str:
    return ", ".join(value if isinstance(value, str) else orjson.dumps(value).decode() for value in values)
