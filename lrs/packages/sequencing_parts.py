"""The parts of an item's sequencing, each read from its element; what is wrong is noted with the element."""

from __future__ import annotations

from typing import Any, Final, get_args

from lrs.packages.markup import Element
from lrs.sequencing.tree import (
    Action,
    ChildSet,
    Condition,
    ConditionName,
    ControlMode,
    Delivery,
    Map,
    Objective,
    Required,
    Rollup,
    RollupRule,
    Rule,
    Selection,
    Status,
    Timing,
)

Faults = list[tuple[Element, str, str]]
_BOOLEANS: Final = {"true": True, "1": True, "false": False, "0": False}
_COUNT_MOST: Final = 1_000_000
_ROLLED: Final = (
    "satisfied", "objectiveStatusKnown", "objectiveMeasureKnown", "completed", "activityProgressKnown", "attempted",
    "attemptLimitExceeded", "timeLimitExceeded", "outsideAvailableTimeRange",
)  # fmt: skip
# Attributes of imsss:mapInfo and adlseq:mapInfo, by what is shared (SN 3.10.3).
_READS: Final = {"satisfied": "readSatisfiedStatus", "measure": "readNormalizedMeasure"}
_WRITES: Final = {"satisfied": "writeSatisfiedStatus", "measure": "writeNormalizedMeasure"}
_MORE: Final = {
    "raw": "RawScore", "min": "MinScore", "max": "MaxScore", "completion": "CompletionStatus",
    "progress": "ProgressMeasure",
}  # fmt: skip


def is_true(element: Element | None, name: str, faults: Faults, *, otherwise: bool) -> bool:
    """Read an attribute that is true or false."""
    said = None if element is None else element.attributes.get(name)
    if element is None or said is None:
        return otherwise
    if said.strip() not in _BOOLEANS:
        faults.append((element, f"{name} is neither true nor false: {said[:40]!r}.", "true or false"))
    return _BOOLEANS.get(said.strip(), otherwise)


def number(
    element: Element, name: str, within: tuple[float, float], faults: Faults | None, *, otherwise: float
) -> float:
    """Read an attribute that is a number within bounds."""
    said = element.attributes.get(name)
    if said is None:
        return otherwise
    try:
        value = float(said)
        is_within = within[0] <= value <= within[1]
    except ValueError:
        is_within = False
    if is_within:
        return value
    if faults is not None:
        accepted = f"a number from {within[0]:g} to {within[1]:g}"
        faults.append((element, f"{name} is no number in its range: {said[:40]!r}.", accepted))
    return otherwise


def whole(element: Element | None, name: str, faults: Faults) -> int | None:
    """Read an attribute that is a whole number; None where it is not said."""
    said = None if element is None else element.attributes.get(name)
    if element is None or said is None:
        return None
    text = said.strip()
    if text.isdecimal() and text.isascii() and int(text) <= _COUNT_MOST:
        return int(text)
    faults.append((element, f"{name} is no whole number: {said[:40]!r}.", f"0 to {_COUNT_MOST:,}"))
    return None


def read_control(element: Element | None, faults: Faults) -> ControlMode:
    """Read `controlMode`."""
    plain = ControlMode()
    return ControlMode(
        is_true(element, "choice", faults, otherwise=plain.choice),
        is_true(element, "choiceExit", faults, otherwise=plain.choice_exit),
        is_true(element, "flow", faults, otherwise=plain.flow),
        is_true(element, "forwardOnly", faults, otherwise=plain.forward_only),
        is_true(element, "useCurrentAttemptObjectiveInfo", faults, otherwise=plain.current_objectives),
        is_true(element, "useCurrentAttemptProgressInfo", faults, otherwise=plain.current_progress),
    )


def read_rules_of(rules: Element | None, name: str, actions: tuple[Action, ...], faults: Faults) -> tuple[Rule, ...]:
    """Read the rules of one kind among `sequencingRules`."""
    found = []
    for each in rules.all(name) if rules is not None else ():
        holder = each.one("ruleConditions")
        conditions = _conditions(each, holder, "ruleCondition", get_args(ConditionName), faults)
        action: Any = _word(each.one("ruleAction"), "action", actions, faults, each)
        combination: Any = _word(holder, "conditionCombination", ("all", "any"), faults)
        if conditions and action:
            found.append(Rule(action, conditions, combination or "all"))
    return tuple(found)


def read_rollup(rules: Element | None, considered: Element | None, weight: float, faults: Faults) -> Rollup:
    """Read `rollupRules` and `rollupConsiderations`; `weight` is that of progress."""
    required: dict[str, Any] = {
        name: _word(considered, attribute, get_args(Required), faults) or "always"
        for name, attribute in (
            ("for_satisfied", "requiredForSatisfied"), ("for_not_satisfied", "requiredForNotSatisfied"),
            ("for_completed", "requiredForCompleted"), ("for_incomplete", "requiredForIncomplete"),
        )
    }  # fmt: skip
    found = tuple(
        rule for each in (rules.all("rollupRule") if rules is not None else ()) if (rule := _rollup_rule(each, faults))
    )
    return Rollup(
        rules=found,
        objective=is_true(rules, "rollupObjectiveSatisfied", faults, otherwise=True),
        progress=is_true(rules, "rollupProgressCompletion", faults, otherwise=True),
        objective_weight=1.0
        if rules is None
        else number(rules, "objectiveMeasureWeight", (0.0, 1.0), faults, otherwise=1.0),
        progress_weight=weight,
        measure_if_active=is_true(considered, "measureSatisfactionIfActive", faults, otherwise=True),
        **required,
    )


