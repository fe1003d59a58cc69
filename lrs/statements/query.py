"""What a GET of statements asks for, and the links that continue it."""

from __future__ import annotations

import base64
import binascii
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

import orjson

from lrs.clock import Micros
from lrs.errors import InvalidRequest, Problem
from lrs.statements.keys import identifier_text
from lrs.statements.rules import agent_problems, value_problems
from lrs.statements.times import parse_timestamp
from lrs.versions import Version

FORMATS: Final = ("ids", "exact", "canonical")
# With one of these the request is for one statement, and only `format` and `attachments` may stand beside it.
SINGLE: Final = ("statementId", "voidedStatementId")
PARAMETERS: Final = (
    *SINGLE, "agent", "verb", "activity", "registration", "related_activities", "related_agents",
    "since", "until", "limit", "format", "attachments", "ascending",
)  # fmt: skip
_BESIDE_SINGLE: Final = frozenset((*SINGLE, "format", "attachments"))
_RULE_PARAMETERS: Final = "XAPI-00012"
_RULE_UNKNOWN: Final = "XAPI-00324"
_RULE_SINGLE: Final = "XAPI-00151"


@dataclass(frozen=True, slots=True)
class SingleQuery:
    """A request for one statement: by its id, or by the id of a voided one."""

    statement_id: uuid.UUID
    voided: bool
    format: str = "exact"
    attachments: bool = False


@dataclass(frozen=True, slots=True)
class PageQuery:
    """A request for statements that match. `cursor` is the `stored` of the last statement already given."""

    agent: str | None = None
    verb: str | None = None
    activity: str | None = None
    registration: uuid.UUID | None = None
    related_agents: bool = False
    related_activities: bool = False
    since: Micros | None = None
    until: Micros | None = None
    limit: int = 0
    format: str = "exact"
    attachments: bool = False
    ascending: bool = False
    cursor: Micros | None = None


class _Parameters:
    """Reads parameters one by one and gathers what is wrong with them."""

    def __init__(self, values: Mapping[str, str], version: Version) -> None:
        self.values = values
        self.version = version
        self.problems: list[Problem] = []

    def refuse(self, name: str, message: str, accepted: str, requirement: str = _RULE_PARAMETERS) -> None:
        self.problems.append(Problem(f"query:{name}", message, accepted, requirement))

    def boolean(self, name: str) -> bool:
        value = self.values.get(name, "false")
        if value not in ("true", "false"):
            self.refuse(name, f"{name} is neither true nor false.", "true or false")
        return value == "true"

    def instant(self, name: str) -> Micros | None:
        if name not in self.values:
            return None
        try:
            # A plus sign that was not percent-encoded has become a space on the way.
            return parse_timestamp(self.values[name].replace(" ", "+"))
        except InvalidRequest:
            self.refuse(name, f"{name} is not a timestamp.", "an ISO 8601 timestamp such as 2026-01-31T09:00:00.000Z")
            return None

    def identifier(self, name: str) -> uuid.UUID | None:
        if name not in self.values:
            return None
        value = parse_uuid(self.values[name])
        if value is None:
            self.refuse(name, f"{name} is not a UUID.", "a UUID in its canonical form")
        return value

    def iri(self, name: str) -> str | None:
        value = self.values.get(name)
        if value is not None:
            self.problems.extend(value_problems("iri", value, self.version, f"query:{name}"))
        return value

    def agent(self, name: str) -> str | None:
        if name not in self.values:
            return None
        try:
            value = orjson.loads(self.values[name])
        except orjson.JSONDecodeError:
            self.refuse(name, f"{name} is not JSON.", "an Agent or identified Group as JSON")
            return None
        problems = agent_problems(value, self.version, f"query:{name}")
        self.problems.extend(problems)
        text = None if problems else identifier_text(value)
        if not problems and text is None:
            self.refuse(name, "An anonymous Group cannot be searched for.", "an Agent or identified Group as JSON")
        return text

    def limit(self) -> int:
        value = self.values.get("limit", "0")
        if not (value.isascii() and value.isdigit() and len(value) <= 9):  # noqa: PLR2004 - fits any counter
            self.refuse(
                "limit", "limit is not a whole number of statements.", "0 (as many as the server gives) or more"
            )
            return 0
        return int(value)

    def format(self) -> str:
        value = self.values.get("format", "exact")
        if value not in FORMATS:
            self.refuse("format", "format is not known.", "ids, exact or canonical")
        return value

    def check(self) -> None:
        if self.problems:
            raise InvalidRequest("The query cannot be answered as it stands.", self.problems)


