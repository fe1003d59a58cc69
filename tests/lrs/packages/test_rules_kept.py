"""Courses with rules over what the gateway keeps: decided at the server, kept between visits, of one learner alone."""

from __future__ import annotations

import threading
from dataclasses import replace
from typing import Any

import orjson

from lrs.courses.gateway import build_gateway
from lrs.courses.plays import Opened, Plays, Premises
from lrs.courses.resuming import RememberingGateway, Resuming
from lrs.courses.sequencing import Sequencing
from lrs.courses.ways import Ways
from lrs.scorm.commit import parse_commit
from lrs.sequencing.overall import Request
from lrs.sequencing.refusals import Refused
from lrs.services import Services
from lrs.store.personal import Personal
from lrs.tenancy import OrganisationId
from tests.lrs.packages.building import Course, Part, packed
from tests.lrs.packages.ruled import KNOWN, STEPS
from tests.lrs.packages.test_hosting import BASE, LEA, ORIGIN, added, opened

YANN = {"mbox": "mailto:yann@example.org"}


class Playing:
    """One learner in a course, by what their player does."""

    def __init__(self, services: Services, organisation: OrganisationId, course: Course, actor: Any = None) -> None:
        self.plays = Plays.over(services, Premises(ORIGIN, base=BASE))
        self.resuming = Resuming(services.store, services.documents)
        self.rules = Sequencing(self.plays, self.resuming, services.store)
        self.gateway = RememberingGateway(build_gateway(services), services.store, services.clock)
        package = added(self.plays, organisation, packed(course)).package.id
        self.found: Opened = opened(self.plays, organisation, package, actor or LEA)
        self.count = 0

    def open(self, number: int) -> Any:
        return self.rules.open(self.found, number)

    def ask(self, number: int, request: Request) -> Any:
        return self.rules.ask(self.found, number, request, None)

    def commit(self, number: int, *, success: str, exits: str = "normal", objectives: Any = None) -> None:
        """What a SCO commits as it ends."""
        item = self.found.launched[number]
        told = self.open(number).told
        launch, _ = self.plays.launch(self.found, item)
        cmi = self.resuming.start(launch, item, self.found.version.manifest.edition, told).cmi
        said = {"entry": cmi["entry"], "completion_status": "completed", "success_status": success, "exit": exits}
        self.count += 1
        body = orjson.dumps({"cmi": {**said, "objectives": objectives or {}}})
        self.gateway.take(launch, parse_commit(body, is_end=True, session=f"s{self.count}"))


def test_what_was_committed_opens_what_waited_for_it(services: Services, organisation: OrganisationId) -> None:
    lea = Playing(services, organisation, STEPS)
    assert lea.rules.first(lea.found) == 0
    assert lea.open(0).number == 0
    assert lea.open(1).refused is Refused.DISABLED

    lea.commit(0, success="failed")
    assert lea.ask(0, Request.CONTINUE).refused is Refused.DISABLED
    lea.commit(0, success="passed")

    assert lea.rules.view(lea.found, 0).refused == (None, None, Refused.DISABLED)
    assert lea.ask(0, Request.CONTINUE).number == 1
    # It stands where it stood, whoever asks, and nobody else has any of it.
    again = Playing(services, organisation, STEPS)
    assert again.rules.first(again.found) == 1
    yann = Playing(services, organisation, STEPS, YANN)
    assert yann.rules.first(yann.found) == 0


def test_a_request_from_a_part_that_is_not_open_any_more_leads_to_the_one_that_is(
    services: Services, organisation: OrganisationId
) -> None:
    lea = Playing(services, organisation, STEPS)
    lea.open(0)
    lea.commit(0, success="passed")
    lea.ask(0, Request.CONTINUE)

    assert lea.ask(0, Request.EXIT_ALL).number == 1
    assert lea.ask(1, Request.EXIT_ALL).is_over


def test_what_others_wrote_is_told_to_who_reads_it(services: Services, organisation: OrganisationId) -> None:
    lea = Playing(services, organisation, KNOWN)
    lea.open(0)
    lea.commit(0, success="passed", objectives={"0": {"id": "feu", "success_status": "passed"}})
    answered = lea.ask(0, Request.CONTINUE)
    assert answered.number == 2
    assert answered.told.objectives == {}

    answered = lea.open(3)

    assert answered.told.objectives == {"rappel": {"success_status": "passed"}}
    item = lea.found.launched[3]
    start = lea.resuming.start(
        lea.plays.unsaved(lea.found, item), item, lea.found.version.manifest.edition, answered.told
    )
    assert start.cmi["objectives"] == {"0": {"success_status": "passed", "id": "rappel"}}


