"""Which activity of which programme an LMS means, when its IRI is not written in the programme."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from training.records.ids import ActivityId, MappingRuleId, ModuleId, ProgrammeId
from training.records.values import Count


class Matcher(StrEnum):
    """What of a statement a rule looks at."""

    IRI_PREFIX = "iri_prefix"
    PLATFORM = "platform"
    REGISTRATION = "registration"
    GROUPING = "grouping"


@dataclass(frozen=True, slots=True)
class MappingRule:
    """Statements that match belong to this programme, and to the module or activity named if any.

    The lowest `priority` wins; equal ones go by id.
    """

    id: MappingRuleId
    matcher: Matcher
    value: str
    programme_id: ProgrammeId
    priority: Count = 100
    module_id: ModuleId | None = None
    activity_id: ActivityId | None = None

    def matches(self, iri: str, platform: str | None, registration: str | None, groupings: tuple[str, ...]) -> bool:
        """Say whether a statement about `iri`, sent so, falls under this rule."""
        match self.matcher:
            case Matcher.IRI_PREFIX:
                return iri.startswith(self.value)
            case Matcher.PLATFORM:
                return platform == self.value
            case Matcher.REGISTRATION:
                return registration is not None and registration.lower() == self.value.lower()
            case Matcher.GROUPING:
                return self.value in groupings
