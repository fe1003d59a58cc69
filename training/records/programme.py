"""Programmes, their modules, and the activities that make them up."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from training.records.ids import ActivityId, CompletionRuleId, ModuleId, ProgrammeId
from training.records.modality import Modality
from training.records.values import Seconds, Share


class MoveOn(StrEnum):
    """What satisfies an activity, in cmi5's words (cmi5 10.2.4)."""

    PASSED = "Passed"
    COMPLETED = "Completed"
    COMPLETED_AND_PASSED = "CompletedAndPassed"
    COMPLETED_OR_PASSED = "CompletedOrPassed"
    NOT_APPLICABLE = "NotApplicable"


class ActionNature(StrEnum):
    """The four kinds of action that develop skills (Code du travail, L6313-1), in the order of the ministry's boxes."""

    TRAINING = "TRAINING"
    SKILLS_ASSESSMENT = "SKILLS_ASSESSMENT"
    PRIOR_LEARNING_VALIDATION = "PRIOR_LEARNING_VALIDATION"
    APPRENTICESHIP = "APPRENTICESHIP"


@dataclass(frozen=True, slots=True)
class TrainingActivity:
    """One thing to do, with the time that trainees are told it takes (D6313-3-1 2°).

    `move_on` None leaves it to the completion rule. `mastery_score` is scaled, 0 to 1.
    """

    id: ActivityId
    iri: str | None = None
    title: str = ""
    estimated_seconds: Seconds = 0
    mandatory: bool = True
    move_on: MoveOn | None = None
    mastery_score: Share | None = None


@dataclass(frozen=True, slots=True)
class Module:
    """A part of a programme, held in one modality."""

    id: ModuleId
    title: str = ""
    modality: Modality = Modality.ASYNC
    mandatory: bool = True
    activities: tuple[TrainingActivity, ...] = ()


@dataclass(frozen=True, slots=True)
class Programme:
    """What is taught: the content that a training session follows, at one version.

    `nature` and `objectives` are printed on certificates and attestations.
    """

    id: ProgrammeId
    title: str = ""
    code: str = ""
    modules: tuple[Module, ...] = ()
    completion_rule_id: CompletionRuleId | None = None
    nature: ActionNature = ActionNature.TRAINING
    objectives: tuple[str, ...] = ()

    def activities(self) -> Iterator[tuple[Module, TrainingActivity]]:
        """Yield every activity with the module it is in, in the programme's order."""
        for module in self.modules:
            for activity in module.activities:
                yield module, activity

    def find_module(self, module_id: str) -> Module | None:
        """Return a module of this programme."""
        return next((module for module in self.modules if module.id == module_id), None)

    def find_activity(self, activity_id: str) -> TrainingActivity | None:
        """Return an activity of this programme."""
        return next((activity for _, activity in self.activities() if activity.id == activity_id), None)
