"""A file of badges as statements that somebody earned them, by the recipe of Open Badges for xAPI.

A signature is checked where the source has the issuer's key, a hosted badge by where it is; whether its issuer still
stands by it takes asking, and nobody is asked. The statement says what was checked. Nothing here performs I/O.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

import orjson

from lrs.errors import InvalidRequest, Problem, TooLarge
from lrs.statements.multipart import Part
from training.attendance.writing import attachment, part_of
from training.meetings.matching import MatchedBy
from training.records.identity import IdentityKind
from training.records.ids import PersonId
from training.records.snapshot import Records
from training.sources import vocabulary
from training.sources.open_badges.assertion import Assertion, Wrong, hosted_problem, parse_assertion
from training.sources.open_badges.picture import is_picture, unbake
from training.sources.open_badges.signature import is_signed, payload_of, problem_of
from training.sources.people import Undecided
from training.sources.plan import Context, Plan
from training.sources.source import Unknown
from training.sources.writing import Happening, Json, Writer, activity

BYTES_MOST: Final = 10 * 1024 * 1024
BADGES_MOST: Final = 1_000
_CATEGORY: Final = {"id": vocabulary.BADGE_RECIPE, "definition": {"type": vocabulary.RECIPE_TYPE}}


@dataclass(frozen=True, slots=True)
class _Badge:
    """One badge: which of the file's it is, what it says, the signature and the picture that it came in."""

    number: int
    assertion: Assertion
    checked: str
    picture: Part | None


def plan_open_badges(data: bytes, context: Context) -> Plan:
    """Read a badge (PNG or JSON), a list of them, or signed ones, a line each; the number of a badge is its line."""
    if len(data) > BYTES_MOST:
        raise TooLarge(f"The file has {len(data)} bytes; up to {BYTES_MOST} are taken.")
    picture = part_of("image/png", data) if is_picture(data) else None
    found = _values(unbake(data) if picture is not None else data)
    plan = Plan("PNG" if picture is not None else "JSON", len(found))
    writer = Writer(context)
    for number, (value, signed) in enumerate(found, 1):
        badge = _badge(number, value, signed, picture, context, plan)
        person = None if badge is None else _person(badge, context, plan)
        if badge is not None and person is not None:
            plan.acts.append(writer.act(_happening(badge, person, context)))
    return plan


def _values(data: bytes) -> list[tuple[Any, bytes]]:
    """Return each assertion with the signature that it came under, if any; raises InvalidRequest for what is none."""
    lines = data.split()
    if lines and all(is_signed(line) for line in lines):
        found = [(_payload(line), line) for line in lines]
    else:
        try:
            value = orjson.loads(data)
        except orjson.JSONDecodeError as error:
            said = data.strip()[:120].decode("utf-8", "replace")
            message = f"This is no assertion; it begins: {said}."
            accepted = "the JSON of an assertion, a list of them, or a JSON Web Signature"
            raise InvalidRequest(message, [Problem("line 1", message, accepted)]) from error
        found = [(item, b"") for item in (value if isinstance(value, list) else [value])]
    if len(found) > BADGES_MOST:
        raise TooLarge(f"The file has {len(found)} badges; up to {BADGES_MOST} are taken at once.")
    return found


def _payload(line: bytes) -> Any:  # noqa: ANN401 - JSON
    try:
        return payload_of(line)
    except ValueError:
        return None


