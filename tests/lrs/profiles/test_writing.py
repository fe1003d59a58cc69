"""Statements held to profiles on their way in: off, flagged, refused; and the report of it."""

from __future__ import annotations

import base64
import json
from uuid import UUID

import pytest

from lrs.caller import Scope
from lrs.clock import Micros
from lrs.credential import Settings
from lrs.errors import InvalidRequest
from lrs.profile_report import read_report
from lrs.profiles.checks import CheckMode
from lrs.store.profile_findings import COLLECTION

HEADERS = {"X-Experience-API-Version": "1.0.3", "Content-Type": "application/json"}
RULE = "https://w3id.org/xapi/video/templates#played/rules/2"
DAY = 86_400_000_000


def played(number, **result):
    said = {f"https://w3id.org/xapi/video/extensions/{name}": value for name, value in result.items()}
    return {
        "id": str(UUID(int=number)),
        "actor": {"mbox": "mailto:lea@example.org"},
        "verb": {"id": "https://w3id.org/xapi/video/verbs/played"},
        "object": {
            "id": "https://v.example/1", "definition": {"type": "https://w3id.org/xapi/video/activity-type/video"},
        },
        "timestamp": "2026-01-05T07:00:00Z",
        **({"result": {"extensions": said}} if said else {}),
    }  # fmt: skip


@pytest.fixture
def sender(services, caller):
    def make(mode, profiles=("video",), **more):
        settings = Settings("Vidéothèque", frozenset({Scope.ALL}), profile_checks=mode, profiles=profiles, **more)
        return services.credentials.create(caller.organisation, settings)

    return make


@pytest.fixture
def send(client):
    def send(issued, *statements):
        basic = base64.b64encode(f"{issued.credential.key}:{issued.secret}".encode()).decode()
        headers = {**HEADERS, "Authorization": f"Basic {basic}"}
        return client.post("/xapi/statements", data=json.dumps(statements), headers=headers)

    return send


def report(services, caller, **asked):
    found = read_report(services, caller.organisation, **asked)
    return [(one.rule_id, one.stored, one.refused, one.looked) for one in found.broken]


def test_a_credential_without_checks_has_nothing_counted(services, caller, sender, send):
    assert send(sender(CheckMode.OFF), played(1)).status_code == 200

    assert services.store.collection(COLLECTION).count_documents({}) == 0
    assert report(services, caller) == []


def test_a_flagged_statement_is_stored_and_its_rules_are_counted_by_day_with_examples(services, caller, sender, send):
    issued = sender(CheckMode.FLAG)

    assert send(issued, *[played(number) for number in range(1, 9)], played(9, time=1.5)).status_code == 200

    (one,) = read_report(services, caller.organisation).broken
    assert (one.rule_id, one.stored, one.refused, one.looked, one.label) == (RULE, 8, 0, 9, "Vidéothèque")
    assert one.examples == tuple(UUID(int=number) for number in range(1, 6))
    assert one.rule.location.text == "$.result.extensions['https://w3id.org/xapi/video/extensions/time']"
    assert one.last_on.isoformat() == "2026-01-05"


def test_a_statement_that_is_sent_again_is_counted_once(services, caller, sender, send):
    issued = sender(CheckMode.FLAG)

    for _ in range(3):
        assert send(issued, played(1)).status_code == 200

    assert report(services, caller) == [(RULE, 1, 0, 1)]


def test_a_refused_request_stores_nothing_and_tells_every_rule_where(services, caller, sender, send):
    issued = sender(CheckMode.REFUSE)
    wanting = played(2)
    del wanting["timestamp"]

    response = send(issued, played(1, time=1), wanting)

    assert response.status_code == 400
    assert [(each["pointer"], each["requirement"]) for each in response.json["errors"]] == [
        ("/1/timestamp", "https://w3id.org/xapi/video/templates#played/rules/1"),
        ("/1/result/extensions/https:~1~1w3id.org~1xapi~1video~1extensions~1time", RULE),
    ]
    assert response.json["message"] == "Nothing was stored: 2 rules of profiles broken."
    assert services.statements.entries(caller.organisation, [UUID(int=1)]) == []
    assert (RULE, 0, 1, 2) in report(services, caller)
    assert send(issued, played(1, time=1)).status_code == 200


