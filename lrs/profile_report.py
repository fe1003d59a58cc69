"""Which rules of profiles each sender breaks most, in a range of days."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final
from uuid import UUID

from lrs.checks import Findings
from lrs.clock import to_datetime
from lrs.credentials import Credentials
from lrs.errors import InvalidRequest, Problem
from lrs.profiles.library import find_rule
from lrs.profiles.rules import Rule
from lrs.services import Services
from lrs.store.profile_findings import LOOKED, Row
from lrs.tenancy import OrganisationId

DAYS: Final = 30
DAYS_MOST: Final = 400
_EPOCH: Final = date(1970, 1, 1)


@dataclass(frozen=True, slots=True)
class BrokenRule:
    """One rule that one credential's statements break. `looked` counts all of its statements that were checked."""

    credential: str
    label: str
    profile: str
    template: Mapping[str, str]
    rule_id: str
    rule: Rule | None
    stored: int
    refused: int
    looked: int
    last_on: date
    examples: tuple[UUID, ...]


@dataclass(frozen=True, slots=True)
class Report:
    """The rules broken from `since` to `until`, both included, the most often broken first, and who was checked."""

    since: date
    until: date
    broken: tuple[BrokenRule, ...]
    looked: Mapping[str, int]


def read_report(
    services: Services, organisation: OrganisationId, since: date | None = None, until: date | None = None,
    credential: str | None = None,
) -> Report:  # fmt: skip
    """Return the report of one organisation; raise InvalidRequest for a range that is none."""
    last = until or to_datetime(services.clock.now_micros()).date()
    first = since or last - timedelta(days=DAYS - 1)
    if not 0 <= (last - first).days < DAYS_MOST:
        message = "The range of days ends before it begins, or is too long."
        raise InvalidRequest(message, [Problem("query:since", message, f"1 to {DAYS_MOST} days")])
    findings: Findings = services.ingest.findings
    rows = findings.rows(organisation, first, last, credential)
    looked = {str(row.credential): row.count.stored + row.count.refused for row in rows if row.rule == LOOKED}
    labels = labels_of(services.credentials, organisation)
    broken = [_broken(row, labels, looked) for row in rows if row.rule != LOOKED]
    ordered = sorted(broken, key=lambda one: (-(one.stored + one.refused), one.credential, one.rule_id))
    return Report(first, last, tuple(ordered), looked)


def _broken(row: Row, labels: Mapping[str, str], looked: Mapping[str, int]) -> BrokenRule:
    found = find_rule(row.rule)
    profile, template, rule = ("", {}, None) if found is None else (found[0].name, found[1].label, found[2])
    credential = str(row.credential)
    return BrokenRule(
        credential, labels.get(credential, credential), profile, template, row.rule, rule, row.count.stored,
        row.count.refused, looked.get(credential, 0), _EPOCH + timedelta(days=row.last_day),
        tuple(row.count.examples),
    )  # fmt: skip


def labels_of(credentials: Credentials, organisation: OrganisationId) -> dict[str, str]:
    """Return what the credentials of an organisation are called, by their keys."""
    return {str(item.key): item.settings.label for item in credentials.all(organisation)}
