"""Which patterns senders break: judged by registration, told of who sent what could not come there."""

from __future__ import annotations

import json
from datetime import date
from typing import Any
from uuid import UUID

import pytest
from flask.testing import FlaskClient

from lrs.caller import Caller
from lrs.errors import InvalidRequest
from lrs.pattern_report import SUBREGISTRATION, read_pattern_report
from lrs.services import Services
from lrs.versions import Version

VIDEO = "https://w3id.org/xapi/video"
VERBS = {
    "initialized": "http://adlnet.gov/expapi/verbs/initialized", "terminated": "http://adlnet.gov/expapi/verbs/terminated",
    "played": f"{VIDEO}/verbs/played",
}  # fmt: skip
MONDAY = date(2026, 1, 5)


def said(at: int, verb: str, registration: int | None = 1, **context: Any) -> dict[str, Any]:
    given = {"contextActivities": {"category": [{"id": f"{VIDEO}/v1.0.3"}]}, **context}
    if registration is not None:
        given["registration"] = str(UUID(int=(registration << 80) | (4 << 76) | (8 << 60)))
    return {
        "id": str(UUID(int=((1000 + at) << 80) | (4 << 76) | (8 << 60))),
        "actor": {"mbox": "mailto:lea@exemple.fr"},
        "verb": {"id": VERBS[verb]},
        "object": {"id": "https://v.exemple.fr/1", "definition": {"type": f"{VIDEO}/activity-type/video"}},
        "timestamp": f"2026-01-05T07:{at % 60:02}:00Z",
        "context": given,
    }


@pytest.fixture
def send(services: Services, caller: Caller) -> Any:
    def send(*statements: dict[str, Any]) -> None:
        services.ingest.post(caller, Version.V1_0_3, json.dumps(statements).encode())

    return send


def test_what_came_where_it_could_not_is_told_and_what_has_only_begun_is_not(
    send: Any, services: Services, caller: Caller
):
    send(said(0, "initialized"), said(1, "played"), said(2, "terminated"), said(3, "initialized"))
    wrong = said(11, "played", 2)
    # Stored in another order than it happened in.
    send(said(12, "initialized", 2), wrong, said(13, "played", 3), said(14, "played", None))

    found = read_pattern_report(services, caller.organisation)

    (one,) = found.broken
    assert (one.credential, one.profile, one.judged, one.broken) == (caller.credential, "video", 3, 2)
    assert dict(one.came) == {f"{VIDEO}/templates#played": 2}
    assert UUID(wrong["id"]) in one.examples
    assert (found.registrations, found.unregistered, found.is_whole) == (3, 1, True)


def test_each_subregistration_is_a_sequence_of_its_own(send: Any, services: Services, caller: Caller):
    parts = [
        {"extensions": {SUBREGISTRATION: [{"profile": f"{VIDEO}/v1.0.3", "subregistration": name}]}} for name in "ab"
    ]
    send(
        said(0, "initialized", **parts[0]), said(1, "initialized", **parts[1]), said(2, "terminated", **parts[0]),
        said(3, "terminated", **parts[1]),
    )  # fmt: skip
    assert read_pattern_report(services, caller.organisation).broken == ()


def test_a_registration_that_began_before_the_range_is_judged_whole(
    send: Any, services: Services, caller: Caller, clock: Any
):
    send(said(0, "initialized"))
    clock.micros += 2 * 86_400_000_000
    send(said(1, "played"), said(2, "terminated"))

    found = read_pattern_report(services, caller.organisation, date(2026, 1, 7), date(2026, 1, 7))

    assert (found.registrations, found.broken) == (1, ())


def test_no_more_is_looked_at_than_one_report_may_and_that_is_said(send: Any, services: Services, caller: Caller):
    send(*(said(at, "played", at + 1) for at in range(5)))

    found = read_pattern_report(services, caller.organisation, statements_most=3)

    assert (found.is_whole, found.registrations) == (False, 3)


def test_a_range_that_is_none_is_refused(services: Services, caller: Caller):
    with pytest.raises(InvalidRequest):
        read_pattern_report(services, caller.organisation, MONDAY, date(2026, 1, 4))


def test_it_is_read_over_http(send: Any, client: FlaskClient, auth: dict[str, str]):
    send(said(0, "played"))

    answer = client.get("/api/v1/profiles/patterns?since=2026-01-05", headers=auth)

    assert answer.status_code == 200
    (one,) = answer.json["broken"]
    assert (one["broken"], one["came"], one["pattern_label"] != {}) == (1, {f"{VIDEO}/templates#played": 1}, True)
    assert list(one["expected"]) == ["https://assidu.example/xapi/profile/video/v1/templates/initialized"]
    assert client.get("/api/v1/profiles/patterns?credential=autre", headers=auth).json["broken"] == []
