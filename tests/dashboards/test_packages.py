"""Hosted courses: added by a form, seen by administrators, opened by learners from their page."""

from __future__ import annotations

import io
import json
import re
from dataclasses import replace
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from flask.testing import FlaskClient

from analytics.store.facts import Facts
from tests.dashboards.school import LMS, RUNNING
from tests.dashboards.test_walls import Town, town
from tests.lrs.cmi5.building import Package, Unit
from tests.lrs.packages.building import ONE, packed
from tests.training.examples import change
from training.records import Identity, TrainingActivity
from training.store import Register

__all__ = ["town"]
ACCOUNT = Identity.account(LMS, "lea")
NEW = "/dashboards/packages/new"


def send(client: FlaskClient, content: bytes, activity: str = "", csrf: str | None = None) -> Any:
    page = client.get(NEW).text
    token = csrf or re.search(r'name="csrf" value="([^"]+)"', page)[1]
    file = (io.BytesIO(content), "cours.zip")
    return client.post(NEW, data={"csrf": token, "activity": activity, "file": file})


def open_(client: FlaskClient, activity: str) -> Any:
    return client.get(f"/dashboards/packages/open/{RUNNING}-lea/{activity}")


def test_a_course_is_added_by_the_form_and_opened_by_whoever_is_enrolled(town: Town) -> None:
    administrator, _ = town.client("administrator")

    done = send(administrator, packed(ONE), f"{LMS}/quiz")

    assert (done.status_code, done.location) == (303, "/dashboards/settings/packages?done=added_done")
    assert send(administrator, packed(ONE), f"{LMS}/quiz").location.endswith("done=there_done")
    learner, _ = town.client("learner")
    opened = open_(learner, "quiz")
    assert opened.status_code == 303
    assert urlsplit(opened.location).hostname.endswith(".content.localhost")
    assert opened.headers["Cache-Control"] == "no-store"
    assert open_(learner, "video").status_code == 404
    assert learner.get("/dashboards/packages/open/cachette-e/quiz").status_code == 404
    assert open_(administrator, "quiz").status_code == 404


def test_a_unit_of_cmi5_is_opened_under_an_account_of_ours_or_the_one_on_record(town: Town) -> None:
    administrator, _ = town.client("administrator")
    learner, _ = town.client("learner")
    package = Package("ouvert")
    done = send(administrator, package.packed())
    assert (done.status_code, done.location) == (303, "/dashboards/settings/packages?done=added_done")
    facts = Facts(town.services.store, town.services.clock)
    records = facts.records(town.ours)
    programme = records.programmes["prog"]
    module, *others = programme.modules
    unit = TrainingActivity("unite", f"{package.iri}/alerter", "Alerter", 600)
    register = Register(town.services.store, town.services.clock)
    added = replace(programme, modules=(replace(module, activities=(*module.activities, unit)), *others))
    register.write(town.ours, [change(added)], "essai")

    # Their mail address is all that is known: an account is given, once, and it is theirs.
    first = [launched(learner, open_(learner, "unite").location) for _ in range(2)]

    accounts = [each["account"]["name"] for each, _ in first]
    assert accounts[0] == accounts[1]
    assert "lea" not in accounts[0]
    lea = facts.records(town.ours).people["lea"]
    assert [each.text.rpartition(" ")[2] for each in lea.identities if each.kind == "account"] == [accounts[0]]
    assert {registration for _, registration in first} == {str(records.enrolments[f"{RUNNING}-lea"].registration)}
    # Whoever is given another goes on under the one that they began with.
    register.write(town.ours, [change(replace(lea, identities=(ACCOUNT, *lea.identities)))], "essai")
    assert launched(learner, open_(learner, "unite").location)[0]["account"]["name"] == accounts[0]


def launched(learner: FlaskClient, link: str) -> tuple[dict[str, Any], str]:
    """Follow a link to the course's page, launch its second unit there; return actor and registration."""
    parts = urlsplit(link)
    host = f"{parts.scheme}://{parts.netloc}"
    assert parts.query == "unite=1"
    assert "Alerter</button>" in learner.get(parts.path, query_string=parts.query, base_url=host).text
    query = parse_qs(urlsplit(learner.post(f"{parts.path}unites/1", base_url=host).location).query)
    return json.loads(query["actor"][0]), query["registration"][0]


def test_what_is_wrong_with_a_course_is_said_with_its_place_and_nothing_is_kept(town: Town) -> None:
    administrator, _ = town.client("administrator")
    before = town.state(town.ours)
    broken = replace(ONE, identifier="autre").manifest().replace('identifierref="r0"', 'identifierref="x"')

    answer = send(administrator, packed({"imsmanifest.xml": broken.encode(), "../dehors": b"x"}))
    other = send(administrator, packed({"imsmanifest.xml": broken.encode(), "a.html": b"x"}))

    assert answer.status_code == 400
    assert "Ce nom sort de l’archive." in answer.text
    assert "../dehors" in answer.text
    assert "imsmanifest.xml#1" in other.text
    assert "rien n’a été gardé" in other.text
    assert "ce n’est pas un paquet SCORM" in send(administrator, packed({"index.html": b""})).text
    after = town.state(town.ours)
    assert {name: after[name] for name in after if name.startswith("package")} == {
        name: before[name] for name in before if name.startswith("package")
    }


def test_what_is_wrong_with_a_course_of_cmi5_is_said_with_element_line_and_section(town: Town) -> None:
    administrator, _ = town.client("administrator")
    before = town.state(town.ours)
    package = Package("faux", units=(Unit("un", "Un", move_on="Done"), Unit("deux", "Deux", url="absent.html")))

    answer = send(administrator, package.packed())

    assert answer.status_code == 400
    for said in (
        "courseStructure/block[1]/au[1]#1/@moveOn", "Section 13.1.4 de cmi5", "courseStructure/block[1]/au[2]/url#1",
        "Section 14.1 de cmi5", "absent.html", "rien n’a été gardé",
    ):  # fmt: skip
        assert said in answer.text.replace("&#39;", "'"), said
    after = town.state(town.ours)
    kept = [name for name in after if name.startswith(("package", "cmi5"))]
    assert {name: after[name] for name in kept} == {name: before[name] for name in kept}


def test_a_form_of_nobody_changes_nothing(town: Town) -> None:
    administrator, _ = town.client("administrator")

    stale = send(administrator, packed(replace(ONE, identifier="volé")), csrf="x")
    assert stale.status_code == 400
    assert "La page était ouverte depuis trop longtemps" in stale.text
    assert administrator.post(NEW, data={}).status_code == 400


@pytest.mark.parametrize("role", ["learner", "trainer", "manager", "auditor", "funder"])
def test_nobody_but_an_administrator_adds_courses(town: Town, role: str) -> None:
    client, _ = town.client(role)

    assert client.get(NEW).status_code == 403
    assert client.post(NEW, data={}).status_code == 403
