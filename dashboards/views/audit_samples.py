"""Samples of an audit: drawn or entered, and who is in them.

Nobody is named who is not in the sample: it is drawn on ids, and only those drawn are looked up. What is entered finds
whoever has this very name or id; of what finds nobody, only that is said. A learner is shown only as part of a sample
that the question itself gives, so that nobody comes by a name without saying how.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Final

from dashboards.views.audit import audited, nature_of
from dashboards.views.files import FileLine, file_lines
from dashboards.views.files_detail import File, file
from dashboards.views.lens import Lens
from evidence.dossier import Asked, Dossier, Dossiers, Scope
from evidence.dossier.asked import SAMPLE_MOST, draw
from evidence.dossier.strata import draw_by
from lrs.errors import InvalidRequest, NotFound, Problem
from training.records.enrolment import Enrolment
from training.records.ids import EnrolmentId

SEED_MOST: Final = 200
ENTERED_MOST: Final = 3_000
_SEPARATORS: Final = re.compile(r"[\n;,]+")
# As evidence/dossier/asked.py ranks; printed with each sample.
METHOD: Final = 'SHA-256("assidu-sample/1" ‖ 00 ‖ seed ‖ 00 ‖ enrolment id)'


class Strata(StrEnum):
    """By what a sample is spread: not at all, by the category of the action, by session, by the session's modality."""

    NONE = "none"
    NATURE = "nature"
    SESSION = "session"
    MODALITY = "modality"


@dataclass(frozen=True, slots=True)
class SampleAsked:
    """Which sample: drawn by `seed` and `size`, from a period, spread by `by`; or entered, as ids and names.

    `entered` has ids of enrolments or people, file numbers, or names, between commas, semicolons or lines.
    """

    seed: str = ""
    size: int = 0
    by: Strata = Strata.NONE
    first_on: date | None = None
    last_on: date | None = None
    entered: str = ""

    def check(self) -> None:
        """Raise InvalidRequest with everything that is wrong."""
        problems = []
        if len(self.entered) > ENTERED_MOST:
            problems.append(Problem("query:entered", "This is too long a list.", f"up to {ENTERED_MOST} characters"))
        if not self.entered:
            if not 1 <= self.size <= SAMPLE_MOST:
                problems.append(Problem("query:size", "A sample has a size.", f"1 to {SAMPLE_MOST}"))
            if not 1 <= len(self.seed) <= SEED_MOST:
                problems.append(Problem("query:seed", "A sample is drawn by a seed.", f"1 to {SEED_MOST} characters"))
        if self.first_on is not None and self.last_on is not None and self.last_on < self.first_on:
            problems.append(Problem("query:last_on", "The period ends before it begins.", "the last day, or none"))
        if problems:
            raise InvalidRequest("There is no sample like this.", problems)


@dataclass(frozen=True, slots=True)
class StratumLine:
    """One part that a sample is spread over: what it is, how many are in it, how many of the sample come from it."""

    part: str
    population: int
    drawn: int


@dataclass(frozen=True, slots=True)
class Sample:
    """A sample, with all that is needed to draw it again. `unknown` is what was entered and found nobody."""

    asked: SampleAsked
    method: str
    population: int
    strata: tuple[StratumLine, ...]
    unknown: tuple[str, ...]
    lines: tuple[FileLine, ...]


def sample(lens: Lens, asked: SampleAsked) -> Sample:
    """Return a sample with who is in it, by session and name; raises InvalidRequest."""
    asked.check()
    pool = _pool(lens, asked)
    drawn, unknown = _found(lens, asked, pool)
    parts = Counter(_part_of(lens, asked.by, item) for item in drawn)
    strata = Counter(_part_of(lens, asked.by, item) for item in pool)
    is_spread = asked.by is not Strata.NONE and not asked.entered
    lines = file_lines(lens, tuple(item.id for item in drawn))
    return Sample(
        asked=asked,
        method="" if asked.entered else METHOD,
        population=len(pool),
        strata=tuple(StratumLine(name, strata[name], parts[name]) for name in sorted(strata)) if is_spread else (),
        unknown=unknown,
        lines=tuple(sorted(lines, key=lambda line: (line.session, line.trainee, line.enrolment_id))),
    )


def sampled_file(lens: Lens, asked: SampleAsked, enrolment_id: str) -> File:
    """Return the file of somebody in a sample; raises NotFound for anybody else."""
    return file(lens, _member(lens, asked, enrolment_id))


