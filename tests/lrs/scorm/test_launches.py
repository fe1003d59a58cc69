"""Launches through the API and the command."""

from __future__ import annotations

import json

import pytest
from click.testing import CliRunner

from assidu.commands.scorm import group
from tests.lrs.scorm.ground import ACTOR, COURSE, REGISTRATION, SCO, body, cmi, shorts

PATH = "/api/v1/scorm/launches"
WANTED = {"actor": ACTOR, "activity": SCO, "course": COURSE, "registration": str(REGISTRATION)}


def test_a_launch_made_through_the_api_is_committed_to_listed_and_revoked(player, auth, log):
    made = player.post(PATH, json=WANTED, headers=auth)
    assert made.status_code == 201, made.text
    taken = player.post(made.json["commit_path"], data=body(cmi(), 1))
    listed = player.get(PATH, headers=auth).json
    shown = player.get(f"{PATH}/{made.json['id']}", headers=auth).json
    revoked = player.post(f"{PATH}/{made.json['id']}/revoke", headers=auth).json
    refused = player.post(made.json["commit_path"], data=body(cmi(location="p"), 2))

    assert (taken.status_code, refused.status_code) == (200, 401)
    assert listed == {"items": [shown], "next": None}
    assert "token" not in shown
    assert (shown["state"], revoked["state"]) == ("active", "revoked")
    assert (shown["actor"], shown["activity"], shown["registration"]) == (ACTOR, SCO, str(REGISTRATION))
    assert shorts(log()) == ["initialized"]


def test_launches_come_in_pages(player, auth):
    made = [player.post(PATH, json=WANTED, headers=auth).json["id"] for _ in range(3)]

    first = player.get(f"{PATH}?limit=2", headers=auth).json
    second = player.get(f"{PATH}?limit=2&after={first['next']}", headers=auth).json

    assert sorted(item["id"] for page in (first, second) for item in page["items"]) == sorted(made)
    assert second["next"] is None


@pytest.mark.parametrize(
    ("changes", "pointer"),
    [
        ({"actor": {"name": "Nobody"}}, "/actor"),
        ({"actor": {"objectType": "Group", "mbox": "mailto:a@example.org"}}, "/actor"),
        ({"activity": {"id": "no iri"}}, "/activity/id"),
        ({"course": {"id": ""}}, "/course/id"),
        ({"origins": ["ftp://example.org"]}, "/origins/0"),
        ({"valid_seconds": 1}, "/valid_seconds"),
        ({"silence_seconds": 5}, "/silence_seconds"),
        ({"edition": "AICC"}, "/edition"),
        ({"registration": "un"}, "/registration"),
    ],
)
def test_a_launch_that_cannot_be_is_refused_where_it_is_wrong(player, auth, changes, pointer):
    answer = player.post(PATH, json={**WANTED, **changes}, headers=auth)

    assert answer.status_code == 400, answer.text
    assert pointer in [error["pointer"] for error in answer.json["errors"]]


def test_a_launch_of_another_organisation_is_none(player, auth, services, gateway):
    from lrs.organisations import Organisations
    from tests.lrs.scorm.ground import wanted

    other = Organisations(services.store, services.clock).create("voisins", "Voisins").number
    theirs = gateway.launches.issue(other, wanted()).launch.id

    assert player.get(f"{PATH}/{theirs}", headers=auth).status_code == 404
    assert player.post(f"{PATH}/{theirs}/revoke", headers=auth).status_code == 404
    assert player.get(PATH, headers=auth).json["items"] == []
    assert gateway.launches.get(other, theirs).revoked is None


def test_the_command_makes_a_launch_that_is_committed_to(player, services, organisation, log):
    words = ["launch", "lea@example.org", SCO["id"], "--name", "Protéger", "--organisation", "essai", "--json"]

    made = CliRunner().invoke(group, words, obj=services)
    assert made.exit_code == 0, made.output
    path = json.loads(made.output)["commit_path"]
    taken = player.post(path, data=body(cmi(), 1))
    listed = CliRunner().invoke(group, ["launches", "--organisation", "essai"], obj=services)
    name = json.loads(made.output)["id"]
    ended = CliRunner().invoke(group, ["revoke", name, "--organisation", "essai"], obj=services)

    assert taken.status_code == 200
    assert log()[0]["actor"]["mbox"] == "mailto:lea@example.org"
    assert name in listed.output
    assert "active" in listed.output
    assert ended.exit_code == 0
    assert player.post(path, data=body(cmi(location="p"), 2)).status_code == 401
