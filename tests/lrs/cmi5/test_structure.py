"""Course structures: what is read, and what is refused, each with its element and requirement."""

from __future__ import annotations

import io

import pytest

from lrs.cmi5.course import Block, Unit
from lrs.cmi5.structure import parse_structure
from lrs.cmi5.vocabulary import MoveOn, activity_iri
from lrs.courses.hosting import Offered
from lrs.courses.plays import build_hosting
from lrs.errors import Conflict, InvalidRequest
from lrs.packages.archive import ArchiveLimits
from tests.lrs.cmi5.ground import COURSE_IRI, STRUCTURE, imported, zipped
from tests.lrs.packages.building import ONE, SEVERAL, packed

UNIT = "/courseStructure/block[1]/au[1]#15"


def refused(old: str, new: str, **more):
    assert old.encode() in STRUCTURE
    with pytest.raises(InvalidRequest) as refusal:
        parse_structure(STRUCTURE.replace(old.encode(), new.encode(), 1), **more)
    return [(problem.requirement, problem.pointer) for problem in refusal.value.problems]


def test_a_structure_is_read_whole():
    course = parse_structure(STRUCTURE)

    block, reading = course.children
    assert isinstance(block, Block)
    assert isinstance(reading, Unit)
    (unit,) = block.children
    assert unit == Unit(
        f"{COURSE_IRI}/proteger", {"fr": "Protéger"}, {"fr": "D’abord"}, "https://contenus.example/proteger/index.html?v=2",
        (f"{COURSE_IRI}/o1",), "niveau=1", "clef", MoveOn.COMPLETED_AND_PASSED, 0.8, "OwnWindow",
    )  # fmt: skip
    assert (reading.move_on, reading.launch_method, reading.mastery_score) == (MoveOn.NOT_APPLICABLE, "AnyWindow", None)
    assert course.objectives[0].title == {"und": "Agir"}


@pytest.mark.parametrize(
    ("old", "new", "found"),
    [
        ('moveOn="CompletedAndPassed"', 'moveOn="Done"', ("cmi5 13.1.4", f"{UNIT}/@moveOn")),
        ('masteryScore="0.8"', 'masteryScore="1.2"', ("cmi5 13.1.4", f"{UNIT}/@masteryScore")),
        ('masteryScore="0.8"', 'masteryScore="0.80001"', ("cmi5 13.1.4", f"{UNIT}/@masteryScore")),
        ('masteryScore="0.8"', 'masteryScore="NaN"', ("cmi5 13.1.4", f"{UNIT}/@masteryScore")),
        ('launchMethod="OwnWindow"', 'launchMethod="Tab"', ("cmi5 13.1.4", f"{UNIT}/@launchMethod")),
        (f'id="{COURSE_IRI}/lire"', f'id="{COURSE_IRI}/gestes"', ("cmi5 13.1.4", "/courseStructure/au[1]#24/@id")),
        (f'id="{COURSE_IRI}/lire"', "", ("cmi5 13.1.4", "/courseStructure/au[1]#24/@id")),
        (f'id="{COURSE_IRI}/lire"', 'id="lire"', ("cmi5 13.1.4", "/courseStructure/au[1]#24/@id")),
        (f'idref="{COURSE_IRI}/o1"', 'idref="https://x.example/o"',
         ("cmi5 13.1.3", "/courseStructure/block[1]/au[1]/objectives/objective[1]#18/@idref")),
        ("https://contenus.example/lire/", "lire/index.html", ("cmi5 14.2", "/courseStructure/au[1]/url#27")),
        ("https://contenus.example/lire/", "javascript:alert(1)", ("cmi5 13.1.4", "/courseStructure/au[1]/url#27")),
        ("https://contenus.example/lire/", "https://c.example/?fetch=1", ("cmi5 8.1", "/courseStructure/au[1]/url#27")),
        ("<url>https://contenus.example/lire/</url>", "", ("cmi5 14.0", "/courseStructure/au[1]#24")),
        ('<title><langstring lang="fr">Lire</langstring></title>', "<title/>",
         ("cmi5 13.1.4", "/courseStructure/au[1]#24")),
        ("<launchParameters>", "<launchParameters/><launchParameters>",
         ("cmi5 14.0", "/courseStructure/block[1]/au[1]/launchParameters[2]#20")),
        ("<entitlementKey>clef</entitlementKey>", "<key/>", ("cmi5 14.0", "/courseStructure/block[1]/au[1]/key[1]#21")),
    ],
)  # fmt: skip
def test_what_is_wrong_is_named_with_its_element_line_and_requirement(old, new, found):
    assert found in refused(old, new)


