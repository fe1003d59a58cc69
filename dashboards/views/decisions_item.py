"""One thing that somebody must decide or do."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import IntEnum, StrEnum
from typing import Final

from training.records.ids import EnrolmentId, SessionId

# A list of a kind that nobody reads to its end helps nobody.
LISTED: Final = 500


class Urgency(IntEnum):
    """How soon.

    Attributes:
        NOW: Its time is over, or something stands still until it is done.
        SOON: Its time is running.
        LATER: It can wait, and is better not forgotten.
    """

    NOW = 0
    SOON = 1
    LATER = 2


class Kind(StrEnum):
    """What waits; of equally urgent ones, the first here comes first.

    Attributes:
        DOCUMENT_OVERDUE: A document that a funder asks for is not issued, and its deadline is over.
        SILENT_FEED: A platform has sent nothing for longer than was agreed.
        FACTS_BEHIND: Figures lack something that was recorded a while ago.
        EXPIRING: A certificate, a key or a credential ends soon, or the seal or the clock outside does not answer.
        PROVIDER: The provider's record lacks what documents print.
        RIGHTS_REQUEST: Somebody has asked about their own data.
        MARKS_MISSING: A half-day is over, and of somebody nothing says whether they were there.
        COUNTERSIGNATURE_MISSING: A half-day is over and signed, and the trainer has not countersigned.
        DOCUMENT_DUE: A document that a funder asks for can be issued now.
        DOCUMENT_TO_REPLACE: A document says what records and log say no more.
        FOLLOWUP_OVERDUE: A follow-up's first contact or next step was due, and nothing is noted.
        CONTACT: Somebody should be contacted, and nobody has.
        QUARANTINED: What a platform sent was refused and kept.
        UNMAPPED: Platforms send an activity that no programme knows.
        ANOMALY: Something odd that a person should look at.
    """

    DOCUMENT_OVERDUE = "document_overdue"
    SILENT_FEED = "silent_feed"
    FACTS_BEHIND = "facts_behind"
    EXPIRING = "expiring"
    PROVIDER = "provider"
    RIGHTS_REQUEST = "rights_request"
    MARKS_MISSING = "marks_missing"
    COUNTERSIGNATURE_MISSING = "countersignature_missing"
    DOCUMENT_DUE = "document_due"
    DOCUMENT_TO_REPLACE = "document_to_replace"
    FOLLOWUP_OVERDUE = "followup_overdue"
    CONTACT = "contact"
    QUARANTINED = "quarantined"
    UNMAPPED = "unmapped"
    ANOMALY = "anomaly"


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """One of them. `key` tells it from others of its kind.

    Attributes:
        kind: What waits.
        key: What tells it from others of its kind.
        urgency: How soon.
        path: The page where it is done, below `/dashboards/`; empty where only an administrator can do it.
        values: What it is said with: names, titles and numbers, by name.
        count: How many things it stands for.
        since: Since when it waits.
        due_on: By when it is to be done.
        session_id: In which session, where it is in one.
        enrolment_id: About whom, where it is about somebody.
    """

    kind: Kind
    key: str
    urgency: Urgency
    path: str
    values: Mapping[str, object] = field(default_factory=dict)
    count: int = 1
    since: date | None = None
    due_on: date | None = None
    session_id: SessionId | None = None
    enrolment_id: EnrolmentId | None = None
