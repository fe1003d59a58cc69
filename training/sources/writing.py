"""What happened as statements, under ids that follow from what they say."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, Final
from uuid import NAMESPACE_URL, uuid5

from lrs.statements.multipart import Part
from training.attendance.roll import identity_of
from training.attendance.vocabulary import BASE, PEOPLE, SESSION_TYPE, ext
from training.meetings.matching import MatchedBy
from training.records.identity import Identity
from training.records.ids import PersonId
from training.sources import vocabulary
from training.sources.plan import Act, Context
from training.sources.source import SourceKind

Json = dict[str, Any]
_LANGUAGE: Final = "fr-FR"


@dataclass(frozen=True, slots=True)
class Happening:
    """One thing that somebody did, or that was said of them. `key` is whose it is, as the file names them.

    `content` is what tells it from anything else that they did: what it was, when or with what outcome.
    """

    lines: tuple[int, ...]
    person_id: PersonId
    key: str
    matched_by: MatchedBy
    verb: str
    target: Json
    at: datetime
    content: tuple[str, ...]
    what: str
    result: Json = field(default_factory=dict)
    parents: tuple[Json, ...] = ()
    category: tuple[Json, ...] = ()
    evidence: Mapping[str, Any] = field(default_factory=dict)
    attached: tuple[tuple[Json, Part], ...] = ()


class Writer:
    """Writes the statements of one file. Of two that say the same, the second is a second time, not a repetition."""

    def __init__(self, context: Context) -> None:
        self._context = context
        self._counts: Counter[str] = Counter()

    def act(self, happening: Happening) -> Act:
        """Return one thing as its statement."""
        context, source = self._context, self._context.source
        named = "/".join((happening.key, happening.verb, happening.target["id"], *happening.content))
        self._counts[named] += 1
        system = source.home_page or source.id
        name = f"{BASE}organisations/{context.slug}/imports/{source.kind}/{system}/{named}/{self._counts[named]}"
        statement: Json = {
            "id": str(uuid5(NAMESPACE_URL, name)),
            "actor": {"objectType": "Agent", **self._identity(happening.person_id).to_plain()},
            "verb": vocabulary.VERBS[happening.verb],
            "object": happening.target,
            "context": self._around(happening),
            "timestamp": happening.at.astimezone(context.zone).isoformat(timespec="milliseconds"),
        }
        if happening.result:
            statement["result"] = happening.result
        if happening.attached:
            statement["attachments"] = [described for described, _ in happening.attached]
        parts = tuple(part for _, part in happening.attached)
        return Act(
            happening.lines, happening.person_id, happening.what, happening.at, statement, happening.matched_by, parts
        )

    def _around(self, happening: Happening) -> Json:
        context, source = self._context, self._context.source
        category = {"id": vocabulary.PROFILE, "definition": {"type": vocabulary.PROFILE_TYPE}}
        around: Json = {"category": [*happening.category, category]}
        if happening.parents:
            around["parent"] = list(happening.parents)
        found: Json = {
            "platform": source.title,
            "language": _LANGUAGE,
            "contextActivities": around,
            "extensions": {
                ext("evidence"): [
                    {
                        "type": _EVIDENCE[source.kind],
                        "sha256": context.sha256,
                        "lines": list(happening.lines),
                        "source": source.id,
                        **happening.evidence,
                    }
                ],
                ext("matched-by"): happening.matched_by.value,
            },
        }
        session_id = context.session_id
        enrolments = () if session_id is None else context.records.enrolments_of(happening.person_id)
        enrolment = next((item for item in enrolments if item.session_id == session_id), None)
        if enrolment is not None:
            found["registration"] = str(enrolment.registration)
            session = f"{BASE}organisations/{context.slug}/sessions/{session_id}"
            around["grouping"] = [{"id": session, "definition": {"type": SESSION_TYPE}}]
        return found

    def _identity(self, person_id: PersonId) -> Identity:
        """Return what a statement names somebody by: their account of this system, else what says least of them."""
        records, home_page = self._context.records, self._context.source.home_page
        known = tuple(map(Identity.of_text, records.identities_of(person_id)))
        own = [item for item in known if home_page and item.text.startswith(f"account {home_page} ")]
        person = replace(records.people[person_id], identities=tuple(own) or known)
        return identity_of(person) or Identity.account(PEOPLE, person_id)


_EVIDENCE: Final = {
    SourceKind.MOODLE_LOG: "lms-log",
    SourceKind.LMS_LOG: "lms-log",
    SourceKind.GRADEBOOK: "gradebook",
    SourceKind.OPEN_BADGE: "open-badge",
}


def activity(iri: str, name: str = "", kind: str = "") -> Json:
    """Return an Activity with what is known of it."""
    definition: Json = {}
    if name:
        definition["name"] = {_LANGUAGE: name}
    if kind:
        definition["type"] = kind
    found: Json = {"objectType": "Activity", "id": iri}
    return {**found, "definition": definition} if definition else found
