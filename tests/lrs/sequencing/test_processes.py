"""Each rule and process by a small course that was worked out by hand."""

from __future__ import annotations

import pytest

from lrs.scorm.values import Score, Standing
from lrs.sequencing.state import begin, pack, unpack
from lrs.sequencing.tracking import completion, given, measure, progress, satisfied
from lrs.sequencing.tree import ROOT, Tree
from tests.lrs.packages.sequenced import (
    BY_CONTENT,
    Node,
    control,
    objective,
    objectives,
    rule,
    rules,
    tree,
)
from tests.lrs.sequencing.learner import Learner

FREE = control(choice=True, flow=True)
# Something that makes a course one with rules, and changes nothing.
MARK = rules(rule("exit", "exit", "attemptLimitExceeded"))


def leaves(*names: str, root: str = FREE, **more: str) -> Tree:
    return tree(root + MARK, *(Node(name, more.get(name, "") + BY_CONTENT) for name in names))


def rollup(*found: str, **attributes: str) -> str:
    written = "".join(f' {name}="{value}"' for name, value in attributes.items())
    return f"<imsss:rollupRules{written}>{''.join(found)}</imsss:rollupRules>"


def rollup_rule(action: str, condition: str, of: str = "all", operator: str = "noOp", **more: str) -> str:
    written = "".join(f' {name}="{value}"' for name, value in more.items())
    return (
        f'<imsss:rollupRule childActivitySet="{of}"{written}><imsss:rollupConditions>'
        f'<imsss:rollupCondition condition="{condition}" operator="{operator}"/></imsss:rollupConditions>'
        f'<imsss:rollupAction action="{action}"/></imsss:rollupRule>'
    )


# Preconditions


@pytest.mark.parametrize(
    ("action", "closed", "following"),
    [
        ("skip", [], "c"), ("disabled", ["b"], "disabled"), ("hiddenFromChoice", ["b"], "b"),
        ("stopForwardTraversal", ["c"], "b"),
    ],
)  # fmt: skip
def test_each_precondition_does_what_it_says(action: str, closed: list[str], following: str) -> None:
    lea = Learner(leaves("a", "b", "c", b=rules(rule("pre", action, "always"))))
    lea.begin()

    assert lea.closed() == closed
    assert lea.go("continue") == following


def test_a_condition_that_is_not_known_decides_nothing_unless_another_one_does() -> None:
    alone = rules(rule("pre", "disabled", "not satisfied"))
    either = rules(rule("pre", "disabled", "not satisfied", "not objectiveStatusKnown", combination="any"))
    both = rules(rule("pre", "disabled", "not satisfied", "not attempted", combination="all"))
    lea = Learner(leaves("a", "b", "c", "d", b=alone, c=either, d=both))
    lea.begin()

    assert lea.closed() == ["c"]


@pytest.mark.parametrize(
    ("condition", "holds"),
    [
        ("satisfied", True), ("not satisfied", False), ("completed", True), ("objectiveStatusKnown", True),
        ("objectiveMeasureKnown", True), ("objectiveMeasureGreaterThan>0.5", True),
        ("objectiveMeasureGreaterThan>0.7", False), ("objectiveMeasureLessThan>0.7", False),
        ("objectiveMeasureLessThan>0.9", True), ("activityProgressKnown", True), ("attempted", True),
        ("not attempted", False), ("attemptLimitExceeded", False), ("timeLimitExceeded", False),
        ("outsideAvailableTimeRange", False), ("always", True),
    ],
)  # fmt: skip
def test_each_condition_holds_as_the_attempt_went(condition: str, holds: bool) -> None:
    lea = Learner(leaves("a", "b", a=rules(rule("post", "retry", condition))))
    lea.begin()
    lea.does(success=True, score=0.7)

    assert lea.go("continue") == ("a" if holds else "b")


# Post conditions and exit rules


@pytest.mark.parametrize(
    ("action", "comes"),
    [
        ("retry", "b"), ("continue", "c"), ("previous", "a"), ("exitAll", "over"), ("exitParent", "over"),
        ("retryAll", "a"),
    ],
)  # fmt: skip
def test_each_post_condition_comes_before_what_was_asked(action: str, comes: str) -> None:
    lea = Learner(leaves("a", "b", "c", b=rules(rule("post", action, "always"))))
    lea.begin()
    lea.go("continue")
    lea.does()

    # Whoever wants to go back to where they were is led elsewhere.
    assert lea.go("choice", "b") == comes


