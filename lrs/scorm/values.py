"""What a content says of a learner, whichever edition of SCORM it speaks."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import Final, NamedTuple

from lrs.scorm import spans
from lrs.scorm.elements import Elements
from lrs.scorm.spans import Hundredths


class Edition(StrEnum):
    """Which data model a content speaks; the 3rd and 4th editions of 2004 send the same elements."""

    V1_2 = "1.2"
    V2004 = "2004"


class Score(NamedTuple):
    """A score as xAPI has it."""

    scaled: float | None
    raw: float | None
    min: float | None
    max: float | None


class Standing(NamedTuple):
    """How a learner stands in a SCO or an objective; None for what is not known."""

    completion: bool | None = None
    success: bool | None = None
    score: Score | None = None
    progress: float | None = None


UNKNOWN: Final = Standing()


class Objective(NamedTuple):
    """One objective of a SCO."""

    id: str
    standing: Standing
    description: str


@dataclass(frozen=True, slots=True)
class Values:
    """One SCO's values; empty texts and None for what is not said."""

    entry: str
    exit: str
    standing: Standing
    objectives: tuple[Objective, ...]
    session: Hundredths | None
    total: Hundredths | None
    location: str
    suspend_data: str
    credit: str
    mode: str


# Texts may be longer than the smallest that the standard has players keep: players keep more.
TEXT_MOST: Final = 4_096
SUSPEND_MOST: Final = 65_536
ID_MOST: Final = 4_000
_STATUSES: Final = ("passed", "completed", "failed", "incomplete", "browsed", "not attempted")
_COMPLETIONS: Final = ("completed", "incomplete", "not attempted", "unknown")
_SUCCESSES: Final = ("passed", "failed", "unknown")
_ENTRIES: Final = ("ab-initio", "resume")
_CREDITS: Final = ("credit", "no-credit")
_MODES: Final = ("browse", "normal", "review")

_KNOWN_1_2: Final = frozenset((
    "core", "suspend_data", "launch_data", "comments", "comments_from_lms", "objectives", "student_data",
    "student_preference", "interactions",
))  # fmt: skip
_CORE: Final = frozenset((
    "student_id", "student_name", "lesson_location", "credit", "lesson_status", "entry", "score", "total_time",
    "lesson_mode", "exit", "session_time",
))  # fmt: skip
_KNOWN_2004: Final = frozenset((
    "comments_from_learner", "comments_from_lms", "completion_status", "completion_threshold", "credit", "entry",
    "exit", "interactions", "launch_data", "learner_id", "learner_name", "learner_preference", "location",
    "max_time_allowed", "mode", "objectives", "progress_measure", "scaled_passing_score", "score", "session_time",
    "success_status", "suspend_data", "time_limit_action", "total_time",
))  # fmt: skip
_SCORES: Final = {Edition.V1_2: ("raw", "min", "max"), Edition.V2004: ("scaled", "raw", "min", "max")}


def read_values(cmi: Elements, edition: Edition) -> Values:
    """Read all of a SCO's values but its interactions; what is wrong is noted in `cmi`."""
    return _values_1_2(cmi) if edition is Edition.V1_2 else _values_2004(cmi)


def read_span(
    elements: Elements, name: str, parse: Callable[[str], Hundredths | None], accepted: str
) -> Hundredths | None:
    """Read a length of time; None for what is not said."""
    written = elements.text(name, 100).strip()
    if not written:
        return None
    span = parse(written)
    if span is None:
        elements.refuse(name, "This is no length of time.", accepted)
    return span


