"""How activities stand by their children: RB.1.1 to RB.1.5."""

from __future__ import annotations

from collections.abc import Callable

from lrs.sequencing.rules import check, holds
from lrs.sequencing.state import Run
from lrs.sequencing.tracking import measure, progress, published, readers, setting
from lrs.sequencing.tree import Condition, Required, RollupRule, Status

# RB.1.2.b and RB.1.3.b: what holds where a manifest says nothing.
_DEFAULTS: dict[str, RollupRule] = {
    "satisfied": RollupRule("satisfied", (Condition("satisfied"),)),
    "notSatisfied": RollupRule("notSatisfied", (Condition("objectiveStatusKnown"),)),
    "completed": RollupRule("completed", (Condition("completed"),)),
    "incomplete": RollupRule("incomplete", (Condition("activityProgressKnown"),)),
}


def rolled_up(run: Run, index: int) -> Run:
    """Work out anew how everything above an activity stands (RB.1.5), and what reads the objectives that it writes."""
    found, changed = _upwards(run, index)
    for reader in readers(found, changed):
        found, _ = _upwards(found, reader)
    return found


def _upwards(run: Run, index: int) -> tuple[Run, frozenset[str]]:
    found, changed = published(run, index)
    for above in reversed(found.tree.path(index)[:-1]):
        found = _progress(_objective(_measures(found, above), above), above)
        found, more = published(found, above)
        changed |= more
    return found, changed


def _measures(run: Run, index: int) -> Run:
    """Weigh the scores of children (RB.1.1.a), and how far they are (RB.1.1.b)."""
    children = _tracked(run, index)
    score = _weighed([(measure(run, each), run[each].definition.rollup.objective_weight) for each in children])
    amount = _weighed([(progress(run, each), run[each].definition.rollup.progress_weight) for each in children])
    run = setting(run, index, run[index].definition.primary, measure=score)
    return run.noting(index, progress=amount)


def _weighed(parts: list[tuple[float | None, float]]) -> float | None:
    """Return the mean of what is known by all weights: who has not been there yet counts as nothing."""
    total = sum(weight for _, weight in parts)
    if total <= 0 or all(value is None for value, _ in parts):
        return None
    return sum((value or 0.0) * weight for value, weight in parts) / total


def _objective(run: Run, index: int) -> Run:
    """Work out whether an activity is satisfied (RB.1.2): by its score, if it says so, else by rules."""
    primary = run[index].definition.primary
    if primary.by_measure:
        # RB.1.2.a; `tracking.satisfied` compares whenever it is asked.
        return run
    status = _by_rules(run, index, "notSatisfied", "satisfied")
    return run if status is None else setting(run, index, primary, satisfied=status == "satisfied")


def _progress(run: Run, index: int) -> Run:
    """Work out whether an activity is complete (RB.1.3): by its progress, if it says so, else by rules."""
    if run[index].definition.completed_from is not None:
        return run
    status = _by_rules(run, index, "incomplete", "completed")
    return run if status is None else run.noting(index, completion=status == "completed")


def _by_rules(run: Run, index: int, bad: Status, good: Status) -> Status | None:
    """Apply the rules to the worse status, then to the better one, which stands if both apply."""
    own = run[index].definition.rollup.rules
    if not any(rule.action in (bad, good) for rule in own):
        own = (_DEFAULTS[bad], _DEFAULTS[good])
    status: Status | None = None
    for action in (bad, good):
        if any(rule.action == action and _applies(run, index, rule) for rule in own):
            status = action
    return status


def _applies(run: Run, index: int, rule: RollupRule) -> bool:
    """Say whether a rule applies to the children that count for it (RB.1.4)."""
    found = [
        holds(run, each, rule.conditions, rule.combination)
        for each in _tracked(run, index)
        if _counts(run, each, rule.action)
    ]
    if not found:
        return False
    yes = found.count(True)
    tests: dict[str, Callable[[], bool]] = {
        "all": lambda: yes == len(found),
        "any": lambda: yes > 0,
        "none": lambda: found.count(False) == len(found),
        "atLeastCount": lambda: yes >= rule.count,
        "atLeastPercent": lambda: yes / len(found) >= rule.percent,
    }
    return tests[rule.of]()


def _counts(run: Run, child: int, action: Status) -> bool:
    """Say whether a child counts towards a status of its parent (RB.1.4.2)."""
    rules, info = run[child].definition.rollup, run.info(child)
    counts, required = {
        "satisfied": (rules.objective, rules.for_satisfied),
        "notSatisfied": (rules.objective, rules.for_not_satisfied),
        "completed": (rules.progress, rules.for_completed),
        "incomplete": (rules.progress, rules.for_incomplete),
    }[action]
    if not counts:
        return False
    exceptions: dict[Required, Callable[[], bool]] = {
        "always": lambda: False,
        "ifAttempted": lambda: not info.attempts,
        "ifNotSuspended": lambda: not info.attempts or info.is_suspended,
        "ifNotSkipped": lambda: check(run, child, run[child].definition.pre, "skip") is not None,
    }
    return not exceptions[required]()


def _tracked(run: Run, index: int) -> list[int]:
    return [each for each in run.rolled(index) if run[each].definition.delivery.tracked]
