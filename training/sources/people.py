"""Whom the lines of a file are about: the keys of a source in their order, never a guess. Nothing here performs I/O."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property

from training.imports.report import LineProblem
from training.meetings.log import Participant
from training.meetings.matching import Match, MatchedBy, Matching, name_key
from training.records.identity import Identity
from training.records.ids import PersonId, SessionId
from training.records.snapshot import Records
from training.sources.cells import Cells
from training.sources.sheet import Column
from training.sources.source import Key, Source, Unknown

EMAIL = Column(
    "email", ("e-mail", "courriel", "mail", "adresse e-mail", "adresse mail", "email address", "adresse de courriel")
)
RECORD = Column(
    "person_id", ("stagiaire", "identifiant stagiaire", "matricule", "id number", "numéro d'identification")
)
NAME = Column("name", ("full name", "nom complet", "nom et prénom", "nom prénom", "stagiaire nom"))
FIRST = Column("first_name", ("prénom",))
LAST = Column("last_name", ("nom", "surname", "nom de famille", "nom d'usage"))


@dataclass(frozen=True, slots=True)
class Named:
    """Somebody as a file names them; two that are equal are the same."""

    name: str = ""
    email: str = ""
    account: str = ""
    record: str = ""

    @property
    def text(self) -> str:
        """What stands in the file, for a person to read."""
        return " ".join(part for part in (self.name, self.email, self.account, self.record) if part)

    @property
    def key(self) -> str:
        """What ids are made from: the surest that the file has, so that a name spelt otherwise changes nothing."""
        return (
            f"account {self.account}" if self.account
            else f"email {self.email.casefold()}" if self.email
            else f"record {self.record}" if self.record
            else f"name {' '.join(name_key(self.name))}"
        )  # fmt: skip

    def __bool__(self) -> bool:
        return any((self.name, self.email, self.account, self.record))


@dataclass(frozen=True, slots=True)
class Undecided:
    """Somebody a person has to decide about. `lines` are theirs; a decision may name any of them."""

    lines: tuple[int, ...]
    said: str
    reason: str
    candidates: tuple[PersonId, ...]


def read_named(cells: Cells) -> Named:
    """Read whom a row is about; a problem when it names nobody."""
    parts = (cells.text("first_name"), cells.text("last_name"))
    name = cells.text("name") or " ".join(part for part in parts if part)
    found = Named(name, cells.text("email"), cells.text("account"), cells.text("person_id"))
    if not found and not cells.problems:
        cells.problems.append(
            LineProblem(cells.row.line, "", "", "This line names nobody.", "a name, e-mail or number")
        )
    return found


@dataclass
class People:
    """Who everybody in a file is. `decisions` are a person's, by line; each holds for all lines of the same somebody.

    Look at everybody with `add`, then `settle`; `person_of` is None for whom nobody decided and whom one left out.
    """

    records: Records
    source: Source
    session_id: SessionId | None
    decisions: Mapping[int, str | None]
    problems: list[LineProblem] = field(default_factory=list)
    undecided: list[Undecided] = field(default_factory=list)
    skipped: set[Named] = field(default_factory=set)
    _lines: dict[Named, list[int]] = field(default_factory=dict)
    _matches: dict[Named, Match] = field(default_factory=dict)

    def add(self, named: Named, line: int) -> None:
        """Note that a line is about somebody."""
        self._lines.setdefault(named, []).append(line)

    def settle(self) -> None:
        """Decide who is who: as a person decided, else as they match, else leave it to a person."""
        for named, lines in self._lines.items():
            decided = {self.decisions[line] for line in lines if line in self.decisions}
            if len(decided) > 1:
                self._refuse(lines, named, "Two decisions about one person contradict each other.", "one decision")
            elif decided:
                self._decide(named, lines, next(iter(decided)))
            else:
                self._match(named, lines)
        known = {line for lines in self._lines.values() for line in lines}
        for line in sorted(set(self.decisions) - known):
            message = "A decision is about this line, and it names nobody."
            self.problems.append(LineProblem(line, "", "", message, "a line that names somebody"))

    def person_of(self, named: Named) -> PersonId | None:
        """Return who somebody is."""
        match = self._matches.get(named)
        return None if match is None else match.person_id

    def matched_by(self, named: Named) -> MatchedBy:
        """Return how that is known."""
        match = self._matches.get(named)
        return (match.by if match is not None else None) or MatchedBy.DECISION

    def decided(self) -> Iterator[tuple[Named, PersonId]]:
        """Yield whom a person decided about."""
        for named, match in self._matches.items():
            if match.by is MatchedBy.DECISION and match.person_id is not None:
                yield named, match.person_id

    def _decide(self, named: Named, lines: list[int], decision: str | None) -> None:
        if decision is None:
            self.skipped.add(named)
            return
        person = self.records.survivor(PersonId(decision))
        if person not in self.records.people:
            self._refuse(lines, named, f"There is no person {decision}.", "a person's id, or skip")
            return
        self._matches[named] = Match(person, MatchedBy.DECISION)

    def _match(self, named: Named, lines: list[int]) -> None:
        match = self.match(named)
        if match.person_id is not None:
            self._matches[named] = match
        elif self.source.unknown is Unknown.SKIP and not match.candidates:
            self.skipped.add(named)
        else:
            self.undecided.append(Undecided(tuple(lines), named.text[:200], match.reason, match.candidates))
            choices = (*(match.candidates or ("a person's id",)), "skip")
            self._refuse(
                lines, named, match.reason, " or ".join(f"decisions={lines[0]}:{choice}" for choice in choices)
            )

    def match(self, named: Named) -> Match:
        """Return who somebody is by the keys of the source; where two keys name two people, a person has to look."""
        sure: dict[PersonId, Key] = {}
        keys: list[Key] = [key for key in self.source.keys if key is not Key.NAME and self._value(named, key)]
        for key in keys:
            for person in self._by(key, self._value(named, key)):
                sure.setdefault(person, key)
        by_name = self._by(Key.NAME, named.name) if Key.NAME in self.source.keys and named.name else ()
        if len(sure) > 1 or (sure and by_name and not set(by_name) & set(sure)):
            both = tuple(sorted({*sure, *by_name}))
            return Match(candidates=both, reason="What stands here is of several people.")
        if sure:
            (found, way), *_ = sure.items()
            return Match(found, _WAYS[way])
        if len(by_name) == 1:
            return Match(by_name[0], MatchedBy.NAME)
        reason = "Several people have this name." if by_name else "Nobody on record is named like this."
        return Match(candidates=tuple(sorted(by_name)), reason=reason)

    @staticmethod
    def _value(named: Named, key: Key) -> str:
        return {Key.EMAIL: named.email, Key.ACCOUNT: named.account, Key.RECORD: named.record, Key.NAME: named.name}[key]

    def _by(self, key: Key, value: str) -> tuple[PersonId, ...]:
        if key is Key.RECORD:
            person = PersonId(value)
            return (self.records.survivor(person),) if person in self.records.people else ()
        if key is Key.ACCOUNT:
            owner = self.records.person_of(Identity.account(self.source.home_page, value).text)
            return self._participant(Participant("", (), account=value)) if owner is None else (owner,)
        email = value if key is Key.EMAIL else ""
        names = (value,) if key is Key.NAME else ()
        return self._participant(Participant(value, names, email))

    def _participant(self, participant: Participant) -> tuple[PersonId, ...]:
        match = self._matching.match(participant)
        return match.candidates if match.person_id is None else (match.person_id,)

    @cached_property
    def _matching(self) -> Matching:
        return Matching(self.records, self.session_id)

    def _refuse(self, lines: list[int], named: Named, message: str, accepted: str) -> None:
        self.problems.append(LineProblem(lines[0], "name", named.text[:200], message, accepted))


_WAYS = {
    Key.EMAIL: MatchedBy.EMAIL,
    Key.ACCOUNT: MatchedBy.IDENTITY,
    Key.RECORD: MatchedBy.IDENTITY,
    Key.NAME: MatchedBy.NAME,
}


def names_in(people: Iterable[PersonId], records: Records) -> tuple[str, ...]:
    """Return people's names, for a person to choose among."""
    return tuple(records.people[person].name for person in people if person in records.people)
