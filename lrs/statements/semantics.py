"""The rules of a statement that no JSON Schema can express.

They are asked of values that may have failed their schema too, so nothing is taken for granted:
what has the wrong type is somebody else's problem and is passed over here.
"""

from __future__ import annotations

from math import isfinite
from typing import TYPE_CHECKING, Any, Final

from lrs.errors import InvalidRequest, Problem
from lrs.statements.times import parse_duration_seconds, parse_timestamp
from lrs.versions import Version

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    Found = Iterator[Problem]

# (requirement of 1.0.3, clause of 2.0)
_RULES: Final = {
    "timestamp": ("XAPI-00022", "9274.1.1 4.2.7"),
    "stored": ("XAPI-00023", "9274.1.1 4.2.7"),
    "duration": ("XAPI-00077", "9274.1.1 4.2.7"),
    "scaled": ("XAPI-00083", "9274.1.1 4.2.2.4"),
    "raw": ("XAPI-00082", "9274.1.1 4.2.2.4"),
    "min": ("XAPI-00081", "9274.1.1 4.2.2.4"),
    "max": ("XAPI-00080", "9274.1.1 4.2.2.4"),
    "component": ("XAPI-00058", "9274.1.1 4.2.2.3"),
}
_NUMBERS: Final = ("scaled", "raw", "min", "max")
_COMPONENT_LISTS: Final = ("choices", "scale", "source", "target", "steps")
# A duration shorter than this is a finite number of seconds whatever its digits are.
_SURELY_COUNTABLE: Final = 300


def statement_semantics(statement: object, version: Version, base: str = "") -> list[Problem]:
    """Return what is wrong with a statement beyond its shape."""
    if not isinstance(statement, dict):
        return []
    problems = [*_in_statement(statement, version, base)]
    target = statement.get("object")
    if isinstance(target, dict) and target.get("objectType") == "SubStatement":
        problems.extend(_in_statement(target, version, f"{base}/object"))
    return problems


def activity_semantics(activity: object, version: Version, base: str = "") -> list[Problem]:
    """Return what is wrong with an Activity beyond its shape."""
    return list(_in_activity(activity, version, base))


def result_semantics(result: object, version: Version, base: str = "") -> list[Problem]:
    """Return what is wrong with a result beyond its shape."""
    return list(_in_result(result, version, base)) if isinstance(result, dict) else []


def surroundings_semantics(activities: object, version: Version, base: str = "") -> list[Problem]:
    """Return what is wrong with the activities of a context beyond their shape."""
    return list(_in_surroundings(activities, version, base)) if isinstance(activities, dict) else []


def timestamp_semantics(text: object, version: Version, pointer: str, rule: str) -> list[Problem]:
    """Return a problem when a well-formed timestamp names no instant, such as 30 February."""
    if not isinstance(text, str):
        return []
    try:
        parse_timestamp(text)
    except InvalidRequest as refusal:
        return [_problem(rule, version, pointer, refusal.message, "a date that exists")]
    return []


def _in_statement(statement: Mapping[str, Any], version: Version, base: str) -> Found:
    for name in ("timestamp", "stored"):
        if name in statement:
            yield from timestamp_semantics(statement[name], version, f"{base}/{name}", name)
    result = statement.get("result")
    if isinstance(result, dict):
        yield from _in_result(result, version, f"{base}/result")
    target = statement.get("object")
    if _has_components(target):
        yield from _in_activity(target, version, f"{base}/object")
    context = statement.get("context")
    if isinstance(context, dict) and isinstance(context.get("contextActivities"), dict):
        yield from _in_surroundings(context["contextActivities"], version, f"{base}/context/contextActivities")


def _has_components(activity: object) -> bool:
    """Say whether an activity may have lists of components; few have, and the others cost nothing more."""
    definition = activity.get("definition") if isinstance(activity, dict) else None
    return isinstance(definition, dict) and "interactionType" in definition


def _in_result(result: Mapping[str, Any], version: Version, base: str) -> Found:
    if isinstance(result.get("score"), dict):
        yield from _in_score(result["score"], version, f"{base}/score")
    duration = result.get("duration")
    if isinstance(duration, str) and len(duration) > _SURELY_COUNTABLE:
        try:
            parse_duration_seconds(duration)
        except InvalidRequest:
            message = "This length of time is too large to be counted."
            yield _problem("duration", version, f"{base}/duration", message, "fewer digits")


def _in_score(score: Mapping[str, Any], version: Version, base: str) -> Found:
    """Check that the numbers are numbers, that min is less than max, and raw between them."""
    numbers: dict[str, Any] = {}
    for name, number in score.items():
        if name not in _NUMBERS:
            continue
        if isinstance(number, float) and not isfinite(number):
            message = "This is not a number that can be kept."
            yield _problem(name, version, f"{base}/{name}", message, "a finite number")
        elif isinstance(number, int | float) and not isinstance(number, bool):
            numbers[name] = number
    least, most, raw = numbers.get("min"), numbers.get("max"), numbers.get("raw")
    if least is not None and most is not None and least >= most:
        message = "min is not less than max."
        yield _problem("min", version, f"{base}/min", message, "a number less than max")
    elif raw is not None and least is not None and raw < least:
        message = "raw is less than min."
        yield _problem("raw", version, f"{base}/raw", message, "a number from min to max")
    elif raw is not None and most is not None and raw > most:
        message = "raw is greater than max."
        yield _problem("raw", version, f"{base}/raw", message, "a number from min to max")


def _in_surroundings(activities: Mapping[str, Any], version: Version, base: str) -> Found:
    for name, found in activities.items():
        if isinstance(found, list):
            for index, activity in enumerate(found):
                if _has_components(activity):
                    yield from _in_activity(activity, version, f"{base}/{name}/{index}")
        elif _has_components(found):
            yield from _in_activity(found, version, f"{base}/{name}")


def _in_activity(activity: object, version: Version, base: str) -> Found:
    if not isinstance(activity, dict) or not _has_components(activity):
        return
    definition = activity["definition"]
    for name in _COMPONENT_LISTS:
        if isinstance(definition.get(name), list):
            pointer = f"{base}/definition/{name}"
            yield from _in_components(definition[name], version, pointer)


def _in_components(components: list[Any], version: Version, base: str) -> Found:
    seen: set[str] = set()
    for index, component in enumerate(components):
        identifier = component.get("id") if isinstance(component, dict) else None
        if not isinstance(identifier, str):
            continue
        if identifier in seen:
            message = "Another component of this list has the same id."
            accepted = "an id that is used once in the list"
            yield _problem("component", version, f"{base}/{index}/id", message, accepted)
        seen.add(identifier)


def _problem(rule: str, version: Version, pointer: str, message: str, accepted: str) -> Problem:
    old, new = _RULES[rule]
    return Problem(pointer, message, accepted, old if version is Version.V1_0_3 else new)
