"""Course structures: what is read, and what is refused, each with its element and requirement."""

from __future__ import annotations

import io
import zipfile

import pytest

from lrs.cmi5.course import Block, Unit
from lrs.cmi5.structure import parse_structure
from lrs.cmi5.vocabulary import MoveOn
from lrs.courses.cmi5_courses import Courses
from lrs.errors import InvalidRequest
from tests.lrs.cmi5.ground import COURSE_IRI, STRUCTURE

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


def zipped(files):
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w") as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return held.getvalue()


def test_a_zip_with_the_structure_at_its_top_is_imported_and_again_is_the_same_course(store, clock, caller):
    courses = Courses(store, clock)

    first = courses.upload(caller.organisation, zipped({"cmi5.xml": STRUCTURE}), "essai")
    again = courses.upload(caller.organisation, STRUCTURE, "essai")

    assert (first.is_new, again.is_new, again.row.id) == (True, False, first.row.id)
    assert courses.course(courses.get(caller.organisation, first.row.id)) == first.course


@pytest.mark.parametrize(
    ("files", "requirement"),
    [
        ({"cours/cmi5.xml": STRUCTURE}, "cmi5 14.1"),
        (
            {"cmi5.xml": STRUCTURE.replace(b"https://contenus.example/lire/", b"lire.html"), "lire.html": b""},
            "cmi5 14.1",
        ),
        ({"cmi5.xml": STRUCTURE, "../x": b""}, "archive.traversal"),
    ],
)
def test_a_zip_that_cannot_be_launched_from_is_refused(store, clock, caller, files, requirement):
    with pytest.raises(InvalidRequest) as refusal:
        Courses(store, clock).upload(caller.organisation, zipped(files), "essai")

    assert requirement in [problem.requirement for problem in refusal.value.problems]
    assert Courses(store, clock).page(caller.organisation, None, 5) == []
