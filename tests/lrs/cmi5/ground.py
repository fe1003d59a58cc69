"""Courses, launches and what content says, for the tests of cmi5."""

from __future__ import annotations

import copy
import io
import zipfile
from collections.abc import Mapping
from typing import Any
from uuid import UUID, uuid5

from lrs.clock import Micros, to_text
from lrs.cmi5 import pen
from lrs.cmi5.course import Block, Course, Unit
from lrs.cmi5.order import Sent, judge
from lrs.cmi5.registration import Registration, Session
from lrs.cmi5.terms import Terms
from lrs.cmi5.vocabulary import CMI5, MASTERY_SCORE, MOVE_ON, LaunchMode, MoveOn, activity_iri
from lrs.courses.cmi5_courses import course_id
from lrs.courses.hosting import Offered
from lrs.courses.plays import build_hosting
from lrs.packages.archive import ArchiveLimits
from lrs.services import Services
from lrs.tenancy import OrganisationId

Json = dict[str, Any]
NOW = Micros(1_767_600_000_000_000)
ADL = "http://adlnet.gov/expapi/verbs/"
ACTOR: Json = {"objectType": "Agent", "account": {"homePage": "https://lms.example", "name": "stagiaire-1"}}
REGISTRATION = UUID("f1a7c0de-0000-4000-8000-000000000001")
SESSION = UUID("f1a7c0de-0000-4000-8000-000000000002")
ORGANISATION = OrganisationId(1)
COURSE_IRI = "https://editeur.example/secourisme"
TEXT = {"fr": "Texte"}
PASSED = {"success": True, "duration": "PT5M"}
COMPLETED = {"completion": True, "duration": "PT9M"}


def unit(name: str = "proteger", **more: Any) -> Unit:
    return Unit(f"{COURSE_IRI}/{name}", TEXT, TEXT, f"https://contenus.example/{name}/index.html?v=2", **more)


PROTECT = unit(move_on=MoveOn.COMPLETED_AND_PASSED, mastery_score=0.8, launch_parameters="niveau=1")
ALERT = unit("alerter", move_on=MoveOn.COMPLETED)
READ = unit("lire")
COURSE = Course(COURSE_IRI, TEXT, TEXT, (
    Block(f"{COURSE_IRI}/gestes", TEXT, TEXT, (PROTECT, Block(f"{COURSE_IRI}/appels", TEXT, TEXT, (ALERT,)))), READ,
))  # fmt: skip


def registration(**more: Any) -> Registration:
    session = Session(SESSION, PROTECT.id, LaunchMode.NORMAL, NOW, NOW)
    return Registration(REGISTRATION, ORGANISATION, COURSE_IRI, ACTOR, **{"sessions": (session,), **more})


def terms(mode: LaunchMode = LaunchMode.NORMAL, *, mastery: float | None = 0.8, strict: bool = True) -> Terms:
    template = pen.context_template(registration(), COURSE, PROTECT, SESSION)
    return Terms(
        "_cmi5-essai", ORGANISATION, REGISTRATION, SESSION, COURSE_IRI, PROTECT.id,
        activity_iri(ORGANISATION, COURSE_IRI, PROTECT.id), ACTOR, mode, mastery, template, strict, NOW,
    )  # fmt: skip


def says(verb: str, at: int = 0, of: Terms | None = None, **parts: Any) -> Json:
    """A statement of content that keeps every rule, `at` seconds after the launch, with some parts other."""
    of = of or terms()
    result = parts.get("result", {})
    context = copy.deepcopy(of.template)
    context["registration"] = str(of.registration)
    move_on = [{"id": MOVE_ON}] if result.keys() & {"success", "completion"} else []
    context["contextActivities"]["category"] = [{"id": CMI5}, *move_on]
    if "scaled" in result.get("score", {}) and of.mastery_score is not None:
        context["extensions"][MASTERY_SCORE] = of.mastery_score
    timestamp = to_text(Micros(NOW + at * 1_000_000))
    return {
        "id": str(uuid5(of.session, f"{verb} {at}")), "actor": of.actor, "verb": {"id": ADL + verb},
        "object": {"id": of.activity}, "context": context, "timestamp": timestamp, **parts,
    }  # fmt: skip


def allowed(verb: str, at: int = 0, of: Terms | None = None, **parts: Any) -> Json:
    """A statement that cmi5 allows without defining it: no category, any verb and object."""
    statement = says(verb, at, of, **parts)
    del statement["context"]["contextActivities"]["category"]
    return {**statement, "object": {"id": "https://contenus.example/question/1"}}


def broken(*statements: Json, of: Terms | None = None, before: Registration | None = None) -> list[tuple[str, str]]:
    """Which requirements statements of one request break, and where: `3/verb/id` for the fourth."""
    sent = [
        Sent(UUID(each["id"]) if "id" in each else UUID(int=at), each, f"{at}") for at, each in enumerate(statements)
    ]
    judged = judge(before or registration(), of or terms(), sent, NOW)
    return [(problem.requirement.removeprefix("cmi5 "), problem.pointer) for problem in judged.problems]


def after(*statements: Json, before: Registration | None = None) -> Registration:
    sent = [Sent(UUID(each["id"]), each, "") for each in statements]
    return judge(before or registration(), terms(), sent, NOW).after


def imported(services: Services, organisation: OrganisationId, content: bytes = b"", by: str = "essai") -> str:
    """Take a course in, a zip or a structure alone; return what it is called here."""
    offered = Offered(by, "https://assidu.example", is_cmi5=True)
    done = build_hosting(services, ArchiveLimits()).upload(organisation, io.BytesIO(content or STRUCTURE), offered)
    return course_id(organisation, done.package.identifier)


def zipped(files: Mapping[str, bytes]) -> bytes:
    """These files as a zip."""
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w") as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return held.getvalue()


STRUCTURE = f"""<?xml version="1.0" encoding="utf-8"?>
<courseStructure xmlns="https://w3id.org/xapi/profiles/cmi5/v1/CourseStructure.xsd">
  <course id="{COURSE_IRI}">
    <title><langstring lang="fr">Secourisme</langstring></title>
    <description><langstring lang="fr">Les gestes</langstring></description>
  </course>
  <objectives>
    <objective id="{COURSE_IRI}/o1">
      <title><langstring>Agir</langstring></title><description><langstring>Agir vite</langstring></description>
    </objective>
  </objectives>
  <block id="{COURSE_IRI}/gestes">
    <title><langstring lang="fr">Gestes</langstring></title>
    <description><langstring lang="fr">Les gestes</langstring></description>
    <au id="{COURSE_IRI}/proteger" moveOn="CompletedAndPassed" masteryScore="0.8" launchMethod="OwnWindow">
      <title><langstring lang="fr"> Protéger </langstring></title>
      <description><langstring lang="fr">D’abord</langstring></description>
      <objectives><objective idref="{COURSE_IRI}/o1"/></objectives>
      <url>https://contenus.example/proteger/index.html?v=2</url>
      <launchParameters>niveau=1</launchParameters>
      <entitlementKey>clef</entitlementKey>
    </au>
  </block>
  <au id="{COURSE_IRI}/lire">
    <title><langstring lang="fr">Lire</langstring></title>
    <description><langstring lang="fr">Ensuite</langstring></description>
    <url>https://contenus.example/lire/</url>
  </au>
</courseStructure>
""".encode()
