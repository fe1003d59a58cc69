"""What each statement of content must be by itself, whatever came before it (cmi5 9.1 to 9.7, 10.2)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

from lrs.cmi5.terms import Terms
from lrs.cmi5.vocabulary import (
    CMI5,
    MASTERY_SCORE,
    MOVE_ON,
    OF_CONTENT,
    PROGRESS,
    SESSION_ID,
    VOIDED,
    LaunchMode,
    Verb,
)
from lrs.errors import Problem
from lrs.profiles.profile import normal
from lrs.statements.keys import identifier_text

Json = Mapping[str, Any]
# Broken, these make a statement one of somebody else, or of another session: it is refused however lenient a launch is.
NEVER: Final = frozenset(f"cmi5 {section}" for section in ("6.3", "9.2", "9.4", "9.6.1", "9.6.3.1"))
_ONLY_MODES: Final = (Verb.INITIALIZED, Verb.TERMINATED)
_SUCCESS: Final = {Verb.PASSED: True, Verb.FAILED: False}
_TIMED: Final = (Verb.TERMINATED, Verb.COMPLETED, Verb.PASSED, Verb.FAILED)
_UTC: Final = ("Z", "z", "+00:00", "+0000", "+00")


def defined_verb(statement: Json) -> Verb | None:
    """Return the verb of a statement that cmi5 defines; None for one that it only allows (7.1.3)."""
    if CMI5 not in _categories(statement):
        return None
    try:
        return Verb(statement["verb"]["id"])
    except ValueError:
        return None


def is_of_content(statement: Json) -> bool:
    """Say whether content may have sent a statement, which is not the platform's own (9.3)."""
    verb = defined_verb(normal(statement))
    return verb is None or verb in OF_CONTENT


def statement_faults(statement: Json, base: str, terms: Terms) -> Iterator[Problem]:
    """Yield what is wrong with one valid statement, by the terms of its launch."""
    statement = normal(statement)
    is_defined = CMI5 in _categories(statement)
    for found in (_any_faults(statement, terms), _defined_faults(statement, terms) if is_defined else ()):
        for pointer, section, message, accepted in found:
            yield Problem(base + pointer, message, accepted, f"cmi5 {section}")


def _any_faults(statement: Json, terms: Terms) -> Iterator[tuple[str, str, str, str]]:
    """Yield what is wrong with a statement of any kind: pointer, section, message, what would be taken."""
    if "id" not in statement:
        yield "/id", "9.1", "The content gives its statements no ids.", "a UUID of the content's"
    if statement["verb"]["id"] == VOIDED:
        yield "/verb/id", "6.3", "Content voids nothing.", "another verb"
    if identifier_text(statement["actor"]) != terms.learner or "account" not in statement["actor"]:
        yield "/actor", "9.2", "The actor is not the one of the launch.", "the actor of the launch address, unchanged"
    timestamp = statement.get("timestamp")
    if timestamp is None:
        yield "/timestamp", "9.7", "The timestamp is missing.", "a timestamp in UTC"
    elif not timestamp.endswith(_UTC):
        yield "/timestamp", "9.7", "The timestamp is not in UTC.", "a timestamp that ends with Z"
    yield from _context_faults(statement.get("context", {}), terms)
    progress = statement.get("result", {}).get("extensions", {}).get(PROGRESS)
    if progress is not None and (type(progress) is not int or not 0 <= progress <= 100):  # noqa: PLR2004 - percent
        where = f"/result/extensions/{_token(PROGRESS)}"
        yield where, "9.5.5.1", "The progress is no whole percentage.", "a whole number from 0 to 100"


def _context_faults(context: Json, terms: Terms) -> Iterator[tuple[str, str, str, str]]:
    if context.get("registration", "").lower() != str(terms.registration):
        accepted = f"{terms.registration}, as in the launch address"
        yield "/context/registration", "9.6.1", "The registration is not the one of the launch.", accepted
    session = context.get("extensions", {}).get(SESSION_ID)
    if session != str(terms.session):
        where = f"/context/extensions/{_token(SESSION_ID)}"
        yield where, "9.6.3.1", "The session is not the one of the launch.", str(terms.session)
    for where in _missing(terms.template, context, "/context"):
        if where != f"/context/extensions/{_token(SESSION_ID)}":
            yield where, "10.2.1", "What the contextTemplate has here is missing or another.", "the template's value"


