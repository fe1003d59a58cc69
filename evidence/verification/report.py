"""What a check says: numbered steps, each with a verdict and why, and the first that does not hold."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from lrs.errors import InvalidRequest


class Verdict(StrEnum):
    """What one step found."""

    HOLDS = "holds"
    FAILS = "does_not_hold"
    UNCHECKED = "could_not_be_checked"


class Outcome(StrEnum):
    """What a whole check found; the exit status of `assidu verify` is its position here."""

    HOLDS = "holds"
    FAILS = "does_not_hold"
    UNREADABLE = "could_not_be_read"
    INCOMPLETE = "could_not_all_be_checked"

    @property
    def exit_status(self) -> int:
        """Return 0 for what holds, 1 does not hold, 2 could not be read, 3 could not all be checked."""
        return list(Outcome).index(self)


class Unreadable(InvalidRequest):
    """A file cannot be checked at all: none of ours, encrypted, or larger than is looked at. Says so in French."""


@dataclass(frozen=True, slots=True)
class Step:
    """One step. `name` is stable, for programs; `title` and `why` are French, for people.

    `subjects` names what the verdict is about where a step looks at many: statements, files of a dossier.
    """

    number: int
    name: str
    title: str
    verdict: Verdict
    why: str
    subjects: tuple[str, ...] = ()

    def to_dict(self) -> dict[str, Any]:
        """Return it for JSON."""
        return {
            "number": self.number,
            "name": self.name,
            "title": self.title,
            "verdict": self.verdict.value,
            "why": self.why,
            "subjects": list(self.subjects),
        }


@dataclass(frozen=True, slots=True)
class Report:
    """All steps, in order, and what the file says of itself (`about`: pairs of a French label and a value).

    `warnings` are French sentences that stand beside the verdicts: a seal that is only for development, for one.
    """

    kind: str
    digest: str
    steps: tuple[Step, ...]
    about: tuple[tuple[str, str], ...] = ()
    warnings: tuple[str, ...] = ()
    unreadable: str = ""

    @property
    def outcome(self) -> Outcome:
        """Return what all of it comes to."""
        if self.unreadable:
            return Outcome.UNREADABLE
        verdicts = {step.verdict for step in self.steps}
        if Verdict.FAILS in verdicts:
            return Outcome.FAILS
        return Outcome.INCOMPLETE if Verdict.UNCHECKED in verdicts or not self.steps else Outcome.HOLDS

    @property
    def first_failure(self) -> Step | None:
        """Return the first step that does not hold."""
        return next((step for step in self.steps if step.verdict is Verdict.FAILS), None)

    def to_dict(self) -> dict[str, Any]:
        """Return it for JSON; docs/verification.md describes the members."""
        first = self.first_failure
        return {
            "format": "assidu-verification/1",
            "kind": self.kind,
            "sha256": self.digest,
            "outcome": self.outcome.value,
            "unreadable": self.unreadable,
            "first_failure": None if first is None else first.name,
            "about": [list(pair) for pair in self.about],
            "warnings": list(self.warnings),
            "steps": [step.to_dict() for step in self.steps],
        }


def report_from_dict(value: Mapping[str, Any]) -> Report:
    """Return the report that `Report.to_dict` wrote."""
    steps = tuple(
        Step(item["number"], item["name"], item["title"], Verdict(item["verdict"]), item["why"],
             tuple(item["subjects"]))
        for item in value["steps"]
    )  # fmt: skip
    about = tuple((str(label), str(text)) for label, text in value["about"])
    return Report(value["kind"], value["sha256"], steps, about, tuple(value["warnings"]), value["unreadable"])


def unreadable(kind: str, digest: str, why: Iterable[str]) -> Report:
    """Return the report on a file that could not be read."""
    return Report(kind, digest, (), unreadable=" ".join(why))
