"""What senders count: summaries of activity, and statements that tell of several interactions."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any
from uuid import UUID

import orjson
import pytest

from analytics.traces import Period, Role, Trace, extract_trace
from analytics.traces.summary import ACTIVE_DAYS, HAD_ACTIVITY, INTERACTIONS, PERIOD_END, PERIOD_START, PROFILE
from lrs.statements.rules import statement_problems
from lrs.versions import Version
from schemas import loader

PUBLISHED = json.loads((Path(loader.__file__).parent / "activity_summary" / "profile.json").read_text("utf-8"))
FIRST, LAST = date(2026, 1, 5), date(2026, 1, 18)


@dataclass
class Entry:
    statement_id: UUID
    stored: int
    timestamp: int
    body: bytes
    is_voiding: bool = False
    reference: UUID | None = None
    duplicate_of: UUID | None = None


def summary(**changes: Any) -> dict[str, Any]:
    extensions = {INTERACTIONS: 42, PERIOD_START: "2026-01-05", PERIOD_END: "2026-01-18", ACTIVE_DAYS: 3, **changes}
    return {
        "id": str(UUID(int=(4 << 76) | (8 << 60) | 1)),
        "actor": {"mbox": "mailto:lea@exemple.fr"},
        "verb": {"id": HAD_ACTIVITY, "display": {"fr": "a eu de l’activité dans"}},
        "object": {"id": "https://lms.exemple.fr/cours/1"},
        "context": {
            "registration": str(UUID(int=(4 << 76) | (8 << 60) | 2)),
            "contextActivities": {"category": [{"id": PROFILE}]},
            "extensions": {name: value for name, value in extensions.items() if value is not None},
        },
        "timestamp": "2026-01-18T23:00:00Z",
    }


def read(statement: dict[str, Any]) -> Trace:
    return extract_trace(Entry(UUID(int=1), 2, 1, orjson.dumps(statement)))


def test_a_summary_is_a_valid_statement_and_says_of_which_days_it_is() -> None:
    assert list(statement_problems(summary(), Version.V1_0_3)) == []
    assert list(statement_problems(summary(), Version.V2_0_0)) == []
    found = read(summary())
    assert (found.role, found.is_act, found.interactions) == (Role.SUMMARISED, False, 42.0)
    assert found.period == Period(FIRST.toordinal(), LAST.toordinal(), 3.0)


@pytest.mark.parametrize(
    "changes",
    [
        {PERIOD_START: None},
        {PERIOD_END: "le 18"},
        {PERIOD_END: "2026-01-01"},
        {PERIOD_END: "2036-01-01"},
        {PERIOD_START: 5},
    ],
)
def test_a_summary_that_does_not_say_of_which_days_is_of_none(changes: dict[str, Any]) -> None:
    assert read(summary(**changes)).period is None


@pytest.mark.parametrize("count", ["douze", -1, True, 1e9, [3]])
def test_what_is_no_number_of_interactions_counts_for_nothing(count: object) -> None:
    assert read(summary(**{INTERACTIONS: count})).interactions is None


@pytest.mark.parametrize("days", [-1, 15, "trois"])
def test_more_active_days_than_the_period_has_are_not_believed(days: object) -> None:
    period = read(summary(**{ACTIVE_DAYS: days})).period
    assert period is not None
    assert period.active_days is None


def test_any_statement_may_tell_of_several_interactions_in_its_context_or_its_result() -> None:
    viewed = {"verb": {"id": "http://id.tincanapi.com/verb/viewed"}, "object": {"id": "https://lms.exemple.fr/page"}}
    told = {**viewed, "context": {"extensions": {INTERACTIONS: 7}}}
    clicked = {**viewed, "result": {"extensions": {"https://oulad.example/xapi/ext/sum-click": 4}}}

    assert [read(item).interactions for item in (viewed, told, clicked)] == [None, 7.0, 4.0]
    assert read(told).is_act
    assert read(told).period is None


def test_handing_in_and_registering_have_roles_and_leaving_a_register_has_none() -> None:
    names = (
        "http://activitystrea.ms/schema/1.0/submit",
        "http://adlnet.gov/expapi/verbs/registered",
        "http://id.tincanapi.com/verb/unregistered",
    )
    found = [read({"verb": {"id": name}}).role for name in names]
    assert found == [Role.SUBMITTED, Role.REGISTERED, Role.REPORTED]


def test_only_a_question_says_that_the_trainee_asks() -> None:
    base = "https://assidu.example/xapi/verbs/"
    found = {name: read({"verb": {"id": base + name}}) for name in ("put-question", "was-replied-to")}
    assert {name: trace.is_asking for name, trace in found.items()} == {"put-question": True, "was-replied-to": False}


def test_the_profile_publishes_every_iri_that_is_read() -> None:
    published = {concept["id"]: concept for concept in PUBLISHED["concepts"]}

    assert PUBLISHED["versions"][-1]["id"] == PROFILE
    assert set(published) == {HAD_ACTIVITY, INTERACTIONS, PERIOD_START, PERIOD_END, ACTIVE_DAYS}
    assert all(set(concept["prefLabel"]) == {"fr", "en"} for concept in published.values())
    rules = {rule["location"] for template in PUBLISHED["templates"] for rule in template["rules"]}
    assert {f"$.context.extensions['{name}']" for name in (INTERACTIONS, PERIOD_START, PERIOD_END)} <= rules