def read_objectives(
    objectives: Element | None, extensions: Element | None, faults: Faults
) -> tuple[Objective, tuple[Objective, ...]]:
    """Read `objectives` with what ADL's elements of the same name add; return the one that is rolled up first."""
    if objectives is None:
        return Objective(), ()
    more: dict[str, list[Element]] = {}
    for each in extensions.all("objective") if extensions is not None else ():
        name = each.attributes.get("objectiveID", "").strip()
        more.setdefault(name, []).extend(each.all("mapInfo"))
    primary = objectives.one("primaryObjective")
    seen: set[str] = set()
    first = Objective() if primary is None else _objective(primary, more, seen, faults)
    return first, tuple(_objective(each, more, seen, faults) for each in objectives.all("objective"))


def read_delivery(element: Element | None, faults: Faults) -> Delivery:
    """Read `deliveryControls`."""
    return Delivery(
        is_true(element, "tracked", faults, otherwise=True),
        is_true(element, "completionSetByContent", faults, otherwise=False),
        is_true(element, "objectiveSetByContent", faults, otherwise=False),
    )


def read_selection(element: Element | None, faults: Faults) -> Selection:
    """Read `randomizationControls`."""
    timings = get_args(Timing)
    selection: Any = _word(element, "selectionTiming", timings, faults)
    randomization: Any = _word(element, "randomizationTiming", timings, faults)
    return Selection(
        selection or "never", whole(element, "selectCount", faults) or 0, randomization or "never",
        is_true(element, "reorderChildren", faults, otherwise=False),
    )  # fmt: skip


def _conditions(
    rule: Element, holder: Element | None, name: str, known: tuple[str, ...], faults: Faults
) -> tuple[Condition, ...]:
    found = []
    for each in holder.all(name) if holder is not None else ():
        condition: Any = _word(each, "condition", known, faults, each)
        operator = _word(each, "operator", ("noOp", "not"), faults)
        threshold = number(each, "measureThreshold", (-1.0, 1.0), faults, otherwise=0.0)
        if condition:
            referenced = each.attributes.get("referencedObjective", "").strip()
            found.append(Condition(condition, operator == "not", referenced, threshold))
    if holder is None or not next(holder.all(name), None):
        faults.append((rule, "This rule has no condition.", f"a {name} at least"))
    return tuple(found)


def _rollup_rule(rule: Element, faults: Faults) -> RollupRule | None:
    holder = rule.one("rollupConditions")
    conditions = _conditions(rule, holder, "rollupCondition", _ROLLED, faults)
    action: Any = _word(rule.one("rollupAction"), "action", get_args(Status), faults, rule)
    combination: Any = _word(holder, "conditionCombination", ("all", "any"), faults)
    of: Any = _word(rule, "childActivitySet", get_args(ChildSet), faults)
    count = whole(rule, "minimumCount", faults) or 0
    percent = number(rule, "minimumPercent", (0.0, 1.0), faults, otherwise=0.0)
    if not conditions or not action:
        return None
    return RollupRule(action, conditions, combination or "any", of or "all", count, percent)


def _objective(element: Element, more: dict[str, list[Element]], seen: set[str], faults: Faults) -> Objective:
    name = element.attributes.get("objectiveID", "").strip()
    if element.name == "objective" and not name:
        faults.append((element, "This objective has no identifier.", "an objectiveID"))
    if name and name in seen:
        faults.append((element, f"This objective stands twice: {name[:80]!r}.", "an objectiveID of its own"))
    seen.add(name)
    least = element.one("minNormalizedMeasure")
    maps: dict[str, Map] = {}
    for each in element.all("mapInfo"):
        _map(each, maps, _READS, _WRITES, faults)
    for each in more.get(name, ()):
        reads = {facet: f"read{word}" for facet, word in _MORE.items()}
        writes = {facet: f"write{word}" for facet, word in _MORE.items()}
        _map(each, maps, reads, writes, faults)
    return Objective(
        name, is_true(element, "satisfiedByMeasure", faults, otherwise=False),
        # What is wrong with it is said where items are read.
        1.0 if least is None else _measure(least.text), tuple(maps.values()),
    )  # fmt: skip


def _map(element: Element, maps: dict[str, Map], reads: dict[str, str], writes: dict[str, str], faults: Faults) -> None:
    """Add what one `mapInfo` shares; reading is what it does unless it says otherwise."""
    target = element.attributes.get("targetObjectiveID", "").strip()
    if not target:
        faults.append((element, "This leads to no objective.", "a targetObjectiveID"))
        return
    before = maps.get(target, Map(target, frozenset()))
    maps[target] = Map(
        target,
        before.reads | {facet for facet, name in reads.items() if is_true(element, name, faults, otherwise=True)},
        before.writes | {facet for facet, name in writes.items() if is_true(element, name, faults, otherwise=False)},
    )


def _measure(text: str) -> float:
    try:
        return float(text)
    except ValueError:
        return 1.0


def _word(
    element: Element | None, name: str, known: tuple[str, ...], faults: Faults, missing: Element | None = None
) -> str:
    """Read an attribute that is one of some words; empty where it is not said, which is a fault if `missing`."""
    said = None if element is None else element.attributes.get(name)
    if element is None or said is None:
        if missing is not None:
            faults.append((missing, f"There is no {name}.", " | ".join(known)))
        return ""
    text = said.strip()
    if text in known:
        return text
    # Old tools write words with a capital letter, and the older name of one of them.
    loose = {word.lower(): word for word in known} | {"hidefromchoice": "hiddenFromChoice"}
    if loose.get(text.lower()) in known:
        return loose[text.lower()]
    faults.append((element, f"{name} is not known: {said[:40]!r}.", " | ".join(known)))
    return ""
