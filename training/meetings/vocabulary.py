"""The IRIs of the virtual-classroom profile (Gaia-X DASES) as this product writes and reads it."""

from __future__ import annotations

from typing import Any, Final

CATEGORY: Final = "https://w3id.org/xapi/virtual-classroom"
CLASSROOM: Final = "https://w3id.org/xapi/virtual-classroom/activity-types/virtual-classroom"
PROFILE_TYPE: Final = "http://adlnet.gov/expapi/activities/profile"
SESSION_ID: Final = "https://w3id.org/xapi/cmi5/context/extensions/sessionid"
PLANNED_DURATION: Final = "http://id.tincanapi.com/extension/planned-duration"
JOIN: Final[dict[str, Any]] = {"id": "http://activitystrea.ms/join", "display": {"fr": "a rejoint", "en": "joined"}}
LEAVE: Final[dict[str, Any]] = {"id": "http://activitystrea.ms/leave", "display": {"fr": "a quitté", "en": "left"}}
