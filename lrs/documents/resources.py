"""The three document resources of xAPI, as data: what names a document, and where that is written."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class Resource:
    """One document resource.

    `key` is hashed into the identity of every stored document: changing it loses them all.
    `section` is the clause of xAPI 1.0.3 Part Three that lists the parameters.
    """

    key: str
    id_name: str
    required: tuple[str, ...]
    optional: tuple[str, ...]
    section: str


STATE: Final = Resource("state", "stateId", ("activityId", "agent"), ("registration",), "Part Three 2.3")
AGENT_PROFILE: Final = Resource("agent-profile", "profileId", ("agent",), (), "Part Three 2.6")
ACTIVITY_PROFILE: Final = Resource("activity-profile", "profileId", ("activityId",), (), "Part Three 2.7")
