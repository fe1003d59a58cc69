"""The IRIs of cmi5, and those that we make for what it leaves to a platform."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType
from typing import Any, Final
from uuid import UUID, uuid5

from lrs.tenancy import OrganisationId

CMI5: Final = "https://w3id.org/xapi/cmi5/context/categories/cmi5"
MOVE_ON: Final = "https://w3id.org/xapi/cmi5/context/categories/moveon"
BLOCK: Final = "https://w3id.org/xapi/cmi5/activitytype/block"
COURSE: Final = "https://w3id.org/xapi/cmi5/activitytype/course"
_CONTEXT: Final = "https://w3id.org/xapi/cmi5/context/extensions/"
SESSION_ID: Final = f"{_CONTEXT}sessionid"
MASTERY_SCORE: Final = f"{_CONTEXT}masteryscore"
LAUNCH_MODE: Final = f"{_CONTEXT}launchmode"
LAUNCH_URL: Final = f"{_CONTEXT}launchurl"
LAUNCH_PARAMETERS: Final = f"{_CONTEXT}launchparameters"
MOVE_ON_EXTENSION: Final = f"{_CONTEXT}moveon"
PROGRESS: Final = "https://w3id.org/xapi/cmi5/result/extensions/progress"
REASON: Final = "https://w3id.org/xapi/cmi5/result/extensions/reason"
# Of a voiding statement: which sections the statement that it voids does not keep.
BROKEN: Final = "https://assidu.example/xapi/cmi5/extensions/broken"
LAUNCH_DATA: Final = "LMS.LaunchData"
VOIDED: Final = "http://adlnet.gov/expapi/verbs/voided"

# Names, not places: nothing is ever fetched from here (the domain is reserved, RFC 2606).
BASE: Final = "https://assidu.example/xapi/cmi5"
# Everything that we say of a course has an id that follows from what it says: said twice, it is there once.
_NAMESPACE: Final = UUID("5d0a8a2c-6b0f-5a43-9f0e-63d1a0c5c105")


class Verb(StrEnum):
    """The verbs that cmi5 defines (9.3)."""

    LAUNCHED = "http://adlnet.gov/expapi/verbs/launched"
    INITIALIZED = "http://adlnet.gov/expapi/verbs/initialized"
    COMPLETED = "http://adlnet.gov/expapi/verbs/completed"
    PASSED = "http://adlnet.gov/expapi/verbs/passed"
    FAILED = "http://adlnet.gov/expapi/verbs/failed"
    ABANDONED = "https://w3id.org/xapi/adl/verbs/abandoned"
    WAIVED = "https://w3id.org/xapi/adl/verbs/waived"
    TERMINATED = "http://adlnet.gov/expapi/verbs/terminated"
    SATISFIED = "https://w3id.org/xapi/adl/verbs/satisfied"


# Those that content sends; the others are the platform's.
OF_CONTENT: Final = (Verb.INITIALIZED, Verb.COMPLETED, Verb.PASSED, Verb.FAILED, Verb.TERMINATED)
DISPLAYS: Final[Mapping[Verb, Mapping[str, str]]] = MappingProxyType(
    {
        Verb.LAUNCHED: {"fr": "a lancé", "en": "launched"},
        Verb.ABANDONED: {"fr": "a été interrompu dans", "en": "abandoned"},
        Verb.WAIVED: {"fr": "a été dispensé de", "en": "waived"},
        Verb.SATISFIED: {"fr": "a satisfait", "en": "satisfied"},
    }
)


class LaunchMode(StrEnum):
    """How content is launched (10.2.2): in the last two nothing counts."""

    NORMAL = "Normal"
    BROWSE = "Browse"
    REVIEW = "Review"


class MoveOn(StrEnum):
    """What it takes for an AU to be satisfied (13.1.4)."""

    PASSED = "Passed"
    COMPLETED = "Completed"
    COMPLETED_AND_PASSED = "CompletedAndPassed"
    COMPLETED_OR_PASSED = "CompletedOrPassed"
    NOT_APPLICABLE = "NotApplicable"


def derived_id(*parts: str) -> UUID:
    """Return the id that follows from these parts."""
    return uuid5(_NAMESPACE, "\x1f".join(parts))


def activity_iri(organisation: OrganisationId, course: str, thing: str) -> str:
    """Return the activity that stands for an AU, a block or a course, by their publisher's ids.

    It is the same in every registration, and never the publisher's own (8.1.5, 9.4).
    """
    return f"{BASE}/activities/{derived_id('activity', str(organisation), course, thing)}"


def verb(named: Verb) -> dict[str, Any]:
    """Return a verb as the platform's statements have it."""
    return {"id": named.value, "display": dict(DISPLAYS[named])}
