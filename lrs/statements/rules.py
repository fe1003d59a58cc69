"""Whether a statement, an agent, an activity or a parameter keeps the rules, and if not, why not.

The schemas under `schemas/xapi/` hold the rules. A compiled engine decides, in microseconds; only
what it refuses is read again by the engine that explains. Nothing here raises, whatever it is given.
"""

from __future__ import annotations

from functools import cache, lru_cache
from typing import TYPE_CHECKING, Final, Literal, TypeAlias

from lrs.errors import Problem
from lrs.statements.explain import explain, pointer_to
from lrs.statements.keys import VOIDED_VERB
from lrs.statements.semantics import (
    activity_semantics,
    result_semantics,
    statement_semantics,
    surroundings_semantics,
    timestamp_semantics,
)
from lrs.versions import Version
from schemas import loader

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    Semantics = Callable[[object, Version, str], list[Problem]]

Kind: TypeAlias = Literal["iri", "uuid", "timestamp", "languageTag"]

# The way to a value, from the value back to the root: one link a level, however deep.
_Place: TypeAlias = "tuple[_Place, object] | None"

_AGENT: Final = "xapi/agents.json#/$defs/identifiedActor"
_AUTHORITY: Final = "xapi/agents.json#/$defs/authority"
_ACTIVITY: Final = "xapi/activities.json#/$defs/activity"
# Always a definition, never a whole file: at a `$schema` the explaining engine would forget its own
# keywords and take the standard ones, which print values.
_STATEMENTS: Final = {version: f"xapi/statement-{version}.json#/$defs/statement" for version in Version}
# Rules that properties have beyond their schema; those of a SubStatement are not among them, nor that the calendar has
# the instant of a timestamp: whoever reads it comes to know that.
_PART_SEMANTICS: Final[Mapping[str, Semantics]] = {
    "result": result_semantics,
    "object": activity_semantics,
    "context/contextActivities": surroundings_semantics,
}
_TIMESTAMPS: Final = {
    Version.V1_0_3: "xapi/datatypes.json#/$defs/timestampIso8601",
    Version.V2_0_0: "xapi/datatypes.json#/$defs/timestampRfc3339",
}
_PARAMETER_RULE: Final = {Version.V1_0_3: "XAPI-00012", Version.V2_0_0: "9274.1.1 4.1.6.1"}


def statement_problems(statement: object, version: Version, base: str = "") -> list[Problem]:
    """Return all that is wrong with a parsed statement; an empty list means that it is valid.

    `base` is the JSON Pointer of the statement in the body, such as `/3` in a batch.
    """
    return _problems(_STATEMENTS[version], statement, version, base, statement_semantics)


@cache
def context_parts(version: Version) -> Mapping[str, str]:
    """Return the properties that a context may have, each with the name that `part_judge` has for it."""
    properties = loader.definition(f"xapi/statement-{version}.json#/$defs/context")["properties"]
    return {name: f"context/{name}" for name in properties}


@cache
def part_judge(name: str, version: Version) -> Callable[[object], bool]:
    """Return what says whether one property of a statement, or of its context (`context/team`), is valid by itself.

    A statement is valid if each of its properties is, and its shape too (`is_shape_valid`).
    """
    *outer, inner = name.split("/")
    around = outer[0] if outer else "statement"
    accepts = loader.compiled(f"xapi/statement-{version}.json#/$defs/{around}/properties/{inner}").is_valid
    semantics = _PART_SEMANTICS.get(name)
    if semantics is None:
        return accepts
    return lambda part: accepts(part) and not semantics(part, version, "")


@lru_cache(maxsize=4_096)
def is_shape_valid(version: Version, context: tuple[str, ...], object_type: str | None, *, is_voiding: bool) -> bool:
    """Say whether a statement may have a context of just these properties beside such a verb and object.

    This is all that the rules ask of a statement beyond what each property is by itself, if it has actor, verb and
    object and none but its own properties; a test reads the schemas for it.
    """
    surroundings = dict.fromkeys(context)
    statement = {
        "actor": None,
        "verb": {"id": VOIDED_VERB if is_voiding else None},
        "object": {} if object_type is None else {"objectType": object_type},
        "context": surroundings,
    }
    return all(
        loader.compiled_shape(f"xapi/statement-{version}.json#/$defs/{name}").is_valid(shape)
        for name, shape in (("statement", statement), ("context", surroundings))
    )


