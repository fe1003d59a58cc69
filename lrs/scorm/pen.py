"""Writes the statements of one session of one launch, as ADL's SCORM profile has them."""

from __future__ import annotations

import re
from typing import Any, Final
from urllib.parse import quote
from uuid import UUID, uuid5

from lrs.clock import Micros, to_text
from lrs.scorm import vocabulary as words
from lrs.scorm.answers import Answer
from lrs.scorm.launch import Launch
from lrs.scorm.spans import duration
from lrs.scorm.track import attempt_id, session_id
from lrs.scorm.values import Edition, Objective, Score, Standing

Json = dict[str, Any]
# What nobody said the language of (BCP 47).
_UNDETERMINED: Final = "und"
_LANGUAGE: Final = re.compile(r"\{lang=([A-Za-z]{2,3}(?:-[A-Za-z0-9]{2,8})*)\}", re.ASCII)


class Pen:
    """Knows what all statements of a session have in common, and writes it once."""

    def __init__(self, launch: Launch, edition: Edition, attempt: int, session: int, at: Micros) -> None:
        self.attempt = attempt_id(launch.track, attempt)
        self.iri = attempt_iri(launch, self.attempt)
        self.session = session_id(self.attempt, session)
        self._at = to_text(at)
        self._actor = {"objectType": "Agent", **launch.actor}
        self._sco = _activity(launch.activity, words.LESSON)
        course = [_activity(launch.course, words.COURSE)] if launch.course is not None else []
        attempted = {"objectType": "Activity", "id": self.iri, "definition": {"type": words.ATTEMPT}}
        profile = {"objectType": "Activity", "id": words.CATEGORY, "definition": {"type": words.PROFILE}}
        self._groups: Json = {"category": [profile], "grouping": [*course, attempted]}
        self._extensions: Json = {words.SESSION_ID: str(self.session), words.EDITION: edition.value}
        self._registration: Json = {"registration": str(launch.registration)} if launch.registration else {}

    def write(self, name: str, verb: Json, result: Json | None = None, **extensions: Any) -> Json:  # noqa: ANN401 - JSON
        """Write a statement about the SCO, under the id that follows from `name`."""
        return self._statement(uuid5(self.attempt, name), verb, self._sco, self._groups, result, extensions)

    def objective(self, name: str, objective: Objective, verb: Json, result: Json) -> Json:
        """Write a statement about an objective of the SCO."""
        definition: Json = {"type": words.OBJECTIVE}
        if objective.description:
            definition["description"] = _said(objective.description)
        iri = below(self._sco["id"], f"objectives/{quote(objective.id, safe='')}")
        target = {"objectType": "Activity", "id": iri, "definition": definition}
        return self._statement(uuid5(self.attempt, name), verb, target, self._inside(), result, {})

    def answer(self, answer: Answer, revises: bytes | None, **extensions: Any) -> Json:  # noqa: ANN401 - JSON
        """Write that a learner answered an interaction; `revises` is the digest of what was sent of it before."""
        definition: Json = {"type": words.INTERACTION}
        if answer.kind:
            definition["interactionType"] = answer.kind
            if answer.patterns:
                definition["correctResponsesPattern"] = list(answer.patterns)
        if answer.description:
            definition["description"] = _said(answer.description)
        iri = below(self._sco["id"], f"interactions/{quote(answer.id, safe='')}")
        target = {"objectType": "Activity", "id": iri, "definition": definition}
        if revises is not None:
            extensions["revises"] = str(self._answer_id(answer.place, revises))
        name = self._answer_id(answer.place, answer.digest)
        at = None if answer.at is None else to_text(answer.at)
        return self._statement(
            name, words.RESPONDED, target, self._inside(), _answer_result(answer), extensions, at=at
        )  # fmt: skip

    def _answer_id(self, place: int, digest: bytes) -> UUID:
        return uuid5(self.attempt, f"interactions/{place}/{digest.hex()}")

    def _inside(self) -> Json:
        return {"parent": [self._sco], **self._groups}

    def _statement(
        self, name: UUID, verb: Json, target: Json, groups: Json, result: Json | None, extensions: Json,
        *, at: str | None = None,
    ) -> Json:  # fmt: skip
        named = {words.ext(key.replace("_", "-")): value for key, value in extensions.items()}
        statement: Json = {"id": str(name), "actor": self._actor, "verb": verb, "object": target}
        if result:
            statement["result"] = result
        statement["context"] = {
            **self._registration, "contextActivities": groups, "extensions": {**self._extensions, **named},
        }  # fmt: skip
        statement["timestamp"] = at or self._at
        return statement


def standing_result(standing: Standing) -> Json:
    """Write what is known of a standing as a result."""
    result: Json = {}
    if standing.score is not None:
        result["score"] = _score(standing.score)
    if standing.success is not None:
        result["success"] = standing.success
    if standing.completion is not None:
        result["completion"] = standing.completion
    return result


def attempt_iri(launch: Launch, attempt: UUID) -> str:
    """Return the Activity that an attempt is."""
    iri, hash_, fragment = str(launch.activity["id"]).partition("#")
    return f"{iri}{'&' if '?' in iri else '?'}attempt={attempt}{hash_}{fragment}"


def below(iri: str, path: str) -> str:
    """Return the Activity at `path` below a SCO.

    >>> below("https://lms.example/sco/?v=2", "interactions/q1")
    'https://lms.example/sco/interactions/q1?v=2'
    """
    cut = min((at for at in (iri.find("?"), iri.find("#")) if at >= 0), default=len(iri))
    return f"{iri[:cut].rstrip('/')}/{path}{iri[cut:]}"


def _answer_result(answer: Answer) -> Json:
    result: Json = {}
    if answer.response:
        result["response"] = answer.response
    if answer.success is not None:
        result["success"] = answer.success
    if answer.latency is not None:
        result["duration"] = duration(answer.latency)
    extensions: Json = {}
    if answer.result:
        extensions[words.RESULT] = answer.result
    if answer.weighting is not None:
        extensions[words.WEIGHTING] = answer.weighting
    if answer.declared_at:
        extensions[words.DECLARED_AT] = answer.declared_at
    if answer.objectives:
        extensions[words.OBJECTIVES] = list(answer.objectives)
    if extensions:
        result["extensions"] = extensions
    return result


def _score(score: Score) -> Json:
    return {name: value for name, value in score._asdict().items() if value is not None}


def _activity(given: Json, kind: str) -> Json:
    return {"objectType": "Activity", **given, "definition": {"type": kind, **given.get("definition", {})}}


def _said(text: str) -> dict[str, str]:
    """Return a description of SCORM 2004, which may say its language in front, as a language map.

    >>> _said("{lang=fr-FR}Que faire ?"), _said("Que faire ?")
    ({'fr-FR': 'Que faire ?'}, {'und': 'Que faire ?'})
    """
    found = _LANGUAGE.match(text)
    return {found[1]: text[found.end() :]} if found else {_UNDETERMINED: text}