def _badge(
    number: int, value: object, signed: bytes, picture: Part | None, context: Context, plan: Plan
) -> _Badge | None:
    try:
        assertion = parse_assertion(value)
    except Wrong as error:
        plan.refuse(number, error.member, "", error.message, error.accepted)
        return None
    if assertion.issued_at > context.latest:
        plan.refuse(number, "issuedOn", "", "This has not happened yet.", "a day that is over")
        return None
    if assertion.way == "signed" or signed:
        keys = context.source.issuer_keys
        pem = keys.get(assertion.creator) or keys.get(assertion.issuer_iri)
        wrong = (
            "A signed badge comes as a JSON Web Signature." if not signed else problem_of(signed, pem) if pem else ""
        )
        checked = "signature" if pem else "nothing"
        if not wrong and not pem:
            plan.note(number, "verification", "", "The issuer's key is not known: the signature was not checked.")
    else:
        wrong, checked = hosted_problem(assertion), "address"
        plan.note(number, "verification", "", "A hosted badge is known by its address alone; its issuer was not asked.")
    if wrong:
        plan.refuse(number, "verification", assertion.iri, wrong, "the badge as its issuer gives it")
        return None
    return _Badge(number, assertion, checked, picture)


def _person(badge: _Badge, context: Context, plan: Plan) -> PersonId | None:
    """Return whose badge it is: as a person decided, else by the address that its recipient is."""
    decisions, records = context.asked.decisions, context.records
    if badge.number in decisions:
        decided = decisions[badge.number]
        if decided is None:
            plan.skipped += 1
            return None
        if PersonId(decided) in records.people:
            return records.survivor(PersonId(decided))
        plan.refuse(badge.number, "recipient", decided, "There is no such person.", "a person's id, or skip")
        return None
    found = tuple(sorted(_owners(badge, records)))
    if len(found) == 1:
        return found[0]
    if not found and context.source.unknown is Unknown.SKIP:
        plan.skipped += 1
        return None
    reason = "Several people have this address." if found else "Nobody on record has the address it was given to."
    plan.undecided.append(Undecided((badge.number,), badge.assertion.name, reason, found))
    accepted = " or ".join(f"decisions={badge.number}:{item}" for item in (*(found or ("a person's id",)), "skip"))
    plan.refuse(badge.number, "recipient", badge.assertion.name, reason, accepted)
    return None


def _owners(badge: _Badge, records: Records) -> set[PersonId]:
    found = set()
    for person in records.people.values():
        emails = {person.email} if person.email else set()
        mailboxes = (item for item in person.identities if item.kind is IdentityKind.MBOX)
        emails |= {item.text.partition("mailto:")[2] for item in mailboxes}
        if any(badge.assertion.recipient.matches(email) for email in emails):
            found.add(records.survivor(person.id))
    return found


def _happening(badge: _Badge, person: PersonId, context: Context) -> Happening:
    said = badge.assertion
    target = activity(said.badge_iri, said.name, vocabulary.BADGE)
    target["definition"]["extensions"] = {vocabulary.BADGE_CLASS: _class(said)}
    result = {"extensions": {vocabulary.BADGE_ASSERTION: {"@id": said.iri}}}
    evidence: dict[str, Any] = {"checked": badge.checked, "verification": said.way}
    if said.expires_at is not None:
        evidence["expires"] = said.expires_at.isoformat()
    attached: tuple[tuple[Json, Part], ...] = ()
    if badge.picture is not None:
        described = attachment(vocabulary.BADGE_ATTACHMENT, said.name or said.badge_iri, badge.picture)
        attached = ((described, badge.picture),)
    by = MatchedBy.DECISION if badge.number in context.asked.decisions else MatchedBy.EMAIL
    return Happening(
        (badge.number,), person, "badge", by, "earned", target, said.issued_at, (said.iri,),
        f"earned {said.name or said.badge_iri}", result, category=(_CATEGORY,), evidence=evidence, attached=attached,
    )  # fmt: skip


def _class(said: Assertion) -> Json:
    """Return what the recipe asks of a badge class: addresses, no pictures."""
    found: Json = {"@id": said.badge_iri}
    for name in ("image", "criteria"):
        value = said.badge.get(name)
        held = value.get("id") if isinstance(value, dict) else value
        if isinstance(held, str) and held.startswith("http"):
            found[name] = held
    if said.issuer_iri:
        found["issuer"] = said.issuer_iri
    return found