def test_every_problem_is_told_at_once():
    found = refused('moveOn="CompletedAndPassed" masteryScore="0.8"', 'moveOn="x" masteryScore="y"')

    assert [pointer.rpartition("@")[2] for _, pointer in found] == ["moveOn", "masteryScore"]


def test_elements_out_of_the_schemas_order_are_refused():
    url = "<url>https://contenus.example/lire/</url>"
    title = '<title><langstring lang="fr">Lire</langstring></title>'
    swapped = STRUCTURE.decode().replace(url, "", 1).replace(title, f"{url}{title}", 1)

    with pytest.raises(InvalidRequest) as refusal:
        parse_structure(swapped.encode())

    assert {problem.requirement for problem in refusal.value.problems} == {"cmi5 14.0"}


def test_a_vendors_own_elements_are_passed_over():
    vendors = b'<v:more xmlns:v="urn:v"><v:x/></v:more></courseStructure>'

    course = parse_structure(STRUCTURE.replace(b"</courseStructure>", vendors))

    assert len(list(course.units())) == 2


@pytest.mark.parametrize("content", [b"", b"<a/>", b"<courseStructure/>", b"\xff\xfe", b"<!DOCTYPE a><a/>"])
def test_what_is_no_structure_is_refused(content):
    with pytest.raises(InvalidRequest):
        parse_structure(content)


def test_more_than_a_thousand_units_are_read():
    many = b"".join(
        b'<au id="https://e.example/%d"><title><langstring>t</langstring></title>'
        b"<description><langstring>d</langstring></description><url>https://e.example/</url></au>" % at
        for at in range(1_500)
    )

    course = parse_structure(STRUCTURE.replace(b"</courseStructure>", many + b"</courseStructure>"))

    assert len(list(course.units())) == 1_502


def test_a_zip_with_the_structure_at_its_top_is_imported_and_again_is_the_same_course(services, caller):
    first = imported(services, caller.organisation, zipped({"cmi5.xml": STRUCTURE}))
    again = imported(services, caller.organisation, STRUCTURE)

    assert again == first
    courses = services.cmi5.courses
    row = courses.get(caller.organisation, first)
    assert courses.course(row) == parse_structure(STRUCTURE)
    assert (row.version, [each.id for each in courses.page(caller.organisation, None, 5)]) == (1, [first])


WHOLE = b"https://contenus.example/lire/"


def test_a_relative_address_is_a_file_of_the_archive(services, caller):
    relative = STRUCTURE.replace(WHOLE, b"lecons/lire%20ceci.html?page=2#haut")
    files = {"cmi5.xml": relative, "lecons/lire ceci.html": b"<p>", "image.png": b"png"}

    name = imported(services, caller.organisation, zipped(files))

    row = services.cmi5.courses.get(caller.organisation, name)
    units = list(services.cmi5.courses.course(row).units())
    assert [unit.is_hosted for unit in units] == [False, True]
    hosting = build_hosting(services, ArchiveLimits())
    assert {file.name for file in hosting.version(caller.organisation, row.package, row.version).files} == set(files)


