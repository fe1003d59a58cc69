"""The IRIs that imports write, all of profiles that facts read already, but for those of our own extensions."""

from __future__ import annotations

from typing import Any, Final

from training.attendance.vocabulary import BASE

Verb = dict[str, Any]
PROFILE: Final = BASE + "profile/import/v1"
PROFILE_TYPE: Final = "http://adlnet.gov/expapi/activities/profile"
# The account of what vouches for imported statements; its name is the source's.
SOURCES: Final = BASE + "sources"
COURSE: Final = "https://w3id.org/xapi/cmi5/activitytype/course"
ATTEMPT: Final = "http://adlnet.gov/expapi/activities/attempt"
LMS: Final = "http://id.tincanapi.com/activitytype/lms"
BADGE: Final = "http://activitystrea.ms/schema/1.0/badge"
_OPEN_BADGES: Final = "http://specification.openbadges.org/xapi/"
BADGE_RECIPE: Final = _OPEN_BADGES + "recipe/base/0_0_1"
RECIPE_TYPE: Final = "http://id.tincanapi.com/activitytype/recipe"
BADGE_CLASS: Final = _OPEN_BADGES + "extensions/badgeclass"
BADGE_ASSERTION: Final = _OPEN_BADGES + "extensions/badgeassertion"
BADGE_ATTACHMENT: Final = _OPEN_BADGES + "attachment/badge"
_ADL: Final = "http://adlnet.gov/expapi/verbs/"


def _verb(iri: str, french: str, english: str) -> Verb:
    return {"id": iri, "display": {"fr": french, "en": english}}


VERBS: Final[dict[str, Verb]] = {
    "viewed": _verb("http://id.tincanapi.com/verb/viewed", "a consulté", "viewed"),
    "interacted": _verb(_ADL + "interacted", "a agi sur", "interacted with"),
    "launched": _verb(_ADL + "launched", "a lancé", "launched"),
    "started": _verb("http://activitystrea.ms/start", "a commencé", "started"),
    "answered": _verb(_ADL + "answered", "a répondu à", "answered"),
    "submitted": _verb("http://activitystrea.ms/submit", "a remis", "submitted"),
    "completed": _verb(_ADL + "completed", "a achevé", "completed"),
    "passed": _verb(_ADL + "passed", "a réussi", "passed"),
    "failed": _verb(_ADL + "failed", "a échoué à", "failed"),
    "scored": _verb(_ADL + "scored", "a obtenu une note à", "scored"),
    "logged-in": _verb("https://w3id.org/xapi/adl/verbs/logged-in", "s’est connecté à", "logged in to"),
    "logged-out": _verb("https://w3id.org/xapi/adl/verbs/logged-out", "s’est déconnecté de", "logged out of"),
    "earned": _verb(_OPEN_BADGES + "verbs/earned", "a obtenu", "earned"),
}