def test_what_is_suspended_has_no_post_condition() -> None:
    lea = Learner(leaves("a", "b", a=rules(rule("post", "retry", "always"))))
    lea.begin()
    lea.does(suspends=True)

    assert lea.go("continue") == "b"


def test_leaving_a_chapter_can_have_consequences_of_its_own() -> None:
    chapter = rules(rule("post", "retry", "not satisfied", "not objectiveStatusKnown", combination="any"))
    leave = rules(rule("post", "exitParent", "always"))
    some = rollup(rollup_rule("satisfied", "satisfied", "any"))
    inside = (Node("a", leave + BY_CONTENT), Node("b"))
    lea = Learner(tree(FREE, Node("one", FREE + chapter + some, inside), Node("two", BY_CONTENT)))
    lea.begin()
    lea.does(success=False)

    assert lea.go("continue") == "a"
    assert lea.run.info(lea.at("one")).attempts == 2
    lea.does(success=True)
    assert lea.go("continue") == "two"


def test_an_exit_rule_leaves_the_chapter_from_within() -> None:
    out = rules(rule("exit", "exit", "satisfied"))
    some = rollup(rollup_rule("satisfied", "satisfied", "any"))
    lea = Learner(
        tree(
            FREE,
            Node("one", FREE + out + some, (Node("a", BY_CONTENT), Node("b", BY_CONTENT))),
            Node("two", BY_CONTENT),
        )
    )
    lea.begin()
    lea.does(success=True)

    assert lea.go("continue") == "two"


# Control modes


def test_without_flow_nothing_follows() -> None:
    lea = Learner(leaves("a", "b", root=control(choice=True, flow=False)))

    assert lea.begin() == "a"
    assert lea.go("continue") == "no_flow"
    assert lea.go("choice", "b") == "b"


def test_forward_only_does_not_go_back_either_way() -> None:
    lea = Learner(leaves("a", "b", root=control(choice=True, flow=True, forwardOnly=True)))
    lea.begin()
    lea.go("continue")

    assert lea.go("previous") == "forward_only"
    assert lea.go("choice", "a") == "forward_only"


def test_a_chapter_that_goes_forward_only_is_entered_at_its_beginning_from_behind() -> None:
    ahead = control(choice=True, flow=True, forwardOnly=True)
    lea = Learner(tree(FREE, Node("a"), Node("b", ahead, (Node("b1"), Node("b2"))), Node("c")))
    lea.open("c")

    assert lea.go("previous") == "b1"


def test_past_what_is_skipped_there_one_comes_back_to_what_is_before() -> None:
    ahead = control(choice=True, flow=True, forwardOnly=True)
    skip = rules(rule("pre", "skip", "always"))
    lea = Learner(tree(FREE, Node("a"), Node("b", ahead, (Node("b1", skip), Node("b2", skip))), Node("c")))
    lea.open("c")

    assert lea.go("previous") == "a"


def test_a_chapter_that_may_not_be_left_by_choosing_is_not() -> None:
    shut = control(choice=True, flow=True, choiceExit=False)
    lea = Learner(tree(FREE, Node("one", shut, (Node("a"), Node("b"))), Node("two")))
    lea.begin()

    assert lea.refused() == {"a": "", "b": "", "two": "no_exit"}
    assert lea.go("continue") == "b"
    assert lea.go("continue") == "two"


def test_content_that_jumps_goes_wherever_rules_let_it() -> None:
    off = rules(rule("pre", "disabled", "always"))
    lea = Learner(leaves("a", "b", "c", root=control(choice=False, flow=True), b=off))
    lea.begin()

    assert lea.go("jump", "b") == "disabled"
    assert lea.go("jump", "c") == "c"


# Attempts


def test_an_attempt_goes_on_when_content_asks_for_it_or_was_cut_off() -> None:
    lea = Learner(leaves("a", "b"))
    lea.begin()
    lea.does(completion=False, suspends=True)
    lea.go("continue")
    lea.does(completion=False, ends=False)

    assert lea.go("previous") == "a"
    assert lea.run.info(lea.at("a")).attempts == 1
    assert lea.go("continue") == "b"
    assert lea.run.info(lea.at("b")).attempts == 1


