"""Which reader takes the files of which kind apart, and what each asks beside the file."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

from training.sources.badge import plan_badges
from training.sources.gradebook import plan_grades
from training.sources.lms_log import plan_lms_log
from training.sources.moodle import plan_moodle
from training.sources.open_badges.plan import plan_open_badges
from training.sources.paper import plan_paper
from training.sources.plan import Context, Plan
from training.sources.source import SourceKind

Planner = Callable[[bytes, Context], Plan]


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of file. `takes` names what may be said beside it, as the members of `Asked`."""

    plan: Planner
    takes: tuple[str, ...] = ()


KINDS: Final[Mapping[SourceKind, Kind]] = {
    SourceKind.BADGE: Kind(plan_badges, ("session_id", "slot_id")),
    SourceKind.PAPER: Kind(plan_paper, ("session_id", "slot_id", "certified_by", "scan_sha256")),
    SourceKind.MOODLE_LOG: Kind(plan_moodle, ("session_id",)),
    SourceKind.LMS_LOG: Kind(plan_lms_log, ("session_id",)),
    SourceKind.GRADEBOOK: Kind(plan_grades, ("session_id", "graded_on")),
    SourceKind.OPEN_BADGE: Kind(plan_open_badges, ("session_id",)),
}
