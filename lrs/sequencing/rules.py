"""Conditions and rules in three values: true, false, and None for what cannot be told (SN 4.4.4)."""

from __future__ import annotations

from collections.abc import Iterable

from lrs.sequencing.refusals import Refused
from lrs.sequencing.state import Run
from lrs.sequencing.tracking import completion, measure, satisfied
from lrs.sequencing.tree import Action, Condition, Rule


def holds(run: Run, index: int, conditions: Iterable[Condition], combination: str) -> bool | None:
    """Combine conditions on an activity (UP.2.1, RB.1.4.1).

    One that is not known leaves the whole unknown, unless another one decides it.
    """
    found = [_negated(_value(run, index, each), each) for each in conditions]
    decides = combination == "any"
    if decides in found:
        return decides
    return None if None in found or not found else not decides


def check(run: Run, index: int, rules: Iterable[Rule], *actions: Action) -> Action | None:
    """Return the action of the first rule that applies, of those with one of these actions (UP.2)."""
    for rule in rules:
        if rule.action in actions and holds(run, index, rule.conditions, rule.combination):
            return rule.action
    return None


def is_limited(run: Run, index: int) -> bool:
    """Say whether an activity has been attempted as often as it may be (UP.1); an attempt that goes on is none more."""
    info, definition = run.info(index), run[index].definition
    if not definition.delivery.tracked or info.is_active or info.is_suspended or definition.attempt_limit is None:
        return False
    return info.attempts >= definition.attempt_limit


def refusal(run: Run, index: int) -> Refused | None:
    """Return why an activity may not be begun, if it may not (UP.5)."""
    if check(run, index, run[index].definition.pre, "disabled"):
        return Refused.DISABLED
    return Refused.LIMIT if is_limited(run, index) else None


def _negated(value: bool | None, condition: Condition) -> bool | None:  # noqa: FBT001 - one of three values
    return value if value is None or not condition.is_negated else not value


def _value(run: Run, index: int, condition: Condition) -> bool | None:
    info, name = run.info(index), condition.name
    if name == "satisfied":
        return satisfied(run, index, condition.objective)
    if name == "completed":
        return completion(run, index)
    if name in ("objectiveMeasureGreaterThan", "objectiveMeasureLessThan"):
        score = measure(run, index, condition.objective)
        if score is None:
            return None
        return score > condition.threshold if name.endswith("GreaterThan") else score < condition.threshold
    limit = run[index].definition.attempt_limit
    certain = {
        "always": True,
        "attempted": info.attempts > 0,
        "activityProgressKnown": completion(run, index) is not None,
        "objectiveStatusKnown": name == "objectiveStatusKnown"
        and satisfied(run, index, condition.objective) is not None,
        "objectiveMeasureKnown": name == "objectiveMeasureKnown"
        and measure(run, index, condition.objective) is not None,
        "attemptLimitExceeded": limit is not None and info.attempts >= limit,
    }
    # SN 3.5: players need not measure time, and ours does not.
    return certain.get(name, False)