def parse_query(values: Mapping[str, str], version: Version) -> SingleQuery | PageQuery:
    """Read the parameters of GET /statements; raises InvalidRequest that lists every wrong one."""
    read = _Parameters(values, version)
    for name in values:
        if name not in PARAMETERS:
            read.refuse(name, "This resource has no such parameter.", f"one of {', '.join(PARAMETERS)}", _RULE_UNKNOWN)
    if any(name in values for name in SINGLE):
        return _single(read)
    query = PageQuery(
        agent=read.agent("agent"),
        verb=read.iri("verb"),
        activity=read.iri("activity"),
        registration=read.identifier("registration"),
        related_agents=read.boolean("related_agents"),
        related_activities=read.boolean("related_activities"),
        since=read.instant("since"),
        until=read.instant("until"),
        limit=read.limit(),
        format=read.format(),
        attachments=read.boolean("attachments"),
        ascending=read.boolean("ascending"),
    )
    read.check()
    return query


def _single(read: _Parameters) -> SingleQuery:
    for name in read.values:
        if name in PARAMETERS and name not in _BESIDE_SINGLE:
            read.refuse(
                name,
                f"{name} cannot stand beside statementId or voidedStatementId.",
                "format and attachments only",
                _RULE_SINGLE,
            )
    if all(name in read.values for name in SINGLE):
        read.refuse(
            "statementId", "statementId and voidedStatementId exclude each other.", "one of the two", _RULE_SINGLE
        )
    voided = "voidedStatementId" in read.values
    statement_id = read.identifier("voidedStatementId" if voided else "statementId")
    format_, attachments = read.format(), read.boolean("attachments")
    read.check()
    if statement_id is None:
        message = "The statement's id is missing."
        raise InvalidRequest(message)
    return SingleQuery(statement_id, voided, format_, attachments)


def parse_uuid(text: str) -> uuid.UUID | None:
    """Return the UUID that `text` writes in canonical form (any case), or None."""
    try:
        value = uuid.UUID(text)
    except ValueError:
        return None
    return value if str(value) == text.lower() else None


_EVERYTHING: Final = PageQuery()


# The token holds the query itself: the server keeps no cursor, so a link never expires and works on any
# process. It grants nothing: the organisation always comes from the credential that follows the link.
def more_token(query: PageQuery, cursor: Micros) -> str:
    """Write the link that continues `query` after the statement stored at `cursor`."""
    fields: dict[str, Any] = {
        name: str(value) if isinstance(value, uuid.UUID) else value
        for name in PageQuery.__slots__
        if (value := getattr(query, name)) != getattr(_EVERYTHING, name)
    }
    fields["cursor"] = cursor
    return base64.urlsafe_b64encode(orjson.dumps(fields)).decode().rstrip("=")


def parse_more_token(token: str) -> PageQuery:
    """Read a `more` link back; raises InvalidRequest when it isn't one that this store wrote."""
    try:
        fields = orjson.loads(base64.b64decode(token + "=" * (-len(token) % 4), altchars=b"-_", validate=True))
        given = {name: value for name, value in fields.items() if value is not None}
        if "registration" in given:
            given["registration"] = uuid.UUID(given["registration"])
        query = PageQuery(**given)
    except (binascii.Error, ValueError, TypeError, AttributeError) as error:
        raise _unknown_link() from error
    if query.cursor is None or not all(_is_plausible(getattr(query, name), kind) for name, kind in _KINDS.items()):
        raise _unknown_link()
    if query.limit < 0 or query.format not in FORMATS:
        raise _unknown_link()
    return query


_KINDS: Final[dict[str, type]] = {
    "agent": str, "verb": str, "activity": str, "registration": uuid.UUID, "related_agents": bool,
    "related_activities": bool, "since": int, "until": int, "limit": int, "format": str, "attachments": bool,
    "ascending": bool, "cursor": int,
}  # fmt: skip
_LARGEST: Final = 2**62


def _is_plausible(value: object, kind: type) -> bool:
    if value is None:
        return True
    if type(value) is not kind:
        return False
    return not isinstance(value, int) or abs(value) < _LARGEST


def _unknown_link() -> InvalidRequest:
    problem = Problem(
        "path:more", "This is no link that this store gave out.", "the `more` of an earlier answer, unchanged"
    )
    return InvalidRequest("This link continues no query.", [problem])
