"""Which statements somebody else wants. Nothing here performs I/O."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from lrs.caller import CredentialId
from lrs.errors import Problem
from lrs.statements.keys import VOIDED_VERB, mentions_of
from lrs.statements.rules import value_problems
from lrs.versions import Version

WANTED_MOST: Final = 100
IRI_MOST: Final = 2_000
# At the end of an activity's id: everything that begins so.
ANYTHING: Final = "*"
# Who was erased elsewhere is to be erased there too: what takes statements away follows whatever else is wanted.
_ALWAYS: Final = frozenset((VOIDED_VERB, "https://assidu.example/xapi/verbs/erased"))


@dataclass(frozen=True, slots=True)
class Filter:
    """Every part that names something must be met, by any one of what it names; an empty part asks for nothing.

    Attributes:
        verbs: Ids of verbs.
        activities: Ids of the object, or of a parent or grouping in its context; with * at the end, what they begin
            with.
        profiles: Ids of categories in the context: how statements name the profile that they follow.
        credentials: With which credential they were sent.
    """

    verbs: tuple[str, ...] = ()
    activities: tuple[str, ...] = ()
    profiles: tuple[str, ...] = ()
    credentials: tuple[str, ...] = ()

    @property
    def is_everything(self) -> bool:
        """Whether nothing is left out."""
        return not (self.verbs or self.activities or self.profiles or self.credentials)

    def wants(self, statement: Mapping[str, Any], credential: CredentialId) -> bool:
        """Say whether a valid statement that was sent with `credential` is to go.

        What voids or erases always is: whoever has a statement must hear that it holds no more.

        >>> ended = Filter(verbs=("http://adlnet.gov/expapi/verbs/completed",))
        >>> done = {"actor": {"mbox": "mailto:lea@example.org"}, "object": {"id": "http://x"}}
        >>> done["verb"] = {"id": "http://adlnet.gov/expapi/verbs/completed"}
        >>> ended.wants(done, "moodle"), Filter(activities=("http://y*",)).wants(done, "moodle")
        (True, False)
        """
        verb = statement["verb"]["id"]
        if self.is_everything or verb in _ALWAYS:
            return True
        if (self.verbs and verb not in self.verbs) or (self.credentials and credential not in self.credentials):
            return False
        if self.activities and not any(map(self._is_named, _activities(statement))):
            return False
        return not self.profiles or any(item in self.profiles for item in _context(statement, "category"))

    def _is_named(self, activity: str) -> bool:
        return any(
            activity.startswith(wanted[:-1]) if wanted.endswith(ANYTHING) else activity == wanted
            for wanted in self.activities
        )


EVERYTHING: Final = Filter()


def filter_problems(wanted: Filter, base: str = "/filter") -> list[Problem]:
    """List all that is wrong with a filter."""
    problems = []
    for name in ("verbs", "activities", "profiles"):
        given: tuple[str, ...] = getattr(wanted, name)
        problems += _too_many(given, f"{base}/{name}")
        for position, text in enumerate(given):
            iri = text.removesuffix(ANYTHING) if name == "activities" else text
            if len(text) > IRI_MOST or value_problems("iri", iri, Version.V2_0_0, name):
                accepted = "an IRI" + (f"; with {ANYTHING} at its end, what begins so" if name == "activities" else "")
                problems.append(Problem(f"{base}/{name}/{position}", "This is not an IRI.", accepted))
    return problems + _too_many(wanted.credentials, f"{base}/credentials")


def _too_many(given: Iterable[str], pointer: str) -> list[Problem]:
    if len(tuple(given)) <= WANTED_MOST:
        return []
    return [Problem(pointer, "These are too many.", f"at most {WANTED_MOST}")]


def _activities(statement: Mapping[str, Any]) -> Iterator[str]:
    yield from (item["id"] for item in mentions_of(statement).activities)
    yield from _context(statement, "parent")
    yield from _context(statement, "grouping")


def _context(statement: Mapping[str, Any], kind: str) -> Iterator[str]:
    found = statement.get("context", {}).get("contextActivities", {}).get(kind, ())
    for item in [found] if isinstance(found, dict) else found:
        yield item["id"]
