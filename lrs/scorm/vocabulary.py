"""The IRIs of ADL's SCORM profile as this product writes them, and the few of our own that it lacks."""

from __future__ import annotations

from typing import Any, Final

CATEGORY: Final = "https://w3id.org/xapi/scorm"
ATTEMPT_STATE: Final = CATEGORY + "/attempt-state"
ACTIVITY_STATE: Final = CATEGORY + "/activity-state"
SESSION_ID: Final = "https://w3id.org/xapi/cmi5/context/extensions/sessionid"

BASE: Final = "https://assidu.example/xapi/"
EXTENSION: Final = BASE + "ext/"

_TYPES: Final = "http://adlnet.gov/expapi/activities/"
LESSON: Final = _TYPES + "lesson"
COURSE: Final = _TYPES + "course"
ATTEMPT: Final = _TYPES + "attempt"
OBJECTIVE: Final = _TYPES + "objective"
INTERACTION: Final = _TYPES + "cmi.interaction"
PROFILE: Final = _TYPES + "profile"

_ADL: Final = "http://adlnet.gov/expapi/verbs/"


def _verb(name: str, french: str) -> dict[str, Any]:
    return {"id": _ADL + name, "display": {"fr": french, "en": name}}


INITIALIZED: Final = _verb("initialized", "a ouvert")
RESUMED: Final = _verb("resumed", "a repris")
SUSPENDED: Final = _verb("suspended", "a suspendu")
TERMINATED: Final = _verb("terminated", "a fermé")
COMPLETED: Final = _verb("completed", "a terminé")
PASSED: Final = _verb("passed", "a réussi")
FAILED: Final = _verb("failed", "a échoué à")
SCORED: Final = _verb("scored", "a obtenu un score à")
PROGRESSED: Final = _verb("progressed", "a progressé dans")
RESPONDED: Final = _verb("responded", "a répondu à")
VERBS: Final = (
    INITIALIZED, RESUMED, SUSPENDED, TERMINATED, COMPLETED, PASSED, FAILED, SCORED, PROGRESSED, RESPONDED,
)  # fmt: skip


def ext(name: str) -> str:
    """Return the IRI of one of our extensions.

    >>> ext("closed-by")
    'https://assidu.example/xapi/ext/closed-by'
    """
    return EXTENSION + name


# Of a statement's context: which SCORM spoke, that it came late, who closed the session.
EDITION: Final = ext("scorm-edition")
LATE: Final = ext("late")
CLOSED_BY: Final = ext("closed-by")
REVISES: Final = ext("revises")
# Of its result: what the server saw beside what the content declared.
MEASURED: Final = ext("measured-duration")
DECLARED_TOTAL: Final = ext("declared-total-duration")
DECLARED_AT: Final = ext("declared-timestamp")
WEIGHTING: Final = ext("weighting")
RESULT: Final = ext("interaction-result")
OBJECTIVES: Final = ext("objectives")