def test_an_attempt_that_has_ended_is_followed_by_another_of_which_nothing_is_known() -> None:
    lea = Learner(leaves("a", "b"))
    lea.begin()
    lea.does(success=True, score=0.9)
    lea.go("continue")
    lea.go("previous")

    assert lea.run.info(lea.at("a")).attempts == 2
    assert satisfied(lea.run, lea.at("a")) is None


def test_what_a_gateway_hears_after_its_attempt_has_ended_counts_only_if_it_was_cut_off() -> None:
    lea = Learner(leaves("a", "b"))
    lea.begin()
    lea.does(success=False, ends=False)
    lea.go("continue")
    heard = dict(lea.heard)
    b = lea.at("b")
    lea.run = lea.run.having(current=lea.at("a"))
    lea.does(success=True)
    lea.run = lea.run.having(current=b)

    assert satisfied(lea.run, lea.at("a")) is True
    assert not lea.run.info(lea.at("a")).is_suspended
    lea.heard = heard
    lea.run = lea.run.having(current=lea.at("a"))
    lea.does(success=False)
    assert satisfied(lea.run, lea.at("a")) is True


def test_all_that_was_suspended_is_taken_up_again() -> None:
    lea = Learner(tree(FREE + MARK, Node("one", FREE, (Node("a"), Node("b"))), Node("two")))
    lea.begin()
    lea.go("continue")

    assert lea.go("suspendAll") == "over"

    assert lea.current == ""
    assert lea.begin() == "b"
    assert [lea.run.info(lea.at(name)).attempts for name in ("one", "b")] == [1, 1]


def test_what_was_suspended_is_given_up_when_something_else_is_chosen() -> None:
    lea = Learner(tree(FREE + MARK, Node("one", FREE, (Node("a"), Node("b"))), Node("two")))
    lea.begin()
    lea.go("suspendAll")

    assert lea.go("choice", "two") == "two"

    assert lea.run.state.suspended is None
    assert not lea.run.info(lea.at("a")).is_suspended


def test_what_is_abandoned_counts_for_nothing_above() -> None:
    lea = Learner(leaves("a", "b"))
    lea.begin()
    lea.does(success=True)
    lea.go("abandon")

    assert completion(lea.run, ROOT) is None
    assert lea.go("abandonAll") == "over"


def test_what_content_does_not_say_is_said_for_it_if_it_was_not_meant_to() -> None:
    lea = Learner(tree(FREE + MARK, Node("a"), Node("b", BY_CONTENT)))
    lea.begin()
    lea.go("continue")
    lea.go("previous")

    assert (completion(lea.run, lea.at("b")), satisfied(lea.run, lea.at("b"))) == (None, None)
    lea.go("continue")
    assert (completion(lea.run, lea.at("a")), satisfied(lea.run, lea.at("a"))) == (True, True)


def test_what_is_not_tracked_counts_for_nothing() -> None:
    lea = Learner(tree(FREE + MARK, Node("a"), Node("b", '<imsss:deliveryControls tracked="false"/>')))
    lea.begin()
    lea.go("continue")

    assert (completion(lea.run, ROOT), satisfied(lea.run, ROOT)) == (True, True)


def test_a_new_attempt_on_a_chapter_forgets_what_was_done_in_it_unless_it_says_otherwise() -> None:
    keeps = '<imsss:controlMode choice="true" flow="true" useCurrentAttemptObjectiveInfo="false"/>'
    for mode, known in ((FREE, None), (keeps, True)):
        again = rules(rule("post", "retry", "always"))
        leave = rules(rule("post", "exitParent", "always"))
        lea = Learner(
            tree(FREE, Node("one", mode + again, (Node("a", BY_CONTENT), Node("b", leave + BY_CONTENT))), Node("two"))
        )
        lea.begin()
        lea.does(success=True)
        lea.go("continue")
        lea.run = lea.run.noting(lea.at("a"), attempts=1)
        lea.does(success=True)
        lea.go("continue")

        assert lea.current == "a"
        assert satisfied(lea.run, lea.at("b")) is known


# Rollup