def _defined_faults(statement: Json, terms: Terms) -> Iterator[tuple[str, str, str, str]]:
    """Yield what is wrong with a statement of the category cmi5."""
    verb = defined_verb(statement)
    if verb not in OF_CONTENT:
        accepted = ", ".join(each.name.lower() for each in OF_CONTENT)
        message = "Content does not send this verb in the category cmi5."
        # What is the platform's to say is as good as forged; any other verb is only in the wrong category.
        yield "/verb/id", "9.3" if verb is None else "6.3", message, accepted
    if statement["object"].get("id") != terms.activity:
        yield "/object/id", "9.4", "The object is not the activity of the launch.", terms.activity
    if terms.mode is not LaunchMode.NORMAL and verb not in _ONLY_MODES:
        message = f"In the mode {terms.mode} nothing counts."
        yield "/verb/id", "10.2.2", message, "initialized and terminated"
    result: Json = statement.get("result", {})
    yield from _verdict_faults(verb, result)
    yield from _score_faults(verb, statement, terms)
    has_move_on = MOVE_ON in _categories(statement)
    if has_move_on != ("success" in result or "completion" in result):
        message = "The category moveon does not belong here." if has_move_on else "The category moveon is missing."
        accepted = "the category moveon with success or completion, and with nothing else"
        yield "/context/contextActivities/category", "9.6.2.2", message, accepted


def _verdict_faults(verb: Verb | None, result: Json) -> Iterator[tuple[str, str, str, str]]:
    for name, section, wanted in (
        ("success", "9.5.2", _SUCCESS.get(verb) if verb else None),
        ("completion", "9.5.3", True if verb is Verb.COMPLETED else None),
    ):
        found = result.get(name)
        if found is not wanted:
            message = f"The {name} does not belong here." if wanted is None else f"The {name} is missing or another."
            yield f"/result/{name}", section, message, "none" if wanted is None else str(wanted).lower()
    if verb in _TIMED and "duration" not in result:
        yield "/result/duration", "9.5.4.1", "The duration is missing.", "an ISO 8601 duration, as in PT12M"


def _score_faults(verb: Verb | None, statement: Json, terms: Terms) -> Iterator[tuple[str, str, str, str]]:
    score: Json | None = statement.get("result", {}).get("score")
    if score is None:
        return
    if verb not in _SUCCESS:
        yield "/result/score", "9.5.1", "A score goes with passed or failed alone.", "none"
        return
    if "raw" in score and not {"min", "max"} <= score.keys():
        yield "/result/score", "9.5.1", "A raw score has no bounds.", "min and max beside raw"
    scaled, mastery = score.get("scaled"), terms.mastery_score
    if scaled is None:
        return
    if scaled < 0:
        yield "/result/score/scaled", "9.5.1", "The scaled score is below nothing.", "0 to 1"
    if mastery is None:
        return
    if verb is Verb.PASSED and scaled < mastery:
        yield "/result/score/scaled", "9.3.4", "This score does not pass.", f"at least the masteryScore, {mastery:g}"
    if verb is Verb.FAILED and scaled >= mastery:
        yield "/result/score/scaled", "9.3.5", "This score does not fail.", f"less than the masteryScore, {mastery:g}"
    if statement.get("context", {}).get("extensions", {}).get(MASTERY_SCORE) != mastery:
        where = f"/context/extensions/{_token(MASTERY_SCORE)}"
        yield where, "9.6.3.2", "The masteryScore that this was judged by is missing or another.", f"{mastery:g}"


def _missing(template: Any, found: Any, where: str) -> Iterator[str]:  # noqa: ANN401 - any JSON
    """Yield where `found` lacks or changes something of `template`; lists of activities may have more."""
    if isinstance(template, dict):
        for name, value in template.items():
            place = f"{where}/{_token(name)}"
            if not isinstance(found, dict) or name not in found:
                yield place
            else:
                yield from _missing(value, found[name], place)
    elif isinstance(template, list):
        ids = {each["id"] for each in found} if isinstance(found, list) else set()
        if not {each["id"] for each in template} <= ids:
            yield where
    elif template != found:
        yield where


def _categories(statement: Json) -> set[str]:
    found = statement.get("context", {}).get("contextActivities", {}).get("category", ())
    return {each["id"] for each in ([found] if isinstance(found, dict) else found)}


def _token(name: str) -> str:
    return name.replace("~", "~0").replace("/", "~1")