def _values_1_2(cmi: Elements) -> Values:
    cmi.only(_KNOWN_1_2)
    core = cmi.below("core")
    core.only(_CORE)
    objectives = []
    for place, tree in cmi.rows("objectives"):
        row = cmi.row("objectives", place, tree)
        row.only(("id", "score", "status"))
        status = row.word("status", _STATUSES)
        if name := _objective_id(row, is_empty=not status):
            objectives.append(Objective(name, _standing_1_2(status, _score(row.below("score"), Edition.V1_2)), ""))
    status = core.word("lesson_status", _STATUSES)
    return Values(
        entry=core.word("entry", _ENTRIES),
        exit=core.word("exit", ("time-out", "suspend", "logout")),
        standing=_standing_1_2(status, _score(core.below("score"), Edition.V1_2)),
        objectives=tuple(objectives),
        session=read_span(core, "session_time", spans.parse_timespan, spans.TIMESPAN),
        total=read_span(core, "total_time", spans.parse_timespan, spans.TIMESPAN),
        location=core.text("lesson_location", TEXT_MOST),
        suspend_data=cmi.text("suspend_data", SUSPEND_MOST),
        credit=core.word("credit", _CREDITS),
        mode=core.word("lesson_mode", _MODES),
    )


def _values_2004(cmi: Elements) -> Values:
    cmi.only(_KNOWN_2004)
    objectives = []
    for place, tree in cmi.rows("objectives"):
        row = cmi.row("objectives", place, tree)
        row.only(("id", "score", "success_status", "completion_status", "progress_measure", "description"))
        standing = _standing_2004(row)
        if name := _objective_id(row, is_empty=standing == UNKNOWN):
            objectives.append(Objective(name, standing, row.text("description", TEXT_MOST)))
    return Values(
        entry=cmi.word("entry", _ENTRIES),
        exit=cmi.word("exit", ("time-out", "suspend", "logout", "normal")),
        standing=_standing_2004(cmi),
        objectives=tuple(objectives),
        session=read_span(cmi, "session_time", spans.parse_interval, spans.INTERVAL),
        total=read_span(cmi, "total_time", spans.parse_interval, spans.INTERVAL),
        location=cmi.text("location", TEXT_MOST),
        suspend_data=cmi.text("suspend_data", SUSPEND_MOST),
        credit=cmi.word("credit", _CREDITS),
        mode=cmi.word("mode", _MODES),
    )


def _standing_1_2(status: str, score: Score | None) -> Standing:
    """Return what one status of 1.2 says: `passed` means completed too, `failed` does not."""
    success = {"passed": True, "failed": False}.get(status)
    completion = {"passed": True, "completed": True, "incomplete": False, "browsed": False}.get(status)
    return Standing(completion, success, score)


def _standing_2004(of: Elements) -> Standing:
    completion = {"completed": True, "incomplete": False}.get(of.word("completion_status", _COMPLETIONS))
    success = {"passed": True, "failed": False}.get(of.word("success_status", _SUCCESSES))
    progress = of.number("progress_measure", 0, 1)
    return Standing(completion, success, _score(of.below("score"), Edition.V2004), progress)


def _score(score: Elements, edition: Edition) -> Score | None:
    """Read a score; None for none.

    1.2 has no scaled score: ADL's profile divides the raw one by a hundred, which is what 1.2 says it is out of. Where
    the content says otherwise, it is out of that.
    """
    score.only(_SCORES[edition])
    # SCORM 1.2 RTE 3.4.3: raw, min and max are normalised between 0 and 100.
    bounds = (0, 100) if edition is Edition.V1_2 else (float("-inf"), float("inf"))
    low, high = score.number("min", *bounds), score.number("max", *bounds)
    if low is not None and high is not None and low > high:
        score.refuse("min", "This is more than the maximum.", f"at most {high:g}")
        return None
    inside = (bounds[0] if low is None else low, bounds[1] if high is None else high)
    raw = score.number("raw", *inside)
    if edition is Edition.V1_2:
        scaled = None if raw is None else _share(raw, low or 0, 100 if high is None else high)
    else:
        scaled = score.number("scaled", -1, 1)
    if raw is None and scaled is None:
        return None
    return Score(scaled, raw, low, high)


def _share(raw: float, low: float, high: float) -> float | None:
    return round((raw - low) / (high - low), 7) if high > low else None


def _objective_id(row: Elements, *, is_empty: bool) -> str:
    """Return an objective's id. One without any is refused when it says something, passed over when it does not."""
    name = row.text("id", ID_MOST).strip()
    if not name and not is_empty:
        row.refuse("id", "An objective has an id.", f"a text of at most {ID_MOST:,} characters")
    return name