def test_without_rules_a_chapter_is_what_all_in_it_are() -> None:
    lea = Learner(leaves("a", "b"))
    lea.begin()
    lea.does(success=True)
    lea.go("continue")
    assert (completion(lea.run, ROOT), satisfied(lea.run, ROOT)) == (None, None)
    lea.does(success=False)
    lea.go("exit")

    assert (completion(lea.run, ROOT), satisfied(lea.run, ROOT)) == (True, False)


@pytest.mark.parametrize(
    ("found", "holds"),
    [
        (rollup_rule("satisfied", "satisfied", "all"), None),
        (rollup_rule("satisfied", "satisfied", "any"), True),
        (rollup_rule("satisfied", "satisfied", "none"), None),
        (rollup_rule("satisfied", "satisfied", "atLeastCount", minimumCount="1"), True),
        (rollup_rule("satisfied", "satisfied", "atLeastCount", minimumCount="2"), None),
        (rollup_rule("satisfied", "satisfied", "atLeastPercent", minimumPercent="0.3"), True),
        (rollup_rule("satisfied", "satisfied", "atLeastPercent", minimumPercent="0.6"), None),
        (rollup_rule("notSatisfied", "satisfied", "any", "not"), False),
    ],
)
def test_each_set_of_children_is_counted_as_it_says(found: str, holds: bool | None) -> None:
    lea = Learner(leaves("a", "b", "c", root=FREE + rollup(found)))
    lea.begin()
    lea.does(success=True)
    lea.go("continue")
    lea.does(success=False)
    lea.go("exit")

    assert satisfied(lea.run, ROOT) is holds


def test_scores_are_weighed_and_who_has_not_been_there_counts_as_nothing() -> None:
    by_measure = objectives(objective("all", is_primary=True, least=0.5))
    heavy = rollup(objectiveMeasureWeight="1.0")
    light = rollup(objectiveMeasureWeight="0.5")
    lea = Learner(leaves("a", "b", root=FREE + by_measure, a=heavy, b=light))
    lea.begin()
    lea.does(score=0.9)
    lea.go("continue")
    assert measure(lea.run, ROOT) == pytest.approx(0.6)
    lea.does(score=-0.6)
    lea.go("exit")

    assert measure(lea.run, ROOT) == pytest.approx(0.4)
    assert satisfied(lea.run, ROOT) is False


def test_progress_is_weighed_and_decides_where_a_manifest_says_so() -> None:
    whole = '<adlcp:completionThreshold completedByMeasure="true" minProgressMeasure="0.5"/>'
    half = '<adlcp:completionThreshold completedByMeasure="true" minProgressMeasure="0.5" progressWeight="0.5"/>'
    found = tree(FREE + MARK, Node("one", FREE, (Node("a", BY_CONTENT, beside=half), Node("b", BY_CONTENT)), whole))
    lea = Learner(found)
    lea.begin()
    lea.does(completion=False, progress=0.9)
    assert completion(lea.run, lea.at("a")) is True
    lea.go("continue")

    assert progress(lea.run, lea.at("one")) == pytest.approx(0.3)
    assert completion(lea.run, lea.at("one")) is False


@pytest.mark.parametrize(
    ("required", "holds"),
    [("always", None), ("ifAttempted", True), ("ifNotSuspended", True), ("ifNotSkipped", None)],
)
def test_who_counts_is_what_considerations_say(required: str, holds: bool | None) -> None:
    considered = f'<adlseq:rollupConsiderations requiredForSatisfied="{required}"/>'
    lea = Learner(leaves("a", "b", b=considered))
    lea.begin()
    lea.does(success=True)
    lea.go("exit")

    assert satisfied(lea.run, ROOT) is holds


def test_what_is_skipped_does_not_count_where_only_what_is_not_does() -> None:
    considered = '<adlseq:rollupConsiderations requiredForSatisfied="ifNotSkipped"/>'
    lea = Learner(leaves("a", "b", b=rules(rule("pre", "skip", "always")) + considered))
    lea.begin()
    lea.does(success=True)
    lea.go("exit")

    assert satisfied(lea.run, ROOT) is True


def test_what_adds_nothing_to_its_parent_adds_nothing() -> None:
    lea = Learner(leaves("a", "b", b=rollup(rollupObjectiveSatisfied="false", rollupProgressCompletion="false")))
    lea.begin()
    lea.does(success=True)
    lea.go("exit")

    assert (satisfied(lea.run, ROOT), completion(lea.run, ROOT)) == (True, True)


# Objectives


