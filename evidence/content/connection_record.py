"""Relevé de connexion et d'activité (RELCO): what was done at a distance, and what shows it.

Read by a funder's controller, who decides whether distance hours are real. Connection alone was judged insufficient (TA
Toulouse, 2 November 2023): activities done with their announced time and their proof come first, then assistance and
evaluations (D6313-3-1), and the connection log last, as corroboration. The five times stand side by side,
never blended.
"""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum

from evidence.content.action import Action, Period
from evidence.content.evaluation import Evaluation
from evidence.content.frame import Signatory
from evidence.content.parties import Funding, Trainee
from evidence.content.value import Value


class Proof(StrEnum):
    """What shows that an activity was carried out."""

    COMPLETED = "COMPLETED"
    PASSED = "PASSED"
    COMPLETED_AND_PASSED = "COMPLETED_AND_PASSED"
    WAIVED = "WAIVED"


class Times(Value, frozen=True, kw_only=True):
    """The five times, in whole seconds: of an action, or of one activity. They are never added to one another."""

    planned_seconds: int
    estimated_seconds: int
    connected_seconds: int
    active_seconds: int
    credited_seconds: int


class ActivityLine(Value, frozen=True, kw_only=True):
    """One activity of the programme. `done_at` and `proof` are None while it is not proved done: it credits nothing.

    `statement_ids` are the statements that prove it; the layout prints the first in short.
    """

    module: str
    title: str
    is_mandatory: bool
    estimated_seconds: int
    connected_seconds: int
    active_seconds: int
    credited_seconds: int
    done_at: datetime | None = None
    proof: Proof | None = None
    score: float | None = None
    attempts: int = 0
    statement_ids: tuple[str, ...] = ()


class Assistance(Value, frozen=True, kw_only=True):
    """One dated exchange with a helper: `channel` (« forum », « tutorat »), `author` and `about` are shown."""

    at: datetime
    channel: str
    author: str
    about: str = ""


class ConnectionLine(Value, frozen=True, kw_only=True):
    """One local day of connection: from its first to its last act, gross and active time. `statement_count` acts."""

    day: date
    first_at: datetime
    last_at: datetime
    connected_seconds: int
    active_seconds: int
    statement_count: int
    activities: tuple[str, ...] = ()


class TimeRules(Value, frozen=True, kw_only=True):
    """By which rules time was counted: the version, and after how long a silence time is no longer active."""

    version: str
    idle_cap_seconds: int
    sitting_break_seconds: int


class ConnectionRecord(Value, frozen=True, kw_only=True, tag="RELCO", tag_field="type"):
    """One trainee's distance work in a period. `times` are of all of it; lines are in the programme's order, or time.

    `declared_seconds` is the part of the connected time that only the sender's own durations speak of.
    """

    signatory: Signatory
    trainee: Trainee
    action: Action
    period: Period
    times: Times
    declared_seconds: int
    activities: tuple[ActivityLine, ...]
    assistance: tuple[Assistance, ...]
    evaluations: tuple[Evaluation, ...]
    connections: tuple[ConnectionLine, ...]
    rules: TimeRules
    place: str
    funding: Funding | None = None
