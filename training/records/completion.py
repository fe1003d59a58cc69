"""What it takes to have completed a programme."""

from __future__ import annotations

from dataclasses import dataclass

from training.records.ids import CompletionRuleId, ModuleId
from training.records.programme import MoveOn
from training.records.values import Seconds, Share


@dataclass(frozen=True, slots=True)
class CompletionRule:
    """A rule that programmes refer to. `minimum_score` is scaled, 0 to 1; None asks nothing.

    `mandatory_module_ids` None leaves it to each module's own `mandatory`.
    """

    id: CompletionRuleId
    title: str = ""
    move_on: MoveOn = MoveOn.COMPLETED_OR_PASSED
    minimum_credited_seconds: Seconds | None = None
    minimum_score: Share | None = None
    mandatory_module_ids: tuple[ModuleId, ...] | None = None


# What holds where a programme names no rule: an activity counts when it is completed or passed.
DEFAULT_RULE = CompletionRule(CompletionRuleId("default"))
