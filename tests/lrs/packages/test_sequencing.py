"""What manifests say of sequencing is read, by the item or from the collection; what is wrong has its line."""

from __future__ import annotations

import pytest

from lrs.errors import InvalidRequest
from tests.lrs.packages.building import ONE, SEVERAL
from tests.lrs.packages.sequenced import (
    BY_CONTENT,
    Node,
    control,
    manifest,
    objective,
    objectives,
    read,
    rule,
    rules,
    tree,
)
from tests.lrs.packages.test_manifest import parsed

OFF = rules(rule("pre", "disabled", "attempted"))


def test_a_course_that_sequences_nothing_has_no_tree() -> None:
    assert parsed(ONE.manifest()).tree is None
    assert parsed(SEVERAL.manifest()).tree is None
    for said in ("", control(choice=True, flow=True), BY_CONTENT):
        assert read(manifest(said, Node("a", BY_CONTENT), Node("b", objectives())), "a", "b").tree is None


def test_a_course_that_says_how_it_is_gone_through_has_one() -> None:
    for said in (control(choice=False, flow=True), control(flow=False), control(flow=True, forwardOnly=True)):
        assert read(manifest(said, Node("a"), Node("b")), "a", "b").tree is not None
    hidden = (
        "<adlnav:presentation><adlnav:navigationInterface><adlnav:hideLMSUI>previous</adlnav:hideLMSUI>"
        "</adlnav:navigationInterface></adlnav:presentation>"
    )
    found = tree("", Node("a", beside=hidden), Node("b", attributes=' isvisible="false"'))
    assert found[1].definition.hidden_controls == {"previous"}
    assert not found[2].definition.is_visible


def test_what_an_item_does_not_say_is_said_by_the_collection_it_refers_to() -> None:
    shared = f'<imsss:sequencing ID="s">{OFF}<imsss:limitConditions attemptLimit="3"/></imsss:sequencing>'
    own = '<imsss:limitConditions attemptLimit="1"/>'
    found = tree("", Node("a", own, reference="s"), Node("b", reference="s"), collection=shared)

    assert [found[at].definition.attempt_limit for at in (1, 2)] == [1, 3]
    assert [found[at].definition.pre[0].action for at in (1, 2)] == ["disabled", "disabled"]


def test_the_third_edition_writes_one_word_differently() -> None:
    found = tree("", Node("a", rules(rule("pre", "hideFromChoice", "always"))))

    assert found[1].definition.pre[0].action == "hiddenFromChoice"


def test_chapters_without_anything_to_open_are_nobodys_children() -> None:
    text = manifest(control(choice=False, flow=True), Node("a"), Node("b"))
    text = text.replace(' identifierref="r-b"', "").replace('<resource identifier="r-b"', '<resource identifier="r-z"')
    found = read(text, "a", "b").tree

    assert found is not None
    assert found[0].children == (1,)


@pytest.mark.parametrize(
    ("said", "element"),
    [
        ('<imsss:controlMode choice="peut-être"/>', "controlMode"),
        ('<imsss:limitConditions attemptLimit="-1"/>', "limitConditions"),
        (rules(rule("pre", "exitAll", "always")), "ruleAction"),
        (rules(rule("pre", "skip", "tired")), "ruleCondition"),
        (rules(rule("pre", "skip")), "preConditionRule"),
        (rules(rule("post", "retry", "objectiveMeasureGreaterThan>7")), "ruleCondition"),
        (rules(rule("post", "retry", "always", combination="some")), "ruleConditions"),
        ('<imsss:rollupRules objectiveMeasureWeight="2"/>', "rollupRules"),
        ("<imsss:rollupRules><imsss:rollupRule/></imsss:rollupRules>", "rollupRule"),
        ('<adlseq:rollupConsiderations requiredForSatisfied="never"/>', "rollupConsiderations"),
        ('<imsss:randomizationControls selectCount="x"/>', "randomizationControls"),
        ('<imsss:randomizationControls selectionTiming="daily"/>', "randomizationControls"),
        ('<imsss:deliveryControls tracked="oui"/>', "deliveryControls"),
        (objectives("", "<imsss:objective/>"), "objective"),
        (objectives("", objective("x"), objective("x")), "objective"),
        (objectives('<imsss:primaryObjective objectiveID="p"><imsss:mapInfo/></imsss:primaryObjective>'), "mapInfo"),
    ],
)
def test_what_is_wrong_is_named_with_its_line_and_its_element(said: str, element: str) -> None:
    text = manifest("", Node("a", said)).replace("<item", "\n<item")

    with pytest.raises(InvalidRequest) as refusal:
        read(text, "a")

    assert {(each.pointer, each.requirement) for each in refusal.value.problems} == {
        ("/imsmanifest.xml#2", f"manifest.{element}")
    }


def test_a_reference_that_leads_nowhere_and_a_chapter_that_opens_something_are_wrong() -> None:
    for text, element in (
        (manifest("", Node("a", reference="x")), "sequencing"),
        (
            manifest("", Node("a", OFF, beside='<item identifier="b" identifierref="r-a"><title>b</title></item>')),
            "item",
        ),
    ):
        with pytest.raises(InvalidRequest) as refusal:
            read(text, "a")
        assert [each.requirement for each in refusal.value.problems] == [f"manifest.{element}"]


def test_what_several_items_refer_to_is_wrong_once() -> None:
    shared = '<imsss:sequencing ID="s"><imsss:limitConditions attemptLimit="x"/></imsss:sequencing>'

    with pytest.raises(InvalidRequest) as refusal:
        tree("", Node("a", reference="s"), Node("b", reference="s"), collection=shared)

    assert len(refusal.value.problems) == 1
