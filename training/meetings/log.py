"""What a meeting's report says: who was there from when to when, each with its line. The language of tools is gone."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from training.imports.report import LineProblem
from training.meetings.stamps import DateOrder


@dataclass(frozen=True, slots=True)
class Participant:
    """Somebody as the tool names them. `names` holds every way to read the name; `account` what they signed in as."""

    name: str
    names: tuple[str, ...]
    email: str = ""
    account: str = ""


@dataclass(frozen=True, slots=True)
class Stretch:
    """One time in a meeting, as one line or two say it.

    `left_at` None: no leaving is known. `known_seconds` is set where the tool counted less presence than lies between
    joining and leaving: when within it is not known. `said` is what stands in the file for joining and leaving.
    """

    lines: tuple[int, ...]
    joined_at: datetime
    left_at: datetime | None
    known_seconds: int | None
    said: tuple[str, str]


@dataclass(frozen=True, slots=True)
class Log:
    """A report that could be read, with the lines that could not. `notes` are what is odd and keeps nothing out."""

    tool: str
    title: str
    format: str
    encoding: str
    date_order: DateOrder
    lines: int
    waiting: int
    stretches: tuple[tuple[Participant, tuple[Stretch, ...]], ...]
    problems: tuple[LineProblem, ...]
    notes: tuple[LineProblem, ...]