def test_a_course_is_one_package_whichever_way_it_comes(services, caller):
    name = imported(services, caller.organisation)
    hosting = build_hosting(services, ArchiveLimits())
    row = services.cmi5.courses.get(caller.organisation, name)

    again = hosting.upload(caller.organisation, io.BytesIO(STRUCTURE), Offered("essai", "https://a.example"))
    other = STRUCTURE.replace(b"Ensuite", b"Apr\xc3\xa8s")
    newer = hosting.upload(caller.organisation, io.BytesIO(zipped({"cmi5.xml": other})), Offered("essai", ""))

    assert (again.is_new, again.package.id) == (False, row.package)
    assert (newer.is_new, newer.package.id, newer.version.number) == (True, row.package, 2)
    assert newer.version.manifest.format == "cmi5"
    assert services.cmi5.courses.get(caller.organisation, name).version == 2
    offered = hosting.offered(caller.organisation)
    units = [f"{COURSE_IRI}/proteger", activity_iri(caller.organisation, COURSE_IRI, f"{COURSE_IRI}/proteger")]
    assert all(offered[each] == row.package for each in (COURSE_IRI, newer.package.activity, *units))


@pytest.mark.parametrize(
    ("how", "pointer"), [({"activity": "https://x.example/a"}, "/activity"), ({"is_alone": True}, "/alone")]
)
def test_a_course_of_cmi5_is_called_what_its_publisher_calls_it(services, caller, how, pointer):
    hosting = build_hosting(services, ArchiveLimits())

    with pytest.raises(InvalidRequest) as refusal:
        hosting.upload(caller.organisation, io.BytesIO(STRUCTURE), Offered("essai", "", **how))

    assert [problem.pointer for problem in refusal.value.problems] == [pointer]
    assert hosting.page(caller.organisation, None, 5) == []


def test_a_package_of_scorm_is_no_version_of_a_course_of_cmi5(services, caller):
    imported(services, caller.organisation)
    hosting = build_hosting(services, ArchiveLimits())
    (package,) = hosting.page(caller.organisation, None, 5)
    scorm = hosting.upload(caller.organisation, io.BytesIO(packed(ONE)), Offered("essai", "https://a.example")).package
    other = STRUCTURE.replace(COURSE_IRI.encode(), b"https://editeur.example/autre")

    for content, of in ((packed(SEVERAL), package), (STRUCTURE, scorm), (other, package)):
        with pytest.raises(Conflict):
            hosting.upload(caller.organisation, io.BytesIO(content), Offered("essai", "", package=of.id))


def test_an_archive_with_both_descriptions_is_what_it_is_meant_to_be(services, caller):
    both = packed({**ONE.files(), "cmi5.xml": STRUCTURE})
    hosting = build_hosting(services, ArchiveLimits())

    scorm = hosting.upload(caller.organisation, io.BytesIO(both), Offered("essai", "https://a.example"))
    imported(services, caller.organisation, both)

    assert scorm.version.manifest.format == "SCORM 1.2"
    assert len(hosting.page(caller.organisation, None, 5)) == 2


@pytest.mark.parametrize(
    ("files", "found"),
    [
        ({"cours/cmi5.xml": STRUCTURE}, ("cmi5 14.1", "/cmi5.xml")),
        ({"cmi5.xml": STRUCTURE.replace(WHOLE, b"lire.html")}, ("cmi5 14.1", "/courseStructure/au[1]/url#27")),
        (
            {"cmi5.xml": STRUCTURE.replace(WHOLE, b"../lire.html"), "lire.html": b""},
            ("cmi5 14.1", "/courseStructure/au[1]/url#27"),
        ),
        (
            {"cmi5.xml": STRUCTURE.replace(WHOLE, b"//ailleurs.example/lire.html"), "lire.html": b""},
            ("cmi5 14.1", "/courseStructure/au[1]/url#27"),
        ),
        ({"cmi5.xml": STRUCTURE, "../x": b""}, ("archive.traversal", "/../x")),
        ({"cmi5.xml": b"<!DOCTYPE a><a/>"}, ("xml.doctype", "/cmi5.xml#1")),
    ],
)
def test_a_zip_that_cannot_be_launched_from_is_refused_and_nothing_of_it_is_kept(services, caller, files, found):
    with pytest.raises(InvalidRequest) as refusal:
        imported(services, caller.organisation, zipped(files))

    assert found in [(problem.requirement, problem.pointer) for problem in refusal.value.problems]
    assert services.cmi5.courses.page(caller.organisation, None, 5) == []
    for name in ("packages", "package_versions", "package_parts"):
        assert services.store.collection(name).count_documents({"o": caller.organisation}) == 0
