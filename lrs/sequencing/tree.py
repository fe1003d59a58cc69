"""The activity tree that a manifest describes, with its sequencing definition model (SN 3)."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final, Literal

ConditionName = Literal[
    "satisfied", "objectiveStatusKnown", "objectiveMeasureKnown", "objectiveMeasureGreaterThan",
    "objectiveMeasureLessThan", "completed", "activityProgressKnown", "attempted", "attemptLimitExceeded",
    "timeLimitExceeded", "outsideAvailableTimeRange", "always",
]  # fmt: skip
Action = Literal[
    "skip", "disabled", "hiddenFromChoice", "stopForwardTraversal", "exitParent", "exitAll", "retry", "retryAll",
    "continue", "previous", "exit",
]  # fmt: skip
Status = Literal["satisfied", "notSatisfied", "completed", "incomplete"]
ChildSet = Literal["all", "any", "none", "atLeastCount", "atLeastPercent"]
Required = Literal["always", "ifAttempted", "ifNotSkipped", "ifNotSuspended"]
Timing = Literal["never", "once", "onEachNewAttempt"]
ROOT: Final = 0


@dataclass(frozen=True, slots=True)
class ControlMode:
    """How one moves among the children of an activity (SN 3.2)."""

    choice: bool = True
    choice_exit: bool = True
    flow: bool = False
    forward_only: bool = False
    current_objectives: bool = True
    current_progress: bool = True


@dataclass(frozen=True, slots=True)
class Condition:
    """One condition. `objective` is empty for the one that is rolled up; `threshold` is of measures, -1 to 1."""

    name: ConditionName
    is_negated: bool = False
    objective: str = ""
    threshold: float = 0.0


@dataclass(frozen=True, slots=True)
class Rule:
    """A sequencing rule (SN 3.4): what is done if `all`, or `any`, of its conditions hold."""

    action: Action
    conditions: tuple[Condition, ...]
    combination: Literal["all", "any"] = "all"


@dataclass(frozen=True, slots=True)
class RollupRule:
    """A rollup rule (SN 3.7). `count` is for atLeastCount, `percent` (0 to 1) for atLeastPercent."""

    action: Status
    conditions: tuple[Condition, ...]
    combination: Literal["all", "any"] = "any"
    of: ChildSet = "all"
    count: int = 0
    percent: float = 0.0


@dataclass(frozen=True, slots=True)
class Map:
    """What an objective shares with others through the global objective `target` (SN 3.10.3, adlseq of the 4th ed.)."""

    target: str
    reads: frozenset[str] = frozenset({"satisfied", "measure"})
    writes: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Objective:
    """One objective of an activity (SN 3.10). `by_measure` says that its score decides, from `least` on."""

    id: str = ""
    by_measure: bool = False
    least: float = 1.0
    maps: tuple[Map, ...] = ()


@dataclass(frozen=True, slots=True)
class Rollup:
    """What an activity adds to its parent's standing (SN 3.8, 3.9), and how it is worked out itself."""

    rules: tuple[RollupRule, ...] = ()
    objective: bool = True
    progress: bool = True
    objective_weight: float = 1.0
    progress_weight: float = 1.0
    for_satisfied: Required = "always"
    for_not_satisfied: Required = "always"
    for_completed: Required = "always"
    for_incomplete: Required = "always"
    measure_if_active: bool = True


@dataclass(frozen=True, slots=True)
class Delivery:
    """Who says how an attempt went (SN 3.13)."""

    tracked: bool = True
    completion_by_content: bool = False
    objective_by_content: bool = False


@dataclass(frozen=True, slots=True)
class Selection:
    """Which children there are, and in which order (SN 3.11, 3.12). `count` is 0 for all."""

    selection: Timing = "never"
    count: int = 0
    randomization: Timing = "never"
    reorders: bool = False


@dataclass(frozen=True, slots=True)
class Definition:
    """All that a manifest says of one activity's sequencing. `hidden_controls` is hideLMSUI (adlnav)."""

    control: ControlMode = ControlMode()
    pre: tuple[Rule, ...] = ()
    post: tuple[Rule, ...] = ()
    exits: tuple[Rule, ...] = ()
    attempt_limit: int | None = None
    primary: Objective = Objective()
    objectives: tuple[Objective, ...] = ()
    rollup: Rollup = Rollup()
    delivery: Delivery = Delivery()
    selection: Selection = Selection()
    constrain_choice: bool = False
    prevent_activation: bool = False
    # From which progress on it is complete; None where progress decides nothing (CAM 3.4.1.15).
    completed_from: float | None = None
    hidden_controls: frozenset[str] = frozenset()
    is_visible: bool = True

    def objective(self, name: str) -> Objective | None:
        """Return the objective of this id; the one that is rolled up for an empty one."""
        return next((each for each in (self.primary, *self.objectives) if not name or each.id == name), None)


PLAIN: Final = Definition()


@dataclass(frozen=True, slots=True)
class Activity:
    """One activity; `index` is its place in the order of the contents, the root at 0. Leaves are what is delivered."""

    index: int
    identifier: str
    parent: int | None
    children: tuple[int, ...] = ()
    definition: Definition = field(default=PLAIN)


@dataclass(frozen=True, slots=True)
class Tree:
    """The activities in the order of the contents. What opens nothing is among them, but nobody's child."""

    activities: tuple[Activity, ...]

    def __getitem__(self, index: int) -> Activity:
        return self.activities[index]

    def path(self, index: int) -> tuple[int, ...]:
        """Return the way from the root down to an activity, both included."""
        found: list[int] = []
        at: int | None = index
        while at is not None:
            found.append(at)
            at = self.activities[at].parent
        return tuple(reversed(found))

    def common(self, one: int, other: int) -> int:
        """Return the nearest activity that is above both, or one of them."""
        shared = ROOT
        for left, right in zip(self.path(one), self.path(other), strict=False):
            if left != right:
                break
            shared = left
        return shared

    def find(self, identifier: str) -> int | None:
        """Return the activity of this identifier."""
        return next((each.index for each in self.activities if each.identifier == identifier), None)