def test_a_score_decides_from_the_passing_one_on() -> None:
    passing = objectives(objective("p", is_primary=True, least=0.8))
    lea = Learner(leaves("a", "b", a=passing))
    lea.begin()
    for score, expected in ((0.8, True), (0.79, False)):
        lea.does(success=not expected, score=score)
        assert satisfied(lea.run, lea.at("a")) is expected


def test_an_objective_is_read_by_others_once_its_attempt_has_ended() -> None:
    writes = objectives("", objective("x", writes="shared"))
    reads = objectives(objective("y", is_primary=True, reads="shared"))
    lea = Learner(leaves("a", "b", a=writes, b=reads))
    lea.begin()
    lea.does(x=Standing(success=True, score=Score(0.5, 50, 0, 100)))
    assert satisfied(lea.run, lea.at("b")) is None
    lea.go("continue")

    assert satisfied(lea.run, lea.at("b")) is True
    found = given(lea.run, lea.at("b"), lea.tree[lea.at("b")].definition.primary)
    # Raw scores are shared only where ADL's own maps say so.
    assert (found.satisfied, found.measure, found.raw) == (True, 0.5, None)
    lea.does(success=False)
    assert satisfied(lea.run, lea.at("b")) is False


def test_raw_scores_and_progress_are_shared_as_adl_maps_them() -> None:
    maps = (
        '<adlseq:objectives><adlseq:objective objectiveID="{0}"><adlseq:mapInfo targetObjectiveID="g" {1}/>'
        "</adlseq:objective></adlseq:objectives>"
    )
    writes = maps.format("x", 'writeRawScore="true" writeProgressMeasure="true"')
    reads = maps.format("y", 'readProgressMeasure="false"')
    lea = Learner(leaves("a", "b", a=objectives("", objective("x")) + writes, b=objectives("", objective("y")) + reads))
    lea.begin()
    lea.does(x=Standing(progress=0.4, score=Score(0.5, 50, 0, 100)))
    lea.go("continue")

    target = lea.tree[lea.at("b")].definition.objective("y")
    assert target is not None
    found = given(lea.run, lea.at("b"), target)
    assert (found.raw, found.min, found.progress, found.measure) == (50, None, None, None)


def test_whoever_reads_what_somebody_writes_is_rolled_up_too() -> None:
    reads = objectives(objective("y", is_primary=True, reads="shared"))
    writes = objectives(objective("x", is_primary=True, writes="shared"))
    lea = Learner(tree(FREE, Node("one", FREE, (Node("a", reads + BY_CONTENT),)), Node("two", writes + BY_CONTENT)))
    lea.open("two")
    lea.does(success=True)
    lea.go("exit")

    assert satisfied(lea.run, lea.at("one")) is True


# Chance


def test_chance_is_drawn_once_for_each_attempt() -> None:
    drawn = (
        '<imsss:randomizationControls selectionTiming="once" selectCount="2" randomizationTiming="onEachNewAttempt" '
        'reorderChildren="true"/>'
    )
    found = tree(FREE + drawn, *(Node(name) for name in "abcdef"))
    children = {seed: begin(found, seed).children(ROOT) for seed in "0123456789"}

    assert all(len(each) == 2 for each in children.values())
    assert len(set(children.values())) > 3
    assert children["0"] == begin(found, "0").children(ROOT)
    again = begin(found, "0")
    orders = {again.noting(ROOT, attempts=number).children(ROOT) for number in range(9)}
    assert {frozenset(each) for each in orders} == {frozenset(children["0"])}
    assert len(orders) == 2


def test_what_was_not_drawn_cannot_be_opened() -> None:
    drawn = '<imsss:randomizationControls selectionTiming="once" selectCount="1"/>'
    lea = Learner(tree(FREE + drawn, Node("a"), Node("b"), Node("c")))
    lea.begin()

    assert sorted(lea.refused().values()) == ["", "unavailable", "unavailable"]


def test_a_state_is_read_again_as_it_was_and_one_of_another_course_is_not() -> None:
    lea = Learner(leaves("a", "b"))
    lea.begin()
    lea.does(success=True, score=0.5, x=Standing(success=True))
    packed = pack(lea.run.state)

    assert unpack(lea.tree, packed).state == lea.run.state
    with pytest.raises(ValueError, match="another course"):
        unpack(leaves("a"), packed)
