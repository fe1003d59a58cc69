"""What the organisation teaches: programmes, their modules and activities, from `catalogue.json`."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from importlib.resources import files
from typing import Any


class Kind(StrEnum):
    """What an activity is, which decides who sends its statements."""

    PAGE = "page"
    VIDEO = "video"
    SCORM = "scorm"
    CMI5 = "cmi5"
    QUIZ = "quiz"
    ASSIGNMENT = "assignment"


class Mode(StrEnum):
    """How a half-day is held."""

    IN_PERSON = "in_person"
    REMOTE = "remote"


@dataclass(frozen=True, slots=True)
class Activity:
    """Something a learner does alone, with the time announced for it."""

    kind: Kind
    title: str
    minutes: int
    module: int  # both count from 1 within the programme
    number: int


@dataclass(frozen=True, slots=True)
class Question:
    """A question with one right choice, written first."""

    text: str
    choices: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Rhythm:
    """Which half-days a session meets on: `weeks` is all, even, first or last."""

    weeks: str
    days: tuple[str, ...]
    halves: tuple[str, ...]
    mode: Mode


@dataclass(frozen=True, slots=True)
class Programme:
    """One title of the catalogue."""

    slug: str
    title: str
    objectives: tuple[str, ...]
    modality: str
    weeks: int
    yearly: bool  # held once a year, however many learners come
    group: tuple[int, int]
    rhythm: tuple[Rhythm, ...]
    modules: tuple[str, ...]
    activities: tuple[Activity, ...]
    questions: tuple[Question, ...]


@dataclass(frozen=True, slots=True)
class Catalogue:
    """The organisation and its programmes."""

    organisation: str
    town: str
    provider: Mapping[str, Any]  # what its documents say of it
    rooms: tuple[str, ...]
    programmes: tuple[Programme, ...]


@lru_cache(maxsize=1)
def load_catalogue() -> Catalogue:
    """Read the catalogue that is packaged beside this module."""
    data = json.loads(files(__package__).joinpath("catalogue.json").read_text("utf-8"))
    about = data["organisation"]
    return Catalogue(
        about["name"],
        about["town"],
        about["provider"],
        tuple(about["rooms"]),
        tuple(_programme(entry) for entry in data["programmes"]),
    )


def _programme(entry: dict[str, Any]) -> Programme:
    activities: list[Activity] = []
    for position, module in enumerate(entry["modules"], start=1):
        for item in module["activities"]:
            number = len(activities) + 1
            activities.append(Activity(Kind(item["kind"]), item["title"], item["minutes"], position, number))
    smallest, largest = entry["group"]
    return Programme(
        slug=entry["slug"],
        title=entry["title"],
        objectives=tuple(entry["objectives"]),
        modality=entry["modality"],
        weeks=entry["weeks"],
        yearly=entry["yearly"],
        group=(smallest, largest),
        rhythm=tuple(
            Rhythm(row["weeks"], tuple(row["days"]), tuple(row["halves"]), Mode(row["mode"])) for row in entry["rhythm"]
        ),
        modules=tuple(module["title"] for module in entry["modules"]),
        activities=tuple(activities),
        questions=tuple(Question(row["text"], tuple(row["choices"])) for row in entry["questions"]),
    )