def sample_dossier(lens: Lens, asked: SampleAsked, place: str) -> Dossier:
    """Return the dossier of a sample, everything in it. Raises InvalidRequest, and NotFound where nobody is in it."""
    asked.check()
    drawn, _ = _found(lens, asked, _pool(lens, asked))
    if not drawn:
        message = "Nobody is in this sample; nothing was made."
        raise NotFound(message)
    seed = asked.seed if asked.by is Strata.NONE else f"{asked.seed} ({asked.by.value})"
    chosen = Asked(
        Scope.SAMPLE, "", place, seed or "liste", len(drawn), asked.first_on, asked.last_on,
        chosen=tuple(item.id for item in drawn),
    )  # fmt: skip
    return Dossiers(lens.services).open(lens.viewer.organisation, chosen, lens.viewer.trail_name)


def sample_asked(place: Mapping[str, str]) -> SampleAsked:
    """Read a sample from an address; raises InvalidRequest for what cannot be one."""
    problems = []
    size, by = place.get("size", ""), place.get("by", "")
    if size and not re.fullmatch(r"[0-9]{1,4}", size):
        problems.append(Problem("query:size", "This is no number.", f"1 to {SAMPLE_MOST}"))
    if by and by not in set(Strata):
        problems.append(Problem("query:by", "Samples are not spread by this.", ", ".join(Strata)))
    days = {}
    for name in ("first_on", "last_on"):
        try:
            days[name] = date.fromisoformat(place[name]) if place.get(name) else None
        except ValueError:
            problems.append(Problem(f"query:{name}", "This is no day.", "YYYY-MM-DD"))
    if problems:
        raise InvalidRequest("There is no sample like this.", problems)
    found = SampleAsked(
        seed=place.get("seed", ""), size=int(size or 0), by=Strata(by or Strata.NONE), first_on=days["first_on"],
        last_on=days["last_on"], entered=place.get("entered", "").strip(),
    )  # fmt: skip
    found.check()
    return found


def _member(lens: Lens, asked: SampleAsked, enrolment_id: str) -> EnrolmentId:
    asked.check()
    drawn, _ = _found(lens, asked, _pool(lens, asked))
    found = next((item.id for item in drawn if item.id == enrolment_id), None)
    if found is None:
        message = "There is no enrolment of this id in this sample."
        raise NotFound(message)
    return found


def _pool(lens: Lens, asked: SampleAsked) -> list[Enrolment]:
    within = lens.scope.enrolments
    return [item for item in audited(lens, asked.first_on, asked.last_on) if item.id in within]


def _found(lens: Lens, asked: SampleAsked, pool: list[Enrolment]) -> tuple[list[Enrolment], tuple[str, ...]]:
    """Return who is in a sample, and what was entered and is nobody."""
    if asked.entered:
        return _entered(lens, asked.entered, pool)
    if asked.by is Strata.NONE:
        return draw(pool, lens.records, asked.seed, asked.size), ()
    return draw_by(pool, lens.records, asked.seed, asked.size, lambda item: _part_of(lens, asked.by, item)), ()


def _entered(lens: Lens, text: str, pool: Iterable[Enrolment]) -> tuple[list[Enrolment], tuple[str, ...]]:
    wanted = dict.fromkeys(part for part in (_folded(item) for item in _SEPARATORS.split(text)) if part)
    found: dict[EnrolmentId, Enrolment] = {}
    known: set[str] = set()
    for enrolment in pool:
        hits = _names(lens, enrolment) & wanted.keys()
        if hits:
            found[enrolment.id] = enrolment
            known |= hits
    spelt = {_folded(item): item.strip() for item in _SEPARATORS.split(text)}
    return list(found.values())[:SAMPLE_MOST], tuple(spelt[item] for item in wanted if item not in known)


def _names(lens: Lens, enrolment: Enrolment) -> set[str]:
    """Return what somebody may enter for an enrolment: its ids and numbers, and the name of its person, either way."""
    names = [enrolment.id, enrolment.person_id]
    if enrolment.funding is not None:
        names += [enrolment.funding.file_no, enrolment.funding.agreement_no]
    person = lens.records.people.get(lens.records.survivor(enrolment.person_id))
    if person is not None:
        names += [f"{person.first_name} {person.last_name}", f"{person.last_name} {person.first_name}"]
    return {_folded(name) for name in names if name.strip()}


def _part_of(lens: Lens, by: Strata, enrolment: Enrolment) -> str:
    if by is Strata.SESSION:
        return enrolment.session_id
    if by is Strata.MODALITY:
        return lens.records.sessions[enrolment.session_id].modality.value
    return nature_of(lens, enrolment).value if by is Strata.NATURE else ""


def _folded(text: str) -> str:
    plain = unicodedata.normalize("NFKD", " ".join(text.split()).casefold())
    return "".join(letter for letter in plain if not unicodedata.combining(letter))
