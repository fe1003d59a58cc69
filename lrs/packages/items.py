"""What a manifest says of one item for whoever opens it: passing score, data, limits, objectives."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from lrs.packages.markup import Element
from lrs.scorm.spans import INTERVAL, TIMESPAN, parse_interval, parse_timespan
from lrs.scorm.values import Edition

_DATA_MOST: Final = 64_000
_ACTIONS: Final = ("exit,message", "exit,no message", "continue,message", "continue,no message")
_OBJECTIVES_MOST: Final = 200

Fault = tuple[Element, str, str]


@dataclass(frozen=True, slots=True)
class ItemRules:
    """What a player tells the content; empty texts for what the manifest does not say.

    `mastery_score` is 0 to 100 (1.2), `passing_score` -1 to 1 and `completion_threshold` 0 to 1 (2004), as written.
    """

    mastery_score: str = ""
    passing_score: str = ""
    completion_threshold: str = ""
    launch_data: str = ""
    max_time: str = ""
    time_limit_action: str = ""
    objectives: tuple[str, ...] = ()


def read_rules(item: Element, root: Element, edition: Edition | None) -> tuple[ItemRules, list[Fault]]:
    """Return an item's rules, and what is wrong with them: element, problem, what would be accepted."""
    faults: list[Fault] = []
    sequencing = _sequencing(item, root)
    if edition is Edition.V2004:
        limits = sequencing[0].one("limitConditions") if sequencing else None
        attempt = "" if limits is None else limits.attributes.get("attemptAbsoluteDurationLimit", "")
        if limits is not None and attempt and parse_interval(attempt) is None:
            faults.append((limits, f"This is no length of time: {attempt[:40]!r}.", INTERVAL))
        passing, objectives = _objectives(sequencing, faults)
        return ItemRules(
            passing_score=passing, completion_threshold=_threshold(item, faults), max_time=attempt,
            launch_data=item.said("dataFromLMS")[:_DATA_MOST], objectives=objectives,
            time_limit_action=_action(item, "timeLimitAction", faults),
        ), faults  # fmt: skip
    time = item.said("maxtimeallowed")
    if time and parse_timespan(time) is None:
        faults.append((item.one("maxtimeallowed") or item, f"This is no length of time: {time[:40]!r}.", TIMESPAN))
    return ItemRules(
        mastery_score=_number(item, "masteryscore", 0, 100, faults), launch_data=item.said("datafromlms")[:_DATA_MOST],
        max_time=time, time_limit_action=_action(item, "timelimitaction", faults),
    ), faults  # fmt: skip


def _sequencing(item: Element, root: Element) -> list[Element]:
    """Return an item's own sequencing, then the one of the collection that it refers to."""
    own = item.one("sequencing")
    if own is None:
        return []
    reference = own.attributes.get("IDRef", "")
    collection = root.one("sequencingCollection")
    if collection is None or not reference:
        return [own]
    return [own, *(shared for shared in collection.all("sequencing") if shared.attributes.get("ID") == reference)]


def _objectives(sequencing: list[Element], faults: list[Fault]) -> tuple[str, tuple[str, ...]]:
    """Return the score that passes, and the objectives that the content finds."""
    for part in sequencing:
        objectives = part.one("objectives")
        if objectives is None:
            continue
        found = list(objectives.all("primaryObjective", "objective"))[:_OBJECTIVES_MOST]
        names = tuple(name for each in found if (name := each.attributes.get("objectiveID", "").strip()))
        primary = objectives.one("primaryObjective")
        by_measure = primary is not None and primary.attributes.get("satisfiedByMeasure") == "true"
        # SCORM 2004 SN 3.10: 1.0 where the manifest has none.
        passing = (_number(primary, "minNormalizedMeasure", -1, 1, faults) or "1.0") if by_measure and primary else ""
        return passing, names
    return "", ()


def _threshold(item: Element, faults: list[Fault]) -> str:
    """Return from which progress on the item is complete: text in the 3rd edition, an attribute in the 4th."""
    found = item.one("completionThreshold")
    if found is None:
        return ""
    if "completedByMeasure" not in found.attributes:
        return _number(item, "completionThreshold", 0, 1, faults)
    if found.attributes["completedByMeasure"] != "true":
        return ""
    said = found.attributes.get("minProgressMeasure", "1.0")
    return _checked(found, said, 0, 1, faults)


def _number(parent: Element, name: str, low: float, high: float, faults: list[Fault]) -> str:
    found = parent.one(name)
    return "" if found is None else _checked(found, found.text.strip(), low, high, faults)


def _checked(at: Element, text: str, low: float, high: float, faults: list[Fault]) -> str:
    if not text:
        return ""
    try:
        is_within = low <= float(text) <= high
    except ValueError:
        is_within = False
    if not is_within:
        faults.append((at, f"This is no number in its range: {text[:40]!r}.", f"a number from {low:g} to {high:g}"))
    return text


def _action(item: Element, name: str, faults: list[Fault]) -> str:
    text = item.said(name)
    normal = ",".join(part.strip() for part in text.lower().split(","))
    if text and normal not in _ACTIONS:
        faults.append((item.one(name) or item, f"This is no action: {text[:40]!r}.", " | ".join(_ACTIONS)))
    return normal
