"""Which patterns of profiles each sender breaks most: looked for afterwards, in what is stored. Nothing is refused.

A registration is judged whole, also where it began before the range; a breach is told of who sent the statement that
could not come there, if they sent it in the range.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from typing import Any, Final
from uuid import UUID

import orjson

from lrs.caller import CredentialId
from lrs.clock import Micros, to_datetime, to_micros
from lrs.errors import InvalidRequest, Problem
from lrs.profile_report import labels_of
from lrs.profiles.library import known_profiles
from lrs.profiles.patterns import Fit, Pattern
from lrs.profiles.profile import Profile, normal
from lrs.services import Services
from lrs.statements.query import PageQuery
from lrs.statements.times import parse_timestamp
from lrs.tenancy import OrganisationId

DAYS: Final = 30
# Statements of a profile that one report looks at: more is asked for in parts.
STATEMENTS_MOST: Final = 20_000
# Of one registration; a longer one is judged by its beginning.
OF_ONE_MOST: Final = 5_000
EXAMPLES_MOST: Final = 5
# Profiles, part two, 9.1: what parts the sittings of a registration.
SUBREGISTRATION: Final = "https://w3id.org/xapi/profiles/extensions/subregistration"


@dataclass(slots=True)
class BrokenPattern:
    """One pattern that one credential's statements break: in `broken` of the `judged` sequences that it took part in.

    `came` counts the templates of what came where it could not, `expected` those of what could.
    """

    credential: str
    label: str
    profile: str
    pattern: Pattern
    judged: int = 0
    broken: int = 0
    came: Counter[str] = field(default_factory=Counter)
    expected: Counter[str] = field(default_factory=Counter)
    examples: list[UUID] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class PatternReport:
    """The patterns that are broken, the most often broken first.

    `registrations` were judged; `unregistered` statements of profiles have no registration, and cannot be. Where
    `is_whole` is False there was more than one report looks at.
    """

    since: date
    until: date
    registrations: int
    unregistered: int
    broken: tuple[BrokenPattern, ...]
    is_whole: bool


@dataclass(slots=True)
class _Looked:
    """What the range holds: which registrations, and who sent which statement."""

    registrations: dict[UUID, None] = field(default_factory=dict)
    senders: dict[str, CredentialId] = field(default_factory=dict)
    unregistered: int = 0
    is_whole: bool = True


@dataclass(frozen=True, slots=True)
class _Sent:
    id: str
    at: int
    followed: frozenset[str]


def read_pattern_report(
    services: Services, organisation: OrganisationId, since: date | None = None, until: date | None = None,
    credential: str | None = None, *, statements_most: int = STATEMENTS_MOST,
) -> PatternReport:  # fmt: skip
    """Return the report over what was stored from `since` to `until`, both included; raises InvalidRequest.

    1. Find the registrations that senders have added to. 2. Judge each by all of its statements, in order of timestamp.
    """
    last = until or to_datetime(services.clock.now_micros()).date()
    first = since or last - timedelta(days=DAYS - 1)
    if first > last:
        message = "The range of days ends before it begins."
        raise InvalidRequest(message, [Problem("query:since", message, "a day up to `until`")])
    profiles = [profile for profile in known_profiles() if profile.patterns]
    # 1.
    looked = _look(
        services, organisation, profiles, (_micros(first), _micros(last + timedelta(days=1))), statements_most
    )
    # 2.
    labels = labels_of(services.credentials, organisation)
    found: dict[tuple[str, str], BrokenPattern] = {}
    for registration in looked.registrations:
        for profile, sequence in _sequences(services, organisation, registration, profiles):
            for pattern in profile.patterns:
                _judge(pattern, profile, sequence, looked.senders, labels, found)
    broken = [one for one in found.values() if one.broken and credential in (None, one.credential)]
    ordered = sorted(broken, key=lambda one: (-one.broken, one.credential, one.pattern.id))
    return PatternReport(
        first, last, len(looked.registrations), looked.unregistered, tuple(ordered), looked.is_whole
    )  # fmt: skip


def _look(
    services: Services,
    organisation: OrganisationId,
    profiles: Sequence[Profile],
    span: tuple[Micros, Micros],
    most: int,
) -> _Looked:
    looked = _Looked()
    for entry in services.statements.after(organisation, Micros(span[0] - 1)):
        if entry.stored >= span[1]:
            break
        if entry.is_erased or entry.is_voided or entry.is_voiding:
            continue
        statement = normal(orjson.loads(entry.body))
        if not any(_followed(profile, statement) for profile in profiles):
            continue
        if len(looked.senders) >= most:
            looked.is_whole = False
            break
        registration = statement.get("context", {}).get("registration")
        looked.senders[str(entry.statement_id)] = entry.credential
        if registration is None:
            looked.unregistered += 1
        else:
            looked.registrations[UUID(registration)] = None
    return looked


def _sequences(
    services: Services, organisation: OrganisationId, registration: UUID, profiles: Sequence[Profile]
) -> Iterator[tuple[Profile, list[_Sent]]]:
    """Yield what a registration holds of each profile, each subregistration by itself, in order of timestamp."""
    query = PageQuery(registration=registration, ascending=True)
    blocks = services.statements.page(organisation, query, OF_ONE_MOST, follow=False, writer=None)
    statements = [normal(orjson.loads(body)) for block in blocks for body in block.bodies]
    for profile in profiles:
        parted: dict[str, list[_Sent]] = defaultdict(list)
        for statement in statements:
            followed = _followed(profile, statement)
            if followed:
                sent = _Sent(statement["id"], parse_timestamp(statement["timestamp"]), followed)
                parted[_subregistration(profile, statement)].append(sent)
        for found in parted.values():
            # Those of one instant stay in the order in which they were stored.
            yield profile, sorted(found, key=lambda sent: sent.at)


def _judge(
    pattern: Pattern, profile: Profile, sequence: Sequence[_Sent], senders: Mapping[str, CredentialId],
    labels: Mapping[str, str], found: dict[tuple[str, str], BrokenPattern],
) -> None:  # fmt: skip
    own = [sent for sent in sequence if not pattern.templates.isdisjoint(sent.followed)]
    for sender in {str(senders[sent.id]) for sent in own if sent.id in senders}:
        one = found.setdefault(
            (sender, pattern.id), BrokenPattern(sender, labels.get(sender, sender), profile.name, pattern)
        )
        one.judged += 1
    match = pattern.match([sent.followed for sent in own])
    if match.fit is not Fit.BROKEN or own[match.at].id not in senders:
        return
    wrong = own[match.at]
    one = found[str(senders[wrong.id]), pattern.id]
    one.broken += 1
    one.came.update(wrong.followed & pattern.templates)
    one.expected.update(match.expected)
    if len(one.examples) < EXAMPLES_MOST:
        one.examples.append(UUID(wrong.id))


def _followed(profile: Profile, statement: Mapping[str, Any]) -> frozenset[str]:
    return frozenset(template.id for template in profile.matching(statement))


def _subregistration(profile: Profile, statement: Mapping[str, Any]) -> str:
    """Return which part of its registration a statement is of, as its profile has it; empty for none."""
    parts = statement.get("context", {}).get("extensions", {}).get(SUBREGISTRATION)
    for part in parts if isinstance(parts, list) else ():
        if isinstance(part, dict) and part.get("profile") in profile.claims:
            return str(part.get("subregistration", ""))
    return ""


def _micros(day: date) -> Micros:
    return to_micros(datetime.combine(day, time(), UTC))