def agent_problems(value: object, version: Version, base: str = "") -> list[Problem]:
    """Return all that is wrong with an Agent or identified Group, such as the `agent` parameter.

    An anonymous Group is refused: nothing can be found again by it.
    """
    return _problems(_AGENT, value, version, base, _none)


def authority_problems(value: object, version: Version, base: str = "") -> list[Problem]:
    """Return all that is wrong with an authority: an Agent, or an OAuth application and its user."""
    return _problems(_AUTHORITY, value, version, base, _none)


def activity_problems(value: object, version: Version, base: str = "") -> list[Problem]:
    """Return all that is wrong with an Activity object."""
    return _problems(_ACTIVITY, value, version, base, activity_semantics)


def value_problems(kind: Kind, value: object, version: Version, pointer: str) -> list[Problem]:
    """Return what is wrong with the text of a request parameter, held to the rule of its type.

    `pointer` names the parameter, such as `query:since`.
    """
    reference = _TIMESTAMPS[version] if kind == "timestamp" else f"xapi/datatypes.json#/$defs/{kind}"
    found = _problems(reference, value, version, pointer, _none)
    if kind == "timestamp" and not found:
        found = timestamp_semantics(value, version, pointer, "timestamp")
    rule = _PARAMETER_RULE[version]
    return [Problem(each.pointer, each.message, each.accepted, rule) for each in found]


def _problems(reference: str, value: object, version: Version, base: str, semantics: Semantics) -> list[Problem]:
    try:
        accepted = loader.compiled(reference).is_valid(value)
    except Exception:  # noqa: BLE001 - it reads UTF-8 and string keys only; we ask nothing more of it
        return _beyond_json(reference, value, version, base, semantics)
    beyond = semantics(value, version, base)
    if accepted:
        return beyond
    found = explain(reference, value, version, base)
    if not found and not beyond:
        # The two engines are held to agree by a property test; should they not, the refusal stands.
        return [Problem(base, "This is not valid.", "", _PARAMETER_RULE[version])]
    pointed = {each.pointer for each in found}
    return [*found, *(each for each in beyond if each.pointer not in pointed)]


def _beyond_json(reference: str, value: object, version: Version, base: str, semantics: Semantics) -> list[Problem]:
    """Refuse what no JSON text in UTF-8 can hold: half a surrogate pair, a key that is no text."""
    rule = "XAPI-00015" if version is Version.V1_0_3 else "9274.1.1 4.1.6.1"
    message, accepted = "This is not Unicode text: it has half a character.", "text in UTF-8"
    broken = [Problem(base + path, message, accepted, rule) for path in _unencodable(value)]
    found = [*explain(reference, value, version, base), *semantics(value, version, base)]
    pointed = {each.pointer for each in broken}
    listed = [*broken, *(each for each in found if each.pointer not in pointed)]
    return listed or [Problem(base, "This is not JSON.", "JSON in UTF-8", rule)]


def _unencodable(value: object) -> list[str]:
    """Return the pointers of texts that UTF-8 cannot write; without recursion, however deep."""
    found: list[_Place] = []
    waiting: list[tuple[_Place, object]] = [(None, value)]
    while waiting:
        place, each = waiting.pop()
        if isinstance(each, str):
            if not _is_encodable(each):
                found.append(place)
        elif isinstance(each, list):
            waiting.extend(((place, index), item) for index, item in enumerate(each))
        elif isinstance(each, dict):
            found.extend(place for name in each if not _is_encodable(str(name)))
            waiting.extend(((place, name), item) for name, item in each.items())
    return sorted({_pointer(place) for place in found})


def _pointer(place: _Place) -> str:
    steps: list[object] = []
    while place is not None:
        place, step = place
        steps.append(step)
    return pointer_to(steps[::-1])


def _is_encodable(text: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


def _none(_: object, __: Version, ___: str) -> list[Problem]:
    return []
