"""What a session's statements must be beside each other: which first, which last, which once (cmi5 7.1, 9.3)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, NamedTuple
from uuid import UUID

from lrs.clock import Micros
from lrs.cmi5.registration import Registration, Session, advanced
from lrs.cmi5.rules import defined_verb, statement_faults
from lrs.cmi5.terms import Terms
from lrs.cmi5.vocabulary import Verb
from lrs.errors import Problem
from lrs.statements.times import parse_timestamp

_VERDICTS: Final = (Verb.PASSED, Verb.FAILED)


class Sent(NamedTuple):
    """A statement that content has sent: its id, what it is, and where it stands in the body."""

    id: UUID
    value: Mapping[str, Any]
    base: str


@dataclass(frozen=True, slots=True)
class Judged:
    """What is wrong with each statement, in the order sent, and how the registration stands after the others."""

    faults: Mapping[UUID, Sequence[Problem]]
    after: Registration

    @property
    def problems(self) -> list[Problem]:
        """Return every problem."""
        return [problem for found in self.faults.values() for problem in found]


def judge(registration: Registration, terms: Terms, statements: Sequence[Sent], now: Micros) -> Judged:
    """Hold the statements of one request to every rule, in the order of their timestamps (9.3).

    A statement that breaks one changes nothing: what it would have completed or passed is not.
    """
    faults: dict[UUID, list[Problem]] = {}
    for sent in sorted(statements, key=lambda one: _timestamp(one.value, now)):
        at, verb = _timestamp(sent.value, now), defined_verb(sent.value)
        session = registration.session(terms.session)
        if session is None:
            message = "The registration has no such session."
            faults[sent.id] = [Problem(sent.base, message, "a session that was launched", "cmi5 9.6.3.1")]
            continue
        found = list(statement_faults(sent.value, sent.base, terms))
        found += _named(sent.base, _order_faults(registration, session, verb, at))
        faults[sent.id] = found
        if not found:
            registration = advanced(registration, session, verb, at, now)
    return Judged({sent.id: faults[sent.id] for sent in statements}, registration)


def _order_faults(
    registration: Registration, session: Session, verb: Verb | None, at: Micros
) -> Iterator[tuple[str, str, str, str]]:
    """Yield what is wrong with a statement after those that came: pointer, section, message, what would be taken."""
    if verb is not Verb.INITIALIZED and session.initialized is None:
        yield "/verb/id", "7.1.1", "Nothing comes before initialized.", "initialized as the session's first statement"
    elif verb is not Verb.INITIALIZED and at < (session.initialized or at):
        yield "/timestamp", "7.1.1", "This is before the session was initialized.", "a later timestamp"
    if session.terminated is not None and (at > session.terminated or verb is Verb.TERMINATED):
        yield "/timestamp", "7.1.2", "This is after the session was terminated.", "nothing after terminated"
    elif verb is Verb.TERMINATED and at < session.last:
        yield "/timestamp", "7.1.2", "Other statements are later than this.", "terminated as the session's last"
    if verb is not None:
        yield from _repeated(registration, session, verb)


def _repeated(registration: Registration, session: Session, verb: Verb) -> Iterator[tuple[str, str, str, str]]:
    if verb in session.verbs and verb is not Verb.TERMINATED:
        yield "/verb/id", "9.3", "The session has a statement with this verb.", "each verb of cmi5 once in a session"
    elif verb in _VERDICTS and session.verbs.intersection(_VERDICTS):
        yield "/verb/id", "9.3", "The session has passed or failed already.", "one of the two in a session"
    if verb is Verb.COMPLETED and session.unit in registration.completed and verb not in session.verbs:
        yield "/verb/id", "9.3.3", "The unit was completed in this registration.", "completed once in a registration"
    if verb is Verb.PASSED and session.unit in registration.passed and verb not in session.verbs:
        yield "/verb/id", "9.3.4", "The unit was passed in this registration.", "passed once in a registration"
    if verb is Verb.FAILED and session.unit in registration.passed:
        yield "/verb/id", "9.3.5", "The unit was passed in this registration.", "no failed after passed"


def _named(base: str, found: Iterable[tuple[str, str, str, str]]) -> Iterator[Problem]:
    for pointer, section, message, accepted in found:
        yield Problem(base + pointer, message, accepted, f"cmi5 {section}")


def _timestamp(statement: Mapping[str, Any], now: Micros) -> Micros:
    return parse_timestamp(statement["timestamp"]) if "timestamp" in statement else now
