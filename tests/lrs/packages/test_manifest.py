"""What manifests say, and where they are wrong."""

from __future__ import annotations

import pytest

from lrs.errors import InvalidRequest
from lrs.packages.manifest import Manifest, parse_manifest
from lrs.scorm.values import Edition
from tests.lrs.packages.building import ONE, SEVERAL, Course, Part

_FILES = {"pages/partie 1.html", "pages/partie 2.html", "pages/partie 3.html"}


def parsed(text: str) -> Manifest:
    return parse_manifest(text.encode(), _FILES)


def refused(text: str) -> list[tuple[str, str, str]]:
    """Place, rule and message of every problem."""
    with pytest.raises(InvalidRequest) as refusal:
        parsed(text)
    return [(each.pointer, each.requirement, each.message) for each in refusal.value.problems]


def rules(text: str) -> set[str]:
    return {rule for _, rule, _ in refused(text)}


def test_a_manifest_of_1_2_is_read() -> None:
    found = parsed(ONE.manifest())

    assert (found.edition, found.identifier, found.title) == (Edition.V1_2, ONE.identifier, ONE.title)
    (item,) = found.launched
    assert (item.href, item.is_sco, item.rules.mastery_score) == ("pages/partie 1.html", True, "80")


def test_a_manifest_of_2004_is_read_with_its_objectives() -> None:
    found = parsed(SEVERAL.manifest())

    assert found.edition is Edition.V2004
    assert [(item.title, item.is_sco) for item in found.launched] == [
        ("À lire d’abord", False), ("Alerter", True), ("Évacuer", True),
    ]  # fmt: skip
    alert = found.launched[1].rules
    assert (alert.passing_score, alert.objectives) == ("0.8", ("primaire", "alerter"))


def test_chapters_stand_above_what_is_in_them() -> None:
    nested = Course(parts=(Part("a", "A", inside='<item identifier="b" identifierref="r0"><title>B</title></item>'),))

    assert [(item.title, item.level) for item in parsed(nested.manifest()).items] == [("A", 0), ("B", 1)]


def test_parameters_go_behind_the_file_whichever_way_they_are_written() -> None:
    for written in ("lang=fr", "?lang=fr", "&amp;lang=fr"):
        text = ONE.manifest().replace('identifierref="r0"', f'identifierref="r0" parameters="{written}"')
        assert parsed(text).launched[0].parameters == "?lang=fr"
    queried = Course(parts=(Part("a", "A", query="?x=1"),)).manifest()
    text = queried.replace('identifierref="r0"', 'identifierref="r0" parameters="lang=fr"')
    assert parsed(text).launched[0].parameters == "?x=1&lang=fr"


def test_bases_are_put_before_files() -> None:
    text = ONE.manifest().replace("<resources>", '<resources xml:base="pages/">').replace('href="pages/', 'href="')

    assert parsed(text).launched[0].href == "pages/partie 1.html"


def test_a_file_that_is_written_with_escapes_is_found() -> None:
    text = ONE.manifest().replace('href="pages/partie 1.html"', 'href="pages/partie%201.html"', 1)

    assert parsed(text).launched[0].href == "pages/partie 1.html"


@pytest.mark.parametrize(
    ("before", "after", "rule"),
    [
        ("<schemaversion>1.2<", "<schemaversion>0.9<", "manifest.schemaversion"),
        ('default="o"', 'default="autre"', "manifest.default"),
        ('identifierref="r0"', 'identifierref="r7"', "manifest.identifierref"),
        ('href="pages/partie 1.html"><', 'href="pages/absent.html"><', "manifest.href"),
        ('href="pages/partie 1.html"><', 'href="https://ailleurs.exemple/a.html"><', "manifest.href"),
        ('href="pages/partie 1.html"><', 'href="../a.html"><', "manifest.href"),
        ('href="pages/partie 1.html"><', 'href="http://[a/"><', "manifest.href"),
        ('scormtype="sco"', 'scormtype="jeu"', "manifest.scormtype"),
        (">80<", ">beaucoup<", "manifest.masteryscore"),
        ('item identifier="protéger"', "item", "manifest.item"),
        ("<organization ", "<organisation ", "xml.well-formed"),
        ("<manifest ", "<!DOCTYPE a SYSTEM 'https://ailleurs.exemple/a.dtd'><manifest ", "xml.doctype"),
        ("<manifest ", "<!DOCTYPE a [<!ENTITY b SYSTEM 'file:///etc/passwd'>]><manifest ", "xml.doctype"),
        ('encoding="utf-8"', 'encoding="utf-7"', "xml.encoding"),
    ],
)
def test_each_fault_is_named_by_its_rule_and_its_line(before: str, after: str, rule: str) -> None:
    text = ONE.manifest()
    assert before in text

    found = refused(text.replace(before, after, 1))

    assert found[0][1] == rule
    assert found[0][0].startswith("/imsmanifest.xml#")


def test_every_fault_is_said_at_once_with_its_line() -> None:
    lines = SEVERAL.manifest().replace("<item", "\n<item").replace("<resource ", "\n<resource ")
    broken = (
        lines.replace("partie 1", "absent", 1)
        .replace(">0.8<", ">8<")
        .replace('identifierref="r2"', 'identifierref="x"')
    )

    assert {(place, rule) for place, rule, _ in refused(broken)} == {
        ("/imsmanifest.xml#5", "manifest.href"),
        ("/imsmanifest.xml#3", "manifest.minNormalizedMeasure"),
        ("/imsmanifest.xml#4", "manifest.identifierref"),
    }


def test_another_document_is_no_manifest() -> None:
    assert rules("<html/>") == {"manifest.root"}
    assert rules("") == {"xml.well-formed"}


def test_a_manifest_that_opens_nothing_is_refused() -> None:
    text = ONE.manifest().replace(' identifierref="r0"', "")

    assert rules(text) == {"manifest.nothing"}


def test_an_edition_that_is_not_said_is_told_by_how_an_attribute_is_written() -> None:
    for course, edition in ((ONE, Edition.V1_2), (SEVERAL, Edition.V2004)):
        text = course.manifest()
        start, end = text.index("<metadata>"), text.index("</metadata>") + len("</metadata>")
        assert parsed(text[:start] + text[end:]).edition is edition