def test_what_is_refused_waits_in_quarantine_as_any_other(services, caller, sender, send, client, auth):
    issued = sender(CheckMode.REFUSE, quarantine=True)
    send(issued, played(1))

    (held,) = client.get("/api/v1/quarantine", headers=auth).json["items"]
    mended = {"body": json.dumps([played(1, time=2)])}
    replayed = client.post(f"/api/v1/quarantine/{held['id']}/replay", headers=auth, json=mended)

    assert held["problems"][0]["requirement"] == RULE
    assert replayed.json["statement_ids"] == [str(UUID(int=1))]


def test_a_statement_that_is_none_by_xapi_is_told_so_and_nothing_of_profiles(sender, send):
    response = send(sender(CheckMode.REFUSE), {**played(1), "verb": {}})

    assert response.status_code == 400
    assert not any("video" in each["requirement"] for each in response.json["errors"])


def test_counts_of_several_days_are_one_line_and_a_range_leaves_days_out(services, caller, clock, sender, send):
    issued = sender(CheckMode.FLAG)
    send(issued, played(1))
    clock.micros = Micros(clock.micros + 40 * DAY)
    send(issued, played(2), played(3))

    first = read_report(services, caller.organisation)
    both = read_report(services, caller.organisation, since=first.since.replace(year=2025, month=12))

    assert [one.stored for one in first.broken] == [2]
    assert [(one.stored, one.looked) for one in both.broken] == [(3, 3)]


@pytest.mark.parametrize("asked", [{"since": "2026-01-06", "until": "2026-01-05"}, {"since": "2020-01-01"}])
def test_a_range_that_is_none_is_refused(client, auth, asked):
    response = client.get("/api/v1/profiles/report", headers=auth, query_string=asked)

    assert response.status_code == 400
    assert response.json["errors"][0]["accepted"] == "1 to 400 days"


def test_the_api_lists_profiles_and_reports(client, auth, sender, send):
    send(sender(CheckMode.FLAG), played(1))

    profiles = client.get("/api/v1/profiles", headers=auth).json["items"]
    found = client.get("/api/v1/profiles/report", headers=auth, query_string={"since": "2026-01-01"}).json

    assert [profile["name"] for profile in profiles][:2] == ["cmi5", "video"]
    assert found["until"] == "2026-01-05"
    assert [(one["rule"], one["stored"], one["template"]["fr"]) for one in found["broken"]] == [(RULE, 1, "lecture")]


def test_settings_are_changed_and_shown_through_the_api(client, auth, services, sender, send):
    issued = sender(CheckMode.OFF, ())
    path = f"/api/v1/credentials/{issued.credential.key}"

    changed = client.patch(path, headers=auth, json={"profile_checks": "refuse", "profiles": ["video", "video"]})

    assert (changed.json["profile_checks"], changed.json["profiles"]) == ("refuse", ["video"])
    assert send(issued, played(1)).status_code == 400


@pytest.mark.parametrize("changes", [{"profiles": ["scrom"]}, {"profile_checks": "sometimes"}])
def test_settings_that_cannot_be_are_refused(client, auth, sender, changes):
    issued = sender(CheckMode.OFF, ())

    assert client.patch(f"/api/v1/credentials/{issued.credential.key}", headers=auth, json=changes).status_code == 400


def test_checks_by_no_profile_are_refused(sender):
    with pytest.raises(InvalidRequest) as refusal:
        sender(CheckMode.FLAG, ())

    assert refusal.value.problems[0].pointer == "/profiles"


def test_another_organisation_sees_none_of_it(services, caller, sender, send):
    send(sender(CheckMode.FLAG), played(1))

    assert read_report(services, caller.organisation + 1).broken == ()