def test_two_tabs_that_go_on_at_once_count_as_one_after_the_other(
    services: Services, organisation: OrganisationId
) -> None:
    lea = Playing(services, organisation, STEPS)
    lea.open(0)
    lea.commit(0, success="passed")
    answers: list[Any] = []
    threads = [threading.Thread(target=lambda: answers.append(lea.ask(0, Request.CONTINUE))) for _ in range(4)]

    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert [each.number for each in answers] == [1, 1, 1, 1]
    row = services.store.collection("package_beginnings").find_one({})
    assert row is not None
    assert row["r"] == 2


def test_how_somebody_stands_is_erased_with_them(services: Services, organisation: OrganisationId) -> None:
    lea = Playing(services, organisation, STEPS)
    lea.open(0)

    Personal(services.store).forget_documents(organisation, ["mbox mailto:lea@example.org"])

    assert services.store.collection("package_beginnings").count_documents({}) == 0


def test_another_organisation_has_a_course_of_its_own(services: Services, organisation: OrganisationId) -> None:
    lea = Playing(services, organisation, STEPS)
    lea.open(0)
    lea.commit(0, success="passed")
    lea.ask(0, Request.CONTINUE)

    theirs = Playing(services, OrganisationId(organisation + 1), STEPS)

    assert theirs.rules.first(theirs.found) == 0


def test_a_new_version_is_another_course_for_who_begins_it(services: Services, organisation: OrganisationId) -> None:
    lea = Playing(services, organisation, STEPS)
    lea.open(0)
    # Whoever has begun goes on with the version, and the rules, that they began with.
    newer = Playing(services, organisation, replace(STEPS, title="Autre"))

    assert newer.found.version.number == 1
    assert newer.rules.first(newer.found) == 0


def test_a_chapter_of_1_2_counts_as_done_once_all_in_it_is(services: Services, organisation: OrganisationId) -> None:
    asks = '<adlcp:prerequisites type="aicc_script">{}</adlcp:prerequisites>'
    inside = '<item identifier="a" identifierref="r1"><title>A</title></item>'
    course = Course(
        identifier="fr.exemple.chapitre",
        parts=(
            Part("chapitre", "Chapitre", inside=inside),
            Part("hors", "Hors", inside=asks.format("chapitre")),
            Part("fin", "Fin", inside=asks.format("chapitre &amp; ~fin")),
        ),
    )
    text = course.manifest().replace('identifier="chapitre" identifierref="r0"', 'identifier="chapitre"')
    text = text.replace('identifier="hors" identifierref="r1"', 'identifier="hors" identifierref="r0"')
    plays = Plays.over(services, Premises(ORIGIN, base=BASE))
    resuming = Resuming(services.store, services.documents)
    package = added(plays, organisation, packed({**course.files(), "imsmanifest.xml": text.encode()})).package.id
    found = opened(plays, organisation, package, LEA)
    way = Ways(plays, resuming, services.store).of(found)
    assert way is not None
    assert [item.identifier for item in found.launched] == ["a", "hors", "fin"]
    assert way.open(found, 1).refused is Refused.DISABLED
    assert way.view(found, 0).refused == (None, Refused.DISABLED, Refused.DISABLED)
    assert way.ask(found, 0, Request.CONTINUE, None).refused is Refused.END

    launch, _ = plays.launch(found, found.launched[0])
    gateway = RememberingGateway(build_gateway(services), services.store, services.clock)
    body = orjson.dumps({"cmi": {"core": {"lesson_status": "passed"}}})
    gateway.take(launch, parse_commit(body, is_end=True, session="s"))

    assert way.view(found, 0).refused == (None, None, None)
    assert way.first(found) == 1
    assert way.ask(found, 0, Request.CONTINUE, None).number == 1
    assert way.ask(found, 1, Request.CHOICE, "fin").number == 2
    assert way.ask(found, 1, Request.EXIT_ALL, None).is_over
